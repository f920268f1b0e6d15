"""Lifts the virtual machines of EC2, alone and in scaling groups, and tells how large a machine of a type is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import (
    MACHINES,
    Absent,
    Autoscaler,
    Known,
    Location,
    MachineType,
    Node,
    ServiceTarget,
    Unknown,
    VirtualMachines,
    default,
    or_default,
)
from infraaudit.model.node import Reference
from infraaudit.readers.terraform.aws.compute.capacity import group_is_interruptible, serves_cluster, template_of
from infraaudit.readers.terraform.aws.compute.disks import attached_volumes, disk_facets
from infraaudit.readers.terraform.aws.compute.measures import followed, measured_closely
from infraaudit.readers.terraform.aws.network.classic_balancers import targets_of
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.network.subnets import location_of, zones_named
from infraaudit.readers.terraform.lifting.arguments import (
    argument,
    blocks,
    first,
    is_present,
    may_be_present,
    reason,
)
from infraaudit.readers.terraform.lifting.lifecycle import resets
from infraaudit.readers.terraform.lifting.pointing import behind, certain, last_segment, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_GIB = 2**30
_CORES_OF_LARGE = 2
_SIZE = re.compile(r"([0-9]{0,3})xlarge")
_TARGET_GROUPS = ("aws_lb_target_group", "aws_alb_target_group")
_TABLE = "aws_defaults"
_GROUPS_OF_MACHINES = ("vpc_security_group_ids", "security_groups", "network_interfaces.security_groups")


def machine_of(name: Maybe[str]) -> Value[MachineType]:
    """Return the size of a machine type, unknown where the facts do not have it."""
    if not isinstance(name, Known):
        return Unknown(name.why if isinstance(name, Unknown) else "no machine type is written", name.at)
    family, _, size = name.value.partition(".")
    for row in table("aws_machines").values():
        if family in row["families"]:
            steps = _steps(size)
            cores = _CORES_OF_LARGE * steps if steps else row.get("cores", {}).get(size)
            gib = row["large"] * steps if steps else row.get("memory", {}).get(size)
            if cores is not None and gib is not None:
                pods = row.get("pods", {}).get(size)
                machine = MachineType(name.value, cores * 1000, int(gib * _GIB), row.words, pods)
                return Known(machine, name.at, name.stated, name.fact)
    return Unknown(f"the size of {name.value} is not among the facts", name.at)


def _steps(size: str) -> int:
    """Return how many times as large as ``large`` a size is; 0 for the sizes below it and those of bare metal."""
    if size == "large":
        return 1
    match = _SIZE.fullmatch(size)
    return 0 if match is None else 2 * int(match[1] or 1)


# -- scaling groups ------------------------------------------------------------------------------------------


def lift_groups(resources: Resources) -> Iterator[VirtualMachines | Autoscaler]:
    """Lift each ``aws_autoscaling_group`` that serves by itself; those that carry a cluster are its pools."""
    for resource in resources.of_type("aws_autoscaling_group"):
        if serves_cluster(resource, resources) is None:
            yield _group(resource, resources)
            yield from _scaling(resource, resources)


def _group(resource: Resource, resources: Resources) -> VirtualMachines:
    template = template_of(resource, resources)
    groups, complete = _firewalls(resources, template)
    return VirtualMachines(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        platform=MACHINES,
        replicas=size_of(resource),
        surge=Absent(resource.at),
        stop_grace=_grace(resource.at),
        host_network=_host_network(resource.at),
        targets=tuple(_targets_of_group(resource, resources)),
        location=location_of_group(resource, resources),
        interruptible=group_is_interruptible(resource, resources),
        count_reset=resets(resource, "desired_capacity"),
        replaced=Known(value=True, at=resource.at),
        machines=machines_of_group(resource, resources),
        public=public_of_template(template, resource.at),
        firewalls=groups,
        firewalls_complete=complete,
        identity=identity_of_machine(resource, template, resources),
        facets=(*disk_facets(resource, template, resources), measured_closely(resource, template)),
    )


def size_of(group: Resource) -> Value[int]:
    """Return how many machines a group has: those wanted, else its minimum."""
    wanted = argument(group, "desired_capacity").integer()
    least = argument(group, "min_size").integer()
    if not isinstance(wanted, Absent):
        return wanted
    return Unknown("min_size is required and not written", least.at) if isinstance(least, Absent) else least


def location_of_group(group: Resource, resources: Resources) -> Location:
    """Return where the machines of a group are placed: in subnets, or in zones that it names itself."""
    subnets = argument(group, "vpc_zone_identifier")
    if is_present(subnets) or subnets.is_unknown:
        return location_of(resources, subnets)
    zones = argument(group, "availability_zones")
    return Location(zones=zones_named(zones), subnets=Absent(zones.at))


def machines_of_group(group: Resource, resources: Resources) -> tuple[Value[MachineType], ...]:
    """Return the machine types of a group: those that its policy lists, else the one of its template."""
    overrides, _ = blocks(argument(group, "mixed_instances_policy.launch_template.override"))
    listed = [each["instance_type"].string() for each in overrides if not each["instance_type"].is_absent]
    if listed:
        return tuple(machine_of(each) for each in listed)
    template = template_of(group, resources)
    if template is None:
        return (Unknown("its launch template is not in the scan", group.at),)
    return (machine_of(argument(template, "instance_type").string()),)


def _targets_of_group(group: Resource, resources: Resources) -> Iterator[ServiceTarget]:
    node = argument(group, "target_group_arns")
    members = node.each() if node.is_list else ((node,) if is_present(node) else ())
    for member in members:
        yield _target(member, resources)
    beside = (
        each
        for each in resources.of_type("aws_autoscaling_traffic_source_attachment")
        if group in mentioned(resources, argument(each, "autoscaling_group_name"))
    )
    for holder in (group, *beside):
        for source in blocks(holder.body["traffic_source"])[0]:
            if source["type"].content != "elb":
                yield _target(source["identifier"], resources)
    classic = argument(group, "load_balancers")
    for member in classic.each() if classic.is_list else ():
        yield from _classic_target(member, resources)
    for attachment in resources.of_type("aws_autoscaling_attachment"):
        named = argument(attachment, "autoscaling_group_name")
        if group in mentioned(resources, named):
            yield from _classic_target(argument(attachment, "elb"), resources)
            for name in ("lb_target_group_arn", "alb_target_group_arn"):
                if is_present(argument(attachment, name)):
                    yield _target(argument(attachment, name), resources)


def _target(node: Node, resources: Resources) -> ServiceTarget:
    """Return a registration at a target group, at the port that the group itself names."""
    group = behind(resources, node, *_TARGET_GROUPS)
    port = argument(group, "port").integer() if group is not None else Absent(node.at)
    return ServiceTarget(
        certain(resources, node, "no target group is named"),
        "",
        Unknown("the port of the target group cannot be told", port.at) if isinstance(port, Absent) else port,
        node.at,
    )


def _classic_target(node: Node, resources: Resources) -> Iterator[ServiceTarget]:
    """Yield the registration at a classic load balancer of the configuration."""
    balancer = behind(resources, node, "aws_elb")
    if balancer is not None:
        port = argument(balancer, "listener.instance_port").integer()
        yield ServiceTarget(
            Known(targets_of(balancer), node.at),
            "",
            Unknown("the port of the listener cannot be told", port.at) if isinstance(port, Absent) else port,
            node.at,
        )


def _scaling(group: Resource, resources: Resources) -> Iterator[Autoscaler]:
    """Return what scales a group, where a policy or schedule does."""
    for policy in resources.of_type("aws_autoscaling_policy", "aws_autoscaling_schedule"):
        if group in mentioned(resources, argument(policy, "autoscaling_group_name")):
            least, most = argument(group, "min_size").integer(), argument(group, "max_size").integer()
            yield Autoscaler(
                address=f"{group.address}#scaling",
                kind=policy.type,
                name=policy.name,
                at=policy.at,
                deployment=group.deployment,
                target=Known(group.address, policy.at),
                minimum=Unknown("min_size is required and not written", least.at)
                if isinstance(least, Absent)
                else least,
                maximum=Unknown("max_size is required and not written", most.at) if isinstance(most, Absent) else most,
                metrics_complete=False,
                follows=followed(group, resources),
            )
            return


def public_of_template(template: Resource | None, at: Span) -> Value[bool]:
    """Return whether machines of a template get an address that the internet reaches."""
    if template is None:
        return Unknown("its launch template is not in the scan", at)
    paths = ("network_interfaces.associate_public_ip_address", "associate_public_ip_address")
    for path in paths:
        written = argument(template, path).boolean()
        if not isinstance(written, Absent):
            return written
    return Unknown("whether it gets a public address follows from its subnets", template.at)


# -- single machines -----------------------------------------------------------------------------------------


def lift_machines(resources: Resources) -> Iterator[VirtualMachines]:
    """Lift ``aws_instance`` and ``aws_spot_instance_request``."""
    for resource in resources.of_type("aws_instance", "aws_spot_instance_request"):
        written = argument(resource, "instance_type").string()
        template = template_of(resource, resources)
        if isinstance(written, Absent) and template is not None:
            written = argument(template, "instance_type").string()
        spot = resource.type == "aws_spot_instance_request"
        groups, complete = _firewalls(resources, resource, template)
        yield VirtualMachines(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=MACHINES,
            replicas=Known(resource.multiplicity, resource.at),
            surge=Absent(resource.at),
            stop_grace=_grace(resource.at),
            host_network=_host_network(resource.at),
            targets=tuple(_targets_of_machine(resource, resources)),
            location=_location_of_machine(resource, resources),
            interruptible=Known(value=True, at=resource.at) if spot else _market(resource),
            replaced=Known(value=False, at=resource.at),
            machines=(machine_of(written),),
            public=public_of_machine(resource, resources),
            firewalls=groups,
            firewalls_complete=complete,
            identity=identity_of_machine(resource, template, resources),
            facets=(*disk_facets(resource, template, resources), measured_closely(resource, template)),
            volumes=attached_volumes(resource, resources),
        )


def _firewalls(resources: Resources, *holders: Resource | None) -> tuple[tuple[str, ...], bool]:
    """Return the rule groups that the first of these names which names any: a machine comes before its template."""
    for holder in holders:
        nodes = [argument(holder, path) for path in _GROUPS_OF_MACHINES] if holder is not None else []
        if any(not each.is_absent for each in nodes):
            return security_groups(resources, *nodes)
    return (), False


def identity_of_machine(resource: Resource, template: Resource | None, resources: Resources) -> Maybe[str]:
    """Return the role behind the instance profile of a machine, or of its template."""
    for holder, path in ((resource, "iam_instance_profile"), (template, "iam_instance_profile")):
        if holder is None:
            continue
        node = holder.body[path]
        if not may_be_present(node):
            continue
        named = first(node)
        if named.is_mapping:
            node = named["name"] if may_be_present(named["name"]) else named["arn"]
        profile = behind(resources, node, "aws_iam_instance_profile") or _profile_named(resources, node)
        if profile is None:
            return Unknown("its instance profile is not in the scan", node.at, mentions=node.mentions)
        return pointed(resources, argument(profile, "role"))
    if template is None and resource.type == "aws_autoscaling_group":
        return Unknown("its launch template is not in the scan", resource.at)
    return Absent(resource.at)


def _profile_named(resources: Resources, node: Node) -> Resource | None:
    if not isinstance(node.content, str):
        return None
    wanted = last_segment(node.content)
    profiles = resources.of_type("aws_iam_instance_profile")
    return next((each for each in profiles if argument(each, "name").content == wanted), None)


def _market(resource: Resource) -> Value[bool]:
    market = argument(resource, "instance_market_options.market_type").string()
    if isinstance(market, Absent):
        stated = fact(_TABLE, "aws_instance.spot")
        return default(bool(stated.value), market.at, stated.words)
    return market.map(_is_spot)


def _is_spot(market: str) -> bool:
    return market == "spot"


def _location_of_machine(resource: Resource, resources: Resources) -> Location:
    subnet = argument(resource, "subnet_id")
    if is_present(subnet) or subnet.is_unknown:
        return location_of(resources, subnet)
    zone = argument(resource, "availability_zone")
    if is_present(zone):
        return Location(zones=zones_named(zone), subnets=Absent(zone.at))
    return Location(zones=Unknown("AWS chooses the zone of the machine", resource.at), subnets=Absent(resource.at))


def _targets_of_machine(resource: Resource, resources: Resources) -> Iterator[ServiceTarget]:
    for attachment in resources.of_type("aws_lb_target_group_attachment", "aws_alb_target_group_attachment"):
        if resource in mentioned(resources, argument(attachment, "target_id")):
            yield _target(argument(attachment, "target_group_arn"), resources)
    for balancer in resources.of_type("aws_elb"):
        if resource in mentioned(resources, argument(balancer, "instances")):
            yield from _classic_target(Node(Reference(balancer.address), resource.at), resources)
    for attachment in resources.of_type("aws_elb_attachment"):
        if resource in mentioned(resources, argument(attachment, "instance")):
            yield from _classic_target(argument(attachment, "elb"), resources)


def public_of_machine(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a machine has an address that the internet reaches: by itself, an elastic one, or its subnet."""
    written = argument(resource, "associate_public_ip_address").boolean()
    for address in resources.of_type("aws_eip", "aws_eip_association"):
        for name in ("instance", "instance_id"):
            if resource in mentioned(resources, argument(address, name)):
                return Known(value=True, at=argument(address, name).at)
    if not isinstance(written, Absent):
        return written
    subnet = behind(resources, argument(resource, "subnet_id"), "aws_subnet")
    if subnet is None:
        node = argument(resource, "subnet_id")
        why = reason(node) if node.is_unknown else "whether it gets a public address follows from its subnet"
        return Unknown(why, node.at)
    stated = fact(_TABLE, "aws_subnet.map_public_ip_on_launch")
    return or_default(argument(subnet, "map_public_ip_on_launch").boolean(), bool(stated.value), stated.words)


def _grace(at: Span) -> Value[int]:
    return Unknown("how long a machine takes to stop is a matter of its system", at)


def _host_network(at: Span) -> Value[bool]:
    stated = fact(_TABLE, "aws_instance.host_network")
    return default(bool(stated.value), at, stated.words)
