"""Every command in the documentation runs, and prints what the documentation shows."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from infraaudit.cli.app import execute

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
INCOMPLETE = 3

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """One command of a page and the output that stands under it; ``...`` leaves lines out."""

    page: str
    command: str
    output: str

    @property
    def pieces(self) -> list[str]:
        return [piece.strip("\n") for piece in re.split(r"^\.\.\.$", self.output, flags=re.MULTILINE) if piece.strip()]


def _shown() -> list[Shown]:
    return [
        Shown(page.name, *(part.partition("\n")[::2]))
        for page in PAGES
        for block in _BLOCK.findall(page.read_text(encoding="utf-8"))
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    ]


COMMANDS = _shown()


@pytest.mark.parametrize(
    "shown",
    [each for each in COMMANDS if each.command.startswith("infraaudit ") or each.command == "make demo"],
    ids=lambda each: f"{each.page}: {each.command}",
)
def test_command_prints_what_is_shown(
    shown: Shown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    command = shown.command.partition("#")[0]
    words = shlex.split(command)[1:] if command.startswith("infraaudit") else _of_make(command.split()[1])
    code = execute(words)
    captured = capsys.readouterr()
    assert code in {0, 1, INCOMPLETE}, captured.err
    for piece in shown.pieces:
        assert piece in captured.out + captured.err


def _of_make(target: str) -> list[str]:
    recipe = re.search(rf"^{target}:.*\n\t\$\(BIN\)/infraaudit (.+)$", MAKEFILE, re.MULTILINE)
    assert recipe is not None
    return shlex.split(recipe[1])


@pytest.mark.parametrize("command", sorted({each.command for each in COMMANDS if each.command.startswith("make ")}))
def test_make_target_exists(command: str) -> None:
    assert re.search(rf"^{command.split()[1]}:", MAKEFILE, re.MULTILINE)


def test_the_readme_begins_with_the_two_commands() -> None:
    commands = [each.command for each in COMMANDS if each.page == "README.md"]
    assert commands[:2] == ["make demo", "make test"]


def test_the_pages_of_the_policies_are_written_anew() -> None:
    written = sorted(
        path.relative_to(ROOT / "docs" / "policies") for path in (ROOT / "docs" / "policies").rglob("*.md")
    )
    topics = sorted(
        path.relative_to(ROOT / "fixtures" / "policies") for path in (ROOT / "fixtures" / "policies").rglob("*.md")
    )
    assert [path for path in written if path.name != "README.md"] == topics
