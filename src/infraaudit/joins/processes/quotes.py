"""Where a quoted or substituted piece of a word ends."""

from __future__ import annotations

from infraaudit.source.shell_tree import ShellSyntaxError

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
