"""How many copies a drain or a rollout may take away at one time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, DisruptionBudget, Known, Unknown, UnsettledError, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate, Maybe, Value


@dataclass(frozen=True, slots=True)
class Share:
    """A count of copies, or a share of all of them in percent."""

    number: int
    percent: bool

    def of(self, copies: int, *, up: bool) -> int:
        """Return the number of copies; shares are rounded up or down."""
        if not self.percent:
            return self.number
        return -(-copies * self.number // 100) if up else copies * self.number // 100


def share_of(value: Maybe[str]) -> Maybe[Share]:
    """Read a count, or a share written with a percent sign."""
    if not isinstance(value, Known):
        return value if isinstance(value, Absent) else Unknown(value.why, value.at)
    number = value.value.strip().removesuffix("%")
    if not (number.isdecimal() and number.isascii()):
        return Unknown(f"{value.value} is neither a number of copies nor a share", value.at)
    return value.map(lambda written: Share(int(number), written.strip().endswith("%")))


def protected_by(budget: DisruptionBudget, estate: Estate) -> tuple[Workload, ...]:
    """Return the workloads whose copies a budget counts. Ends the check where that cannot be told of one of them."""
    return tuple(workload for workload in estate.in_deployment(budget, Workload) if _counts(budget, workload))


def budgets_of(workload: Workload, estate: Estate) -> Iterator[DisruptionBudget]:
    """Yield the budgets that count the copies of a workload."""
    for budget in estate.in_deployment(workload, DisruptionBudget):
        if _counts(budget, workload):
            yield budget


def _counts(budget: DisruptionBudget, workload: Workload) -> bool:
    if budget.namespace != workload.namespace or workload.runs_once:
        return False
    selector = budget.selector.settled()
    if isinstance(selector, Absent):
        return False
    if workload.labels is None:
        raise UnsettledError(Unknown(f"the labels of {workload} cannot be told", workload.at))
    return selector.value.selects(workload.labels)


def allowed_disruptions(budget: DisruptionBudget, copies: int) -> Value[int] | None:
    """Return how many of so many copies may be away at one time, ``None`` where the budget states neither bound."""
    least, most = share_of(budget.min_available), share_of(budget.max_unavailable)
    if isinstance(most, Known):
        return most.map(lambda share: share.of(copies, up=True))
    if isinstance(least, Known):
        return least.map(lambda share: copies - share.of(copies, up=True))
    doubt = next((each for each in (most, least) if isinstance(each, Unknown)), None)
    return Unknown(doubt.why, doubt.at) if doubt is not None else None
