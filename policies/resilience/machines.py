"""Whether something takes the place of a machine that fails or is taken back."""

import re

from infraaudit.model import (
    Absent,
    Attachment,
    Cluster,
    Direction,
    EdgeKind,
    Estate,
    FirewallRule,
    Function,
    Gateway,
    Known,
    NodePool,
    Placed,
    Role,
    Service,
    VirtualMachines,
    Workload,
    known_value,
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
    at_most,
    by_default,
    may_mean,
    policy,
    services_before,
    serving,
)

_WEB_PORTS = (80, 443)
_WORLD = frozenset({"0.0.0.0/0", "::/0"})
_HELPER = re.compile(
    r"(?<![a-z])(bastion|jump|jumpbox|jumphost|vpn|openvpn|wireguard|nat|proxy|ci|jenkins|runner)(?![a-z])"
)


def _stands_alone(machines: VirtualMachines, estate: Estate) -> Exclusion | None:
    if machines.replaced.settled().value:
        return Exclusion(Reason.PLATFORM, "a group replaces a machine that fails")
    if not _targets(machines, estate) and not _open_doors(machines, estate):
        return Exclusion(Reason.ROLE, "nothing shows that it answers requests")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.LARGE,
    when=_stands_alone,
    holds="what answers requests is replaced when its machine fails",
)
def standalone_vm_on_request_path(machines: VirtualMachines, estate: Estate) -> Findings:
    """A virtual machine that belongs to no group answers requests.

    Why: when it dies, by its hardware, its disk or a bad update, nothing starts another one, and what is configured on
    it by hand is gone. Until somebody rebuilds it, nobody answers.

    Fix: start it from a launch template by a group that keeps its size (one machine is enough to be replaced), or run
    the service in containers.

    Quiet when: no load balancer leads to it, and it is not open to the internet at port 80 or 443.

    See: AWS Well-Architected REL11-BP03; Azure documentation, Virtual Machine Scale Sets.
    """
    doors = _open_doors(machines, estate)
    services = _targets(machines, estate)
    way = f"{services[0]} sends requests to it" if services else f"the internet reaches its port {doors[0][0]}"
    at = next((target.at for target in machines.targets), machines.at) if services else doors[0][1].at
    yield Finding(
        machines.at,
        f"{machines} answers requests, and nothing replaces it when it fails",
        label="a machine of its own",
        places=(Place(at, way),),
        factors=(*_spared(services, estate), *_helper(machines)),
    )


def _targets(machines: VirtualMachines, estate: Estate) -> tuple[Service, ...]:
    return services_before(machines, estate)


def _open_doors(machines: VirtualMachines, estate: Estate) -> list[tuple[int, FirewallRule]]:
    """Return the ports of the web at which the internet reaches a machine, with the rules that open them.

    Ends the check where such a rule is there, and it cannot be told whether the machine has a public address.
    """
    attachment = estate.beside(machines, f"{machines.address}#attachment", Attachment)
    groups = attachment.groups if attachment is not None else ()
    rules = [
        rule
        for rule in estate.in_deployment(machines, FirewallRule)
        if rule.direction is Direction.INGRESS
        and known_value(rule.group) in groups
        and any(known_value(source) in _WORLD for source in rule.sources)
    ]
    doors = [(port, rule) for rule in rules for port in _WEB_PORTS if _opens(rule, port)]
    return doors if doors and machines.public.settled().value else []


def _opens(rule: FirewallRule, port: int) -> bool:
    low, high = rule.from_port, rule.to_port
    if isinstance(low, Known) and isinstance(high, Known):
        return low.value <= port <= high.value
    return False


def _spared(services: tuple[Service, ...], estate: Estate) -> tuple[Factor, ...]:
    """Return what other machines behind the same load balancer do to the weight: they go on without this one."""
    zones: set[str] = set()
    for service in services:
        for other in estate.targets(service, EdgeKind.EXPOSES, VirtualMachines):
            if other.location is not None and isinstance(other.location.zones, Known):
                zones.update(other.location.zones.value)
    if len(zones) > 1:
        return (at_most(Severity.MEDIUM, "machines in other zones answer meanwhile"),)
    return ()


def _helper(machines: VirtualMachines) -> tuple[Factor, ...]:
    match = _HELPER.search(machines.name.lower().replace("_", "-"))
    return (at_most(Severity.LOW, f"its name says that it is a {match[1]}"),) if match is not None else ()


def _may_be_taken_back(placed: Placed, estate: Estate) -> Exclusion | None:
    if isinstance(placed, Gateway | Cluster) or placed.interruptible is None:
        return Exclusion(Reason.MANAGED, "it is no capacity that could be taken back")
    if isinstance(placed, Function):
        return Exclusion(Reason.PLATFORM, "the platform keeps its capacity")
    if isinstance(placed, Workload):
        excluded = serving(placed, estate)
        if excluded is None and placed.role is Role.WORKER:
            return Exclusion(Reason.ROLE, "the queue keeps the work of a worker that is taken back")
        return excluded
    return _is_said_of_another(placed, estate) if isinstance(placed, NodePool) else None


def _is_said_of_another(pool: NodePool, estate: Estate) -> Exclusion | None:
    first = min(_pools_of(pool, estate), key=lambda each: each.address)
    if first.key != pool.key:
        return Exclusion(Reason.MANAGED, f"the pools of a cluster are judged together, with {first}")
    return None


def _pools_of(pool: NodePool, estate: Estate) -> list[NodePool]:
    """Return the pools of the same cluster, this one among them. Ends the check where more may belong to it."""
    cluster = pool.cluster.settled()
    if isinstance(cluster, Absent):
        return [pool]
    found = [pool]
    for other in estate.in_deployment(pool, NodePool):
        if other.key == pool.key:
            continue
        if may_mean(other.cluster, cluster.value):
            other.cluster.settled()
        if known_value(other.cluster) == cluster.value:
            found.append(other)
    return found


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_may_be_taken_back,
    holds="some capacity cannot be taken back by the cloud",
    insight=True,
)
def interruptible_only_capacity(placed: Placed, estate: Estate) -> Findings:
    """The cloud may take back all capacity that something runs on.

    Why: spot capacity is taken back when the cloud needs it, within two minutes and often in many machines at once.
    Where nothing else is there, what ran on it is gone until there is capacity again.

    Fix: keep a base of ordinary capacity (an on-demand base, a second pool, a base of the plain capacity provider) and
    let spot carry what comes on top.

    Quiet when: a queue keeps the work meanwhile, or some pool of the cluster is ordinary capacity.

    See: Amazon EC2 user guide, Best practices for Spot; Amazon ECS developer guide, Fargate capacity providers; GKE
    documentation, Spot VMs.
    """
    spot = placed.interruptible.settled() if placed.interruptible is not None else None
    if not isinstance(spot, Known) or not spot.value:
        return
    if isinstance(placed, NodePool):
        pools = _pools_of(placed, estate)
        answers = [pool.interruptible.settled() for pool in pools if pool.interruptible is not None]
        if not all(isinstance(each, Known) and each.value for each in answers):
            return
        cluster = estate.beside(placed, known_value(placed.cluster) or "", Cluster)
        if cluster is not None and cluster.makes_nodes.settled().value:
            return
    yield Finding(
        spot.at,
        f"all capacity of {_whose(placed, estate)} can be taken back at any time",
        label="spot capacity only",
        factors=_weight(placed),
    )


def _whose(placed: Placed, estate: Estate) -> str:
    if isinstance(placed, NodePool):
        cluster = estate.beside(placed, known_value(placed.cluster) or "", Cluster)
        return str(cluster) if cluster is not None else f"the cluster of {placed}"
    return str(placed)


def _weight(placed: Placed) -> tuple[Factor, ...]:
    if isinstance(placed, Workload) and isinstance(placed.replicas, Known) and placed.replicas.value > 1:
        return (at_most(Severity.MEDIUM, f"{placed.replicas.value} copies are seldom taken back in one moment"),)
    return ()


def _can_be_repaired(placed: Placed, estate: Estate) -> Exclusion | None:
    if isinstance(placed, NodePool) and placed.repairs is not None:
        return None
    if not isinstance(placed, VirtualMachines) or placed.heals is None:
        return Exclusion(Reason.MANAGED, "it is no group of machines of which somebody may look after the health")
    if not _targets(placed, estate):
        return Exclusion(Reason.ROLE, "no load balancer sends it requests, whose check could tell that it is not well")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_can_be_repaired,
    holds="machines that run and do not answer are replaced",
    equivalents=("CKV_GCP_9", "AVD-GCP-0063", "GCP-0063"),
)
def unhealthy_nodes_not_replaced(placed: Placed, estate: Estate) -> Findings:
    """Machines that run but do not answer stay as they are.

    Why: a machine whose program hangs or whose disk is full still runs, and so nothing replaces it: capacity shrinks
    until somebody looks.

    Fix: give the group a health check by which it replaces machines (auto_healing_policies), and leave the repair of
    nodes on (auto_repair).

    Quiet when: no load balancer sends the group requests, or the platform looks after the health of its machines.

    See: Compute Engine documentation, Set up an application-based health check and autohealing; GKE documentation,
    Auto-repair nodes.
    """
    heals = placed.repairs if isinstance(placed, NodePool) else None
    if isinstance(placed, VirtualMachines):
        heals = placed.heals
    kept = heals.settled() if heals is not None else None
    if kept is None or kept.value:
        return
    services = _targets(placed, estate) if isinstance(placed, VirtualMachines) else ()
    yield Finding(
        kept.at,
        f"{placed} does not replace machines that run and do not answer{by_default(kept)}",
        label="nothing looks after their health",
        places=tuple(Place(each.at, f"{each} sends requests to it") for each in services[:1]),
    )
