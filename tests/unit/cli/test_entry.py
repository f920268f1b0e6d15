"""The program as a process: what starts it, how long that takes, and a reader that goes away."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import infraaudit

if TYPE_CHECKING:
    from pathlib import Path

LOADED_LATE = ("pydantic", "yaml", "tree_sitter", "rich", "infraaudit.model", "infraaudit.engine", "infraaudit.audit")


def run(*words: str, code: str = "from infraaudit.cli import run; run()") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this very program


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_what_asks_for_little_loads_little(word: str) -> None:
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))\n"
        "from infraaudit.cli import run; run()"
    )
    loaded = set(run(word, code=code).stderr.split())

    assert loaded.isdisjoint(LOADED_LATE)


def test_the_help_comes_within_a_quarter_of_a_second_of_processor_time() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.25


def test_the_version_is_printed_alone() -> None:
    done = run("--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"infraaudit {infraaudit.__version__}\n", "")


def test_the_module_is_the_program() -> None:
    command = [sys.executable, "-m", "infraaudit", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this very program

    assert done.returncode == 0
    assert "Exit codes" in done.stdout


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services:\n" + "".join(f"  web{number}:\n    image: web:1\n" for number in range(300)), encoding="utf-8"
    )
    command = [sys.executable, "-m", "infraaudit", "model", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - see above
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        complaint = process.stderr.read()

    assert complaint == b""
    assert process.returncode == 0
