"""Lifts the buckets in which Cloud Logging keeps logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import LogKind, LogSink
from infraaudit.readers.terraform.google.defaults import integer_or_default
from infraaudit.readers.terraform.google.observability.sinks import LOG_BUCKETS, takes_logs
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources


def lift_log_buckets(resources: Resources) -> Iterator[LogSink]:
    """Lift the buckets of projects, folders, organizations and billing accounts."""
    for resource in resources.of_type(*LOG_BUCKETS):
        yield LogSink(
            **resource.head,
            retention=integer_or_default(argument(resource, "retention_days"), "google_logging_bucket.retention_days"),
            identifiers=literals(argument(resource, "bucket_id").string()),
            is_group=False,
            kinds=(LogKind.AUDIT,) if takes_logs(resource, resources, "bucket_id", of_audit=True) else (),
        )
