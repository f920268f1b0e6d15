"""Lifts what takes messages from a queue or stream for somebody else: the event sources of Lambda, and pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Consumer, Known, SourceKind, Unknown, default
from infraaudit.readers.terraform.aws.compute.functions import function_named
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, integer_or_default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, is_present
from infraaudit.readers.terraform.lifting.pointing import pointed, reference_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DELIVERY = "aws_kinesis_firehose_delivery_stream"
_KINDS_OF_TYPES = {
    "aws_sqs_queue": SourceKind.QUEUE,
    "aws_kinesis_stream": SourceKind.SHARDED_STREAM,
    "aws_kinesis_stream_consumer": SourceKind.SHARDED_STREAM,
    "aws_dynamodb_table": SourceKind.SHARDED_STREAM,
    "aws_msk_cluster": SourceKind.LOG,
    "aws_msk_serverless_cluster": SourceKind.LOG,
    "aws_mq_broker": SourceKind.OTHER,
    "aws_docdb_cluster": SourceKind.OTHER,
}
_KINDS_OF_SERVICES = {
    "sqs": SourceKind.QUEUE,
    "kinesis": SourceKind.SHARDED_STREAM,
    "dynamodb": SourceKind.SHARDED_STREAM,
    "kafka": SourceKind.LOG,
    "mq": SourceKind.OTHER,
    "rds": SourceKind.OTHER,
}
"""What the third part of an ARN tells of the source."""


def lift_consumers(resources: Resources) -> Iterator[Consumer]:
    """Lift ``aws_lambda_event_source_mapping``, the pipes that read a queue, and what Firehose reads."""
    for resource in resources.of_type("aws_lambda_event_source_mapping"):
        yield _mapping(resource, resources)
    for resource in resources.of_type("aws_pipes_pipe"):
        source = argument(resource, "source")
        yield Consumer(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            queue=pointed(resources, source),
            workload=function_named(resources, argument(resource, "target")),
            source=_kind(resource, source, resources),
            facets=facets_of(resource, resources),
        )
    for resource in resources.of_type(_DELIVERY):
        source = argument(resource, "kinesis_source_configuration.kinesis_stream_arn")
        if not source.is_absent:
            yield _delivery(resource, source, resources)


def _delivery(resource: Resource, source: Node, resources: Resources) -> Consumer:
    """Return that a stream of Firehose reads another stream, under an address of its own beside what it delivers."""
    head = resource.head
    head["address"] = f"{resource.address}#source"
    return Consumer(
        **head,
        queue=pointed(resources, source),
        workload=Absent(resource.at),
        source=Known(SourceKind.SHARDED_STREAM, source.at),
    )


def _mapping(resource: Resource, resources: Resources) -> Consumer:
    source = argument(resource, "event_source_arn")
    kind = _kind(resource, source, resources)
    return Consumer(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        queue=pointed(resources, source),
        workload=function_named(resources, argument(resource, "function_name")),
        source=kind,
        batch=_batch(resource, kind),
        batch_window=integer_or_default(
            argument(resource, "maximum_batching_window_in_seconds"), "lambda.batch_window"
        ),
        most_at_once=argument(resource, "scaling_config.maximum_concurrency").integer(),
        retries=_bound(argument(resource, "maximum_retry_attempts")),
        oldest=_bound(argument(resource, "maximum_record_age_in_seconds")),
        failures=pointed(resources, argument(resource, "destination_config.on_failure.destination_arn")),
        splits=boolean_or_default(argument(resource, "bisect_batch_on_function_error"), "lambda.bisect"),
        partial=_partial(argument(resource, "function_response_types")),
        enabled=boolean_or_default(argument(resource, "enabled"), "lambda.mapping_enabled"),
    )


def _kind(resource: Resource, source: Node, resources: Resources) -> Maybe[SourceKind]:
    if is_present(argument(resource, "self_managed_event_source")) or is_present(argument(resource, "topics")):
        return Known(SourceKind.LOG, source.at)
    reference = reference_of(source)
    found = resolve(resources, reference.target) if reference is not None else None
    if found is not None and found.type in _KINDS_OF_TYPES:
        return Known(_KINDS_OF_TYPES[found.type], source.at)
    text = source.string()
    if isinstance(text, Known):
        parts = text.value.split(":")
        kind = _KINDS_OF_SERVICES.get(parts[2]) if text.value.startswith("arn:") and len(parts) > len("arn") else None
        return (
            Known(kind, text.at) if kind is not None else Unknown(f"{text.value} is no source that is known", text.at)
        )
    if is_present(argument(resource, "scaling_config")):
        return Known(SourceKind.QUEUE, source.at)
    if isinstance(text, Absent):
        return text
    return Unknown(f"what kind of source it reads: {text.why}", text.at, mentions=text.mentions)


def _batch(resource: Resource, kind: Maybe[SourceKind]) -> Maybe[int]:
    node = argument(resource, "batch_size")
    written = node.integer()
    if not isinstance(written, Absent):
        return written
    if not isinstance(kind, Known):
        return Unknown("the size of a batch follows the kind of its source", node.at)
    row = "lambda.batch.queue" if kind.value is SourceKind.QUEUE else "lambda.batch.stream"
    return integer_or_default(node, row)


def _bound(node: Node) -> Maybe[int]:
    """Return a bound; ``-1`` is how AWS writes that there is none."""
    written = node.integer()
    return Absent(written.at) if isinstance(written, Known) and written.value < 0 else written


def _partial(node: Node) -> Value[bool]:
    """Return whether the function names the messages of a batch that failed."""
    if node.is_absent:
        stated = fact("aws_defaults", "lambda.partial")
        return default(bool(stated.value), node.at, stated.words)
    if not node.complete:
        return Unknown("the response types of the function cannot be told", node.at)
    return Known(any(each.content == "ReportBatchItemFailures" for each in node.each()), node.at)
