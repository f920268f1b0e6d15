"""Whether a disruption budget leaves anything to be disrupted."""

from infraaudit.model import DisruptionBudget, Estate, Known, Value, Workload
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    allowed_disruptions,
    at_most,
    autoscaler_of,
    by_default,
    least_copies,
    most_copies,
    operand,
    policy,
    protected_by,
    settled_within,
)


def _counts_copies(budget: DisruptionBudget, estate: Estate) -> Exclusion | None:
    workloads = protected_by(budget, estate)
    if not workloads:
        return Exclusion(Reason.MANAGED, "the copies that it counts are not in the scan")
    if all(each.per_node for each in workloads):
        return Exclusion(Reason.PLATFORM, "a drain leaves the copies that run on each node alone")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_counts_copies,
    holds="every disruption budget lets one copy go",
    equivalents=(
        "kube-linter:pdb-min-available",
        "kube-linter:pdb-max-unavailable",
        "polaris:pdbDisruptionsIsZero",
        "polaris:pdbMinAvailableGreaterThanHPAMinReplicas",
    ),
)
def disruption_budget_blocks_drain(budget: DisruptionBudget, estate: Estate) -> Findings:
    """A disruption budget lets no copy go, so that no node can be drained.

    Why: an upgrade of the nodes evicts copies one by one and waits for the budget. Where that never allows one, the
    drain hangs until somebody forces it, and then takes the copies down without any budget at all.

    Fix: allow one (maxUnavailable: 1) and run two copies or more; count from the floor of the autoscaler.

    Quiet when: the budget counts copies that run on each node.

    See: Kubernetes documentation, Disruptions; Specifying a Disruption Budget for your Application, rounding.
    """
    workloads = [each for each in protected_by(budget, estate) if not each.per_node]
    if len(workloads) > 1:
        return
    workload = workloads[0]
    copies = settled_within(least_copies(workload, estate), f"{_enough(budget)} copies or more let one go")
    if copies.value == 0:
        return
    allowed = allowed_disruptions(budget, copies.value)
    if allowed is None:
        return
    allowed = settled_within(allowed, f"of {copies.value} copies it must let one go")
    if allowed.value <= 0:
        yield _blocked(budget, workload, copies, allowed, estate)


def _blocked(
    budget: DisruptionBudget, workload: Workload, copies: Known[int], allowed: Known[int], estate: Estate
) -> Finding:
    scaled = autoscaler_of(workload, estate) is not None
    stated = budget.max_unavailable if isinstance(budget.max_unavailable, Known) else budget.min_available
    written = stated.value if isinstance(stated, Known) else ""
    bound = "maxUnavailable" if stated is budget.max_unavailable else "minAvailable"
    words = f"{copies.value} {'copy' if copies.value == 1 else 'copies'}"
    return Finding(
        allowed.at,
        f"{budget} never lets one of the {words} of {workload} go: {bound} is {written}"
        if copies.value > 1
        else f"{budget} never lets the only copy of {workload} go: {bound} is {written}",
        label="allows no disruption",
        places=(Place(copies.at, f"{'at least ' if scaled else ''}{words}{by_default(copies)}"),),
        operands=(operand(bound, allowed, written), operand("copies", copies)),
        sum=_sum(bound, written, copies.value, allowed.value),
        factors=_weight(budget, workload, estate),
    )


def _sum(bound: str, written: str, copies: int, allowed: int) -> str:
    if bound == "maxUnavailable":
        return f"{written} of {copies} = {allowed} < 1"
    share = f" ({written} of {copies}, rounded up)" if written.endswith("%") else ""
    return f"{copies} - {copies - allowed}{share} = {allowed} < 1"


def _enough(budget: DisruptionBudget) -> int:
    """Return the least number of copies of which the budget lets one go, as far as there is one below a hundred."""
    return next((copies for copies in range(1, 101) if _lets_go(allowed_disruptions(budget, copies))), 2)


def _lets_go(allowed: Value[int] | None) -> bool:
    return isinstance(allowed, Known) and allowed.value > 0


def _weight(budget: DisruptionBudget, workload: Workload, estate: Estate) -> tuple[Factor, ...]:
    most = most_copies(workload, estate)
    if autoscaler_of(workload, estate) is not None and isinstance(most, Known):
        allowed = allowed_disruptions(budget, most.value)
        if _lets_go(allowed):
            return (at_most(Severity.MEDIUM, "only while the autoscaler is at its floor"),)
    return ()
