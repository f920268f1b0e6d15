"""Builders of entities for tests: everything that a test does not speak of has a harmless value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from infraaudit.model import (
    COMPOSE,
    Absent,
    Command,
    CommandForm,
    Container,
    Deployment,
    EnvironmentVariable,
    Image,
    Known,
    Script,
    Unknown,
    Workload,
)
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Maybe, Platform

T = TypeVar("T")

HERE = Span("compose.yaml", 3, 5, 3, 20)
DEPLOYMENT = Deployment("compose:.", ".")


def place(path: str = "compose.yaml", line: int = 1, column: int = 1, width: int = 1) -> Span:
    return Span(path, line, column, line, column + width)


def known(value: T, at: Span = HERE) -> Known[T]:
    return Known(value, at)


def unknown(why: str = "var.x has no default", at: Span = HERE) -> Unknown[str]:
    return Unknown(why, at)


def absent(at: Span = HERE) -> Absent:
    return Absent(at)


def a_command(
    written: str | tuple[str, ...], at: Span = HERE, shell: tuple[str, ...] = ("/bin/sh", "-c")
) -> Known[Command]:
    """A string is a line for a shell, a tuple is a list of words."""
    if isinstance(written, str):
        return Known(Command(CommandForm.SHELL, (written,), shell), at)
    return Known(Command(CommandForm.LIST, written, shell), at)


def variables(values: Mapping[str, str | Maybe[str]], at: Span = HERE) -> tuple[EnvironmentVariable, ...]:
    return tuple(
        EnvironmentVariable(name, Known(value, at) if isinstance(value, str) else value, at)
        for name, value in values.items()
    )


_CONTAINER = Container(
    address="service web/container",
    kind="container",
    name="web",
    at=HERE,
    deployment=DEPLOYMENT,
    workload="service web",
    image=Absent(HERE),
    entrypoint=Absent(HERE),
    command=Absent(HERE),
    readiness=Absent(HERE),
    liveness=Absent(HERE),
    startup=Absent(HERE),
    cpu_request=Absent(HERE),
    cpu_limit=Absent(HERE),
    memory_request=Absent(HERE),
    memory_limit=Absent(HERE),
    privileged=Known(value=False, at=HERE),
    user=Absent(HERE),
)


def a_container(name: str = "web", **fields: Any) -> Container:  # noqa: ANN401 - any field of the class
    """Build a container of the workload ``service NAME``."""
    named = {"name": name, "address": f"service {name}/container", "workload": f"service {name}"}
    return replace(_CONTAINER, **{**named, **fields})


def a_workload(*containers: Container, platform: Platform = COMPOSE, **fields: Any) -> Workload:  # noqa: ANN401 - as above
    """Build the workload of these containers."""
    name = containers[0].name if containers else "web"
    workload = Workload(
        address=f"service {name}",
        kind="service",
        name=name,
        at=HERE,
        deployment=containers[0].deployment if containers else DEPLOYMENT,
        platform=platform,
        replicas=Known(1, HERE, stated=False),
        surge=Absent(HERE),
        stop_grace=Known(10, HERE, stated=False),
        containers=containers,
        host_network=Known(value=False, at=HERE, stated=False),
    )
    return replace(workload, **fields)


def an_image(file: str = "Dockerfile", base: str | None = "python:3.12-slim", **fields: Any) -> Image:  # noqa: ANN401 - as above
    """Build the final stage of a Dockerfile; ``base=None`` stands for one that cannot be told."""
    at = Span(file, 1, 6, 1, 22)
    image = Image(
        address=f"{file} final",
        kind="image",
        name=file,
        at=at,
        deployment=Deployment(f"build:{file}", "."),
        file=file,
        context="",
        stage="final",
        final=True,
        base=Known(base, at) if base is not None else Unknown("BASE has no default", at),
        entrypoint=Absent(at),
        command=Absent(at),
        user=Absent(at),
        workdir=Known("/app", at),
        healthcheck=Absent(at),
        stop_signal=Absent(at),
    )
    return replace(image, **fields)


def a_script(text: str, path: str = "entrypoint.sh", at: str = "/entrypoint.sh") -> tuple[tuple[str, Script], ...]:
    """Build what ``Image.scripts`` holds for one script."""
    return ((at, Script(path, text)),)
