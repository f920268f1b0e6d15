"""Whether a namespace has room for what may run in it."""

from dataclasses import dataclass

from infraaudit.model import (
    Absent,
    Estate,
    Known,
    QuotaLimit,
    ResourceQuota,
    Workload,
)
from infraaudit.policy import (
    PODS,
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
    in_cores,
    in_mebibytes,
    is_of_copies,
    members_of,
    most_copies,
    policy,
    settled_within,
    surge_copies,
    taken_by_a_copy,
)


@dataclass(frozen=True, slots=True)
class _Demand:
    """What one workload takes of a quota at its largest: for each copy, copies, and copies more during a rollout."""

    workload: Workload
    each: int
    copies: Known[int]
    surge: int

    @property
    def total(self) -> int:
        return self.each * self.copies.value


def _bounds_workloads(quota: ResourceQuota, estate: Estate) -> Exclusion | None:
    if quota.scopes or quota.scope_requirements:
        return Exclusion(Reason.MANAGED, "it holds for some pods alone, which its scopes choose")
    if not members_of(quota, estate):
        return Exclusion(Reason.ROLE, "no workload of its namespace is in the scan")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_bounds_workloads,
    holds="the quota of a namespace has room for all that may be scaled out in it",
    insight=True,
)
def namespace_quota_blocks_scale_out(quota: ResourceQuota, estate: Estate) -> Findings:
    """A quota ends before the autoscalers of its namespace do.

    Why: the copies that the peak asks for are refused, one by one, in events that nobody reads, while the autoscaler
    reports the number that it wants. A rollout in that hour finds no room for its new copies either.

    Fix: raise the quota to the sum of all maximums with a quarter more for rollouts, or lower the maximums.

    Quiet when: the quota holds for some pods alone.

    See: Kubernetes documentation, Resource Quotas.
    """
    for limit in quota.limits:
        if not is_of_copies(limit):
            continue
        most = limit.most.settled()
        if isinstance(most, Absent):
            continue
        counted = (_demand(workload, limit, estate) for workload in members_of(quota, estate))
        demands = [each for each in counted if each]
        total = sum(each.total for each in demands)
        extra = max((each.surge * each.each for each in demands), default=0)
        if total + extra > most.value:
            yield _exceeded(quota, limit, most, sorted(demands, key=lambda each: -each.total), estate)


def _demand(workload: Workload, limit: QuotaLimit, estate: Estate) -> _Demand | None:
    each = taken_by_a_copy(workload, limit)
    if each == 0:
        return None
    copies = settled_within(most_copies(workload, estate), f"each copy takes part of {limit.name}")
    surge = surge_copies(workload, copies.value)
    return _Demand(workload, each, copies, surge.value if isinstance(surge, Known) else 0)


def _exceeded(
    quota: ResourceQuota, limit: QuotaLimit, most: Known[int], demands: list[_Demand], estate: Estate
) -> Finding:
    total = sum(each.total for each in demands)
    extra = max((each.surge * each.each for each in demands), default=0)
    rollout_alone = total <= most.value
    needed = total + (extra if rollout_alone else 0)
    scaled = any(autoscaler_of(each.workload, estate) is not None for each in demands)
    terms = " + ".join(f"{each.copies.value} x {_words(limit, each.each)}" for each in demands)
    return Finding(
        limit.at,
        f"{quota} allows {_words(limit, most.value)} of {limit.name}, "
        f"{'a rollout at the largest size' if rollout_alone else 'what may run at the largest size'} "
        f"asks for {_words(limit, needed)}",
        label=f"{_words(limit, needed)} asked for",
        places=tuple(
            Place(each.copies.at, f"{each.copies.value} copies of {each.workload}, {_words(limit, each.each)} each")
            for each in demands[:5]
        ),
        operands=(
            *(
                Operand(str(each.workload), f"{each.copies.value} x {_words(limit, each.each)}", each.copies.at)
                for each in demands
            ),
            Operand(f"quota of {limit.name}", _words(limit, most.value), most.at),
        ),
        sum=f"{terms}{f' + {_words(limit, extra)} for a rollout' if rollout_alone else ''} = {_words(limit, needed)} "
        f"> {_words(limit, most.value)}",
        factors=_weight(rollout_alone=rollout_alone, scaled=scaled),
        part=limit.name,
    )


def _weight(*, rollout_alone: bool, scaled: bool) -> tuple[Factor, ...]:
    if rollout_alone:
        return (at_most(Severity.MEDIUM, "all copies fit, but not those of a rollout beside them"),)
    return () if scaled else (at_most(Severity.MEDIUM, "no autoscaler is stopped, but copies are refused"),)


def _words(limit: QuotaLimit, amount: int) -> str:
    if limit.name in PODS:
        return f"{amount} pods"
    return in_cores(amount) if "cpu" in limit.name else in_mebibytes(amount)
