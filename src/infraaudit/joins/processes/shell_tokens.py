"""The words and operators of shell lines and scripts, with where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class ShellSyntaxError(ValueError):
    """The text is no shell that this grammar reads; the message says why."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, an operator (``;`` for a line end as well), or a redirection together with its target."""

    kind: str
    text: str
    start: int
    end: int


_OPERATORS = ("&&", "||", ";;&", ";;", ";&", "|&", ";", "|", "&", "(", ")")
_REDIRECTION = re.compile(r"(?:\d+|\{\w+\})?(?:<<<|<<-?|>>|<>|>\||[<>]&|&>>?|<|>)")
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_TEST = re.compile(r"\[\[\s|\(\(")
_WORD_ENDS = frozenset(" \t\r\n;&|<>()")
_CLOSERS = {"$(": ")", "${": "}", "<(": ")", ">(": ")"}


def skip_quoted(text: str, start: int) -> int:
    """Return the index after the quoted or substituted piece that begins at ``start``."""
    closers: list[str] = []
    index = start
    while index < len(text):
        inside = closers[-1] if closers else ""
        character = text[index]
        width = 1
        if character == "\\" and inside != "'":
            width = 2
        elif character == inside:
            closers.pop()
        elif inside != "'":
            opened = _opened(text, index, inside)
            if opened:
                width, closer = opened
                closers.append(closer)
        index += width
        if not closers:
            return min(index, len(text))
    message = f"the {closers[0] if closers else text[start : start + 1]} of a quotation or substitution is missing"
    raise ShellSyntaxError(message)


def _opened(text: str, index: int, inside: str) -> tuple[int, str] | None:
    """Tell what a character opens: how many characters the opener has, and what closes it."""
    pair = text[index : index + 2]
    if pair in _CLOSERS and not (inside == '"' and pair[0] in "<>"):
        return 2, _CLOSERS[pair]
    character = text[index]
    if character in {'"', "`"} or (character == "'" and inside != '"'):
        return 1, character
    if character == "(" and inside in {")", ""}:
        return 1, ")"
    return None


def tokens_of(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens; comments and the bodies of heredocs are left out.

    Raises :class:`ShellSyntaxError` where a quotation or substitution does not end.
    """
    found: list[Token] = []
    heredocs: list[tuple[str, bool]] = []
    index = 0
    while index < len(text):
        blank = _BLANK.match(text, index)
        if blank is not None:
            index = blank.end()
        elif text[index] == "#":
            index = _line_end(text, index)
        elif text[index] == "\n":
            found.append(Token("operator", ";", index, index + 1))
            index = _skip_heredocs(text, index + 1, heredocs)
            heredocs.clear()
        elif _TEST.match(text, index):
            found.extend(_test(text, index))
            index = found[-1].end
        else:
            token = _token(text, index)
            if token.kind == "redirection":
                token = _with_target(text, token, heredocs)
            found.append(token)
            index = token.end
    return tuple(found)


def _test(text: str, start: int) -> Iterator[Token]:
    """Read ``[[ ... ]]`` or ``(( ... ))``, inside which operators and parentheses mean something else."""
    opener = text[start : start + 2]
    if opener == "((":
        end = skip_quoted(text, start)
        yield Token("word", text[start:end], start, end)
        return
    index = start
    while index < len(text):
        end = index
        while end < len(text) and not text[end].isspace():
            end = skip_quoted(text, end) if text[end] in "\"'`" or text[end : end + 2] in _CLOSERS else end + 1
        closing = index != start and text[index : index + 2] == "]]"
        yield Token("word", text[index : index + 2 if closing else end], index, index + 2 if closing else end)
        if closing:
            return
        index = end
        while index < len(text) and text[index].isspace():
            index += 1
    message = "']]' is missing"
    raise ShellSyntaxError(message)


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def _token(text: str, index: int) -> Token:
    if not text.startswith(("<(", ">("), index):
        redirection = _REDIRECTION.match(text, index)
        if redirection is not None:
            return Token("redirection", redirection[0], index, redirection.end())
        for operator in _OPERATORS:
            if text.startswith(operator, index):
                return Token("operator", operator, index, index + len(operator))
    end = _word_end(text, index)
    return Token("word", text[index:end], index, end)


def _word_end(text: str, start: int) -> int:
    index = start
    while index < len(text) and (text[index] not in _WORD_ENDS or index == start):
        if text[index] == "\\":
            index = min(index + 2, len(text))
        elif text[index] in "\"'`" or text[index : index + 2] in _CLOSERS:
            index = skip_quoted(text, index)
        else:
            index += 1
        if text.startswith("(", index) and ASSIGNMENT.fullmatch(text, start, index):
            index = skip_quoted(text, index)
    return index


def _with_target(text: str, token: Token, heredocs: list[tuple[str, bool]]) -> Token:
    """Take the word after a redirection into its token; a heredoc's body is skipped at the end of the line."""
    blank = _BLANK.match(text, token.end)
    start = blank.end() if blank is not None else token.end
    if start >= len(text) or text[start] in _WORD_ENDS - {"<", ">"}:
        message = f"nothing stands after {token.text}"
        raise ShellSyntaxError(message)
    end = _word_end(text, start)
    if token.text.lstrip("0123456789") in {"<<", "<<-"}:
        heredocs.append((re.sub(r"[\"'\\]", "", text[start:end]), token.text.endswith("-")))
    return Token("redirection", token.text, token.start, end)


def _skip_heredocs(text: str, index: int, heredocs: list[tuple[str, bool]]) -> int:
    for marker, tabs in heredocs:
        while index < len(text):
            end = _line_end(text, index)
            line = text[index:end].rstrip("\r")
            index = end + 1
            if (line.lstrip("\t") if tabs else line) == marker:
                break
    return min(index, len(text))
