"""Whether there are nodes enough for copies that refuse to share one."""

from collections.abc import Iterator

from infraaudit.model import Absent, Estate, Known, NodePool, PodAffinity, Unknown, UnsettledError, Workload
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    at_most,
    autoscaler_of,
    least_copies,
    long_running,
    most_copies,
    most_nodes,
    on_known_nodes,
    operand,
    policy,
    pools_for,
    settled_within,
    share_of,
)

_NODE = "kubernetes.io/hostname"
"""The label that each node has with a value of its own."""
_OF_ONE_VERSION = frozenset({"pod-template-hash", "controller-revision-hash"})
"""Labels by which the copies of one rollout differ from those of the next."""


def _refuses_to_share(workload: Workload, estate: Estate) -> Exclusion | None:
    if next(_refusals(workload), None) is None:
        return Exclusion(Reason.DESIGN, "its copies may share a node")
    return on_known_nodes(workload, estate)


def _refusals(workload: Workload) -> Iterator[PodAffinity]:
    """Yield the rules that keep the copies of a workload off each other's nodes. Ends the check at one in doubt."""
    placement = workload.placement
    for rule in placement.pods if placement is not None else ():
        if not (rule.apart and rule.required):
            continue
        key, selector = rule.topology_key.settled(), rule.selector.settled()
        if isinstance(key, Absent) or key.value != _NODE or isinstance(selector, Absent):
            continue
        if workload.labels is None:
            raise UnsettledError(Unknown(f"the labels of {workload} cannot be told", workload.at))
        if selector.value.selects(workload.labels) and _looks_at_its_own(rule, workload):
            yield rule


def _looks_at_its_own(rule: PodAffinity, workload: Workload) -> bool:
    if not rule.namespaces or rule.every_namespace:
        return True
    if not workload.namespace:
        raise UnsettledError(Unknown(f"in which namespace {workload} runs is not told here", rule.at))
    return workload.namespace in rule.namespaces


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(long_running, _refuses_to_share),
    holds="there is a node for every copy that refuses to share one",
    insight=True,
)
def strict_anti_affinity_exceeds_nodes(workload: Workload, estate: Estate) -> Findings:
    """Copies that refuse to share a node are more than the nodes that there can be.

    Why: a required rule is never broken, so each copy beyond the number of nodes stays pending. Where a rollout must
    start a new copy before an old one goes, it needs one node more, and hangs without it.

    Fix: prefer to keep copies apart (preferredDuringSchedulingIgnoredDuringExecution, or a spread constraint), let
    more nodes come, or let an old copy go first by maxSurge 0 and maxUnavailable 1.

    Quiet when: the rule is only preferred, machines come by themselves (Autopilot, Auto Mode, Karpenter), or the
    cluster is not in the scan.

    See: Kubernetes documentation, Assigning Pods to Nodes, Inter-pod affinity and anti-affinity; Deployments, Max
    Unavailable.
    """
    rule = next(_refusals(workload))
    pools = pools_for(workload, estate)
    if not pools:
        return
    counts = [(pool, most_nodes(pool)) for pool in pools]
    nodes = sum(count.value for _, count in counts)
    copies = settled_within(most_copies(workload, estate), f"each needs a node, and there are {nodes} at most")
    if copies.value > nodes:
        yield Finding(
            copies.at,
            f"up to {copies.value} copies of {workload} need a node each, and there are {nodes} at most",
            label=f"{copies.value - nodes} of them stay pending",
            places=(Place(rule.at, "no two copies on one node"), *_places(counts)),
            operands=(operand(f"copies of {workload}", copies), *_operands(counts)),
            sum=f"{copies.value} > {nodes}",
            fix=f"let {nodes} copies run at most, or {copies.value} nodes",
        )
    elif not _OF_ONE_VERSION & set(rule.match_keys):
        yield from _stuck(workload, copies, rule, counts, estate)


_Counts = list[tuple[NodePool, Known[int]]]


def _stuck(workload: Workload, most: Known[int], rule: PodAffinity, counts: _Counts, estate: Estate) -> Findings:
    """Report a rollout that may stop no old copy, and has no node for a new one."""
    nodes = sum(count.value for _, count in counts)
    if most.value < nodes or most.value == 0 or workload.rollout is None or workload.stateful:
        return
    share = share_of(workload.rollout.max_unavailable).settled()
    if isinstance(share, Absent) or share.value.of(most.value, up=False) > 0:
        return
    scaled = autoscaler_of(workload, estate) is not None and least_copies(workload, estate).settled().value < nodes
    yield Finding(
        rule.at,
        f"a rollout of {workload} needs a node for one copy more than {most.value}, and there are {nodes} at most",
        label="a new copy shares no node with an old one",
        places=(Place(share.at, "no old copy may go first"), *_places(counts)),
        operands=(operand(f"copies of {workload}", most), *_operands(counts)),
        sum=f"{most.value} + 1 > {nodes}",
        factors=(at_most(Severity.MEDIUM, "only while the autoscaler is at its ceiling"),) if scaled else (),
        part="rollout",
        fix=f"let an old copy go first by maxSurge 0 and maxUnavailable 1, or allow {most.value + 1} nodes",
    )


def _places(counts: _Counts) -> tuple[Place, ...]:
    return tuple(Place(count.at, f"{pool} has {count.value} at most") for pool, count in counts)


def _operands(counts: _Counts) -> tuple[Operand, ...]:
    return tuple(operand(f"nodes of {pool}", count) for pool, count in counts)
