"""Reads a shell line or script for what it starts: which commands, in what manner, and with which variables.

The text is walked once from top to bottom, as far as its conditions can be decided. Nothing is ever run.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.joins.processes.conditions import holds
from infraaudit.joins.processes.words import Expansion, Variables, Word, hole
from infraaudit.source.shell_parse import parse_shell
from infraaudit.source.shell_tree import Arithmetic, Case, Choice, Function, Group, Loop, Simple
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.source.shell_tree import Body, Item, Statement

MOST_COMMANDS = 2000
"""Simple commands of one script after which the reading stops."""

_MOST_ARGUMENTS = 500
_DEEPEST_CALL = 10
_CHARACTERS_OF_COMMAND = 64
_ASSIGN_DEFAULT = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*):?=")
_VARIABLE_COMMANDS = frozenset({"export", "declare", "typeset", "readonly", "local"})
_QUIET = frozenset(
    {
        "alias", "bg", "cd", "echo", "fg", "getopts", "hash", "let", "popd", "printf", "pushd", "read", "return",
        "shopt", "sleep", "type", "ulimit", "umask", "wait", "mapfile", "readarray", "log", "break", "continue",
    },
)  # fmt: skip


_ANSWERS: dict[str, Callable[[tuple[Word, ...]], bool | None]] = {
    "[": lambda words: holds(words[1:-1]),
    "test": lambda words: holds(words[1:]),
    ":": lambda _: True,
    "true": lambda _: True,
    "false": lambda _: False,
}


class Manner(StrEnum):
    """How a shell starts a command, which decides what becomes of the shell."""

    EXEC = "exec"
    SIMPLE = "simple"
    REDIRECTED = "redirected"
    LIST = "list"
    BLOCK = "block"
    FOLLOWED = "followed"
    BACKGROUND = "background"
    PIPELINE = "pipeline"
    LOOP = "loop"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Start:
    """One command that the shell starts. ``certain`` is false behind a condition that cannot be decided."""

    words: tuple[Word, ...]
    manner: Manner
    certain: bool
    variables: Variables
    at: Span


@dataclass(frozen=True, slots=True)
class Story:
    """All that a shell starts, in order.

    ``replaced`` tells that the last one surely takes the place of the shell, ``traps`` that the shell catches signals,
    and ``whole`` that the text was read to its end.
    """

    starts: tuple[Start, ...]
    replaced: bool
    traps: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class _Context:
    """Where in the text a command stands."""

    certain: bool = True
    followed: bool = False
    several: bool = False
    block: bool = False
    loop: bool = False
    call: bool = False
    pipeline: bool = False
    background: bool = False
    subshell: bool = False
    condition: bool = False

    def manner(self, *, redirected: bool) -> Manner:
        """Return how a command without ``exec`` is started here, the surest reason for the shell to stay first."""
        reasons = (
            (self.background, Manner.BACKGROUND),
            (self.pipeline, Manner.PIPELINE),
            (self.loop, Manner.LOOP),
            (self.followed, Manner.FOLLOWED),
            (self.call, Manner.CALL),
            (self.block, Manner.BLOCK),
            (redirected, Manner.REDIRECTED),
            (self.several, Manner.LIST),
        )
        return next((manner for applies, manner in reasons if applies), Manner.SIMPLE)

    @property
    def lasting(self) -> bool:
        """Whether what is set here is surely set for the rest of the text."""
        return self.certain and not (self.loop or self.pipeline or self.background or self.subshell)


def read_shell(
    text: str,
    place: Callable[[int, int], Span],
    program: Word,
    arguments: tuple[Word, ...],
    variables: Variables,
    *,
    dash: bool = False,
) -> Story:
    """Read a line or a script. ``place`` gives the span of a stretch of it, ``program`` is its ``$0``.

    ``dash`` tells that dash reads it, which knows neither ``[[`` nor ``source``, and to which ``&>`` is a ``&``.
    Raises :class:`ShellSyntaxError` for text that is no shell.
    """
    run = _Run(place, program, arguments, variables, dash)
    run.body(parse_shell(text), _Context())
    return Story(tuple(run.starts), run.replaced, run.traps, run.whole)


def places_in_script(path: str, text: str) -> Callable[[int, int], Span]:
    """Return what turns character offsets of a script into spans."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(start: int, end: int) -> Span:
        first, last = bisect_right(starts, start), bisect_right(starts, end)
        return Span(path, first, start - starts[first - 1] + 1, last, end - starts[last - 1] + 1)

    return place


@dataclass
class _Run:
    """The state of the reading."""

    place: Callable[[int, int], Span]
    program: Word
    arguments: tuple[Word, ...] | None
    variables: Variables
    dash: bool
    private: dict[str, Word] = field(default_factory=dict)
    functions: dict[str, Body] = field(default_factory=dict)
    starts: list[Start] = field(default_factory=list)
    traps: bool = False
    ended: bool = False
    replaced: bool = False
    whole: bool = True
    commands: int = 0
    calls: int = 0

    def body(self, items: Body, context: _Context) -> bool | None:
        """Read a list. Returns whether its last command succeeds, ``None`` where that cannot be told."""
        status: bool | None = True
        inner = replace(context, several=context.several or len(items) > 1)
        for index, item in enumerate(items):
            if self.ended:
                break
            here = replace(inner, followed=inner.followed or index + 1 < len(items))
            if not item.connector:
                status = self._item(item, here)
            elif status is None:
                self._item(item, replace(here, certain=False))
            elif status is (item.connector == "&&"):
                status = self._item(item, here)
        return status

    def _item(self, item: Item, context: _Context) -> bool | None:
        here = replace(context, background=context.background or item.background)
        if len(item.stages) > 1:
            here = replace(here, pipeline=True)
        status: bool | None = True
        for stage in item.stages:
            status = self._statement(stage, here)
        if item.background:
            return True
        if item.negated:
            return None if status is None else not status
        return status

    def _statement(self, statement: Statement, context: _Context) -> bool | None:
        status: bool | None = None
        match statement:
            case Simple():
                status = self._simple(statement, context)
            case Choice():
                status = self._choice(statement, replace(context, block=True))
            case Case():
                status = self._case(statement, replace(context, block=True))
            case Loop():
                status = self.body(statement.body, replace(context, loop=True))
            case Group():
                subshell = context.subshell or statement.subshell
                status = self.body(statement.body, replace(context, block=True, subshell=subshell))
            case Function():
                self.functions[statement.name] = statement.body
                status = True
            case Arithmetic():
                pass
        return status

    def _choice(self, statement: Choice, context: _Context) -> bool | None:
        certain = context.certain
        for condition, body in statement.arms:
            decided = True if condition is None else self._condition(condition, context)
            if decided is not False:
                status = self.body(body, replace(context, certain=certain and decided is True))
                if decided:
                    return status if certain else None
                certain = False
        return True if certain else None

    def _condition(self, condition: Body, context: _Context) -> bool | None:
        """Decide a condition. What it starts is over before anything else begins, so it is forgotten."""
        before = len(self.starts)
        status = self.body(condition, replace(context, condition=True))
        del self.starts[before:]
        return status

    def _case(self, statement: Case, context: _Context) -> bool | None:
        expansion = self._expansion(context_at=self.program.at)
        subject = expansion.text(statement.subject)
        certain = context.certain
        for patterns, body in statement.arms:
            fits = _fits(subject, tuple(expansion.text(pattern) for pattern in patterns))
            if fits is not False:
                status = self.body(body, replace(context, certain=certain and fits is True))
                if fits:
                    return status if certain else None
                certain = False
        return True if certain else None

    def _expansion(self, context_at: Span) -> Expansion:
        known = Variables({**self.variables.values, **self.private}, self.variables.gap)
        return Expansion(known, self.arguments, self.program, context_at)

    def _simple(self, command: Simple, context: _Context) -> bool | None:
        self.commands += 1 + sum(len(raw) for raw in command.words) // _CHARACTERS_OF_COMMAND
        if self.commands > MOST_COMMANDS:
            self.ended, self.whole = True, False
            return None
        at = self.place(command.start, command.end)
        expansion = self._expansion(at)
        if command.words and command.words[0] == "[[":
            return False if self.dash else holds(tuple(expansion.text(each) for each in command.words[1:-1]))
        if self.dash and any(operator.startswith("&>") for operator in command.redirections):
            context = replace(context, background=True)
        words = tuple(word for raw in command.words for word in expansion.words(raw))
        self._assign_defaults(command, expansion, context)
        assigned = tuple(self._assignment(each, expansion) for each in command.assignments)
        if not words:
            for name, value in assigned:
                self._assign(name, value, context, export=False)
            return True
        name = posixpath.basename(words[0].text)
        if name in _ANSWERS:
            return _ANSWERS[name](words)
        if self._does_itself(name, words, command, context):
            return True
        return self._starts(
            words,
            dict(assigned),
            context,
            Start((), context.manner(redirected=bool(command.redirections)), context.certain, self.variables, at),
        )

    def _starts(
        self, words: tuple[Word, ...], assigned: dict[str, Word], context: _Context, start: Start
    ) -> bool | None:
        """Note a command that is no part of the shell, or follow the call of a function."""
        manner = start.manner
        if words[0].text == "exec":
            words = _without_options(words[1:])
            separate = context.pipeline or context.background or context.subshell
            manner = manner if separate else Manner.EXEC
        elif words[0].text in self.functions and self.calls < _DEEPEST_CALL:
            return self._call(words[0].text, words[1:], context)
        if not words:
            return True
        variables = Variables({**start.variables.values, **assigned}, start.variables.gap)
        self.starts.append(replace(start, words=words, manner=manner, variables=variables))
        self.replaced = manner is Manner.EXEC and context.certain and not context.loop
        self.ended = self.ended or self.replaced
        return None if context.condition else True

    def _call(self, name: str, arguments: tuple[Word, ...], context: _Context) -> bool | None:
        outer, self.arguments = self.arguments, arguments
        self.calls += 1
        status = self.body(self.functions[name], replace(context, call=True))
        self.calls -= 1
        self.arguments = outer
        return status

    def _does_itself(self, name: str, words: tuple[Word, ...], command: Simple, context: _Context) -> bool:
        """Do what changes nothing but the shell; returns whether the command was of that kind."""
        if name == "trap":
            self.traps = True
        elif name == "exit":
            self.ended = self.ended or (context.lasting and not context.call)
        elif name in {"set", "shift"}:
            self._rearrange(name, words[1:], context)
        elif name == "source" and self.dash:
            return True
        elif name in {"eval", "source", ".", "unset"}:
            if name in {"source", "."} and words[1:] and not context.followed and not context.condition:
                self._goes_on_in(words[1:], command, context)
            self._lose(name, words[1:])
        elif name in _VARIABLE_COMMANDS:
            for raw in command.words[1:]:
                self._export(raw, context, exported=name == "export")
        else:
            return name in _QUIET and name not in self.functions
        return True

    def _rearrange(self, name: str, words: tuple[Word, ...], context: _Context) -> None:
        """Follow ``set -- ...`` and ``shift``."""
        texts = [word.text for word in words]
        if name == "set" and "--" not in texts:
            return
        if not context.lasting or self.arguments is None:
            self.arguments = None
        elif name == "set":
            self.arguments = words[texts.index("--") + 1 :]
        else:
            count = int(texts[0]) if texts and texts[0].isdecimal() and len(texts[0]) < len("1000") else 1
            self.arguments = self.arguments[count:]
        if self.arguments is not None and len(self.arguments) > _MOST_ARGUMENTS:
            self.arguments = None

    def _goes_on_in(self, words: tuple[Word, ...], command: Simple, context: _Context) -> None:
        """Note that the shell ends with another script that it reads itself, with the same arguments unless told."""
        arguments = words[1:] or self.arguments or ()
        at = self.place(command.start, command.end)
        start = Start((words[0], *arguments), Manner.EXEC, context.certain, self.variables, at)
        self.starts.append(start)
        self.replaced = context.certain and not context.loop

    def _lose(self, name: str, words: tuple[Word, ...]) -> None:
        """Note that variables may have changed in a way that cannot be followed."""
        if name == "unset":
            for word in words:
                self.private.pop(word.text, None)
                left = {key: value for key, value in self.variables.values.items() if key != word.text}
                self.variables = Variables(left, self.variables.gap)
        elif not (words and posixpath.basename(words[0].text) == "activate"):
            shown = " ".join(word.shown for word in words[:1])
            self.variables = Variables(self.variables.values, f"{shown or name} may have set it")

    def _assignment(self, raw: str, expansion: Expansion) -> tuple[str, Word]:
        name, _, value = raw.partition("=")
        word = expansion.text(value)
        if name.endswith("+") or value.startswith("("):
            return name.rstrip("+"), hole(
                f"${{{name.rstrip('+')}}}", word.at, "it is put together while the script runs"
            )
        return name, word

    def _export(self, raw: str, context: _Context, *, exported: bool) -> None:
        if "=" in raw:
            name, value = self._assignment(raw, self._expansion(self.program.at))
            self._assign(name, value, context, export=exported)
        elif exported and raw in self.private:
            self._assign(raw, self.private[raw], context, export=True)

    def _assign(self, name: str, value: Word, context: _Context, *, export: bool) -> None:
        if not context.lasting:
            value = hole(f"${{{name}}}", value.at, f"{name} is set under a condition of the script")
        if export or name in self.variables.values:
            self.variables = self.variables.with_value(name, value)
            self.private.pop(name, None)
        else:
            self.private[name] = value

    def _assign_defaults(self, command: Simple, expansion: Expansion, context: _Context) -> None:
        """Follow ``: ${NAME:=default}``."""
        for raw in command.words:
            match = _ASSIGN_DEFAULT.search(raw)
            if match is not None and "}" in raw:
                value = expansion.text(raw[match.start() : raw.rindex("}") + 1])
                self._assign(match["name"], value, context, export=False)


def _without_options(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Drop the options of ``exec`` itself."""
    while words and words[0].text in {"-a", "-c", "-l", "-cl", "--"}:
        words = words[2:] if words[0].text == "-a" else words[1:]
    return words


def _fits(subject: Word, patterns: tuple[Word, ...]) -> bool | None:
    """Tell whether a pattern of a ``case`` fits."""
    if any(pattern.text == "*" for pattern in patterns):
        return True
    if not subject.known:
        return None
    answers = [fnmatchcase(subject.text, pattern.text) if pattern.known else None for pattern in patterns]
    return True if True in answers else None if None in answers else False
