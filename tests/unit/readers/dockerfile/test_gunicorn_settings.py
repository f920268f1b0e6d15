"""The settings file of gunicorn is read from the build context, and what it says counts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import read
from infraaudit.joins import join
from infraaudit.model import Container, Estate, Known
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Process

COMPOSE = "services:\n  web:\n    build: .\n    ports: ['8000:8000']\n"


def _process(folder: Path, command: str, settings: str, text: str) -> Process:
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / "Dockerfile").write_text(f"FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD {command}\n")
    (folder / settings).parent.mkdir(exist_ok=True)
    (folder / settings).write_text(text)
    reading = read(find_files(folder), date(2026, 8, 1))
    (container,) = join(Estate.of_parts(reading.entities, reading.edges)).of(Container)
    assert container.process is not None
    return container.process


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        ('["gunicorn", "app:app"]', "gunicorn.conf.py"),
        ('["gunicorn", "-c", "conf/gunicorn.py", "app:app"]', "conf/gunicorn.py"),
        ('["gunicorn", "--config=conf/gunicorn.py", "app:app"]', "conf/gunicorn.py"),
        ('["gunicorn", "--config", "file:/app/conf/gunicorn.py", "app:app"]', "conf/gunicorn.py"),
    ],
)
def test_settings_of_the_tree_count(tmp_path: Path, command: str, settings: str) -> None:
    process = _process(tmp_path, command, settings, "workers = 6\nkeepalive = 75\nbind = '0.0.0.0:9000'\n")
    assert isinstance(process.processes, Known)
    assert process.processes.value == 6
    assert isinstance(process.keep_alive, Known) or process.keep_alive is not None
    assert isinstance(process.bind_port, Known)
    assert process.bind_port.value == 9000
    assert process.bind_port.at.path == settings


def test_a_count_of_the_hosts_cpus_is_noticed(tmp_path: Path) -> None:
    text = "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n"
    assert _process(tmp_path, '["gunicorn", "app:app"]', "gunicorn.conf.py", text).host_cpus
