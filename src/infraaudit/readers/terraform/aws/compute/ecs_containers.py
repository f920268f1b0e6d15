"""Lifts the containers of an ECS task definition out of its container definitions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Command,
    CommandForm,
    Container,
    EnvironmentVariable,
    Known,
    Logging,
    Mount,
    Port,
    Probe,
    ProbeKind,
    Unknown,
    VolumeKind,
    known_value,
)
from infraaudit.model.node import as_integer
from infraaudit.readers.terraform.aws.defaults import integer_or_default
from infraaudit.readers.terraform.lifting.arguments import (
    argument,
    beneath,
    blocks,
    document,
    is_present,
    is_true,
    may_be_present,
    reason,
)
from infraaudit.readers.terraform.lifting.container_parts import WHY_SECRET, command_of
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, pointed, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.yaml_tree import Scalar

_UNITS_PER_CORE = 1024
_MIB = 2**20
_WRITTEN_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?|\.[0-9]{1,6}) ?(vcpu|gb)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Task:
    """What the containers of one service share: their service, and the task definition behind it."""

    service: Resource
    definition: Resource
    resources: Resources
    alone: bool


def definition_named(resources: Resources, node: Node) -> Resource | None:
    """Return the task definition that an argument names, by reference or by the literal name of its family."""
    found = behind(resources, node, "aws_ecs_task_definition")
    text = node.string()
    if found is not None or not isinstance(text, Known):
        return found
    family = text.value.rsplit("/", 1)[-1].split(":", 1)[0]
    definitions = resources.of_type("aws_ecs_task_definition")
    return next((each for each in definitions if argument(each, "family").content == family), None)


def containers_of(service: Resource, definition: Resource, resources: Resources) -> tuple[Container, ...]:
    """Return the containers of a service; none where the definitions cannot be told."""
    members = [each for each in document(argument(definition, "container_definitions")).each() if each.is_mapping]
    task = _Task(service, definition, resources, len(members) == 1)
    return tuple(_container(task, member, number) for number, member in enumerate(members))


def stop_grace_of(definition: Resource) -> Value[int]:
    """Return the seconds between stop signal and kill: those of the first container, which is the main one."""
    members = document(argument(definition, "container_definitions")).each()
    stated = fact("defaults", "ecs.stop_timeout")
    node = members[0]["stopTimeout"] if members else argument(definition, "container_definitions")
    return node.integer_or(int(stated.value), stated.words)


def _container(task: _Task, node: Node, number: int) -> Container:
    name = known_value(node["name"].string()) or str(number)
    privileged = fact("defaults", "ecs.privileged")
    environment, complete = _environment(task, node)
    task_cpu = argument(task.definition, "cpu").value(_task_cpu, "a number of CPU units")
    task_memory = argument(task.definition, "memory").value(_task_memory, "a number of MiB")
    own_memory = node["memory"].value(_mebibytes, "a number of MiB")
    return Container(
        address=f"{task.service.address}[{name}]",
        kind="container",
        name=name,
        at=node["name"].at,
        deployment=task.service.deployment,
        workload=task.service.address,
        image=node["image"].string(),
        entrypoint=command_of(node["entryPoint"]),
        command=command_of(node["command"]),
        environment=environment,
        environment_complete=complete,
        ports=tuple(_ports(task, node["portMappings"])),
        ports_complete=node["portMappings"].complete
        and not any(each["containerPort"].is_absent for each in node["portMappings"].each()),
        readiness=_health(node["healthCheck"]),
        liveness=Absent(node.at),
        startup=Absent(node.at),
        cpu_request=_request(task, node["cpu"].value(_units, "a number of CPU units"), task_cpu),
        cpu_limit=task_cpu,
        memory_request=_request(task, node["memoryReservation"].value(_mebibytes, "a number of MiB"), own_memory),
        memory_limit=task_memory if isinstance(own_memory, Absent) else own_memory,
        privileged=node["privileged"].boolean_or(fallback=bool(privileged.value), fact=privileged.words),
        user=node["user"].string(),
        mounts=tuple(_mounts(task, node["mountPoints"])),
        init_process=is_true(node.path("linuxParameters", "initProcessEnabled")),
        logging=_logging(task, node),
    )


def _logging(task: _Task, node: Node) -> Logging | None:
    configuration, router = node["logConfiguration"], node["firelensConfiguration"]
    if configuration.is_absent and router.is_absent:
        return None
    options = configuration["options"]
    stated = fact("defaults", "ecs.awslogs_create_group")
    return Logging(
        driver=configuration["logDriver"].string(),
        group=_log_group(task, options["awslogs-group"]),
        creates=options["awslogs-create-group"].boolean_or(fallback=bool(stated.value), fact=stated.words),
        at=configuration.at,
        routes=not router.is_absent,
    )


def _log_group(task: _Task, node: Node) -> Maybe[str]:
    """Return the group as its address where it is referred to, else as the name that is written."""
    reference = reference_of(node)
    if reference is not None:
        return Known(address_of(task.resources, reference.target), node.at)
    return node.string()


# -- sizes ---------------------------------------------------------------------------------------------------


def _units(scalar: Scalar) -> int | None:
    """Read thousandths of a core from CPU units, of which a core has 1024."""
    units = as_integer(scalar)
    return None if units is None else units * 1000 // _UNITS_PER_CORE


def _mebibytes(scalar: Scalar) -> int | None:
    size = as_integer(scalar)
    return None if size is None else size * _MIB


def _written(scalar: Scalar, unit: str) -> float | None:
    match = _WRITTEN_SIZE.fullmatch(str(scalar).strip())
    return None if match is None or match[2].lower() != unit else float(match[1])


def _task_cpu(scalar: Scalar) -> int | None:
    cores = _written(scalar, "vcpu")
    return _units(scalar) if cores is None else int(cores * 1000)


def _task_memory(scalar: Scalar) -> int | None:
    size = _written(scalar, "gb")
    return _mebibytes(scalar) if size is None else int(size * 1024 * _MIB)


def _request(task: _Task, own: Maybe[int], whole: Maybe[int]) -> Maybe[int]:
    """Return what a container is promised: its own share, else the whole task where it is alone in it."""
    if isinstance(own, Known) and own.value == 0:
        own = Absent(own.at)
    return whole if isinstance(own, Absent) and task.alone else own


# -- commands ------------------------------------------------------------------------------------------------


def _health(node: Node) -> Maybe[Probe]:
    """Return the health check of a container. ``CMD-SHELL`` hands its line to a shell, ``NONE`` is no check."""
    if node.is_absent:
        return Absent(node.at)
    if not node.is_mapping:
        return Unknown(reason(node), node.at)
    command = command_of(node["command"])
    if isinstance(command, Known):
        kind, words = command.value.words[0], command.value.words[1:]
        if kind == "NONE":
            return Absent(node["command"].at)
        if kind == "CMD-SHELL":
            command = Known(Command(CommandForm.SHELL, (" ".join(words),)), command.at)
        elif kind == "CMD":
            command = Known(Command(CommandForm.LIST, words), command.at)
    probe = Probe(
        ProbeKind.EXEC,
        node["command"].at,
        command=command,
        initial_delay=integer_or_default(node["startPeriod"], "ecs.health_check_start_period"),
        period=integer_or_default(node["interval"], "ecs.health_check_interval"),
        timeout=integer_or_default(node["timeout"], "ecs.health_check_timeout"),
        failure_threshold=integer_or_default(node["retries"], "ecs.health_check_retries"),
    )
    return Known(probe, node.at)


# -- environment and ports -----------------------------------------------------------------------------------


def _environment(task: _Task, node: Node) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    """Return the variables of a container, and whether these are all of them."""
    plain, secret = node["environment"], node["secrets"]
    named = [each for each in plain.each() if isinstance(each["name"].string(), Known)]
    variables = [_variable(each) for each in named]
    variables += [_secret(task, each) for each in secret.each() if isinstance(each["name"].string(), Known)]
    complete = (
        plain.complete
        and secret.complete
        and len(variables) == len(plain.each()) + len(secret.each())
        and node["environmentFiles"].is_absent
    )
    return tuple(variables), complete


def _variable(node: Node) -> EnvironmentVariable:
    value = node["value"]
    place = node["name"].at if value.is_absent else value.at
    return EnvironmentVariable(known_value(node["name"].string()) or "", value.string(), place)


def _secret(task: _Task, node: Node) -> EnvironmentVariable:
    source = node["valueFrom"]
    reference = reference_of(source)
    if reference is not None:
        name = address_of(task.resources, reference.target)
    else:
        mentions = [address_of(task.resources, target) for target in source.mentions]
        name = known_value(source.string()) or next(iter(mentions), "a secret store")
    value: Unknown[str] = Unknown(WHY_SECRET, source.at, mentions=source.mentions)
    return EnvironmentVariable(known_value(node["name"].string()) or "", value, source.at, name)


def _ports(task: _Task, node: Node) -> Iterator[Port]:
    mode = argument(task.definition, "network_mode").string()
    shared = isinstance(mode, Absent) or known_value(mode) in {"bridge", "host"}
    for each in node.each():
        number = each["containerPort"].integer()
        host = each["hostPort"].integer()
        published = host if shared and isinstance(host, Known) and host.value else None
        if not isinstance(number, Absent):
            yield Port(
                number,
                each["containerPort"].at,
                name=known_value(each["name"].string()) or "",
                protocol=(known_value(each["protocol"].string()) or "tcp").lower(),
                published=published,
            )


# -- volumes -------------------------------------------------------------------------------------------------


def _mounts(task: _Task, node: Node) -> Iterator[Mount]:
    for each in node.each():
        path = each["containerPath"].string()
        source = each["sourceVolume"].string()
        if isinstance(path, Absent):
            continue
        kind, origin = _volume(task, source)
        yield Mount(
            path,
            kind,
            origin,
            each["containerPath"].at,
            read_only=is_true(each["readOnly"]),
            file_system=_file_system(task, source),
        )


def _file_system(task: _Task, name: Maybe[str]) -> Maybe[str] | None:
    """Return the file system of Amazon EFS that a volume of the task lies on, ``None`` where it lies on none."""
    for volume in blocks(task.definition.body["volume"])[0]:
        node = beneath(volume, "efs_volume_configuration.file_system_id", task.definition.at)
        if isinstance(name, Known) and volume["name"].content == name.value and not node.is_absent:
            return pointed(task.resources, node)
    return None


def _volume(task: _Task, name: Maybe[str]) -> tuple[Value[VolumeKind], Maybe[str]]:
    """Return what a volume of the task keeps, and its source: the path on the host, or its name."""
    members, complete = blocks(task.definition.body["volume"])
    if not isinstance(name, Known):
        why = name.why if isinstance(name, Unknown) else "the mount names no volume"
        return Unknown(why, name.at), name
    for volume in members:
        if volume["name"].content == name.value:
            return _volume_kind(volume, name, task.definition)
    if complete:
        return Unknown(f"the task has no volume {name.value}", name.at), name
    return Unknown("the volumes of the task cannot be told", name.at), name


def _volume_kind(volume: Node, name: Known[str], definition: Resource) -> tuple[Value[VolumeKind], Maybe[str]]:
    host = volume["host_path"]
    if any(is_present(volume[each]) for each in _LASTING):
        return Known(VolumeKind.PERSISTENT, volume["name"].at), name
    if is_present(host) and host.content != "":
        return Known(VolumeKind.HOST_PATH, host.at), host.string()
    if may_be_present(host):
        return Unknown(reason(host), host.at), name
    at_launch = volume["configure_at_launch"]
    if is_true(at_launch) or at_launch.is_unknown:
        return Unknown("the volume is configured when the service is launched", at_launch.at), name
    if is_present(volume["docker_volume_configuration"]):
        return _docker_volume(volume, definition), name
    return Known(VolumeKind.EPHEMERAL, volume["name"].at), name


_LASTING = ("efs_volume_configuration", "fsx_windows_file_server_volume_configuration", "s3files_volume_configuration")
"""Blocks of a volume that lies on a file system of its own."""


def _docker_volume(volume: Node, definition: Resource) -> Value[VolumeKind]:
    """Return what a Docker volume keeps: one of the scope ``shared`` outlives the task, one of ``task`` does not."""
    scope = beneath(volume, "docker_volume_configuration.scope", definition.at).string()
    if isinstance(scope, Unknown):
        return Unknown(scope.why, scope.at)
    shared = isinstance(scope, Known) and scope.value == "shared"
    return Known(VolumeKind.PERSISTENT if shared else VolumeKind.EPHEMERAL, scope.at)
