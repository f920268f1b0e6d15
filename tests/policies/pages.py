"""Reads the pages of examples: Markdown with small trees of files, and marks of what is expected where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "fixtures" / "policies"

_POLICY = re.compile(r"^## ", re.MULTILINE)
_EXAMPLE = re.compile(r"^### ", re.MULTILINE)
_FENCE = re.compile(r"^```\w+ path=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"\s*# (expect|unsure): (.+)$")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that must be said of one line of a file."""

    kind: str
    path: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Example:
    """One small tree, the policy that it is about, and what the policy must say of it."""

    page: Path
    policy: str
    verdict: str
    title: str
    files: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]

    @property
    def formats(self) -> frozenset[str]:
        """The formats in which the example is written."""
        return frozenset(_format(path) for path, _ in self.files)

    def write_to(self, folder: Path) -> None:
        """Lay the tree out in a folder, without the marks."""
        for path, text in self.files:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def _format(path: str) -> str:
    name = Path(path).name.lower()
    if "compose" in name:
        return "compose"
    if name.startswith("dockerfile") or name.endswith(".sh"):
        return "dockerfile"
    return {".tf": "terraform", ".yaml": "kubernetes", ".yml": "kubernetes"}.get(Path(path).suffix, "other")


def all_pages() -> list[Path]:
    """Return every page, in order."""
    return sorted(PAGES.glob("*/*.md"))


def all_examples() -> list[Example]:
    """Return the examples of every page, in order."""
    return [example for page in all_pages() for example in examples_of(page)]


def examples_of(page: Path) -> list[Example]:
    """Return the examples of one page. What stands outside of a fence is prose and is passed over."""
    text = page.read_text(encoding="utf-8")
    return [
        _example(page, policy.partition("\n")[0].strip("` "), part)
        for policy in _POLICY.split(text)[1:]
        for part in _EXAMPLE.split(policy)[1:]
    ]


def _example(page: Path, policy: str, part: str) -> Example:
    verdict, _, title = part.partition("\n")[0].partition(": ")
    files: list[tuple[str, str]] = []
    marks: list[Mark] = []
    for path, body in _FENCE.findall(part):
        lines = body.splitlines()
        found = ((number, _MARK.search(line)) for number, line in enumerate(lines, start=1))
        marks.extend(Mark(mark[1], path, number, mark[2]) for number, mark in found if mark is not None)
        files.append((path, "".join(_MARK.sub("", line) + "\n" for line in lines)))
    return Example(page, policy, verdict, title, tuple(files), tuple(marks))
