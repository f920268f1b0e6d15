"""Lifts the buckets of Amazon S3 that others write their logs to, as places where logs are kept."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.model import Known, LogKind, LogSink
from infraaudit.readers.terraform.aws.stores.s3 import days_kept, is_locked
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_BUCKET = "aws_s3_bucket"
_WRITERS = (
    ("aws_lb", "access_logs.bucket", LogKind.REQUESTS),
    ("aws_alb", "access_logs.bucket", LogKind.REQUESTS),
    ("aws_elb", "access_logs.bucket", LogKind.REQUESTS),
    ("aws_cloudfront_distribution", "logging_config.bucket", LogKind.REQUESTS),
    ("aws_s3_bucket_logging", "target_bucket", LogKind.REQUESTS),
    ("aws_s3_bucket", "logging.target_bucket", LogKind.REQUESTS),
    ("aws_wafv2_web_acl_logging_configuration", "log_destination_configs", LogKind.REQUESTS),
    ("aws_flow_log", "log_destination", LogKind.FLOWS),
)
"""What writes to a bucket, and the argument that names it. No trail is among them: its record may be kept for ever."""


def lift_log_buckets(resources: Resources) -> Iterator[LogSink]:
    """Lift each ``aws_s3_bucket`` that something writes its logs to."""
    written = resources.derived(_written)
    for bucket in resources.of_type(_BUCKET):
        names = literals(argument(bucket, "bucket").string())
        kinds = {kind for name in (bucket.address, *names) for kind in written.get(name, ())}
        if kinds and not _keeps_a_trail(bucket, resources):
            head = bucket.head
            head["address"] = f"{bucket.address}#logs"
            yield LogSink(
                **head,
                retention=days_kept(bucket, resources),
                identifiers=names,
                is_group=False,
                fixed=is_locked(bucket, resources),
                kinds=tuple(sorted(kinds)),
            )


def _keeps_a_trail(bucket: Resource, resources: Resources) -> bool:
    """Whether a trail is kept there as well, which nobody wants to lose."""
    return any(
        bucket in mentioned(resources, argument(each, "s3_bucket_name")) for each in resources.of_type("aws_cloudtrail")
    )


def _written(resources: Resources) -> Mapping[str, list[LogKind]]:
    """Return what is written to the buckets, by their addresses and literal names."""
    kinds: dict[str, list[LogKind]] = defaultdict(list)
    for type_, path, kind in _WRITERS:
        for writer in resources.of_type(type_):
            node = argument(writer, path)
            for each in node.each() or (node,):
                for bucket in mentioned(resources, each, _BUCKET):
                    kinds[bucket.address].append(kind)
                text = each.string()
                if isinstance(text, Known):
                    kinds[_name_in(text.value)].append(kind)
    return kinds


def _name_in(text: str) -> str:
    """Return the name of a bucket in its ARN or domain, with what stands behind it left away."""
    return text.removeprefix("arn:aws:s3:::").partition("/")[0].partition(".s3.")[0]
