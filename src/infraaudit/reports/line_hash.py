"""The hash of a line by which GitHub follows an alert through moved lines.

GitHub's upload action computes it where a report lacks it: a polynomial over the first hundred characters from the
start of the line that are neither space nor tab, then a colon and how often that hash has occurred in the file
(github/codeql-action, src/fingerprints.ts). Written here so that reports uploaded without the action agree with it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_BLOCK = 100
_FACTOR = 37
_END_OF_FILE = 0xFFFF
_WORD = 0xFFFF_FFFF_FFFF_FFFF
_NEWLINE = ord("\n")


def line_hashes(text: str, wanted: Collection[int]) -> dict[int, str]:
    """Return the hashes of the wanted lines, counted from 1; a line beyond the end has none."""
    units = _units(text)
    starts = [0, *(index + 1 for index, unit in enumerate(units) if unit == _NEWLINE)]
    units.append(_END_OF_FILE)
    units.extend([0] * _BLOCK)
    last = max(wanted, default=0)
    seen: Counter[int] = Counter()
    found: dict[int, str] = {}
    for number, start in enumerate(starts[:last], start=1):
        value = _polynomial(units[start : start + _BLOCK])
        seen[value] += 1
        if number in wanted:
            found[number] = f"{value:x}:{seen[value]}"
    return found


def _units(text: str) -> list[int]:
    """Return the UTF-16 code units of a text with its line ends made alike and its blanks left out."""
    packed = text.replace("\r\n", "\n").replace("\r", "\n").translate({0x20: None, 0x09: None})
    data = packed.encode("utf-16-le", errors="surrogatepass")
    return [low | high << 8 for low, high in zip(data[::2], data[1::2], strict=True)]


def _polynomial(units: list[int]) -> int:
    value = 0
    for unit in units:
        value = (value * _FACTOR + unit) & _WORD
    return value
