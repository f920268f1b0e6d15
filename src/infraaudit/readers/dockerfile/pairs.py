"""The names and values of ``ENV``, ``ARG`` and ``LABEL``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.readers.dockerfile.words import placed_words

if TYPE_CHECKING:
    from infraaudit.readers.dockerfile.text import PlacedText

Pair = tuple["PlacedText", "PlacedText | None"]


def pairs_of(rest: PlacedText, escape: str) -> list[Pair]:
    """Return names and values as written: ``NAME=value ...``, or the old form ``NAME the whole rest``."""
    words = placed_words(rest, escape)
    if words and "=" not in words[0].text and len(words) > 1:
        name, value = rest.cut(len(words[0].text))
        return [(name, value.strip())]
    return [split_pair(word) for word in words]


def split_pair(word: PlacedText) -> Pair:
    """Split ``NAME=value`` at its first equals sign; the value is ``None`` where there is none."""
    at = word.text.find("=")
    return (word, None) if at < 0 else (word.part(0, at), word.part(at + 1))


def uses_of(name: str, text: PlacedText) -> list[tuple[int, int]]:
    """Return the ranges where a text uses a variable as ``$NAME`` or ``${NAME...}``."""
    pattern = re.compile(rf"\$(?:{re.escape(name)}(?![A-Za-z0-9_])|\{{{re.escape(name)}(?![A-Za-z0-9_])[^}}]*\}}?)")
    return [(match.start(), match.end()) for match in pattern.finditer(text.text)]
