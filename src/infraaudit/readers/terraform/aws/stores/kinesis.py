"""Lifts the streams of Kinesis: their shards, for how long they keep records, and who reads them by himself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Share, Stream, Throughput, Unknown
from infraaudit.readers.terraform.aws.defaults import integer_or_default, string_or_default
from infraaudit.readers.terraform.aws.stores.plain import StoreKind, store_of
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_STREAM = StoreKind("aws_kinesis_stream", "kinesis", "name")
_HOUR = 3600
_TARGET = "aws_appautoscaling_target"
_FOREIGN = "custom-resource"


def lift_streams(resources: Resources) -> Iterator[Stream]:
    """Lift ``aws_kinesis_stream``."""
    for resource in resources.of_type(_STREAM.type):
        store = store_of(resource, resources, _STREAM)
        shards = argument(resource, "shard_count").integer()
        hours = integer_or_default(argument(resource, "retention_period"), "aws_kinesis_stream.retention_period")
        mode = string_or_default(
            argument(resource, "stream_mode_details.stream_mode"), "aws_kinesis_stream.stream_mode"
        )
        share = Share("reads and writes", shards, _scaled(resource, resources))
        throughput = Throughput(mode.map(_is_fixed), "stream_mode_details.stream_mode", "shard", (share,))
        yield Stream.of(
            replace(store, throughput=throughput),
            retention=hours.map(lambda number: number * _HOUR),
            shards=shards,
            readers=_readers(resource, resources),
            shard_metrics=_metrics(resource),
        )


def _is_fixed(mode: str) -> bool:
    return mode.upper() != "ON_DEMAND"


def _scaled(resource: Resource, resources: Resources) -> Value[bool]:
    """Return that no target scales a stream: the platform has none for it, only what somebody builds himself."""
    for target in resources.of_type(_TARGET):
        if argument(target, "service_namespace").content == _FOREIGN:
            return Unknown(f"what {target.address} scales cannot be told", target.at)
    return Known(value=False, at=resource.at)


def _readers(resource: Resource, resources: Resources) -> tuple[str, ...]:
    """Return the consumers that have a throughput of their own."""
    return tuple(
        each.address
        for each in resources.of_type("aws_kinesis_stream_consumer")
        if resource in mentioned(resources, argument(each, "stream_arn"))
    )


def _metrics(resource: Resource) -> Maybe[tuple[str, ...]]:
    node = argument(resource, "shard_level_metrics")
    if node.is_absent:
        return Absent(node.at)
    names = [each.string() for each in node.each()]
    known = tuple(each.value for each in names if isinstance(each, Known))
    if not node.complete or len(known) < len(names):
        return Unknown("which measures are taken of each shard cannot be told", node.at)
    return Known(known, node.at)
