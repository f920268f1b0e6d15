"""What a container runs whose script stands in the tree: copied into its image, or mounted by its Compose file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import read
from infraaudit.joins import join
from infraaudit.model import Absent, Container, Estate, Image, Known, Unknown
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Process

EXEC, PLAIN = "#!/bin/sh\nexec gunicorn app:app\n", "#!/bin/sh\ngunicorn app:app\n"
COMPOSE = "services:\n  web:\n    build: .\n"


def _estate(folder: Path, files: dict[str, str]) -> Estate:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    reading = read(find_files(folder), date(2026, 1, 1))
    return join(Estate.of_parts(reading.entities, reading.edges))


def _process(folder: Path, files: dict[str, str]) -> Process:
    (container,) = _estate(folder, files).of(Container)
    assert container.process is not None
    return container.process


def _first(process: Process) -> str:
    """Tell what is the first process: the program, a shell, or that it cannot be told."""
    match process.pid1_shell:
        case Known():
            return f"{process.server.value} below a shell"
        case Unknown():
            return process.pid1_shell.why
    return process.server.value


@pytest.mark.parametrize(
    ("service", "files", "expected"),
    [
        ("command: [/app/start.sh]", {"start.sh": EXEC}, "gunicorn"),
        ("command: [/app/start.sh]", {"start.sh": PLAIN}, "gunicorn below a shell"),
        ("command: ./start.sh", {"start.sh": EXEC}, "gunicorn"),
        ("command: sh start.sh", {"start.sh": EXEC}, "gunicorn"),
        ("command: tools/run", {"tools/run": EXEC}, "gunicorn"),
        ("working_dir: /app/tools\n    command: ./run", {"tools/run": EXEC}, "gunicorn"),
        ("command: [/app/start.sh]", {"start.sh": "exec /app/next.sh\n", "next.sh": EXEC}, "gunicorn"),
        ("command: [/app/start.sh]", {"start.sh": ". /app/next.sh\n", "next.sh": EXEC}, "gunicorn"),
        ("command: [/app/start.sh]", {"start.sh": "source ./next.sh\n", "next.sh": PLAIN}, "gunicorn below a shell"),
        ("command: [/app/start.sh]", {"start.sh": ". /app/env.sh\nexec gunicorn a:a\n", "env.sh": "A=1\n"}, "gunicorn"),
        (
            "entrypoint: [/app/start.sh]\n    command: [gunicorn, 'a:a']",
            {"start.sh": ". /app/next.sh\n", "next.sh": 'exec "$@"\n'},
            "gunicorn",
        ),
        (
            "command: [/app/start.sh]",
            {"start.sh": ". /base/start.sh\n"},
            "the script /base/start.sh was not read",
        ),
        (
            "command: [/hooks/run.sh]\n    volumes: ['./docker/run.sh:/hooks/run.sh:ro']",
            {"docker/run.sh": EXEC},
            "gunicorn",
        ),
        ("command: [/hooks/a/run.sh]\n    volumes: ['./docker:/hooks']", {"docker/a/run.sh": EXEC}, "gunicorn"),
        (
            "command: [/app/start.sh]\n    volumes: ['./dev.sh:/app/start.sh']",
            {"start.sh": EXEC, "dev.sh": PLAIN},
            "gunicorn below a shell",
        ),
        (
            "command: [/app/start.sh]\n    volumes: ['/srv/elsewhere:/app']",
            {"start.sh": EXEC},
            "the script /app/start.sh was not read",
        ),
        ("command: [/app/start.sh]\n    volumes: ['data:/app']", {"start.sh": EXEC}, "gunicorn"),
    ],
)
def test_the_script_that_only_the_orchestrator_names(
    tmp_path: Path, service: str, files: dict[str, str], expected: str
) -> None:
    dockerfile = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n"

    assert _first(
        _process(tmp_path, {"Dockerfile": dockerfile, "compose.yaml": f"{COMPOSE}    {service}\n", **files})
    ) == (expected)


def test_a_script_is_mounted_into_an_image_that_is_not_built_here(tmp_path: Path) -> None:
    compose = (
        "services:\n  web:\n    image: python:3.13\n    entrypoint: /entry.sh\n    volumes: [./entry.sh:/entry.sh]\n"
    )

    assert _first(_process(tmp_path, {"compose.yaml": compose, "entry.sh": EXEC})) == "gunicorn"


def test_a_kubernetes_command_finds_the_script_of_the_image(tmp_path: Path) -> None:
    manifest = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  selector: {matchLabels: {a: b}}\n"
        "  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n"
        "        - {name: shop, image: registry.local/shop, command: [/app/start.sh]}\n"
    )
    files = {
        "shop/Dockerfile": "FROM python:3.13\nCOPY start.sh /app/\n",
        "shop/start.sh": PLAIN,
        "deploy.yaml": manifest,
    }

    assert _first(_process(tmp_path, files)) == "gunicorn below a shell"


def test_the_text_of_scripts_is_gone_when_policies_judge(tmp_path: Path) -> None:
    compose = f"{COMPOSE}    volumes: [./start.sh:/start.sh]\n"
    files = {"Dockerfile": "FROM a\nCOPY start.sh /x/\n", "compose.yaml": compose, "start.sh": "export TOKEN=hidden\n"}
    estate = _estate(tmp_path, files)

    scripts = [*estate.of(Container)[0].scripts, *estate.of(Image)[0].scripts]
    assert [(place, script.path, script.text) for place, script in scripts] == [
        ("/start.sh", "start.sh", ""),
        ("/x/start.sh", "start.sh", ""),
    ]


def test_a_folder_that_is_no_script_is_passed_over(tmp_path: Path) -> None:
    compose = f"{COMPOSE}    volumes: ['./data:/data', './missing:/missing', '../above:/above']\n"
    files = {"Dockerfile": "FROM a\n", "compose.yaml": compose, "data/notes": "text\n", "data/.hidden.sh": "x\n"}

    assert _estate(tmp_path, files).of(Container)[0].scripts == ()
    assert isinstance(_estate(tmp_path, files).of(Container)[0].command, Absent)
