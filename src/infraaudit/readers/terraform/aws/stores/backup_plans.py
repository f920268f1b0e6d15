"""Lifts the plans of AWS Backup, and tells what they make of the recovery of a store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, BackupPlan, BackupRule, Known, Unknown
from infraaudit.readers.terraform.aws.compute.schedules import gap_of
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.stores.backup import SELECTABLE, SELECTION, selects
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first
from infraaudit.readers.terraform.lifting.pointing import behind, certain, pointed
from infraaudit.readers.terraform.lifting.recovery import recovery_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from infraaudit.facts import Row
    from infraaudit.model import Facet, Maybe, Node, Recovery
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_PLAN = "aws_backup_plan"


def lift_plans(resources: Resources) -> Iterator[BackupPlan]:
    """Lift ``aws_backup_plan`` with what its selections take in."""
    for resource in resources.of_type(_PLAN):
        members, complete = blocks(resource.body["rule"])
        protects, all_of_them = _protects(resource, resources)
        yield BackupPlan(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            rules=tuple(_rule(each, resources) for each in members),
            protects=protects,
            complete=complete and all_of_them,
        )


def _rule(node: Node, resources: Resources) -> BackupRule:
    copies = blocks(node["copy_action"])[0]
    return BackupRule(
        interval=gap_of(node["schedule"]),
        retention=first(node["lifecycle"])["delete_after"].integer(),
        continuous=boolean_or_default(node["enable_continuous_backup"], "aws_backup_plan.enable_continuous_backup"),
        vault=pointed(resources, node["target_vault_name"]),
        copies=tuple(certain(resources, each["destination_vault_arn"], "no vault is named") for each in copies),
        at=node["rule_name"].at,
    )


def _selections(plan: Resource, resources: Resources) -> Iterator[Resource]:
    for selection in resources.of_type(SELECTION):
        if behind(resources, argument(selection, "plan_id"), _PLAN) == plan:
            yield selection


def _protects(plan: Resource, resources: Resources) -> tuple[tuple[tuple[str, Span], ...], bool]:
    """Return what the selections of a plan surely take in, and whether that is all."""
    found: dict[str, Span] = {}
    complete = True
    for selection in _selections(plan, resources):
        for resource in resources.of_type(*SELECTABLE):
            answer = selects(selection, resource, resources)
            if isinstance(answer, Unknown):
                complete = False
            elif answer.value:
                found.setdefault(resource.address, answer.at)
    return tuple(found.items()), complete


# -- what plans make of the recovery of a store -------------------------------------------------------------------


def recovery_with_plans(resource: Resource, resources: Resources, facets: Iterable[Facet]) -> Recovery | None:
    """Return to what a store can be brought back by its own backups and by the plans that copy it."""
    own = recovery_of(resource, facets)
    read = rules_of(resource, resources) if own is not None else ()
    if own is None or not read:
        return own
    row = table("recovery")[resource.type]
    intervals: list[Maybe[int]] = [_interval(each, row) for each in read]
    retentions: list[Maybe[int]] = [each.retention for each in read]
    by_itself = argument(resource, own.setting).integer()
    if not isinstance(own.interval, Unknown):
        intervals.append(own.interval)
        retentions.append(own.retention)
    elif isinstance(by_itself, Unknown):
        return own
    return replace(own, interval=shortest(intervals), retention=longest(retentions))


def rules_of(resource: Resource, resources: Resources) -> tuple[BackupRule, ...]:
    """Return the rules of the plans that surely copy a resource."""
    plans = _plans_of(resource, resources)
    return tuple(_rule(each, resources) for plan in plans for each in blocks(plan.body["rule"])[0])


def _plans_of(resource: Resource, resources: Resources) -> Iterator[Resource]:
    for plan in resources.of_type(_PLAN):
        answers = [selects(each, resource, resources) for each in _selections(plan, resources)]
        if any(isinstance(each, Known) and each.value for each in answers):
            yield plan


def _interval(rule: BackupRule, row: Row) -> Maybe[int]:
    """Return the time between two points of a rule; a continuous backup is as fine as the store's own ones."""
    if isinstance(rule.continuous, Known) and rule.continuous.value:
        return Known(int(row["interval"]), rule.continuous.at, fact=row.words)
    if isinstance(rule.continuous, Unknown):
        return Unknown(rule.continuous.why, rule.continuous.at)
    return Unknown("no schedule is written for a rule", rule.at) if isinstance(rule.interval, Absent) else rule.interval


def shortest(intervals: Sequence[Maybe[int]]) -> Maybe[int]:
    """Return the shortest time between two points, of one rule at least."""
    unknown = next((each for each in intervals if isinstance(each, Unknown)), None)
    known = [each for each in intervals if isinstance(each, Known)]
    return unknown or min(known, key=lambda each: each.value, default=intervals[0])


def longest(retentions: Sequence[Maybe[int]]) -> Maybe[int]:
    """Return the longest retention; what is written without an end is kept for ever."""
    for kind in (Absent, Unknown):
        found = next((each for each in retentions if isinstance(each, kind)), None)
        if found is not None:
            return found
    known = [each for each in retentions if isinstance(each, Known)]
    return max(known, key=lambda each: each.value)
