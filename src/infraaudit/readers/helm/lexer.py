"""Cuts a Go template into text and actions, and an action into words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import ChartError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile

_BLANKS = " \t\r\n"
_COMMENT = re.compile(r"\{\{(-[ \t\r\n])?/\*.*?\*/([ \t\r\n]+-)?\}\}", re.DOTALL)
_WORD = re.compile(
    r"""
    (?P<blank>[ \t\r\n]+)
  | (?P<raw>`[^`]*`)
  | (?P<quoted>"(?:[^"\\\n]|\\.)*")
  | (?P<character>'(?:[^'\\\n]|\\.)+')
  | (?P<number>[-+]?(?:0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]+(?![\d.eE])
    |(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?))
  | (?P<variable>\$\w*)
  | (?P<field>\.[^\W\d]\w*)
  | (?P<name>[^\W\d]\w*)
  | (?P<sign>:=|=|\||\(|\)|,|\.)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an action. ``joined`` tells that no blank stands before it."""

    kind: str
    text: str
    joined: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Text, or an action with its words and its source between the braces."""

    place: Place
    text: str = ""
    words: tuple[Word, ...] | None = None


def chunks_of(file: SourceFile) -> Iterator[Chunk]:
    """Yield the text and the actions of a template, the text trimmed as ``{{-`` and ``-}}`` demand."""
    text = file.text
    offset, trim = 0, False
    while True:
        opening = text.find("{{", offset)
        end = len(text) if opening < 0 else opening
        next_trim = text.startswith("{{-", opening) and text[opening + 3 : opening + 4] in tuple(_BLANKS)
        chunk = _text_chunk(file, offset, end, trim_left=trim, trim_right=opening >= 0 and next_trim)
        if chunk is not None:
            yield chunk
        if opening < 0:
            return
        comment = _COMMENT.match(text, opening)
        if comment is not None:
            offset, trim = comment.end(), comment[2] is not None
            continue
        closing, words = _words_of(file, opening, opening + (3 if next_trim else 2))
        trim = text[closing - 3] == "-" and text[closing - 4] in _BLANKS
        inner = text[opening + 2 : closing - 2].strip("- \t\r\n")
        yield Chunk(Place(file, opening, closing), inner, words)
        offset = closing


def _text_chunk(file: SourceFile, start: int, end: int, *, trim_left: bool, trim_right: bool) -> Chunk | None:
    text = file.text
    if trim_left:
        while start < end and text[start] in _BLANKS:
            start += 1
    if trim_right:
        while end > start and text[end - 1] in _BLANKS:
            end -= 1
    return Chunk(Place(file, start, end, linear=True), text[start:end]) if start < end else None


def _words_of(file: SourceFile, opening: int, start: int) -> tuple[int, tuple[Word, ...]]:
    """Return where the action ends, and its words."""
    text = file.text
    words: list[Word] = []
    joined = False
    while True:
        if text.startswith("}}", start):
            return start + 2, tuple(words)
        if text.startswith("-}}", start) and text[start - 1] in _BLANKS:
            return start + 3, tuple(words)
        found = _WORD.match(text, start)
        if found is None:
            message = "unclosed action" if start >= len(text) else f"unexpected {text[start]!r} in an action"
            raise ChartError(message, Place(file, opening, min(start + 1, len(text))))
        kind = found.lastgroup or ""
        if kind != "blank":
            words.append(Word(kind, found[0], joined))
        joined = kind != "blank"
        start = found.end()


def unquoted(word: Word) -> str:
    """Return the text of a quoted or raw word."""
    if word.kind == "raw":
        return word.text[1:-1]
    return _ESCAPE.sub(_unescaped, word.text[1:-1])


_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL)
_SHORT = {"a": "\a", "v": "\v", "'": "'"}


def _unescaped(found: re.Match[str]) -> str:
    escape = found[1]
    if escape[0] in "xU":
        return chr(min(int(escape[1:], 16), 0x10FFFF)) if len(escape) > 1 else escape
    if escape.isdigit():
        return chr(int(escape, 8))
    if escape in _SHORT:
        return _SHORT[escape]
    try:
        return str(json.loads(f'"\\{escape}"'))
    except ValueError:
        message = f"unknown escape \\{escape}"
        raise ChartError(message) from None
