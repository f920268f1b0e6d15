"""Whether the nodes of a cluster hold what is promised to run on them."""

from infraaudit.model import (
    Estate,
    Known,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Room,
    Severity,
    asked_by_a_copy,
    at_most,
    autoscaler_of,
    doubted,
    most_copies,
    on_known_nodes,
    policy,
    rooms_for,
)

_GIB = 2**30
_KEPT_OF_CORE = 60
"""Thousandths of the first core that a node keeps for itself."""
_KEPT_OF_MEMORY = _GIB
"""A quarter of the first 4 GiB, which a node keeps for itself."""


def _is_scaled(workload: Workload, estate: Estate) -> Exclusion | None:
    if autoscaler_of(workload, estate) is None:
        return Exclusion(Reason.MANAGED, "nothing scales it")
    return on_known_nodes(workload, estate)


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_is_scaled,
    holds="the nodes hold every copy that an autoscaler may ask for",
    insight=True,
)
def max_scale_exceeds_node_capacity(workload: Workload, estate: Estate) -> Findings:
    """An autoscaler promises more copies than the nodes can ever hold.

    Why: in the peak the copies that find no room stay pending. The autoscaler has done its part, nothing looks wrong in
    the configuration, and the service answers with what fits.

    Fix: raise the maximum of the node pool, ask for less in each copy, or lower the maximum of the autoscaler to what
    can be served.

    Quiet when: machines come by themselves (Autopilot, Auto Mode, Fargate, Karpenter), or the cluster is not in the
    scan.

    See: Kubernetes documentation, Node autoscaling; Amazon EKS user guide, Choosing an instance type.
    """
    copies = most_copies(workload, estate).settled()
    cpu, memory, doubt = asked_by_a_copy(workload)
    asked = f"all copies ask for {_cores(copies.value * cpu)} cores and {_gib(copies.value * memory)} GiB"
    rooms = list(doubted(lambda: rooms_for(workload, estate), asked))
    for what, each, capacity, shown in (
        ("cores", cpu, sum(room.machine.value.cpu * room.nodes.value for room in rooms), _cores),
        ("GiB", memory, sum(room.machine.value.memory * room.nodes.value for room in rooms), _gib),
    ):
        if rooms and copies.value * each > capacity:
            yield Finding(
                copies.at,
                f"up to {copies.value} copies of {workload} ask for {shown(copies.value * each)} {what}, "
                f"its nodes have {shown(capacity)} at most",
                label=f"up to {copies.value} copies",
                places=tuple(Place(room.nodes.at, f"{room.pool} has {_nodes(room)}") for room in rooms),
                operands=(
                    Operand(f"copies of {workload}", str(copies.value), copies.at),
                    Operand("each asks for", f"{shown(each)} {what}"),
                    *(_operand(room, what) for room in rooms),
                ),
                sum=f"{copies.value} x {shown(each)} = {shown(copies.value * each)} > {shown(capacity)}",
                factors=_estimate(rooms),
                fix=f"let it scale to {capacity // each} copies at most, or give its nodes "
                f"{shown(copies.value * each)} {what}",
            )
            return
    if doubt is not None:
        doubt.settled()


def _operand(room: Room, what: str) -> Operand:
    machine = room.machine.value
    size = f"{_cores(machine.cpu)} cores" if what == "cores" else f"{_gib(machine.memory)} GiB"
    assumed = "" if room.machine.stated else room.machine.fact
    return Operand(str(room.pool), f"{_nodes(room)} x {size} ({machine.name})", room.nodes.at, assumed)


def _nodes(room: Room) -> str:
    return f"{room.nodes.value} node" if room.nodes.value == 1 else f"{room.nodes.value} nodes"


def _cores(thousandths: int) -> str:
    return f"{thousandths / 1000:g}"


def _gib(size: int) -> str:
    return f"{size / _GIB:.3g}"


def _estimate(rooms: list[Room]) -> tuple[Factor, ...]:
    if any(not room.machine.stated for room in rooms):
        return (at_most(Severity.MEDIUM, "an estimate: the machine type is the platform's default"),)
    return ()


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=on_known_nodes,
    holds="some node can hold one copy",
    insight=True,
)
def pod_larger_than_any_node(workload: Workload, estate: Estate) -> Findings:
    """No node can hold a single copy of a workload.

    Why: the scheduler looks for one node that has all of what a pod asks for. Where none is large enough the pod stays
    pending for ever, and a node autoscaler does not help, because a new node would be too small as well.

    Fix: take a larger machine type into a pool that it may run on, or ask for less.

    Quiet when: machines that fit are made for it, or the cluster is not in the scan.

    See: Kubernetes documentation, Reserve Compute Resources for System Daemons.
    """
    rooms = list(rooms_for(workload, estate))
    cpu, memory, doubt = asked_by_a_copy(workload)
    ask = _largest_step(workload, cpu, memory)
    if not rooms:
        return
    whole = any(ask[0] <= room.machine.value.cpu and ask[1] <= room.machine.value.memory for room in rooms)
    left = any(
        ask[0] <= room.machine.value.cpu - _KEPT_OF_CORE and ask[1] <= room.machine.value.memory - _KEPT_OF_MEMORY
        for room in rooms
    )
    if left:
        if doubt is not None:
            doubt.settled()
        return
    largest = max(rooms, key=lambda room: (room.machine.value.cpu, room.machine.value.memory))
    machine = largest.machine.value
    first = _first_request(workload)
    yield Finding(
        first.at if first is not None else workload.at,
        f"one copy of {workload} asks for {_cores(ask[0])} cores and {_gib(ask[1])} GiB, "
        f"its largest node has {_cores(machine.cpu)} and {_gib(machine.memory)}",
        label="no node is large enough",
        places=(Place(largest.machine.at, f"{machine.name} of {largest.pool}"),),
        operands=(
            Operand(f"one copy of {workload}", f"{_cores(ask[0])} cores, {_gib(ask[1])} GiB"),
            Operand(machine.name, f"{_cores(machine.cpu)} cores, {_gib(machine.memory)} GiB", largest.machine.at),
        ),
        sum=f"{_cores(ask[0])} > {_cores(machine.cpu)} cores"
        if ask[0] > machine.cpu - _KEPT_OF_CORE
        else f"{_gib(ask[1])} > {_gib(machine.memory)} GiB",
        factors=_margin(rooms, whole=whole),
    )


def _largest_step(workload: Workload, cpu: int, memory: int) -> tuple[int, int]:
    """Return what a pod asks for: its containers together, or the largest that runs before them."""
    before = workload.init_containers
    most_cpu = max((known_value(each.cpu_request) or 0 for each in before), default=0)
    most_memory = max((known_value(each.memory_request) or 0 for each in before), default=0)
    return max(cpu, most_cpu), max(memory, most_memory)


def _first_request(workload: Workload) -> Known[int] | None:
    """Return the first thing that a workload asks for."""
    asks = [
        request
        for container in (*workload.containers, *workload.init_containers)
        for request in (container.cpu_request, container.memory_request)
        if isinstance(request, Known)
    ]
    return asks[0] if asks else None


def _margin(rooms: list[Room], *, whole: bool) -> tuple[Factor, ...]:
    if whole:
        return (at_most(Severity.MEDIUM, "an estimate: it fits into the machine, but not beside what the node keeps"),)
    return _estimate(rooms)
