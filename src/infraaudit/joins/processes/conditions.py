"""Decides the tests of shell scripts, as far as they compare what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.joins.processes.words import Word

_UNARY = 2
_BINARY = 3
_LONGEST_NUMBER = 12


def holds(words: tuple[Word, ...]) -> bool | None:
    """Decide what stands inside ``[ ]`` or ``[[ ]]``; ``None`` where it cannot be told.

    Tests of files are never decided: what is in the container is not known.
    """
    if words and words[0].text == "!":
        inner = holds(words[1:])
        return None if inner is None else not inner
    if not words:
        return False
    if len(words) == 1:
        return bool(words[0].text) if words[0].known else None
    if len(words) == _UNARY:
        return _unary(words[0].text, words[1])
    return _binary(words[0], words[1].text, words[2]) if len(words) == _BINARY else None


def _unary(operator: str, operand: Word) -> bool | None:
    if operator not in {"-n", "-z"} or not operand.known:
        return None
    return (operand.text == "") is (operator == "-z")


def _binary(left: Word, operator: str, right: Word) -> bool | None:
    if not left.known or not right.known or any(mark in right.text for mark in "*?["):
        return None
    if operator in {"=", "==", "!="}:
        return (left.text == right.text) is (operator != "!=")
    first, second = _number(left.text), _number(right.text)
    if first is None or second is None:
        return None
    answers = {
        "-eq": first == second,
        "-ne": first != second,
        "-lt": first < second,
        "-le": first <= second,
        "-gt": first > second,
        "-ge": first >= second,
    }
    return answers.get(operator)


def _number(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) <= _LONGEST_NUMBER else None
