"""Whether what lets a store grow and shrink by itself has room to act, is left alone, and never stops it."""

from infraaudit.model import Absent, Capacity, Datastore, Environment, Estate, Known, Share, Unknown, Workload
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    at_most,
    autoscaler_of,
    by_default,
    gateways_before,
    operand,
    policy,
)

_THOUSAND = 1000


def _units(thousandths: int) -> str:
    return f"{thousandths / _THOUSAND:g}"


def _has_bounds(store: Datastore, _: Estate) -> Exclusion | None:
    if store.capacity is None and not _scaled(store):
        return Exclusion(Reason.MANAGED, "nothing lets it grow and shrink by itself")
    return None


def _scaled(store: Datastore) -> list[Share]:
    shares = store.throughput.shares if store.throughput is not None else ()
    return [each for each in shares if each.least is not None and isinstance(each.scaled, Known) and each.scaled.value]


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_has_bounds,
    holds="stores that grow by themselves have room to",
    insight=True,
)
def datastore_capacity_has_no_range(store: Datastore) -> Findings:
    """A store that is to grow by itself may not: its lower bound is its upper one.

    Why: it looks as if the store followed the load, and stays what it is in every peak. What is paid for the ability
    to grow is paid for nothing.

    Fix: raise the upper bound (max_capacity), or take fixed machines, which cost less.

    Quiet when: the upper bound is larger, or only the account bounds it.

    See: Amazon Aurora user guide, Performance and scaling for Aurora Serverless v2; Amazon DynamoDB developer guide,
    Managing throughput capacity automatically with auto scaling.
    """
    capacity = store.capacity
    if capacity is not None:
        yield from _no_room(store, capacity)
    for share in _scaled(store):
        least, most = (share.least, share.most)
        if isinstance(least, Known) and isinstance(most, Known) and least.value >= most.value:
            yield Finding(
                most.at,
                f"the {share.name} of {store} stay at {most.value} units",
                label="no more than the least",
                places=(Place(least.at, f"at least {least.value}"),),
                operands=(operand("at least", least), operand("at most", most)),
                sum=f"{least.value} >= {most.value}",
                part=share.name,
            )
    for share in _scaled(store):
        for bound in (share.least, share.most):
            if isinstance(bound, Unknown):
                bound.settled()


def _no_room(store: Datastore, capacity: Capacity) -> Findings:
    least, most = capacity.least.settled(), capacity.most.settled()
    if isinstance(most, Absent) or least.value < most.value:
        return
    yield Finding(
        most.at,
        f"{store} stays at {_units(most.value)} {capacity.unit}",
        label="no more than the least",
        places=(Place(least.at, f"at least {_units(least.value)}{by_default(least)}"),),
        operands=(
            Operand("at least", _units(least.value), least.at),
            Operand("at most", _units(most.value), most.at),
        ),
        sum=f"{_units(least.value)} >= {_units(most.value)}",
    )


def _may_stop(store: Datastore, _: Estate) -> Exclusion | None:
    if store.capacity is None:
        return Exclusion(Reason.MANAGED, "nothing stops it when nobody asks")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"somebody can wait for it there: {store.deployment.evidence}")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_may_stop,
    holds="databases are awake when somebody asks",
    insight=True,
)
def datastore_scales_to_zero(store: Datastore) -> Findings:
    """A database stops when nobody asks, and whoever asks next waits for it.

    Why: waking up takes a quarter of a minute and more. Clients with a shorter timeout get an error, and a health
    check that asks the database takes the service out of its load balancer meanwhile.

    Fix: a lower bound above zero (min_capacity = 0.5), or auto_pause = false.

    Quiet when: it is not production, or its lower bound is above zero.

    See: Amazon Aurora user guide, Scaling to zero ACUs with automatic pause and resume for Aurora Serverless v2.
    """
    capacity = store.capacity
    if capacity is None:
        return
    stops = capacity.stops.settled()
    if stops.value:
        after = f" after {capacity.idle.value} seconds" if isinstance(capacity.idle, Known) else ""
        yield Finding(
            stops.at,
            f"{store} stops{after} when nobody asks{by_default(stops)}",
            label=f"{capacity.setting} lets it stop",
            factors=_weight(store),
        )


def _weight(store: Datastore) -> tuple[Factor, ...]:
    if store.deployment.environment is Environment.PRODUCTION:
        return ()
    return (at_most(Severity.LOW, "nothing says production"),)


def _answers_requests(workload: Workload, estate: Estate) -> Exclusion | None:
    if workload.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "nothing says that somebody of production waits for it")
    if not gateways_before(workload, estate):
        return Exclusion(Reason.ROLE, "no gateway is seen to send requests to it")
    if autoscaler_of(workload, estate) is None:
        return Exclusion(Reason.MANAGED, "nothing scales it")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_answers_requests,
    holds="a copy is there when a request comes",
    insight=True,
)
def scale_to_zero_on_request_path(workload: Workload, estate: Estate) -> Findings:
    """No copy is left when nobody asks, and the next request waits for one.

    Why: starting takes seconds, and whoever calls with a short timeout gives up before. After a quiet night the first
    users see errors.

    Fix: a lower bound of one, or of two so that one may be lost (min_instance_count, minReplicaCount, min_replicas).

    Quiet when: nothing says production, or no gateway leads to it.

    See: Cloud Run documentation, Minimum instances; KEDA documentation, Scaling Deployments.
    """
    autoscaler = autoscaler_of(workload, estate)
    if autoscaler is None:
        return
    least = autoscaler.minimum.settled()
    if least.value == 0:
        yield Finding(
            least.at,
            f"{workload} has no copy left when nobody asks{by_default(least)}",
            label="the first request waits for one",
            places=tuple(Place(each.at, f"{each} sends requests to it") for each in gateways_before(workload, estate)),
        )


def _shares_are_scaled(store: Datastore, _: Estate) -> Exclusion | None:
    if not _scaled(store):
        return Exclusion(Reason.MANAGED, "nothing changes its units with the load")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_shares_are_scaled,
    holds="units of a store are left to what scales them",
    insight=True,
)
def autoscaled_throughput_pinned_in_config(store: Datastore) -> Findings:
    """The configuration sets the number of units that something else is in charge of.

    Why: each apply puts the number back to what is written. In a peak the store refuses requests from then on, until
    the autoscaling has counted up again.

    Fix: list read_capacity and write_capacity among ignore_changes of lifecycle, and global_secondary_index where
    indexes are scaled.

    Quiet when: changes of the number are ignored, or requests are paid for each.

    See: Terraform AWS provider, aws_dynamodb_table: read_capacity and write_capacity with autoscaling.
    """
    if store.throughput is None or not store.throughput.fixed.settled().value:
        return
    reset = [share for share in _scaled(store) if share.reset is not None]
    pinned = [share for share in reset if isinstance(share.reset, Known) and share.reset.value]
    if pinned:
        first, *others = pinned
        also = f" and {len(others)} more" if others else ""
        yield Finding(
            first.units.at,
            f"each apply puts the {first.name} of {store}{also} back to what is written",
            label="set again with each apply",
            places=(Place(first.scaled.at, "this is in charge of the number"),),
        )
        return
    for share in reset:
        if share.reset is not None:
            share.reset.settled()
