"""What has an address that everybody on the internet can try."""

import re

from infraaudit.model import (
    FARGATE,
    Attachment,
    Cluster,
    Direction,
    EdgeKind,
    Estate,
    FirewallRule,
    Known,
    Placed,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_least,
    at_most,
    by_default,
    policy,
    ports_of,
    world_of,
)

_WEB = frozenset({80, 443})
_MEANT_TO_BE_REACHED = re.compile(r"(?<![a-z])(bastion|jump|jumphost|nat|vpn|openvpn|wireguard)(?![a-z])")


def _has_an_address(placed: Placed, _: Estate) -> Exclusion | None:
    if isinstance(placed, Cluster):
        if placed.node_addresses is None:
            return Exclusion(Reason.MANAGED, "what addresses its nodes get is not read")
        return None
    if not isinstance(placed, Workload):
        return Exclusion(Reason.MANAGED, "it runs no program of one's own")
    if placed.public is None:
        return Exclusion(Reason.PLATFORM, "what addresses its copies get is no matter of it")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_has_an_address,
    holds="what runs has no address of its own on the internet",
    equivalents=(
        "CKV_AWS_88",
        "CKV_AWS_333",
        "CKV_GCP_40",
        "CKV_AZURE_119",
        "AVD-AWS-0009",
        "AWS-0009",
        "AVD-GCP-0031",
        "GCP-0031",
    ),
)
def compute_with_public_address(placed: Placed, estate: Estate) -> Findings:
    """What runs has an address of its own on the internet.

    Why: one rule that somebody opens for a moment is then enough, and every port is tried within minutes. Behind a load
    balancer in private subnets no rule of a single machine opens anything.

    Fix: private subnets with a NAT gateway or private endpoints; assign_public_ip = false,
    associate_public_ip_address = false, no access_config, no public_ip_address_id, enable_private_nodes of GKE. Put a
    load balancer before what serves the world.

    Quiet when: it has no public address. A bastion, NAT or VPN by its name weighs less, and so does a task of Fargate
    that nobody is let in to.

    See: Amazon ECS best practices, Network security; CIS Google Cloud Platform Benchmark, 4.9.
    """
    if isinstance(placed, Cluster):
        yield from _of_nodes(placed)
        return
    if not isinstance(placed, Workload) or placed.public is None:
        return
    public = placed.public.settled()
    if not public.value:
        return
    rules = _rules(placed, estate)
    opened = [(rule, world) for rule in rules if isinstance(world := world_of(rule), Known)]
    wide = [(rule, world) for rule, world in opened if _opens_more_than_the_web(rule)]
    yield Finding(
        public.at,
        f"{placed} has a public address" + (f", and {wide[0][0]} lets everybody in" if wide else ""),
        label="the internet can try it",
        places=tuple(Place(world.at, f"{rule} admits the whole internet") for rule, world in wide[:1]),
        factors=_weight(placed, rules, opened=bool(opened), wide=bool(wide)),
    )


def _of_nodes(cluster: Cluster) -> Findings:
    addresses = cluster.node_addresses.settled() if cluster.node_addresses is not None else None
    if addresses is not None and addresses.value:
        yield Finding(
            addresses.at,
            f"the nodes of {cluster} have public addresses{by_default(addresses)}",
            label="the internet can try them",
            factors=(at_most(Severity.LOW, "which rules let the world in to its nodes is not told"),),
        )


def _rules(workload: Workload, estate: Estate) -> tuple[FirewallRule, ...]:
    attachment = estate.beside(workload, f"{workload.address}#attachment", Attachment)
    found = estate.sources(attachment, EdgeKind.PROTECTS, FirewallRule) if attachment is not None else ()
    return tuple(each for each in found if each.direction is Direction.INGRESS)


def _opens_more_than_the_web(rule: FirewallRule) -> bool:
    ports = ports_of(rule)
    return isinstance(ports, Known) and not (ports.value[0] == ports.value[1] and ports.value[0] in _WEB)


def _weight(workload: Workload, rules: tuple[FirewallRule, ...], *, opened: bool, wide: bool) -> tuple[Factor, ...]:
    name = workload.name.lower().replace("_", "-")
    if _MEANT_TO_BE_REACHED.search(name):
        return (at_most(Severity.LOW, f"the name {workload.name} says that it is meant to be reached"),)
    if wide:
        return (at_least(Severity.HIGH, "everybody is let in to more than the web"),)
    told = (
        bool(rules) and workload.firewalls_complete and all(not each.sources or each.sources_complete for each in rules)
    )
    if workload.platform is FARGATE and not opened and told:
        return (at_most(Severity.LOW, "its rules let nobody in from the internet"),)
    return ()
