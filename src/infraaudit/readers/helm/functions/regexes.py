"""Functions of regular expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, text_of
from infraaudit.readers.helm.functions.wrapping import UnevaluatedError, pure, refuse, whole
from infraaudit.readers.helm.patterns.compiling import PatternError, compiled
from infraaudit.readers.helm.patterns.matching import Match, TooMuchWorkError, first_match, matches, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import ParamSpec, TypeVar

    from infraaudit.readers.helm.evaluator import Function
    from infraaudit.readers.helm.patterns.program import Program

    Given = ParamSpec("Given")
    Result = TypeVar("Result")


def _program(cell: Cell) -> Program:
    try:
        return compiled(text_of(cell))
    except PatternError as error:
        message = f"error parsing regexp: {error}: {text_of(cell)!r}"
        raise refuse(message) from error


def _searching(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Wrap a function of which a search may be too much work."""

    def searched(*arguments: Given.args, **named: Given.kwargs) -> Result:
        try:
            return function(*arguments, **named)
        except TooMuchWorkError:
            message = "a text is too long to be searched with the pattern of its template"
            raise UnevaluatedError(message) from None

    return searched


def _replace(cell: Cell, pattern: Cell, new: Callable[[Match], str]) -> object:
    text = replaced(_program(pattern), text_of(cell), new)
    return cell if cell.data == text else text


@_searching
def _replace_all(pattern: Cell, cell: Cell, new: Cell) -> object:
    template = text_of(new)
    return _replace(cell, pattern, lambda found: found.expanded(template))


@_searching
def _replace_literal(pattern: Cell, cell: Cell, new: Cell) -> object:
    return _replace(cell, pattern, lambda _: str(text_of(new)))


@_searching
def _match(pattern: Cell, cell: Cell) -> bool:
    return first_match(_program(pattern), text_of(cell)) is not None


@_searching
def _find(pattern: Cell, cell: Cell) -> str:
    found = first_match(_program(pattern), text_of(cell))
    return "" if found is None else found.group(0)


@_searching
def _find_all(pattern: Cell, cell: Cell, limit: Cell) -> list[str]:
    found = [each.group(0) for each in matches(_program(pattern), text_of(cell))]
    return found if whole(limit) < 0 else found[: whole(limit)]


@_searching
def _split(pattern: Cell, cell: Cell, limit: Cell) -> list[str]:
    text, most = text_of(cell), whole(limit)
    if most == 0:
        return []
    if text_of(pattern) and not text:
        return [""]
    parts: list[str] = []
    start = 0
    end = 0
    for found in matches(_program(pattern), text):
        if most > 0 and len(parts) == most - 1:
            break
        end = found.start
        if found.end:
            parts.append(text[start:end])
        start = found.end
    return parts if end == len(text) and text else [*parts, text[start:]]


def _quote_meta(cell: Cell) -> str:
    return re.sub(r"[\\.+*?()|\[\]{}^$]", lambda found: f"\\{found[0]}", text_of(cell))


REGEXES: Mapping[str, Function] = {
    "regexMatch": pure(_match),
    "mustRegexMatch": pure(_match),
    "regexFind": pure(_find),
    "mustRegexFind": pure(_find),
    "regexFindAll": pure(_find_all),
    "mustRegexFindAll": pure(_find_all),
    "regexReplaceAll": pure(_replace_all),
    "mustRegexReplaceAll": pure(_replace_all),
    "regexReplaceAllLiteral": pure(_replace_literal),
    "mustRegexReplaceAllLiteral": pure(_replace_literal),
    "regexSplit": pure(_split),
    "mustRegexSplit": pure(_split),
    "regexQuoteMeta": pure(_quote_meta),
}
