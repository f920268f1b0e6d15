"""Reads what databases of RDS show of their work: Performance Insights, Database Insights, Enhanced Monitoring."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Insight, Known, known_value
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, integer_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ROWS = "rds.insight"
_TOO_SMALL = re.compile(r"db\.t[234]g?\.(micro|small)")


def insight_of(resource: Resource, resources: Resources) -> Insight:
    """Return what an instance, or a cluster, says of itself."""
    size = known_value(argument(resource, "instance_class").string())
    return Insight(
        at=resource.at,
        statements=boolean_or_default(argument(resource, "performance_insights_enabled"), f"{_ROWS}.statements"),
        advanced=string_or_default(argument(resource, "database_insights_mode"), f"{_ROWS}.mode").map(_is_advanced),
        kept=integer_or_default(argument(resource, "performance_insights_retention_period"), f"{_ROWS}.kept"),
        kept_at_least=int(fact("aws_defaults", f"{_ROWS}.kept_at_least").value),
        interval=integer_or_default(argument(resource, "monitoring_interval"), f"{_ROWS}.interval"),
        identity=pointed(resources, argument(resource, "monitoring_role_arn")),
        able=size is None or not _TOO_SMALL.fullmatch(size),
    )


def insights_of_cluster(cluster: Resource, members: Sequence[Resource], resources: Resources) -> tuple[Insight, ...]:
    """Return what each instance of a cluster shows, the words of the cluster coming before its own."""
    whole = insight_of(cluster, resources)
    if not members:
        return (whole,)
    return tuple(_under(insight_of(each, resources), whole) for each in members)


def _under(own: Insight, whole: Insight) -> Insight:
    return replace(
        own,
        statements=whole.statements if _is_written(whole.statements) else own.statements,
        advanced=whole.advanced if _is_written(whole.advanced) else own.advanced,
        kept=whole.kept if _is_written(whole.kept) else own.kept,
        interval=whole.interval if _is_written(whole.interval) else own.interval,
        identity=whole.identity if not isinstance(whole.identity, Absent) else own.identity,
    )


def _is_written(value: Maybe[object]) -> bool:
    """Whether something stands there, known or not, and not a default in its place."""
    return not isinstance(value, Known) or value.stated


def _is_advanced(mode: str) -> bool:
    return mode == "advanced"
