"""What the tests of commands and processes share: one container run over one image, and its process in short."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from infraaudit.joins.images import join_images
from infraaudit.joins.processes.containers import join_processes
from infraaudit.model import COMPOSE, Absent, Container, Estate, Known
from tests.builders import a_command, a_container, a_workload, an_image, known, place, variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Image, Maybe, Platform, Process, Script

Written = str | tuple[str, ...]

ENTRYPOINT_AT = place("Dockerfile", 8, 12, 30)
COMMAND_AT = place("Dockerfile", 9, 5, 30)
ABSENT = "absent"
UNKNOWN = "unknown"


class Seen(NamedTuple):
    """A process in short: the value where it is known, else ``ABSENT`` or ``UNKNOWN``."""

    server: str
    processes: object = None
    threads: object = None
    host: object = None
    port: object = None
    keep_alive: object = None


def image(
    command: Written | None = None,
    entrypoint: Written | None = None,
    base: str | None = "python:3.12-slim",
    environment: Mapping[str, str | Maybe[str]] | None = None,
    scripts: tuple[tuple[str, Script], ...] = (),
) -> Image:
    """Build an image with a command of its own; a string is in shell form."""
    at = place("Dockerfile", 1, 1)
    return an_image(
        base=base,
        command=Absent(at) if command is None else a_command(command, COMMAND_AT),
        entrypoint=Absent(at) if entrypoint is None else a_command(entrypoint, ENTRYPOINT_AT),
        environment=variables(environment or {}),
        scripts=scripts,
    )


def container(
    command: Written | None = None,
    entrypoint: Written | None = None,
    environment: Mapping[str, str | Maybe[str]] | None = None,
    *,
    complete: bool = True,
) -> Container:
    """Build a container of the image that ``image`` builds."""
    built = a_container(
        image=known("acme/shop:1"),
        build_context=known(""),
        environment=variables(environment or {}),
        environment_complete=complete,
    )
    return a_container(
        image=built.image,
        build_context=built.build_context,
        environment=built.environment,
        environment_complete=complete,
        command=built.command if command is None else a_command(command),
        entrypoint=built.entrypoint if entrypoint is None else a_command(entrypoint),
    )


def started(of: Container, over: Image | None = None, platform: Platform = COMPOSE) -> Process | None:
    """Run the joins over one workload and return the process of its container."""
    parts = [a_workload(of, platform=platform), *([over] if over is not None else [])]
    estate = join_processes(join_images(Estate.of_parts(parts)))
    return estate.of(Container)[0].process


def process(
    command: Written,
    environment: Mapping[str, str | Maybe[str]] | None = None,
    base: str | None = "python:3.12-slim",
) -> Process:
    """Return the process of an image with this command."""
    found = started(container(environment=environment), image(command, base=base))
    assert found is not None
    return found


def short(value: Maybe[object] | None) -> object:
    """Return the value where it is known, else ``ABSENT``, ``UNKNOWN`` or ``None``."""
    if value is None:
        return None
    if isinstance(value, Known):
        return value.value
    return ABSENT if isinstance(value, Absent) else UNKNOWN


def seen(of: Process) -> Seen:
    """Return a process in short."""
    return Seen(
        of.server.value,
        short(of.processes),
        short(of.threads),
        short(of.bind_host),
        short(of.bind_port),
        short(of.keep_alive),
    )
