"""Until when lines of releases are maintained: looked up in ``lifecycle.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from infraaudit.facts.images import image_facts
from infraaudit.facts.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts.table import Row

_NUMBERS = re.compile(r"v?(\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of releases of a product; ``ends`` is ``None`` where the table does not have the line.

    ``extended`` is when what is paid for ends. ``fact`` is the citation.
    """

    title: str
    purpose: str
    cycle: str
    ends: date | None
    extended: date | None
    fact: str


def lines_of_image(repository: str, tag: str | None) -> Iterator[Line]:
    """Yield what an image is built upon, as far as its name says so: a language, a store, the system below."""
    if not tag:
        return
    facts = image_facts(repository, tag)
    family = facts.family if facts is not None and facts.official else ""
    for row in table("lifecycle").values():
        fixed = row.get("repositories", {}).get(repository)
        if fixed is not None:
            cycle: str | None = fixed or _cycle(row, tag)
        elif family and family in row.get("families", []):
            cycle = _cycle(row, tag) or _by_word(row, tag)
        elif family and row["purpose"] == "system":
            cycle = _system_in(row, tag)
        else:
            continue
        if cycle:
            yield _line(row, cycle)


def line_of_resource(kind: str, engine: str, version: str) -> Line | None:
    """Return the line that a resource of a cloud states, ``None`` where the table does not have the kind."""
    for row in table("lifecycle").values():
        if kind in row.get("kinds", []) and row.get("engine", engine) == engine:
            prefix = row.get("prefix", "")
            if not version.startswith(prefix):
                continue
            cycle = _cycle(row, version.removeprefix(prefix))
            return _line(row, cycle) if cycle else None
    return None


def _line(row: Row, cycle: str) -> Line:
    ends, extended = _day(row.get("ends", {}).get(cycle)), _day(row.get("extended", {}).get(cycle))
    if row.get("judged") == "extended":
        ends, extended = extended or ends, None
    return Line(row["title"], row["purpose"], cycle, ends, extended if row.get("paid") else None, row.words)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _cycle(row: Row, text: str) -> str | None:
    """Return the line that a version belongs to; one that is shorter than the names of lines may be any of several."""
    match = _NUMBERS.match(text)
    numbers = match[1].split(".") if match is not None else []
    parts = int(row["parts"])
    return ".".join(numbers[:parts]) if len(numbers) >= parts else None


def _by_word(row: Row, tag: str) -> str | None:
    words: dict[str, str] = row.get("words", {})
    return next((words[word] for word in re.split(r"[^a-z0-9]+", tag.lower()) if word in words), None)


def _system_in(row: Row, tag: str) -> str | None:
    """Return the version of a system that the tag of another image names: ``slim-bookworm``, ``alpine3.18``."""
    match = re.search(rf"(?:^|-){re.escape(row.name)}(\d+(?:\.\d+)*)(?:-|$)", tag.lower())
    return _cycle(row, match[1]) if match is not None else _by_word(row, tag)
