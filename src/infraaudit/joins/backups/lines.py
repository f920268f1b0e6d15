"""Reads what a container runs for the programs that copy data, and for what becomes of their failure."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.joins.processes.shells import places_in_script
from infraaudit.model import CommandForm, Known
from infraaudit.source.shell_parse import parse_shell
from infraaudit.source.shell_tree import Choice, ShellSyntaxError, Simple, commands_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infraaudit.facts import Row
    from infraaudit.model import Container, Script
    from infraaudit.source.shell_tree import Body, Item
    from infraaudit.source.span import Span

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_ERRORS_END = re.compile(r"^-[a-z]*e|errexit")
_CHECKS = re.compile(
    r"pg_restore\s+(?:-l|--list)|gzip\s+-t|gunzip\s+-t|zstd\s+-t|\[\s+(?:!\s+)?-s|test\s+-s|wc\s+-c|stat\s"
)
_ASKS = re.compile(r"\$\?|\$\{?PIPESTATUS|trap\s+\S+.*ERR")
_SWALLOWING = frozenset({"true", ":", "echo", "printf", "exit"})
_REDIRECT = re.compile(r"(?<![0-9&])>{1,2}\s*(?P<path>\"[^\"\n]+\"|'[^'\n]+'|[^\s|;&<>()]+)")
_WORD = re.compile(r"[a-z][a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of shell that a container runs. ``place`` turns offsets into spans."""

    text: str
    place: Callable[[int, int], Span]
    errors_end: bool = False
    pipefail: bool = False


@dataclass(frozen=True, slots=True)
class Dump:
    """One call of a program that copies a store.

    ``hidden`` says how its failure is lost, empty where it is seen. ``output`` is the path that it writes to, empty
    where it is not seen. ``doubt`` says why what becomes of a failure cannot be told.
    """

    row: Row
    words: tuple[str, ...]
    at: Span
    hidden: str = ""
    output: str = ""
    doubt: str = ""

    @property
    def tool(self) -> str:
        """The name of the program."""
        return posixpath.basename(self.words[0])


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a container: dumps, whether a copy is looked at, whether it is sent away, whether it loops."""

    dumps: tuple[Dump, ...] = ()
    checked: bool = False
    sends: bool = False
    loops: bool = False


def texts_of(container: Container, scripts: Mapping[str, Script]) -> Iterator[Text]:
    """Yield the shell that a container runs: what is written for ``sh -c``, and the scripts of the tree it names."""
    written = [each for each in (container.entrypoint, container.command) if isinstance(each, Known)]
    if not written:
        return
    at = written[-1].at
    words = tuple(word for each in written for word in each.value.words)
    in_shell = any(each.value.form is CommandForm.SHELL for each in written)

    def everywhere(_: int, __: int) -> Span:
        return at

    yield from _of_scripts(words, scripts)
    if in_shell:
        yield Text("\n".join(words), everywhere)
    elif words and posixpath.basename(words[0]) in _SHELLS:
        yield from _of_shell(words, everywhere)
    elif words:
        line = " ".join(_quoted(word) for word in words)
        yield Text(line, everywhere, errors_end=True, pipefail=True)


def _of_scripts(words: tuple[str, ...], scripts: Mapping[str, Script]) -> Iterator[Text]:
    for path in dict.fromkeys(part for word in words for part in word.split()):
        script = scripts.get(posixpath.normpath(path)) if path.startswith("/") else None
        if script is not None:
            flags = _flags(script.text.partition("\n")[0].split())
            yield Text(script.text, places_in_script(script.path, script.text), *flags)


def _of_shell(words: tuple[str, ...], place: Callable[[int, int], Span]) -> Iterator[Text]:
    """Yield the line of ``sh -c``; without that option the shell runs a script."""
    if any("c" in option for option in _options(words)):
        lines = (word for word in words[1:] if not word.startswith(("-", "+")) and word != "pipefail")
        yield Text(next(lines, ""), place, *_flags(list(words[1:])))


def _options(words: tuple[str, ...]) -> list[str]:
    return [word[1:] for word in words[1:] if word.startswith("-") and not word.startswith("--")]


def _flags(words: list[str]) -> tuple[bool, bool]:
    """Return whether an error ends the shell, and whether one inside a pipe counts."""
    options = [word for word in words if word.startswith("-")]
    return any(_ERRORS_END.search(option) for option in options), "pipefail" in words


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else "'" + word.replace("'", "'\\''") + "'"


def read(texts: Iterator[Text]) -> Reading:
    """Return what all texts together do."""
    dumps: list[Dump] = []
    checked = sends = loops = False
    for text in texts:
        try:
            body = parse_shell(text.text)
        except ShellSyntaxError as error:
            dumps.extend(_in_unreadable(text, f"the shell that runs it cannot be read: {error}"))
            continue
        commands = list(commands_of(body))
        dumps.extend(_dumps(text, body))
        checked = checked or bool(_CHECKS.search(text.text))
        sends = sends or any(_row_of(each) is not None and _sends(each) for each in commands)
        loops = loops or "crond" in text.text or any(_sleeps(each) for each in commands)
    return Reading(tuple(dumps), checked, sends, loops)


def _in_unreadable(text: Text, why: str) -> Iterator[Dump]:
    for match in _WORD.finditer(text.text):
        row = _rows().get(match[0])
        if row is not None and not row.get("carries") and not row.get("needs"):
            yield Dump(row, (match[0],), text.place(match.start(), match.end()), doubt=why)


def _sleeps(command: Simple) -> bool:
    return bool(command.words) and posixpath.basename(command.words[0]) in {"sleep", "crond", "cron", "supercronic"}


@cache
def _rows() -> Mapping[str, Row]:
    return {program: row for row in table("backup_tools").values() for program in row["programs"]}


def _row_of(command: Simple) -> Row | None:
    if not command.words:
        return None
    words = command.words[1:] if command.words[0] in {"exec", "nice", "time", "command"} else command.words
    row = _rows().get(posixpath.basename(words[0])) if words else None
    if row is None or (row.get("needs") and row["needs"] not in command.words):
        return None
    return row


def _sends(command: Simple) -> bool:
    row = _row_of(command)
    return row is not None and bool(row.get("carries") or row.get("sends_away"))


# -- what becomes of a failure ---------------------------------------------------------------------------------------


def _dumps(text: Text, body: Body) -> Iterator[Dump]:
    errors_end, pipefail = text.errors_end, text.pipefail
    for index, item in enumerate(body):
        for stage in item.stages:
            if isinstance(stage, Simple) and stage.words[:1] == ("set",):
                flags = _flags(list(stage.words[1:]))
                errors_end, pipefail = errors_end or flags[0], pipefail or flags[1]
        inner = Text(text.text, text.place, errors_end, pipefail)
        for position, stage in enumerate(item.stages):
            command = stage if isinstance(stage, Simple) else None
            if command is not None and (row := _row_of(command)) is not None and not row.get("carries"):
                piped = position + 1 < len(item.stages) and not pipefail
                hidden = "the pipe reports only how its last command ended" if piped else ""
                hidden = hidden or _swallowed(item, body[index + 1 :], inner)
                yield _dump(text, row, command, hidden)
            elif not isinstance(stage, Simple | Choice):
                yield from _dumps(inner, getattr(stage, "body", ()))
            elif isinstance(stage, Choice):
                for _, then in stage.arms:
                    yield from _dumps(inner, then)


def _swallowed(item: Item, after: Body, text: Text) -> str:
    """Return how what comes after a command hides that it failed, empty where it does not."""
    for following in after:
        if following.connector == "||":
            return _by_alternative(following)
        if following.connector == "&&":
            continue
        if text.errors_end or _ASKS.search(text.text) or item.background:
            return ""
        return "the shell goes on, and reports how what follows ended"
    return ""


def _by_alternative(following: Item) -> str:
    stage = following.stages[0] if following.stages else None
    if not isinstance(stage, Simple) or not stage.words:
        return ""
    name, *words = stage.words
    if name not in _SWALLOWING or (name == "exit" and words[:1] != ["0"]):
        return ""
    return f"|| {' '.join(stage.words[:2])} turns a failure into a success"


def _dump(text: Text, row: Row, command: Simple, hidden: str) -> Dump:
    at = text.place(command.start, command.end)
    return Dump(row, command.words, at, hidden, _output(text.text, row, command))


def _output(text: str, row: Row, command: Simple) -> str:
    """Return the path that is written to: after an option, or what the line is directed into."""
    for index, word in enumerate(command.words):
        for option in row.get("output", ()):
            if word == option and index + 1 < len(command.words):
                return command.words[index + 1].strip("\"'")
            if option.startswith("--") and word.startswith(f"{option}="):
                return word.partition("=")[2].strip("\"'")
    line = text[command.start :].partition("\n")[0]
    found = _REDIRECT.search(line)
    return found["path"].strip("\"'") if found is not None else ""
