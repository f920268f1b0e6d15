"""Recognises programs by the words of a command: wrappers that start another, and servers that the facts know."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.joins.processes.words import plain

if TYPE_CHECKING:
    from infraaudit.facts import Row
    from infraaudit.joins.processes.words import Word

_PYTHON = re.compile(r"(?:python|pypy)[\d.]*t?")
_PYTHON_VALUED = frozenset({"-W", "-X", "--check-hash-based-pycs"})


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """What a wrapper starts, why the wrapper is one for development, if it is, and where its debugger listens."""

    words: tuple[Word, ...]
    development: str = ""
    debugger: Word | None = None


def run_by_python(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the module or script and its arguments for a command of the Python interpreter, else the words.

    A module keeps the ``-m`` before it.
    """
    if not words or not _PYTHON.fullmatch(posixpath.basename(words[0].text)):
        return words
    index = 1
    while index < len(words):
        text = words[index].text
        if text in _PYTHON_VALUED:
            index += 2
        elif re.fullmatch(r"-[A-Za-z]*m", text):
            return (plain("-m", words[index].at), *words[index + 1 :])
        elif text.startswith("-m") and len(text) > len("-m"):
            return (plain("-m", words[index].at), plain(text[2:], words[index].at), *words[index + 1 :])
        elif re.fullmatch(r"-[A-Za-z]*c", text) or text == "-":
            return words
        elif text.startswith("-"):
            index += 1
        else:
            return words[index:]
    return words


def unwrapped(words: tuple[Word, ...]) -> Unwrapped | None:
    """Return what a wrapper starts, ``None`` where the command is no wrapper or starts nothing."""
    module = len(words) > 1 and words[0].text == "-m"
    own = words[1:] if module else words
    row = table("wrappers").get(posixpath.basename(own[0].text)) if own else None
    if row is None or (module and not row.get("module")):
        return None
    rest = own[1:]
    follows = row.get("follows", [])
    if follows:
        rest = _without_options(rest, row, before_operand=True)
        if not rest or rest[0].text not in follows:
            return None
        rest = rest[1:]
    if row.get("after"):
        rest = _behind(rest, row["after"])
    else:
        rest = _without_options(rest, row, before_operand=False)[row.get("operands", 0) :]
    if rest and row.get("module") and rest[0].text in {"-m", "--module"}:
        rest = (plain("python", rest[0].at), plain("-m", rest[0].at), *rest[1:])
    elif rest and row.get("module") and rest[0].text.endswith(".py"):
        rest = (plain("python", rest[0].at), *rest)
    return Unwrapped(rest, row.get("development", ""), _debugger(own, row)) if rest else None


def _debugger(words: tuple[Word, ...], row: Row) -> Word | None:
    option = row.get("debugger", "")
    pairs = pairwise(words)
    return next((following for word, following in pairs if option and word.text == option), None)


def _without_options(words: tuple[Word, ...], row: Row, *, before_operand: bool) -> tuple[Word, ...]:
    """Drop the options before the first operand, with their values; ``--`` ends them."""
    valued, all_valued = row.get("valued", []), row.get("all_valued", False)
    index = 0
    while index < len(words) and words[index].text.startswith("-") and len(words[index].text) > 1:
        text = words[index].text
        if text == "--":
            return words[index + (0 if before_operand else 1) :]
        if text in {"-m", "--module"} and row.get("module") and not before_operand:
            break
        long_valued = all_valued and text.startswith("--") and "=" not in text
        index += 2 if text in valued or long_valued else 1
    return words[index:]


def _behind(words: tuple[Word, ...], separator: str) -> tuple[Word, ...]:
    texts = [word.text for word in words]
    return words[texts.index(separator) + 1 :] if separator in texts else ()


def known_server(words: tuple[Word, ...], *, weak: bool = False) -> Row | None:
    """Return the row of ``servers.toml`` for the program that a command starts, ``None`` for any other program.

    A weak row is that of a program which may serve, or may be a step before what serves.
    """
    row = known_program(words, "servers")
    return row if row is not None and row.get("weak", False) is weak else None


def known_program(words: tuple[Word, ...], name_of_table: str) -> Row | None:
    """Return the row of a table of programs for the one that a command starts, ``None`` for any other."""
    run = run_by_python(words)
    module = len(run) > 1 and run[0].text == "-m"
    name = run[1].text if module else posixpath.basename(run[0].text) if run else ""
    by_script = run is not words and not module
    arguments = run[2:] if module else run[1:]
    return next(
        (
            row
            for row in table(name_of_table).values()
            if _has_name(row, name, module=module, by_script=by_script) and _is_asked(row, arguments)
        ),
        None,
    )


def _has_name(row: Row, name: str, *, module: bool, by_script: bool) -> bool:
    if module:
        return name in row.get("modules", [])
    if by_script and name.endswith(".py"):
        return name in row.get("scripts", [])
    return name in row.get("programs", []) or name in row.get("scripts", [])


def _is_asked(row: Row, arguments: tuple[Word, ...]) -> bool:
    """Tell whether the arguments hold the words that make the program this server."""
    operands = _operands(arguments, row.get("valued", []))
    follows, phrases = row.get("follows"), row.get("phrases")
    if follows is not None and not any(operand in follows for operand in operands[:1]):
        return False
    if phrases is not None and not any(operands[: len(phrase)] == phrase for phrase in phrases):
        return False
    return not any(word in operands for word in row.get("unless", []))


def _operands(arguments: tuple[Word, ...], valued: list[str]) -> list[str]:
    """Return the arguments that are neither options nor the values of those that come before a subcommand."""
    texts = [argument.text for argument in arguments]
    pairs = zip(["", *texts], texts, strict=False)
    return [text for before, text in pairs if not text.startswith("-") and before not in valued]
