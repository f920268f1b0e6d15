"""Lifts the services of ECS with their task definitions, and what scales them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    ECS,
    FARGATE,
    Absent,
    Known,
    Rollout,
    ServiceTarget,
    Unknown,
    Workload,
    default,
    known_value,
    or_default,
)
from infraaudit.readers.terraform.aws.compute.capacity import service_is_interruptible
from infraaudit.readers.terraform.aws.compute.ecs_containers import containers_of, definition_named, stop_grace_of
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.network.subnets import location_of
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import certain, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Location, Maybe, Node, Platform, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_WHOLE = 100
"""Percent of the wanted copies beyond which a rollout runs more of them."""


def lift_services(resources: Resources) -> Iterator[Workload]:
    """Lift each ``aws_ecs_service`` whose containers can be told; the others are left to be opaque.

    A task definition without a service runs once or on a schedule and is no workload.
    """
    for resource in resources.of_type("aws_ecs_service"):
        definition = definition_named(resources, argument(resource, "task_definition"))
        if definition is None:
            continue
        containers = containers_of(resource, definition, resources)
        if containers:
            firewalls = security_groups(resources, argument(resource, "network_configuration.security_groups"))
            daemon = argument(resource, "scheduling_strategy").content == "DAEMON"
            yield Workload(
                address=resource.address,
                kind=resource.type,
                name=resource.name,
                at=resource.at,
                deployment=resource.deployment,
                location=_location(resource, resources),
                interruptible=service_is_interruptible(resource, resources),
                platform=platform_of(definition, argument(resource, "launch_type")),
                replicas=_replicas(resource, daemon=daemon),
                count_reset=_count_reset(resource, daemon=daemon),
                surge=_surge(resource, daemon=daemon),
                stop_grace=stop_grace_of(definition),
                containers=containers,
                per_node=daemon,
                recreate=_recreates(resource),
                rollout=None if daemon else _rollout(resource),
                host_network=host_network_of(definition),
                targets=tuple(_targets(resource, resources)),
                fetches_as=pointed(resources, argument(definition, "execution_role_arn")),
                identity=pointed(resources, argument(definition, "task_role_arn")),
                public=_public(resource),
                firewalls=firewalls[0],
                firewalls_complete=firewalls[1],
                cluster=pointed(resources, argument(resource, "cluster")),
                shell_access=boolean_or_default(
                    argument(resource, "enable_execute_command"), "aws_ecs_service.enable_execute_command"
                ),
                architecture=architecture_of(definition, platform_of(definition, argument(resource, "launch_type"))),
            )


def _location(resource: Resource, resources: Resources) -> Location | None:
    """Return where the tasks are placed, of a service whose tasks have addresses of their own."""
    subnets = argument(resource, "network_configuration.subnets")
    return None if subnets.is_absent else location_of(resources, subnets)


def _public(resource: Resource) -> Value[bool] | None:
    """Return whether the tasks get public addresses, which only those can that have addresses of their own."""
    network = block(resource, "network_configuration")
    if network.is_absent:
        return None
    return boolean_or_default(argument(resource, "network_configuration.assign_public_ip"), "public.assign_public_ip")


def platform_of(definition: Resource, launch_type: Node) -> Platform:
    """Return Fargate where tasks surely run there, and ECS on machines of one's own everywhere else."""
    compatible = [each.content for each in argument(definition, "requires_compatibilities").each()]
    named = [launch_type.content, *compatible]
    return FARGATE if "FARGATE" in named and "EC2" not in named and "EXTERNAL" not in named else ECS


def architecture_of(definition: Resource, platform: Platform) -> Maybe[str] | None:
    """Return the processors of the tasks. On machines of one's own these decide, unless the definition does."""
    written = argument(definition, "runtime_platform.cpu_architecture").string()
    if isinstance(written, Absent):
        stated = fact("aws_defaults", "aws_ecs_task_definition.cpu_architecture")
        return default(str(stated.value), written.at, stated.words) if platform is FARGATE else None
    return written.map(str.lower)


def _replicas(resource: Resource, *, daemon: bool) -> Value[int]:
    if daemon:
        return Unknown("a daemon service runs one copy on each instance of the cluster", resource.at)
    count = argument(resource, "desired_count").integer()
    if isinstance(count, Absent) and known_value(ignores(resource, "desired_count")) is not False:
        return Unknown("desired_count is not written and its changes are ignored", count.at)
    stated = fact("defaults", "ecs.desired_count")
    return or_default(count, int(stated.value), stated.words)


def _count_reset(resource: Resource, *, daemon: bool) -> Value[bool] | None:
    """Tell whether each apply sets the number of tasks anew; where none is written, to the provider's default."""
    if daemon:
        return None
    ignored = ignores(resource, "desired_count")
    return Known(not ignored.value, argument(resource, "desired_count").at) if isinstance(ignored, Known) else ignored


def _surge(resource: Resource, *, daemon: bool) -> Maybe[str]:
    row = ("aws_defaults", "aws_ecs_service.daemon_maximum_percent") if daemon else ("defaults", "ecs.maximum_percent")
    stated = fact(*row)
    percent = argument(resource, "deployment_maximum_percent").integer_or(int(stated.value), stated.words)
    return percent.map(_beyond_whole)


def _beyond_whole(percent: int) -> str:
    return f"{max(percent - _WHOLE, 0)}%"


def _recreates(resource: Resource) -> bool:
    """Tell whether a rollout stops the old copies before it starts new ones."""
    most = known_value(argument(resource, "deployment_maximum_percent").integer())
    least = known_value(argument(resource, "deployment_minimum_healthy_percent").integer())
    return least == 0 and most is not None and most <= _WHOLE


def _rollout(resource: Resource) -> Rollout | None:
    """Return how tasks are replaced; ``None`` where another program does it."""
    if argument(resource, "deployment_controller.type").content in {"CODE_DEPLOY", "EXTERNAL"}:
        return None
    stated = fact("defaults", "ecs.minimum_healthy_percent")
    least = argument(resource, "deployment_minimum_healthy_percent").integer_or(int(stated.value), stated.words)
    at = resource.at
    return Rollout(
        strategy=Known("RollingUpdate", at),
        max_unavailable=least.map(_below_whole),
        max_surge=_surge(resource, daemon=False),
        min_ready=Absent(at),
        progress_deadline=Absent(at),
        at=at,
    )


def _below_whole(percent: int) -> str:
    return f"{max(_WHOLE - percent, 0)}%"


def host_network_of(definition: Resource) -> Value[bool]:
    """Return whether tasks share the network of their machine."""
    mode = argument(definition, "network_mode").string()
    if isinstance(mode, Absent):
        stated = fact("aws_defaults", "aws_ecs_task_definition.host_network")
        return default(bool(stated.value), mode.at, stated.words)
    return mode.map(_is_host)


def _is_host(mode: str) -> bool:
    return mode == "host"


def _targets(resource: Resource, resources: Resources) -> Iterator[ServiceTarget]:
    node = resource.body["load_balancer"]
    members, complete = blocks(node)
    for member in members:
        group = member["target_group_arn"]
        if group.is_absent:
            continue
        port = member["container_port"].integer()
        yield ServiceTarget(
            certain(resources, group, "no target group is named"),
            known_value(member["container_name"].string()) or "",
            Unknown("no container port is named", port.at) if isinstance(port, Absent) else port,
            group.at,
        )
    if not complete:
        why = "the load balancers of the service cannot be told"
        yield ServiceTarget(Unknown(why, node.at), "", Unknown(why, node.at), node.at)
