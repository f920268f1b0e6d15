"""Small policies over workloads, and what it takes to judge a system by them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from infraaudit.engine.pack import PackedPolicy
from infraaudit.engine.run import judge
from infraaudit.engine.verdict import Crash, Verdict
from infraaudit.model import Deployment, Estate, Known, Unknown, Workload
from infraaudit.policy import Effort, Finding, Findings, Policy, Severity, policy
from infraaudit.source.span import Span
from tests.builders import a_container, a_workload

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.model import Entity, Value

REPLICAS_AT = Span("deploy/web.yaml", 7, 13, 7, 14)
WHY = "var.replicas has no default and no tfvars sets it"


def single_copy(workload: Workload) -> Findings:
    """A service runs as one copy.

    Why: one crash takes it down.

    Fix: ask for two.
    """
    replicas = workload.replicas.settled()
    if replicas.value < 2:
        yield Finding(replicas.at, f"{workload} runs {replicas.value} copy", label=f"only {replicas.value}")


def packed(
    check: Callable[..., Findings] | Policy = single_copy,
    *,
    area: str = "resilience",
    formerly: tuple[str, ...] = (),
    severity: Severity = Severity.HIGH,
    **given: Any,  # noqa: ANN401 - the arguments of the decorator are of all types
) -> PackedPolicy:
    """Pack a check as if it stood in a folder of this area."""
    declared = (
        check
        if isinstance(check, Policy)
        else policy(severity, effort=Effort.SMALL, holds="two copies run", **given)(check)
    )
    return PackedPolicy(f"{area}/{declared.name}", area, "topic", Path("topic.py"), declared, "1.0", formerly)


def documented(check: Callable[..., Findings]) -> Callable[..., Findings]:
    """Give a check the papers that every policy needs."""
    check.__doc__ = "Title.\n\nWhy: so.\n\nFix: mend it.\n"
    return check


def with_replicas(replicas: Value[int], name: str = "web", deployment: Deployment | None = None) -> Workload:
    """Build a workload of so many copies."""
    container = a_container(name, deployment=deployment or a_workload().deployment)
    return a_workload(container, replicas=replicas)


def copies(count: int, name: str = "web", deployment: Deployment | None = None, at: Span = REPLICAS_AT) -> Workload:
    """Build a workload whose number of copies is written."""
    return with_replicas(Known(count, at), name, deployment)


def not_told(*candidates: int) -> Unknown[int]:
    """Build a number that cannot be told, or only to be one of these."""
    return Unknown(WHY, REPLICAS_AT, candidates)


def judged(policies: PackedPolicy | tuple[PackedPolicy, ...], *entities: Entity) -> list[Verdict | Crash]:
    """Judge a system of these entities."""
    every = policies if isinstance(policies, tuple) else (policies,)
    return list(judge(every, Estate.of_parts(entities)))


def verdict(policies: PackedPolicy, *entities: Entity) -> Verdict:
    """Judge one entity by one policy."""
    (result,) = judged(policies, *entities)
    assert isinstance(result, Verdict)
    return result
