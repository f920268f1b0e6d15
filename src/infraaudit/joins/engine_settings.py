"""Reads what the engine of a store in a container is told, by its arguments and by variables."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Parameter, Parameters, Unknown, known_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.model import Container, EnvironmentVariable
    from infraaudit.source.span import Span

_CONFIGURATION = re.compile(r"(?:\S+\.(?:conf|cnf|cfg|ini|ya?ml|toml)|--config|--defaults-file|config_file)(?:=.*)?")
_CONFIGURATION_FOLDERS = {
    "mysql": ("/etc/mysql", "/etc/my.cnf"),
    "kafka": ("/opt/kafka/config", "/mnt/shared/config", "/etc/kafka", "/bitnami/kafka/config"),
    "rabbitmq": ("/etc/rabbitmq",),
}
_SETTING = re.compile(r"(?P<name>[A-Za-z_][\w.-]*)=(?P<value>.*)", re.DOTALL)
_KAFKA = re.compile(r"KAFKA_(?:CFG_)?(?P<name>[A-Z0-9_]+)")
_ON = "on"
_SHORT = {"-F": ("fsync", "off")}
"""What single letters of PostgreSQL set."""


def settings_of(container: Container, engine: str) -> Parameters:
    """Return the settings that are written for an engine, and why there may be others."""
    at = container.command.at
    words = words_of(container)
    if words is None:
        return Parameters(at, doubt=Unknown(f"the arguments of {container} cannot be told", at))
    tokens = _tokens(words)
    read = _READERS.get(engine)
    members = tuple(read(container, tokens, at)) if read is not None else ()
    return Parameters(at, (*members, *_speeding(container, tokens, at)), _doubt(container, engine, tokens))


def words_of(container: Container) -> str | None:
    """Return the arguments that the container gives to the program, ``None`` where they cannot be told."""
    if isinstance(container.command, Unknown) or isinstance(container.entrypoint, Unknown):
        return None
    commands = (known_value(container.entrypoint), known_value(container.command))
    return " ".join(word or '""' for command in commands if command is not None for word in command.words)


def _tokens(words: str) -> list[str]:
    try:
        return shlex.split(words)
    except ValueError:
        return words.split()


def _doubt(container: Container, engine: str, tokens: list[str]) -> Unknown[str] | None:
    if any(_CONFIGURATION.fullmatch(token) for token in tokens):
        return Unknown(f"{container} reads a configuration file of its own", container.command.at)
    for mount in container.mounts:
        path = known_value(mount.path) or ""
        if path.startswith(_CONFIGURATION_FOLDERS.get(engine, ("\0",))):
            return Unknown(f"{container} reads a configuration file of its own at {path}", mount.at)
    if engine == "kafka" and not container.environment_complete:
        return Unknown("settings may come from a source of variables that is not in the scan", container.at)
    return None


def _postgres(_: Container, tokens: list[str], at: Span) -> Iterator[Parameter]:
    for before, token in zip(["", *tokens], tokens, strict=False):
        written = token if before == "-c" else token.removeprefix("-c") if token.startswith("-c") else token[2:]
        match = _SETTING.fullmatch(written) if before == "-c" or token.startswith(("-c", "--")) else None
        if match is not None:
            yield Parameter(match["name"].lower().replace("-", "_"), Known(match["value"].lower(), at))
        elif token in _SHORT:
            name, value = _SHORT[token]
            yield Parameter(name, Known(value, at))


def _mysql(_: Container, tokens: list[str], at: Span) -> Iterator[Parameter]:
    for token in tokens:
        if token.startswith("--"):
            name, equals, value = token[2:].partition("=")
            yield Parameter(name.lower().replace("-", "_"), Known(value.lower() if equals else _ON, at))


def _redis(_: Container, tokens: list[str], at: Span) -> Iterator[Parameter]:
    """Yield ``--name value ...``: what comes up to the next option is the value."""
    name, values = "", list[str]()
    for token in (*tokens, "--"):
        if not token.startswith("--"):
            values.append(token)
            continue
        if name:
            yield Parameter(name.lower(), Known(" ".join(values), at))
        name, values = token[2:], []


def _mongodb(_: Container, tokens: list[str], at: Span) -> Iterator[Parameter]:
    for token in tokens:
        if token.startswith("--"):
            name, equals, value = token[2:].partition("=")
            yield Parameter(name.lower(), Known(value if equals else _ON, at))


def _kafka(container: Container, _: list[str], __: Span) -> Iterator[Parameter]:
    """Yield what variables set: the images turn ``KAFKA_MIN_INSYNC_REPLICAS`` into ``min.insync.replicas``."""
    for variable in reversed(container.environment):
        match = _KAFKA.fullmatch(variable.name)
        if match is not None:
            yield from _of_variable(match["name"].lower().replace("_", "."), variable)


def _of_variable(name: str, variable: EnvironmentVariable) -> Iterator[Parameter]:
    value = variable.value
    if not isinstance(value, Absent):
        yield Parameter(name, value)


def _speeding(container: Container, tokens: list[str], at: Span) -> Iterator[Parameter]:
    """Yield that a library keeps the engine from waiting for the disk."""
    preload = container.variable("LD_PRELOAD")
    if preload is not None and "eatmydata" in (known_value(preload.value) or ""):
        yield Parameter("eatmydata", Known(_ON, preload.value.at))
    elif any(token.rpartition("/")[2] == "eatmydata" for token in tokens):
        yield Parameter("eatmydata", Known(_ON, at))


_READERS: dict[str, Callable[[Container, list[str], Span], Iterator[Parameter]]] = {
    "postgres": _postgres,
    "mysql": _mysql,
    "redis": _redis,
    "mongodb": _mongodb,
    "kafka": _kafka,
}
"""How the images of an engine take settings; an engine that is not here takes none that a policy asks for."""
