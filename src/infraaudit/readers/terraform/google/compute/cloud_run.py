"""Lifts the services of Cloud Run, of both versions of the resource, with what scales them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    CLOUD_RUN,
    Absent,
    Autoscaler,
    Container,
    EnvironmentVariable,
    Known,
    Location,
    Port,
    Probe,
    ProbeKind,
    Role,
    Unknown,
    Workload,
    default,
    known_value,
)
from infraaudit.model.node import Node, absent_node
from infraaudit.model.quantities import kubernetes_bytes, kubernetes_cpu
from infraaudit.readers.terraform.google.defaults import TABLE, duration, integer_or_default
from infraaudit.readers.terraform.google.network.backends import targets_of_serverless
from infraaudit.readers.terraform.google.network.networks import subnets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, may_be_present, reason
from infraaudit.readers.terraform.lifting.container_parts import command_of, environment_of
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CHECKS = (("http_get", ProbeKind.HTTP), ("tcp_socket", ProbeKind.TCP), ("grpc", ProbeKind.GRPC))
_COUNTED = "Cloud Run counts the copies by the requests that come"
_UNBOUNDED = "no maximum of instances is written, and Cloud Run sets one by the region's quota"


@dataclass(frozen=True, slots=True)
class Shape:
    """Where one kind of the resource keeps what another one keeps elsewhere; ``secret`` is the way to a secret."""

    type: str
    containers: str
    secret: tuple[str, ...]
    minimum: tuple[str, ...]
    maximum: tuple[str, ...]
    concurrency: str
    time: str
    identity: str
    interfaces: str = ""


_SHAPES = (
    Shape(
        "google_cloud_run_v2_service",
        "template.containers",
        ("value_source", "secret_key_ref", "secret"),
        ("template.scaling.min_instance_count", "scaling.min_instance_count"),
        ("template.scaling.max_instance_count", "scaling.max_instance_count"),
        "template.max_instance_request_concurrency",
        "template.timeout",
        "template.service_account",
        "template.vpc_access.network_interfaces",
    ),
    Shape(
        "google_cloud_run_service",
        "template.spec.containers",
        ("value_from", "secret_key_ref", "name"),
        ("template.metadata.annotations/autoscaling.knative.dev/minScale",),
        ("template.metadata.annotations/autoscaling.knative.dev/maxScale",),
        "template.spec.container_concurrency",
        "template.spec.timeout_seconds",
        "template.spec.service_account_name",
    ),
)


def lift_services(resources: Resources) -> Iterator[Workload | Autoscaler]:
    """Lift each service whose containers can be told; the others are left to be opaque."""
    for shape in _SHAPES:
        for resource in resources.of_type(shape.type):
            node = argument(resource, shape.containers)
            members, complete = blocks(node)
            if not members or not complete:
                continue
            yield _workload(resource, resources, shape, members)
            yield _autoscaler(resource, shape)


def _workload(resource: Resource, resources: Resources, shape: Shape, members: tuple[Node, ...]) -> Workload:
    grace = fact(TABLE, "cloud_run.stop_grace")
    sandbox = fact(TABLE, "cloud_run.sandbox")
    serving = next((member for member in members if not member["ports"].is_absent), members[0])
    return Workload(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        platform=CLOUD_RUN,
        role=Role.WEB,
        replicas=Unknown(_COUNTED, resource.at),
        surge=Absent(resource.at),
        stop_grace=default(int(grace.value), resource.at, grace.words),
        containers=tuple(
            container_of(resource, resources, shape, member, number, serves=member is serving)
            for number, member in enumerate(members)
        ),
        host_network=default(bool(sandbox.value), resource.at, sandbox.words),
        request_concurrency=_concurrency(resource, shape),
        time_limit=_time_limit(resource, shape),
        fetches_as=identity_of(resource, resources, shape),
        shared_identity=shares_identity(argument(resource, shape.identity)),
        location=location_of(resource, resources, shape),
        targets=tuple(targets_of_serverless(resource, resources, "cloud_run", "service")),
    )


def identity_of(resource: Resource, resources: Resources, shape: Shape) -> Maybe[str]:
    """Return the service account that the copies run as."""
    written = pointed(resources, argument(resource, shape.identity))
    if isinstance(written, Absent):
        return Unknown("it runs as the default service account of the project, which is not in the scan", written.at)
    return written


def location_of(resource: Resource, resources: Resources, shape: Shape) -> Location | None:
    """Return the subnets from which copies take addresses, where they do; a connector has addresses of its own."""
    node = argument(resource, shape.interfaces) if shape.interfaces else absent_node(resource.at)
    if not may_be_present(node):
        return None
    return Location(zones=Absent(resource.at), subnets=subnets_of(node, resources))


def shares_identity(account: Node, row: str = "cloud_run.shared_identity") -> Value[bool]:
    """Return whether copies act as a default account: where none is named, or one of these by its own name."""
    written = account.string()
    if isinstance(written, Absent):
        stated = fact(TABLE, row)
        return default(bool(stated.value), account.at, stated.words)
    if isinstance(written, Unknown):
        return Known(value=False, at=account.at) if account.mentions else Unknown(written.why, written.at)
    return written.map(_is_a_default)


def _is_a_default(email: str) -> bool:
    return email.endswith(("-compute@developer.gserviceaccount.com", "@appspot.gserviceaccount.com"))


def _time_limit(resource: Resource, shape: Shape) -> Value[int]:
    written = argument(resource, shape.time).value(duration, "a number of seconds")
    if isinstance(written, Absent):
        stated = fact(TABLE, "cloud_run.time_limit")
        return default(int(stated.value), written.at, stated.words)
    return written


def _concurrency(resource: Resource, shape: Shape) -> Maybe[int]:
    """Return how many requests an instance takes at one time; naught stands for the default, as nothing does."""
    written = argument(resource, shape.concurrency).integer()
    if isinstance(written, Absent) or (isinstance(written, Known) and written.value == 0):
        stated = fact(TABLE, "cloud_run.concurrency")
        return default(int(stated.value), written.at, stated.words)
    return written


def container_of(
    resource: Resource, resources: Resources, shape: Shape, node: Node, number: int, *, serves: bool
) -> Container:
    """Return a container; ``serves`` tells that it is the one that takes the requests."""
    name = known_value(node["name"].string()) or str(number)
    at = node.key_at or node.at
    environment, complete = environment_of(node["env"], resources, shape.secret)
    limits = first(node["resources"])["limits"]
    privileged = fact(TABLE, "cloud_run.sandbox")
    ports = _ports(node, serves=serves)
    return Container(
        address=f"{resource.address}[{name}]",
        kind="container",
        name=name,
        at=at,
        deployment=resource.deployment,
        workload=resource.address,
        image=node["image"].string(),
        entrypoint=command_of(node["command"]),
        command=command_of(node["args"]),
        environment=(*environment, *(_told_port(port) for port in ports)),
        environment_complete=complete and node["env_from"].is_absent,
        ports=ports,
        readiness=_probe(node["readiness_probe"]),
        liveness=_probe(node["liveness_probe"]),
        startup=_probe(node["startup_probe"]),
        cpu_request=_limit(limits["cpu"].value(kubernetes_cpu, "a number of cores"), "cloud_run.cpu"),
        cpu_limit=_limit(limits["cpu"].value(kubernetes_cpu, "a number of cores"), "cloud_run.cpu"),
        memory_request=_limit(limits["memory"].value(kubernetes_bytes, "a size"), "cloud_run.memory"),
        memory_limit=_limit(limits["memory"].value(kubernetes_bytes, "a size"), "cloud_run.memory"),
        privileged=default(bool(privileged.value), at, privileged.words),
        user=Absent(at),
    )


def _limit(written: Maybe[int], row: str) -> Value[int]:
    if isinstance(written, Absent):
        stated = fact(TABLE, row)
        return default(int(stated.value), written.at, stated.words)
    return written


def _ports(node: Node, *, serves: bool) -> tuple[Port, ...]:
    """Return the port that requests are sent to, of the container that takes them."""
    if not serves:
        return ()
    written = first(node["ports"])
    at = node.key_at or node.at
    number = integer_or_default(
        written["container_port"] if not written.is_absent else absent_node(at), "cloud_run.port"
    )
    return (Port(number, number.at, name=known_value(written["name"].string()) or ""),)


def _told_port(port: Port) -> EnvironmentVariable:
    """Return the variable by which Cloud Run tells a container where to listen."""
    return EnvironmentVariable("PORT", port.number.map(str), port.at)


def _probe(node: Node) -> Maybe[Probe]:
    block = first(node)
    if block.is_absent:
        return Absent(node.at)
    if not block.is_mapping:
        return Unknown(reason(block), block.at)
    name, kind = next(((name, kind) for name, kind in _CHECKS if not block[name].is_absent), _CHECKS[1])
    asked = first(block[name])
    at = block.key_at or block.at
    probe = Probe(
        kind,
        at,
        port=asked["port"].string(),
        path=asked["path"].string() if kind is ProbeKind.HTTP else None,
        initial_delay=block["initial_delay_seconds"].integer(),
        period=block["period_seconds"].integer(),
        timeout=block["timeout_seconds"].integer(),
        failure_threshold=block["failure_threshold"].integer(),
    )
    return Known(probe, at)


def _autoscaler(resource: Resource, shape: Shape) -> Autoscaler:
    maximum = _count(resource, shape.maximum).integer()
    return Autoscaler(
        address=f"{resource.address}#scaling",
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        target=Known(resource.address, resource.at),
        minimum=integer_or_default(_count(resource, shape.minimum), "cloud_run.minimum"),
        maximum=Unknown(_UNBOUNDED, resource.at) if isinstance(maximum, Absent) else maximum,
    )


def _count(resource: Resource, paths: tuple[str, ...]) -> Node:
    """Return the first that is written; an annotation is a key behind a slash, since it has dots of its own."""
    for path in paths:
        before, _, key = path.partition("/")
        node = argument(resource, before)
        node = node[key] if key else node
        if not node.is_absent:
            return node
    return absent_node(resource.at)
