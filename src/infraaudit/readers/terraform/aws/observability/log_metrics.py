"""Lifts the metrics that count lines of log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import LogMetric
from infraaudit.readers.terraform.aws.observability.log_groups import group_named
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources


def lift_log_metrics(resources: Resources) -> Iterator[LogMetric]:
    """Lift ``aws_cloudwatch_log_metric_filter``."""
    for resource in resources.of_type("aws_cloudwatch_log_metric_filter"):
        yield LogMetric(
            **resource.head,
            group=group_named(resources, argument(resource, "log_group_name")),
            pattern=argument(resource, "pattern").string(),
            namespace=argument(resource, "metric_transformation.namespace").string(),
            metric=argument(resource, "metric_transformation.name").string(),
        )
