"""Lifts the apps of Azure Container Apps with what scales them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    CONTAINER_APPS,
    Absent,
    Autoscaler,
    Container,
    Known,
    Location,
    Mount,
    Port,
    Probe,
    ProbeKind,
    Role,
    Schedule,
    Unknown,
    VolumeKind,
    Workload,
    default,
    known_value,
)
from infraaudit.model.quantities import kubernetes_bytes, kubernetes_cpu
from infraaudit.readers.terraform.azure.compute.machines import PICKED_BY_AZURE
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default, integer_or_default
from infraaudit.readers.terraform.azure.identity.identities import own_identity
from infraaudit.readers.terraform.azure.identity.vaults import SECRET
from infraaudit.readers.terraform.azure.network.networks import subnets_of
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, first, is_present, reason
from infraaudit.readers.terraform.lifting.container_parts import command_of, environment_of
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_JOB = "azurerm_container_app_job"
_ENVIRONMENT = "azurerm_container_app_environment"
_LOST = frozenset({"emptydir", "secret"})
_SYSTEM = "System"
_COUNTED = "Azure Container Apps counts the copies by the requests and events that come"
_KINDS = {"http": ProbeKind.HTTP, "https": ProbeKind.HTTP, "tcp": ProbeKind.TCP}


def lift_apps(resources: Resources) -> Iterator[Workload | Autoscaler]:
    """Lift each ``azurerm_container_app`` and job whose containers can be told; the others are left to be opaque."""
    for resource in resources.of_type("azurerm_container_app", _JOB):
        members, complete = blocks(argument(resource, "template.container"))
        if not members or not complete:
            continue
        yield _workload(resource, resources, members)
        if resource.type != _JOB:
            yield _autoscaler(resource)


def _workload(resource: Resource, resources: Resources, members: tuple[Node, ...]) -> Workload:
    sandbox = fact(TABLE, "container_apps.sandbox")
    serves = is_present(block(resource, "ingress"))
    ports = _ports(resource) if serves else ()
    return Workload(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        platform=CONTAINER_APPS,
        role=Role.WEB if serves else Role.UNKNOWN,
        replicas=Unknown(_COUNTED, resource.at),
        surge=Absent(resource.at),
        stop_grace=integer_or_default(
            argument(resource, "template.termination_grace_period_seconds"), "container_apps.stop_grace"
        ),
        fetches_as=_fetches_as(resource, resources),
        containers=tuple(
            _container(resource, resources, member, number, ports if number == 0 else ())
            for number, member in enumerate(members)
        ),
        host_network=default(bool(sandbox.value), resource.at, sandbox.words),
        location=_location(resource, resources),
        runs_once=resource.type == _JOB,
        schedule=_schedule(resource),
    )


def _schedule(resource: Resource) -> Schedule | None:
    """Return how a job is run; ``None`` for an app."""
    if resource.type != _JOB:
        return None
    clock = "schedule_trigger_config"
    nothing = Absent(resource.at)
    return Schedule(
        cron=argument(resource, f"{clock}.cron_expression").string(),
        time_zone=nothing,
        concurrency=nothing,
        suspended=nothing,
        starting_deadline=nothing,
        active_deadline=argument(resource, "replica_timeout_in_seconds").integer(),
        backoff_limit=argument(resource, "replica_retry_limit").integer(),
        keep_finished=nothing,
        completions=argument(resource, f"{clock}.replica_completion_count").integer(),
        parallelism=argument(resource, f"{clock}.parallelism").integer(),
        restart=nothing,
        at=resource.at,
    )


def _location(resource: Resource, resources: Resources) -> Location:
    """Return where copies stand: over the zones of the region where the environment asks for that."""
    node = argument(resource, "container_app_environment_id")
    environment = behind(resources, node, _ENVIRONMENT)
    if environment is None:
        return Location(zones=Unknown("its environment is not in the scan", node.at), subnets=Absent(node.at))
    spread = boolean_or_default(
        argument(environment, "zone_redundancy_enabled"), f"{_ENVIRONMENT}.zone_redundancy_enabled"
    )
    subnet = argument(environment, "infrastructure_subnet_id")
    subnets = subnets_of([subnet], resources)
    if isinstance(spread, Unknown):
        return Location(zones=Unknown(spread.why, spread.at), subnets=subnets)
    if spread.value:
        return Location(zones=Absent(spread.at), subnets=subnets)
    return Location(zones=Known((PICKED_BY_AZURE,), spread.at, spread.stated, spread.fact), subnets=subnets)


def _vault_secrets(resource: Resource, resources: Resources) -> dict[str, tuple[str, Node]]:
    """Return the secrets of an app that are read from a vault: the secret by its name, and as whom it is read."""
    found = {}
    for node in blocks(resource.body["secret"])[0]:
        kept = mentioned(resources, node["key_vault_secret_id"], SECRET)
        name = known_value(node["name"].string())
        if kept and name is not None:
            found[name] = (kept[0].address, node["identity"])
    return found


def _fetches_as(resource: Resource, resources: Resources) -> Maybe[str] | None:
    """Return as whom the platform reads secrets of a vault for an app; ``None`` where there are none of these."""
    nodes = [node for _, node in _vault_secrets(resource, resources).values()]
    if not nodes:
        return None
    answers = {
        own_identity(resource) if node.content == _SYSTEM else known_value(pointed(resources, node)) for node in nodes
    }
    if len(answers) == 1 and (only := answers.pop()) is not None:
        return Known(only, nodes[0].at)
    return Unknown("as whom it reads its secrets cannot be told", nodes[0].at)


def _ports(resource: Resource) -> tuple[Port, ...]:
    number = argument(resource, "ingress.target_port").integer()
    return () if isinstance(number, Absent) else (Port(number, number.at),)


def _container(resource: Resource, resources: Resources, node: Node, number: int, ports: tuple[Port, ...]) -> Container:
    name = known_value(node["name"].string()) or str(number)
    at = node.key_at or node.at
    written, complete = environment_of(node["env"], resources, ("secret_name",))
    kept = _vault_secrets(resource, resources)
    environment = tuple(
        replace(each, secret_ref=kept[each.secret_ref][0]) if each.secret_ref in kept else each for each in written
    )
    cpu = node["cpu"].value(kubernetes_cpu, "a number of cores")
    memory = node["memory"].value(kubernetes_bytes, "a size")
    sandbox = fact(TABLE, "container_apps.sandbox")
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
        environment=environment,
        environment_complete=complete,
        ports=ports,
        readiness=_probe(node["readiness_probe"]),
        liveness=_probe(node["liveness_probe"]),
        startup=_probe(node["startup_probe"]),
        cpu_request=cpu,
        cpu_limit=cpu,
        memory_request=memory,
        memory_limit=memory,
        privileged=default(bool(sandbox.value), at, sandbox.words),
        user=Absent(at),
        mounts=tuple(_mounts(resource, node)),
    )


def _mounts(resource: Resource, node: Node) -> Iterator[Mount]:
    volumes = {known_value(each["name"].string()): each for each in blocks(argument(resource, "template.volume"))[0]}
    for each in blocks(node["volume_mounts"])[0]:
        path, name = each["path"].string(), each["name"].string()
        if not isinstance(path, Absent):
            yield Mount(path, _volume_kind(volumes.get(known_value(name)), each), name, path.at)


def _volume_kind(volume: Node | None, mount: Node) -> Value[VolumeKind]:
    at = mount.key_at or mount.at
    if volume is None:
        return Unknown("the volume of this name cannot be told", at)
    kind = volume["storage_type"].string()
    if isinstance(kind, Absent):
        return Known(VolumeKind.EPHEMERAL, at)
    return kind.map(lambda word: VolumeKind.EPHEMERAL if word.lower() in _LOST else VolumeKind.PERSISTENT)


def _probe(node: Node) -> Maybe[Probe]:
    asked = first(node)
    if asked.is_absent:
        return Absent(node.at)
    if not asked.is_mapping:
        return Unknown(reason(asked), asked.at)
    kind = _KINDS.get((known_value(asked["transport"].string()) or "").lower(), ProbeKind.TCP)
    at = asked.key_at or asked.at
    probe = Probe(
        kind,
        at,
        port=asked["port"].string(),
        path=asked["path"].string() if kind is ProbeKind.HTTP else None,
        initial_delay=asked["initial_delay"].integer(),
        period=asked["interval_seconds"].integer(),
        timeout=asked["timeout"].integer(),
        failure_threshold=asked["failure_count_threshold"].integer(),
    )
    return Known(probe, at)


def _autoscaler(resource: Resource) -> Autoscaler:
    return Autoscaler(
        address=f"{resource.address}#scaling",
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        target=Known(resource.address, resource.at),
        minimum=integer_or_default(argument(resource, "template.min_replicas"), "container_apps.minimum"),
        maximum=integer_or_default(argument(resource, "template.max_replicas"), "container_apps.maximum"),
    )
