"""Templates of HCL: escapes, strip markers and the indentation of heredocs, applied the way HCL applies them.

A template is first a flat list of pieces, literal text cut after each newline, and becomes nested at the end:
strip markers and indentation are rules about the flat list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from infraaudit.source.hcl_tree import ForPart, IfPart, Interpolation, TemplatePart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.source.hcl_tree import Expression

_ESCAPE = re.compile(r"\\(?:[nrt\"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|\$\$\{|%%\{")
_TEMPLATE_ESCAPE = re.compile(r"\$\$\{|%%\{")
_SHORT_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_LAST_CODE_POINT = 0x10FFFF


class Opening(Enum):
    """What a piece between ``${`` or ``%{`` and ``}`` is."""

    VALUE = auto()
    IF = auto()
    ELSE = auto()
    END_IF = auto()
    FOR = auto()
    END_FOR = auto()


@dataclass(frozen=True, slots=True)
class Marked:
    """One interpolation or directive of the flat list, with its strip markers."""

    opening: Opening
    expression: Expression | None = None
    key: str = ""
    value: str = ""
    strip_before: bool = False
    strip_after: bool = False


Piece = str | Marked


def unescape_quoted(text: str) -> str:
    """Return what the inside of a quoted string means."""
    return _ESCAPE.sub(lambda match: _unescaped(match[0]), text) if "\\" in text or "{" in text else text


def unescape_heredoc(text: str) -> str:
    """Return what the text of a heredoc means: no backslash escapes there."""
    return _TEMPLATE_ESCAPE.sub(lambda match: match[0][1:], text) if "{" in text else text


def _unescaped(escape: str) -> str:
    if not escape.startswith("\\"):
        return escape[1:]
    if escape[1] in "uU":
        digits = escape[2:]
        code = int(digits, 16)
        return chr(code) if code <= _LAST_CODE_POINT else escape
    return _SHORT_ESCAPES[escape[1]]


def cut_lines(text: str) -> list[str]:
    """Cut text after each newline."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def finish_pieces(pieces: Sequence[Piece], *, flush: bool) -> tuple[TemplatePart, ...]:
    """Apply strip markers, then the indentation of ``<<-``, and nest the directives."""
    stripped = _strip(pieces)
    if flush:
        stripped = _outdent(stripped)
    return _nest(stripped)


def _strip(pieces: Sequence[Piece]) -> list[Piece]:
    result: list[Piece] = []
    strip_next = False
    for piece in pieces:
        if isinstance(piece, Marked):
            if piece.strip_before and result and isinstance(result[-1], str):
                result[-1] = result[-1].rstrip()
            strip_next = piece.strip_after
            result.append(piece)
        else:
            result.append(piece.lstrip() if strip_next else piece)
            strip_next = False
    return result


def _outdent(pieces: list[Piece]) -> list[Piece]:
    """Remove from every line the smallest indentation of any line that is not blank."""
    starts: list[tuple[int, int]] = []
    at_start = True
    for index, piece in enumerate(pieces):
        text = piece if isinstance(piece, str) else None
        if at_start:
            at_start = False
            if text is None:
                starts.append((index, 0))
            elif text.strip() or not text.endswith("\n"):
                starts.append((index, len(text) - len(text.lstrip())))
        if text is not None and text.endswith("\n"):
            at_start = True
    least = min((spaces for _, spaces in starts), default=0)
    result = list(pieces)
    for index, _ in starts:
        piece = result[index]
        if isinstance(piece, str):
            result[index] = piece[least:]
    return result


@dataclass(slots=True)
class _Frame:
    """One open directive and the parts collected in it."""

    opener: Marked | None
    parts: list[TemplatePart] = field(default_factory=list)
    then: tuple[TemplatePart, ...] | None = None

    def add(self, part: TemplatePart) -> None:
        """Add a part, melting neighbouring text into one."""
        if isinstance(part, str) and self.parts and isinstance(self.parts[-1], str):
            self.parts[-1] += part
        elif part != "":
            self.parts.append(part)

    def close(self) -> Iterator[TemplatePart]:
        """Yield the finished directive."""
        opener = self.opener
        if opener is None or opener.expression is None:
            yield from self.parts
        elif opener.opening is Opening.FOR:
            yield ForPart(opener.key, opener.value, opener.expression, tuple(self.parts))
        elif self.then is None:
            yield IfPart(opener.expression, tuple(self.parts), ())
        else:
            yield IfPart(opener.expression, self.then, tuple(self.parts))


def _nest(pieces: list[Piece]) -> tuple[TemplatePart, ...]:
    stack = [_Frame(None)]
    for piece in pieces:
        if isinstance(piece, str):
            stack[-1].add(piece)
        elif piece.opening is Opening.VALUE and piece.expression is not None:
            stack[-1].add(Interpolation(piece.expression))
        elif piece.opening in {Opening.IF, Opening.FOR}:
            stack.append(_Frame(piece))
        elif piece.opening is Opening.ELSE:
            stack[-1].then = tuple(stack[-1].parts)
            stack[-1].parts = []
        elif len(stack) > 1:
            closed = stack.pop()
            for part in closed.close():
                stack[-1].add(part)
    while len(stack) > 1:
        closed = stack.pop()
        for part in closed.close():
            stack[-1].add(part)
    return tuple(stack[0].parts)
