"""What is built: a Dockerfile's stages and what the image of each carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.compute.workload import Secrecy
from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.compute.script import Script
    from infraaudit.model.compute.workload import Command, EnvironmentVariable, Port, Probe
    from infraaudit.model.values import Maybe
    from infraaudit.source.span import Span


class ShellKind(StrEnum):
    """What ``/bin/sh`` is in an image, for shells differ in whether they stay the first process."""

    DASH = "dash"
    ASH = "busybox ash"
    BASH = "bash"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BuildArgument:
    """An ``ARG``: its default if it has one, and where the stage uses it (in ``RUN`` and ``ENV`` lines)."""

    name: str
    default: Maybe[str]
    at: Span
    uses: tuple[Span, ...] = ()
    secrecy: Secrecy = Secrecy.PLAIN


@dataclass(frozen=True, slots=True)
class BuildStep:
    """A ``RUN`` or another instruction that a policy may look into, with its text after continuation lines.

    ``secrets`` are the names under which a ``RUN`` holds literal secrets; their text is taken out of the model.
    """

    instruction: str
    text: str
    at: Span
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file that ``COPY`` or ``ADD`` brings into an image: from the build context, or from a stage.

    ``secret_files`` are the files of the tree with the name of one that holds secrets which it brings along, and
    ``.git`` where it brings the history; what an ignore file keeps back is not among them.
    """

    source: str
    target: str
    at: Span
    from_stage: str = ""
    secret_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PythonPackage:
    """A Python package that a build installs, by its normalised name, and where that is written.

    ``version`` is empty where no exact one is written. ``extras`` are the optional parts that are asked for. What only
    other packages ask for is not ``direct``.
    """

    name: str
    version: str
    at: Span
    extras: tuple[str, ...] = ()
    direct: bool = True


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """A package of the system that a build asks a package manager for; it may be taken away again later."""

    name: str
    manager: str
    at: Span


@dataclass(frozen=True, slots=True)
class PipedDownload:
    """A download that a build hands to an interpreter unseen: what loads it, and what runs it."""

    loader: str
    interpreter: str
    at: Span


@dataclass(frozen=True, slots=True)
class BuildCommands:
    """What the commands of a build bring into an image beside its files.

    ``unseen`` says why there may be more, and is empty where every command was read: a script, a name from a variable.
    """

    packages: tuple[SystemPackage, ...] = ()
    downloads: tuple[PipedDownload, ...] = ()
    unseen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Entity):
    """One stage of a Dockerfile as the image that it would become, with what it inherits from the stages before it.

    ``base`` is the image that the chain of stages starts from. ``final`` marks the last stage. ``ancestors`` are
    the addresses of the stages that this one is built upon (not those that it copies from), nearest first.
    ``health_disabled`` tells that ``HEALTHCHECK NONE`` takes away even the check of the base image.
    ``python_packages`` are those that the build installs, and ``None`` where no file or command says so.
    ``scripts`` are the scripts of the build context that its commands, or those of an orchestrator, may run, by
    their path in the image. ``commands`` are what its ``RUN`` lines, and those of the stages below, install.
    ``platform`` is the one that it is always pulled for, where its file says so. ``user`` is that of the base image
    where no ``USER`` is written and the base is well known. ``shell_words`` are the ``SHELL`` in force at its end;
    ``shell`` is what ``/bin/sh`` is, which ``SHELL`` does not change.
    """

    file: str
    context: str
    stage: str
    final: bool
    base: Maybe[str]
    ancestors: tuple[str, ...] = ()
    entrypoint: Maybe[Command]
    command: Maybe[Command]
    user: Maybe[str]
    workdir: Maybe[str]
    healthcheck: Maybe[Probe]
    health_disabled: bool = False
    stop_signal: Maybe[str]
    environment: tuple[EnvironmentVariable, ...] = ()
    arguments: tuple[BuildArgument, ...] = ()
    steps: tuple[BuildStep, ...] = ()
    copies: tuple[CopiedFile, ...] = ()
    exposed: tuple[Port, ...] = ()
    volumes: tuple[str, ...] = ()
    shell: ShellKind = ShellKind.UNKNOWN
    shell_words: tuple[str, ...] = ("/bin/sh", "-c")
    scripts: tuple[tuple[str, Script], ...] = ()
    python_packages: tuple[PythonPackage, ...] | None = None
    commands: BuildCommands = BuildCommands()
    platform: Maybe[str] | None = None
