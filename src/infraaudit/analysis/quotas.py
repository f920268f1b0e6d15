"""What a quota of a namespace bounds, and how much of it one copy of a workload takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown, UnsettledError, Workload

if TYPE_CHECKING:
    from infraaudit.model import Container, Estate, Maybe, QuotaLimit, ResourceQuota

PODS = frozenset({"pods", "count/pods"})
_MEASURED = {
    "requests.cpu": "cpu_request",
    "cpu": "cpu_request",
    "limits.cpu": "cpu_limit",
    "requests.memory": "memory_request",
    "memory": "memory_request",
    "limits.memory": "memory_limit",
}


def is_of_copies(limit: QuotaLimit) -> bool:
    """Whether each copy of a workload takes a part of what a limit allows."""
    return limit.name in PODS or limit.name in _MEASURED


def members_of(quota: ResourceQuota, estate: Estate) -> list[Workload]:
    """Return the workloads whose copies a quota bounds."""
    found = [each for each in estate.in_deployment(quota, Workload) if each.namespace == quota.namespace]
    return [each for each in found if not each.runs_once and not each.per_node]


def taken_by_a_copy(workload: Workload, limit: QuotaLimit) -> int:
    """Return how much of a limit one copy takes. Ends the check where that cannot be told."""
    return 1 if limit.name in PODS else _of_a_copy(workload, _MEASURED[limit.name])


def _of_a_copy(workload: Workload, field: str) -> int:
    """Add up what the containers of a copy ask for; those that ask for nothing count nothing."""
    running = sum(_asked(container, field) for container in workload.containers)
    return max([running, *(_asked(container, field) for container in workload.init_containers)])


def _asked(container: Container, field: str) -> int:
    value: Maybe[int] = getattr(container, field)
    if isinstance(value, Unknown):
        raise UnsettledError(value)
    return value.value if isinstance(value, Known) else 0
