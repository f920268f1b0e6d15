"""Tells what each container really runs: the orchestrator's command over the image's, followed to the program."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.joins.images import facts_of_reference, shell_of
from infraaudit.joins.processes.commands import Effective, effective_command
from infraaudit.joins.processes.launches import Scene, follow
from infraaudit.joins.processes.python_servers import process_of, unknown_process
from infraaudit.joins.processes.words import Variables, expand_references, hole, plain, variables_of
from infraaudit.model import (
    KUBERNETES,
    Absent,
    Container,
    EdgeKind,
    Image,
    Process,
    Server,
    ShellKind,
    Unknown,
    VolumeKind,
    known_value,
)

if TYPE_CHECKING:
    from infraaudit.facts.images import ImageFacts
    from infraaudit.joins.processes.words import Word
    from infraaudit.model import Estate, Maybe, Script
    from infraaudit.source.span import Span


def join_processes(estate: Estate) -> Estate:
    """Fill the process of every container whose command, or whose image's command, can be seen."""
    return estate.with_containers(
        replace(container, process=process)
        for container in estate.of(Container)
        if (process := container_process(estate, container)) is not None
    )


def container_process(estate: Estate, container: Container) -> Process | None:
    """Return what a container runs; ``None`` where neither it nor an image of the tree says anything."""
    images = estate.targets(container, EdgeKind.RUNS, Image)
    surroundings = _surroundings(container, images[0] if len(images) == 1 else None)
    kubernetes = estate.workload_of(container).platform is KUBERNETES
    command = effective_command(container, surroundings.image)
    if isinstance(command, Unknown):
        return unknown_process(command.why, command.at)
    if command is None:
        return None if _is_cleared(surroundings.image) else _by_image(surroundings)
    if kubernetes:
        words = tuple(expand_references(word, surroundings.variables) for word in command.words)
        command = replace(command, words=words)
    return _started(command, surroundings)


@dataclass(frozen=True)
class _Surroundings:
    """What a command finds around it.

    ``image`` is the stage of the tree that the container runs, ``facts`` what is known of the image that this one
    starts from. ``reference`` is the place where that image is named. ``sealed`` says why the image cannot be looked
    into, and is empty where it can.
    """

    container: Container
    image: Image | None
    facts: ImageFacts | None
    reference: Maybe[str]
    sealed: str
    variables: Variables
    scene: Scene


def _surroundings(container: Container, image: Image | None) -> _Surroundings:
    reference = image.base if image is not None else container.image
    name = known_value(reference)
    facts = facts_of_reference(name) if name else None
    sealed = "" if facts is not None and facts.official else _why_sealed(reference)
    of_image = image.environment if image is not None else ()
    gap = sealed if container.environment_complete else "some of the container's variables cannot be read"
    variables = variables_of((*of_image, *container.environment), gap)
    scene = _scene(container, image, facts, reference)
    return _Surroundings(container, image, facts, reference, sealed, variables, scene)


def _why_sealed(reference: Maybe[str]) -> str:
    if isinstance(reference, Unknown):
        return reference.why
    name = known_value(reference)
    return f"what is in the image {name} is not known" if name else "the image is not known"


def _scene(container: Container, image: Image | None, facts: ImageFacts | None, reference: Maybe[str]) -> Scene:
    name = known_value(reference) or "the image"
    shell_why = f"what /bin/sh is in {name} is not known; exec before the program would settle it"
    workdir = known_value(container.workdir) if container.workdir is not None else None
    if image is None:
        shell = ShellKind(facts.shell) if facts is not None else ShellKind.UNKNOWN
        return Scene(shell, shell_why, dict(container.scripts), workdir or "/")
    shell = image.shell if image.shell is not ShellKind.UNKNOWN else shell_of(image)
    below = known_value(image.workdir) or "/"
    return Scene(shell, shell_why, _scripts(container, image), posixpath.join(below, workdir or ""))


def _scripts(container: Container, image: Image) -> dict[str, Script]:
    """Return the scripts that a container finds: those mounted, and those of the image that no mount lies over."""
    mounts = [mount for mount in container.mounts if known_value(mount.kind) is VolumeKind.HOST_PATH]
    covered = [path.rstrip("/") for mount in mounts if (path := known_value(mount.path)) is not None]
    seen = {
        path: script
        for path, script in image.scripts
        if not any(path == folder or path.startswith(folder + "/") for folder in covered)
    }
    return {**seen, **dict(container.scripts)}


def _is_cleared(image: Image | None) -> bool:
    """Tell whether a build takes away what its base starts."""
    written = (known_value(image.entrypoint), known_value(image.command)) if image is not None else ()
    return any(command is not None and not command.words for command in written)


class _Hidden(StrEnum):
    """What an entrypoint does that stands in an image which is not built here."""

    NOTHING = "none"
    HANDS_OVER = "exec"
    IS_THE_PROGRAM = "program"
    UNKNOWN = ""


def _started(command: Effective, around: _Surroundings) -> Process | None:
    """Follow the command. An entrypoint that is not seen may run before it, or be a program that it configures."""
    hidden = _hidden_entrypoint(command, around)
    words = command.words
    if hidden is _Hidden.IS_THE_PROGRAM:
        before = around.facts.before if around.facts is not None else ()
        if not before:
            return Process(Server.OTHER, command.at, pid1_shell=Absent(command.at))
        words = (*(plain(word, command.at) for word in before), *words)
    elif hidden is not _Hidden.NOTHING and words[0].text.startswith("-"):
        return None
    launch = follow(words, around.variables, around.scene, command.at)
    process = process_of(launch, around.scene, around.sealed, command.at)
    if hidden is _Hidden.UNKNOWN and isinstance(process.pid1_shell, Absent):
        name = known_value(around.reference) or "the image"
        why = f"the entrypoint of {name} is not known, and may run before the command"
        return replace(process, pid1_shell=Unknown(why, process.pid1_shell.at))
    return process


def _hidden_entrypoint(command: Effective, around: _Surroundings) -> _Hidden:
    if command.has_entrypoint:
        return _Hidden.NOTHING
    return _Hidden(around.facts.entrypoint if around.facts is not None and around.facts.official else "")


def _by_image(around: _Surroundings) -> Process | None:
    """Return the process of an image that is known to start a server by itself."""
    facts = around.facts
    if facts is None or not facts.starts:
        return None
    at = around.reference.at
    words = tuple(plain(word, at) for word in facts.starts)
    launch = follow((*words, *_bind_of_image(facts, around.variables, at)), around.variables, around.scene, at)
    process = process_of(launch, around.scene, "", at)
    why = f"{facts.family} starts as many processes as the machine has CPUs unless WEB_CONCURRENCY is set"
    return _counted_by_image(process, around.variables, why, at)


def _bind_of_image(facts: ImageFacts, variables: Variables, at: Span) -> tuple[Word, ...]:
    """Return the option for where such an image listens: everywhere, at ``PORT`` or its own port."""
    moved = next((name for name in ("BIND", "HOST") if variables.get(name, at) is not None), "")
    if moved:
        return plain("-b", at), hole(f"${{{moved}}}", at, f"{moved} may move it")
    port = variables.get("PORT", at) or plain(str(facts.port), at)
    return plain("-b", at), replace(port, text=f"0.0.0.0:{port.text}", shown=f"0.0.0.0:{port.shown}")


def _counted_by_image(process: Process, variables: Variables, why: str, at: Span) -> Process:
    """Count as the configuration in such an image does: WEB_CONCURRENCY, else the CPUs, at most MAX_WORKERS."""
    keep_alive: Unknown[int] = Unknown("the configuration in the image sets it", at)
    process = replace(process, keep_alive=keep_alive)
    if variables.get("WEB_CONCURRENCY", at) is not None:
        return process
    ceiling = variables.get("MAX_WORKERS", at)
    if ceiling is not None:
        return replace(process, processes=Unknown(f"it is at most {ceiling.shown}, and follows the CPUs below", at))
    return replace(process, processes=Unknown(why, at), host_cpus=why)
