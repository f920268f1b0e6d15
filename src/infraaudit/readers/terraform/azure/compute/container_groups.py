"""Lifts the groups of Azure Container Instances: a few containers that run as one copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    CONTAINER_INSTANCES,
    Absent,
    Container,
    EnvironmentVariable,
    Known,
    Location,
    Logging,
    Mount,
    Port,
    Probe,
    ProbeKind,
    Role,
    Unknown,
    VolumeKind,
    Workload,
    default,
    known_value,
)
from infraaudit.model.quantities import kubernetes_cpu
from infraaudit.readers.terraform.azure.compute.machines import is_spot, zones_of
from infraaudit.readers.terraform.azure.defaults import TABLE
from infraaudit.readers.terraform.azure.network.networks import subnets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_present, is_true, reason
from infraaudit.readers.terraform.lifting.container_parts import WHY_SECRET, command_of, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.yaml_tree import Scalar

_GROUP = "azurerm_container_group"
_GIB = 2**30
_ENDS = frozenset({"Never", "OnFailure"})
_LOST = ("empty_dir", "git_repo", "secret")
_WHY_GRACE = "how long Container Instances lets a container stop is not among the facts"


def lift_container_groups(resources: Resources) -> Iterator[Workload]:
    """Lift each ``azurerm_container_group`` whose containers can be told; the others are left to be opaque."""
    for resource in resources.of_type(_GROUP):
        members, complete = blocks(resource.body["container"])
        if not members or not complete:
            continue
        first_ones = blocks(resource.body["init_container"])[0]
        serves = any(is_present(each["ports"]) for each in members)
        subnets = argument(resource, "subnet_ids")
        sandbox = fact(TABLE, "container_instances.sandbox")
        copies = fact(TABLE, "container_instances.copies")
        yield Workload(
            **resource.head,
            platform=CONTAINER_INSTANCES,
            role=Role.WEB if serves else Role.UNKNOWN,
            replicas=default(int(copies.value), resource.at, copies.words),
            surge=Absent(resource.at),
            stop_grace=Unknown(_WHY_GRACE, resource.at),
            containers=tuple(_container(resource, resources, each, n) for n, each in enumerate(members)),
            init_containers=tuple(_container(resource, resources, each, n) for n, each in enumerate(first_ones)),
            runs_once=argument(resource, "restart_policy").content in _ENDS,
            restart=argument(resource, "restart_policy").string(),
            host_network=default(bool(sandbox.value), resource.at, sandbox.words),
            location=Location(
                zones=zones_of(argument(resource, "zones")),
                subnets=subnets_of(list(subnets.each()), resources) if subnets.each() else Absent(subnets.at),
            ),
            interruptible=is_spot(argument(resource, "priority").string()),
        )


def _container(resource: Resource, resources: Resources, node: Node, number: int) -> Container:
    name = known_value(node["name"].string()) or str(number)
    at = node.key_at or node.at
    sandbox = fact(TABLE, "container_instances.sandbox")
    environment, complete = _environment(node, resources)
    members, all_ports = blocks(node["ports"])
    ports = [each["port"].integer() for each in members]
    secured = first(node["security"])["privilege_enabled"].boolean()
    return Container(
        address=f"{resource.address}[{name}]",
        kind="container",
        name=name,
        at=at,
        deployment=resource.deployment,
        workload=resource.address,
        image=node["image"].string(),
        entrypoint=command_of(node["commands"]),
        command=Absent(at),
        environment=environment,
        environment_complete=complete,
        ports=tuple(Port(each, each.at) for each in ports if not isinstance(each, Absent)),
        ports_complete=all_ports,
        readiness=_probe(node["readiness_probe"]),
        liveness=_probe(node["liveness_probe"]),
        startup=Absent(at),
        cpu_request=node["cpu"].value(kubernetes_cpu, "a number of cores"),
        cpu_limit=node["cpu_limit"].value(kubernetes_cpu, "a number of cores"),
        memory_request=node["memory"].value(_gigabytes, "a size"),
        memory_limit=node["memory_limit"].value(_gigabytes, "a size"),
        privileged=default(bool(sandbox.value), at, sandbox.words) if isinstance(secured, Absent) else secured,
        user=Absent(at),
        mounts=tuple(_mounts(node)),
        logging=_logging(resource),
    )


def _gigabytes(scalar: Scalar) -> int | None:
    try:
        return int(float(str(scalar)) * _GIB)
    except (ValueError, OverflowError):
        return None


def _environment(node: Node, resources: Resources) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    """Return the variables of a container; of those that are written as secure, the value is not shown anywhere."""
    plain, complete = variables_of(node["environment_variables"], resources)
    secure, all_told = variables_of(node["secure_environment_variables"], resources)
    hidden = (
        EnvironmentVariable(each.name, Unknown(WHY_SECRET, each.at), each.at, f"secure:{each.name}") for each in secure
    )
    return (*plain, *hidden), complete and all_told


def _probe(node: Node) -> Maybe[Probe]:
    asked = first(node)
    if asked.is_absent:
        return Absent(node.at)
    if not asked.is_mapping:
        return Unknown(reason(asked), asked.at)
    http = first(asked["http_get"])
    at = asked.key_at or asked.at
    probe = Probe(
        ProbeKind.EXEC if http.is_absent else ProbeKind.HTTP,
        at,
        port=http["port"].string(),
        path=None if http.is_absent else http["path"].string(),
        initial_delay=asked["initial_delay_seconds"].integer(),
        period=asked["period_seconds"].integer(),
        timeout=asked["timeout_seconds"].integer(),
        failure_threshold=asked["failure_threshold"].integer(),
        command=command_of(asked["exec"]) if http.is_absent else None,
    )
    return Known(probe, at)


def _mounts(node: Node) -> Iterator[Mount]:
    """Yield what a container mounts: a share of files stays, and anything else goes with the group."""
    for volume in blocks(node["volume"])[0]:
        path = volume["mount_path"].string()
        if isinstance(path, Absent):
            continue
        yield Mount(path, _kind(volume), volume["name"].string(), path.at, read_only=is_true(volume["read_only"]))


def _kind(volume: Node) -> Value[VolumeKind]:
    at = volume.key_at or volume.at
    if is_present(volume["share_name"]):
        return Known(VolumeKind.PERSISTENT, at)
    if any(is_present(volume[each]) for each in _LOST):
        return Known(VolumeKind.EPHEMERAL, at)
    return Unknown("what lies behind the volume cannot be told", at)


def _logging(group: Resource) -> Logging:
    """Return where the output of a group goes: to a workspace, or nowhere that lasts."""
    node = argument(group, "diagnostics.log_analytics")
    at = node.key_at or node.at
    driver: Maybe[str] = Absent(at)
    if node.is_unknown:
        driver = Unknown(reason(node), node.at)
    elif is_present(node):
        driver = Known("log-analytics", at)
    return Logging(driver=driver, group=Absent(at), creates=Known(value=False, at=at), at=at)
