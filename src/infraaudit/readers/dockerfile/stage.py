"""One stage of a Dockerfile while it is read, and what an instruction does to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model import Absent, EnvironmentVariable, Known, Port, Unknown
from infraaudit.readers.dockerfile.commands import command_of, healthcheck_of
from infraaudit.readers.dockerfile.copies import absolute
from infraaudit.readers.dockerfile.pairs import pairs_of, uses_of
from infraaudit.readers.dockerfile.words import placed_words, string_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infraaudit.model import BuildArgument, BuildCommands, BuildStep, Command, CopiedFile, Maybe, Probe, Value
    from infraaudit.readers.dockerfile.instructions import Instruction
    from infraaudit.readers.dockerfile.scope import Scope
    from infraaudit.readers.dockerfile.text import PlacedText
    from infraaudit.source.span import Span

_DEFAULT_SHELL = ("/bin/sh", "-c")
_WINDOWS, _WINDOWS_SHELL = "mcr.microsoft.com/windows", ("cmd", "/S", "/C")
_MOST_PORTS = 50


@dataclass
class Stage:
    """A stage while it is read. ``label`` is its name, or its number where it has none.

    ``triggers`` are what its ``ONBUILD`` lines keep for the stages that are built upon it.
    """

    label: str
    at: Span
    base: Maybe[str]
    scope: Scope
    parent: Stage | None = None
    platform: Maybe[str] = field(init=False)
    workdir: Maybe[str] = field(init=False)
    user: Maybe[str] = field(init=False)
    entrypoint: Maybe[Command] = field(init=False)
    command: Maybe[Command] = field(init=False)
    healthcheck: Maybe[Probe] = field(init=False)
    stop_signal: Maybe[str] = field(init=False)
    environment: dict[str, EnvironmentVariable] = field(default_factory=dict)
    arguments: dict[str, BuildArgument] = field(default_factory=dict)
    steps: list[BuildStep] = field(default_factory=list)
    runs: list[BuildCommands] = field(default_factory=list)
    copies: list[CopiedFile] = field(default_factory=list)
    exposed: list[Port] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    shell: tuple[str, ...] = _DEFAULT_SHELL
    command_is_own: bool = False
    named: bool = False
    triggers: list[Instruction] = field(default_factory=list)
    health_disabled: bool = False

    def __post_init__(self) -> None:
        parent, nothing = self.parent, Absent(self.at)
        self.platform = nothing
        if parent is None:
            self.workdir = self.user = self.stop_signal = nothing
            self.entrypoint = self.command = self.healthcheck = nothing
            if isinstance(self.base, Known) and self.base.value.startswith(_WINDOWS):
                self.shell = _WINDOWS_SHELL
            return
        self.workdir, self.user, self.stop_signal = parent.workdir, parent.user, parent.stop_signal
        self.entrypoint, self.command, self.healthcheck = parent.entrypoint, parent.command, parent.healthcheck
        self.health_disabled = parent.health_disabled
        self.environment, self.exposed = dict(parent.environment), list(parent.exposed)
        self.volumes, self.shell = list(parent.volumes), parent.shell

    @property
    def chain(self) -> list[Stage]:
        """The stage itself and those that it is built upon, nearest first."""
        chain = [self]
        while chain[-1].parent is not None:
            chain.append(chain[-1].parent)
        return chain


def configure(stage: Stage, instruction: Instruction) -> None:
    """Take an instruction that sets something of the image itself into force."""
    setter = _SETTERS.get(instruction.keyword)
    if setter is not None:
        setter(stage, instruction)


def note_uses(stage: Stage, instruction: Instruction) -> None:
    """Remember where a ``RUN`` or ``ENV`` uses the arguments of its stage."""
    _, text = instruction.line.cut(len(instruction.keyword))
    for body in (text, *(heredoc.body for heredoc in instruction.heredocs)):
        for name, argument in stage.arguments.items():
            spans = tuple(body.span(start, end) for start, end in uses_of(name, body))
            if spans:
                stage.arguments[name] = replace(argument, uses=(*argument.uses, *spans))


def _environment(stage: Stage, instruction: Instruction) -> None:
    pairs = [
        (name.text, stage.scope.value(value), value.span())
        for name, value in pairs_of(instruction.rest, stage.scope.escape)
        if value is not None
    ]
    for name, value, at in pairs:
        stage.scope.set_environment(name, value)
        stage.environment.pop(name, None)
        stage.environment[name] = EnvironmentVariable(name, value, at)


def _set_workdir(stage: Stage, instruction: Instruction) -> None:
    stage.workdir = _workdir(stage.workdir, stage.scope.value(instruction.rest))


def _set_user(stage: Stage, instruction: Instruction) -> None:
    stage.user = stage.scope.value(instruction.rest)


def _set_stop_signal(stage: Stage, instruction: Instruction) -> None:
    stage.stop_signal = stage.scope.value(instruction.rest)


def _set_entrypoint(stage: Stage, instruction: Instruction) -> None:
    """Set the entrypoint; the builder then drops a command that the stage did not set itself."""
    stage.entrypoint = command_of(instruction.rest, stage.shell)
    if not stage.command_is_own:
        stage.command = Absent(instruction.at)


def _set_command(stage: Stage, instruction: Instruction) -> None:
    stage.command = command_of(instruction.rest, stage.shell)
    stage.command_is_own = True


def _set_healthcheck(stage: Stage, instruction: Instruction) -> None:
    stage.healthcheck = healthcheck_of(instruction, stage.shell)
    stage.health_disabled = isinstance(stage.healthcheck, Absent)


def _set_shell(stage: Stage, instruction: Instruction) -> None:
    stage.shell = string_array(instruction.rest.text) or stage.shell


def _expose(stage: Stage, instruction: Instruction) -> None:
    for word in placed_words(instruction.rest, stage.scope.escape):
        stage.exposed.extend(_ports(stage.scope, word))


def _add_volumes(stage: Stage, instruction: Instruction) -> None:
    stage.volumes.extend(_volumes(stage, instruction.rest))


def _workdir(before: Maybe[str], value: Value[str]) -> Maybe[str]:
    """Return the working directory after a ``WORKDIR``: a relative one is below the one before."""
    if isinstance(value, Unknown):
        return value
    if value.value.startswith("/") or isinstance(before, Known):
        folder = absolute(value.value, before.value if isinstance(before, Known) else None)
        return Known(folder.rstrip("/") or "/", value.at) if folder is not None else value
    why = before.why if isinstance(before, Unknown) else "it is relative to the working directory of the base image"
    return Unknown(why, value.at)


def _ports(scope: Scope, word: PlacedText) -> list[Port]:
    value = scope.value(word)
    if isinstance(value, Unknown):
        return [Port(number=Unknown(value.why, value.at), at=value.at)]
    numbers, _, protocol = value.value.partition("/")
    first, _, last = numbers.partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        why = f"{numbers!r} is not a port number"
        return [Port(number=Unknown(why, value.at), at=value.at)]
    stop = min(int(last or first), int(first) + _MOST_PORTS - 1)
    return [
        Port(number=Known(number, value.at), at=value.at, protocol=protocol.lower() or "tcp")
        for number in range(int(first), stop + 1)
    ]


def _volumes(stage: Stage, rest: PlacedText) -> list[str]:
    array = string_array(rest.text)
    if array is not None:
        return list(array)
    values = [stage.scope.value(word) for word in placed_words(rest, stage.scope.escape)]
    return [value.value for value in values if isinstance(value, Known)]


_SETTERS: Mapping[str, Callable[[Stage, Instruction], None]] = {
    "CMD": _set_command,
    "ENTRYPOINT": _set_entrypoint,
    "ENV": _environment,
    "EXPOSE": _expose,
    "HEALTHCHECK": _set_healthcheck,
    "SHELL": _set_shell,
    "STOPSIGNAL": _set_stop_signal,
    "USER": _set_user,
    "VOLUME": _add_volumes,
    "WORKDIR": _set_workdir,
}
