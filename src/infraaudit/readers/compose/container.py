"""The container of a service: what it starts, opens and mounts, and what it may use."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Command,
    CommandForm,
    Container,
    Known,
    Logging,
    Maybe,
    Node,
    Probe,
    ProbeKind,
    Unknown,
    default,
)
from infraaudit.model.quantities import compose_bytes, compose_cpu, go_duration
from infraaudit.readers.compose.environment import environment_of
from infraaudit.readers.compose.mounts import mounted_scripts, mounts_of
from infraaudit.readers.compose.openings import ports_of

if TYPE_CHECKING:
    from infraaudit.model import Deployment
    from infraaudit.readers.compose.files import Files
    from infraaudit.readers.compose.loader import Project

_NOT_A_COMMAND = "what is written here is neither text nor a list of words"


def container_of(name: str, service: Node, project: Project, deployment: Deployment, files: Files) -> Container:
    """Return the one container that each copy of a service is."""
    at = service.key_at or service.at
    variables, complete = environment_of(service, project, files)
    privileged = fact("defaults", "compose.privileged")
    resources = service.path("deploy", "resources")
    limits, reservations = resources["limits"], resources["reservations"]
    return Container(
        address=f"service {name}[{name}]",
        kind="service",
        name=name,
        at=at,
        deployment=deployment,
        workload=f"service {name}",
        image=_image(service),
        entrypoint=command_of(service["entrypoint"]),
        command=command_of(service["command"]),
        environment=variables,
        environment_complete=complete,
        ports=ports_of(service),
        ports_complete=service["ports"].complete and service["expose"].complete,
        readiness=_health(service["healthcheck"]),
        health_disabled=_is_disabled(service["healthcheck"]),
        liveness=Absent(at),
        startup=Absent(at),
        cpu_request=_amount(_first(reservations["cpus"]).value(compose_cpu, "a number of cores")),
        cpu_limit=_amount(_first(limits["cpus"], service["cpus"]).value(compose_cpu, "a number of cores")),
        memory_request=_amount(
            _first(reservations["memory"], service["mem_reservation"]).value(compose_bytes, "a size")
        ),
        memory_limit=_amount(_first(limits["memory"], service["mem_limit"]).value(compose_bytes, "a size")),
        privileged=service["privileged"].boolean_or(bool(privileged.value), privileged.words),
        user=service["user"].string(),
        mounts=mounts_of(service, project, files.tree),
        workdir=service["working_dir"].string(),
        scripts=mounted_scripts(service, files.tree),
        init_process=service["init"].boolean() == Known(value=True, at=service["init"].at),
        build_context=_build_context(service["build"]),
        build_file=_build_file(service["build"]),
        build_target=_build_part(service["build"], "target"),
        build_arguments=tuple((name, value.string()) for name, value in service["build"]["args"].items()),
        logging=_logging(service["logging"]),
    )


def _logging(node: Node) -> Logging | None:
    if node.is_absent:
        return None
    options = node["options"]
    stated = fact("defaults", "docker.awslogs_create_group")
    return Logging(
        driver=node["driver"].string(),
        group=options["awslogs-group"].string(),
        creates=options["awslogs-create-group"].boolean_or(bool(stated.value), stated.words),
        at=node.at,
        limit=options["max-size"].string(),
    )


def _first(*nodes: Node) -> Node:
    return next((node for node in nodes if not node.is_absent), nodes[-1])


def _amount(value: Maybe[int]) -> Maybe[int]:
    """Return a limit; zero is how a file says that there is none."""
    return Absent(value.at) if isinstance(value, Known) and value.value == 0 else value


def _image(service: Node) -> Maybe[str]:
    image = service["image"].string()
    nothing = isinstance(image, Absent) and all(service[key].is_absent for key in ("build", "provider"))
    if not nothing:
        return image
    at = service.key_at or service.at
    return Unknown("neither image nor build is written here; the file that this one changes cannot be told", at)


def command_of(node: Node) -> Maybe[Command]:
    """Return a command: text is split into words as a shell would, but no shell runs it."""
    if node.is_absent:
        return Absent(node.key_at or node.at)
    if node.is_list:
        return _list_command(node)
    text = node.string()
    if not isinstance(text, Known):
        return Unknown(text.why if isinstance(text, Unknown) else _NOT_A_COMMAND, node.at)
    try:
        words = tuple(shlex.split(text.value))
    except ValueError:
        return Unknown("a quote in this command is never closed", node.at)
    return Known(Command(CommandForm.LIST, words), text.at)


def _list_command(node: Node) -> Maybe[Command]:
    words: list[str] = []
    at = node.at
    for item in node.each():
        word = item.string()
        if not isinstance(word, Known):
            return Unknown(word.why if isinstance(word, Unknown) else _NOT_A_COMMAND, item.at)
        words.append(word.value)
        for step in word.at.trail:
            at = at.via(step.what, step.at)
    return Known(Command(CommandForm.LIST, tuple(words)), at)


# -- health --------------------------------------------------------------------------------------------------


def _health(node: Node) -> Maybe[Probe]:
    """Return the health check of a service; a check that is switched off is none."""
    if node.is_unknown:
        return Unknown("what is written here cannot be told", node.at)
    if not node.is_mapping:
        return Absent(node.key_at or node.at)
    test = node["test"]
    if _is_disabled(node):
        return Absent(node["disable"].at if node["disable"].content is True else test.at)
    at = test.at if not test.is_absent else node.key_at or node.at
    probe = Probe(
        kind=ProbeKind.EXEC,
        at=at,
        command=_test(test),
        initial_delay=node["start_period"].value(go_duration, "a duration"),
        period=node["interval"].value(go_duration, "a duration"),
        timeout=node["timeout"].value(go_duration, "a duration"),
        failure_threshold=node["retries"].integer(),
    )
    return Known(probe, at)


def _is_disabled(node: Node) -> bool:
    words = node["test"].each()
    return node["disable"].content is True or bool(words and words[0].content == "NONE")


def _test(node: Node) -> Maybe[Command]:
    if node.is_scalar:
        return node.string().map(_shell_line)
    command = command_of(node)
    if not isinstance(command, Known):
        return command
    head, *words = command.value.words or ("",)
    if head == "CMD-SHELL":
        return Known(Command(CommandForm.SHELL, (" ".join(words),)), command.at)
    if head == "CMD":
        return Known(Command(CommandForm.LIST, tuple(words)), command.at)
    return Unknown("the test begins with neither CMD nor CMD-SHELL", node.at)


def _shell_line(line: str) -> Command:
    return Command(CommandForm.SHELL, (line,))


# -- build ---------------------------------------------------------------------------------------------------


def _build_context(build: Node) -> Maybe[str] | None:
    """Return the context as a path below the root; ``None`` where nothing is built."""
    if build.is_absent:
        return None
    context = build["context"].string()
    if not isinstance(context, Known):
        return context
    path = context.value
    if "://" in path or path.startswith(("git@", "github.com/")):
        return Unknown("the build context is fetched from elsewhere", context.at)
    if path.startswith(("/", "~", "..")):
        return Unknown("the build context lies outside the scanned folder", context.at)
    return Known("" if path == "." else path, context.at)


def _build_file(build: Node) -> Maybe[str] | None:
    context = _build_context(build)
    if context is None or isinstance(context, Absent | Unknown):
        return context
    if not build["dockerfile_inline"].is_absent:
        return Unknown("the Dockerfile is written inside the Compose file", build["dockerfile_inline"].at)
    written = build["dockerfile"].string()
    if isinstance(written, Unknown):
        return written
    if isinstance(written, Absent):
        usual = fact("defaults", "compose.dockerfile")
        return default(_joined(context.value, str(usual.value)), context.at, usual.words)
    path = _joined(context.value, written.value)
    if path.startswith(("/", "..")):
        return Unknown("the Dockerfile lies outside the scanned folder", written.at)
    return Known(path, written.at)


def _joined(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))


def _build_part(build: Node, key: str) -> Maybe[str] | None:
    return None if build.is_absent else build[key].string()
