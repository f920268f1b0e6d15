"""Regular expressions: the part of Go's syntax that Python reads alike, with a bound on what matching may cost."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.functions.declare import NotComputedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.language.values import Plain

_MOST_WORK = 50_000_000
"""Text length to the power of the pattern's repetitions: beyond it a pattern could run for minutes."""

_UNSHARED = re.compile(r"\[\[:|\\[pPQECzA]|\(\?[^:P=!<i)]|\(\?P[^<]|\(\?<[=!]|\(\?[=!]")
"""What one of the two syntaxes does not have, or means differently."""

_FLAGS = re.compile(r"\(\?[ims]+\)")
_NAMED_CLASS = re.compile(r"\[:(\w+):\]")
_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "0-9a-zA-Z",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s\v",
    "xdigit": "0-9a-fA-F",
    "word": r"\w",
}
"""Classes of characters under the names that Go has for them."""

_REPETITION = re.compile(r"(?<!\\)[*+]|(?<!\\)\{\d*,\d*\}")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{\d+,?\d*\})")
_GROUP_IN_REPLACEMENT = re.compile(r"\$(?:\{(\w+)\}|(\w+)|\$)")


def first_match(pattern: str, text: str) -> Plain:
    """Return what the first match captured; no match is an error in Terraform."""
    match = _compiled(pattern, text).search(text)
    if match is None:
        raise ValueError
    return _captured(match)


def all_matches(pattern: str, text: str) -> Plain:
    """Return what every match captured."""
    return [_captured(match) for match in _matches(_compiled(pattern, text), text)]


def replace_matches(text: str, pattern: str, replacement: str) -> str:
    """Replace every match, ``$1`` and ``${name}`` standing for what was captured."""
    pieces: list[str] = []
    end = 0
    for match in _matches(_compiled(pattern, text), text):
        filled = _GROUP_IN_REPLACEMENT.sub(partial(_group, match), replacement)
        pieces.extend((text[end : match.start()], filled))
        end = match.end()
    return "".join((*pieces, text[end:]))


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches that Go finds: none that is empty and begins where the one before ended."""
    end = -1
    for match in pattern.finditer(text):
        if match.start() != match.end() or match.start() != end:
            yield match
        end = match.end()


def _group(match: re.Match[str], group: re.Match[str]) -> str:
    name = group[1] or group[2]
    if name is None:
        return "$"
    try:
        return match[int(name) if name.isdecimal() else name] or ""
    except IndexError:
        return ""


def _compiled(pattern: str, text: str) -> re.Pattern[str]:
    repetitions = len(_REPETITION.findall(pattern))
    pattern = _NAMED_CLASS.sub(lambda match: _CLASSES.get(match[1], match[0]), pattern)
    folded = _FLAGS.match(pattern)
    plain = _FLAGS.sub("", pattern)
    if _UNSHARED.search(plain) or ("$" in plain and text.endswith("\n")) or (folded and not text.isascii()):
        message = "this regular expression is not evaluated"
        raise NotComputedError(message)
    if _REPEATED_GROUP.search(pattern) or max(2, len(text)) ** repetitions > _MOST_WORK:
        message = "a regular expression that may take long is not evaluated"
        raise NotComputedError(message)
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        message = "this regular expression is not evaluated"
        raise NotComputedError(message) from error


def _captured(match: re.Match[str]) -> Plain:
    named = match.groupdict()
    if named and len(named) < match.re.groups:
        raise ValueError
    if named:
        return dict(named)
    if match.re.groups:
        return list(match.groups())
    return match[0]
