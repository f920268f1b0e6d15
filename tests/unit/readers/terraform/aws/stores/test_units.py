from __future__ import annotations

import pytest

from infraaudit.model import Absent, Datastore, EventLog, Known, Maybe, Stream, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

TABLE = """\
aws_dynamodb_table.orders:
  name: orders
  hash_key: id
  read_capacity: 20
  write_capacity: 10
  global_secondary_index:
    - {name: by-day, read_capacity: 5, write_capacity: 5}
"""
TARGET = """\
aws_appautoscaling_target.a:
  service_namespace: dynamodb
  scalable_dimension: dynamodb:%s:%sCapacityUnits
  resource_id: %s
  min_capacity: 10
  max_capacity: 40
aws_appautoscaling_policy.a:
  scalable_dimension: ref(aws_appautoscaling_target.a.scalable_dimension)
  resource_id: ref(aws_appautoscaling_target.a.resource_id)
"""


def scaled(text: str) -> dict[str, Maybe[bool]]:
    throughput = only(text, Datastore).throughput
    assert throughput is not None
    return {share.name: share.scaled for share in throughput.shares}


def test_a_table_has_fixed_units_for_itself_and_for_each_index() -> None:
    throughput = only(TABLE, Datastore).throughput
    assert throughput is not None
    assert isinstance(throughput.fixed, Known)
    assert throughput.fixed.value
    assert not throughput.fixed.stated
    assert [(share.name, known_value(share.units)) for share in throughput.shares] == [
        ("reads of the table", 20),
        ("writes of the table", 10),
        ("reads of index by-day", 5),
        ("writes of index by-day", 5),
    ]
    assert not any(known_value(share.scaled) for share in throughput.shares)


def test_indexes_that_cannot_be_told_leave_the_shares_open() -> None:
    throughput = only("aws_dynamodb_table.a: {global_secondary_index: unknown(var.indexes)}\n", Datastore).throughput
    assert throughput is not None
    assert not throughput.complete


@pytest.mark.parametrize(
    "identifier",
    ["table/orders", "ref(aws_dynamodb_table.orders.name)", "unknown(a template; aws_dynamodb_table.orders)"],
)
def test_a_target_scales_the_dimension_of_the_table_that_it_names(identifier: str) -> None:
    found = scaled(TABLE + TARGET % ("table", "Read", identifier))
    assert known_value(found["reads of the table"]) is True
    assert known_value(found["writes of the table"]) is False
    assert known_value(found["reads of index by-day"]) is False


@pytest.mark.parametrize(
    ("identifier", "answer"),
    [
        ("table/orders/index/by-day", True),
        ("table/orders/index/by-customer", False),
        ("table/others/index/by-day", False),
        ("unknown(a template; aws_dynamodb_table.orders)", None),
        ("unknown(var.name has no default)", None),
    ],
)
def test_a_target_scales_the_index_that_it_names(identifier: str, answer: bool | None) -> None:  # noqa: FBT001 - a case
    assert known_value(scaled(TABLE + TARGET % ("index", "Read", identifier))["reads of index by-day"]) is answer


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        ("", False),
        ("aws_appautoscaling_policy.b: {resource_id: table/orders}\n", True),
        ("aws_appautoscaling_policy.b: {resource_id: table/others}\n", False),
        ("aws_appautoscaling_policy.b: {resource_id: unknown(var.table)}\n", True),
        ("aws_appautoscaling_policy.b: {resource_id: ref(aws_dynamodb_table.orders.name)}\n", True),
        ("aws_appautoscaling_policy.b: {resource_id: ref(aws_dynamodb_table.others.name)}\n", False),
        ("aws_appautoscaling_scheduled_action.b: {resource_id: table/orders}\n", True),
    ],
)
def test_a_target_on_which_nothing_acts_scales_nothing(policy: str, answer: bool) -> None:  # noqa: FBT001 - a case
    target = (TARGET % ("table", "Read", "ref(aws_dynamodb_table.orders.name)")).partition("aws_appautoscaling_policy")[
        0
    ]
    others = "aws_dynamodb_table.others: {name: others}\n"
    stores = {each.name: each for each in lifted(TABLE + target + policy + others, Datastore)}
    throughput = stores["orders"].throughput
    assert throughput is not None
    share = throughput.shares[0]
    assert known_value(share.scaled) is answer
    assert share.least is not None
    assert known_value(share.least) == 10


@pytest.mark.parametrize(
    ("ignored", "reset"),
    [("[]", True), ("[read_capacity]", False), ("unknown(var.x)", None)],
)
def test_an_apply_puts_units_back_unless_changes_are_ignored(ignored: str, reset: bool | None) -> None:  # noqa: FBT001 - a case
    throughput = only(TABLE + f"  lifecycle: {{ignore_changes: {ignored}}}\n", Datastore).throughput
    assert throughput is not None
    found = throughput.shares[0].reset
    assert found is not None
    assert known_value(found) is reset


@pytest.mark.parametrize(
    ("body", "least", "most", "stops"),
    [
        ("serverlessv2_scaling_configuration: [{min_capacity: 0.5, max_capacity: 16}]", 500, 16000, False),
        ("serverlessv2_scaling_configuration: [{min_capacity: 0, max_capacity: '8'}]", 0, 8000, True),
        ("engine_mode: serverless", 1000, 16000, True),
        (
            "{engine_mode: serverless, scaling_configuration: [{auto_pause: false, min_capacity: 2}]}",
            2000,
            16000,
            False,
        ),
    ],
)
def test_a_serverless_cluster_has_bounds(body: str, least: int, most: int, *, stops: bool) -> None:
    written = body if body.startswith("{") else f"{{{body}}}"
    capacity = only(f"aws_rds_cluster.a: {written}\n", Datastore).capacity
    assert capacity is not None
    assert (known_value(capacity.least), known_value(capacity.most)) == (least, most)
    assert known_value(capacity.stops) is stops


def test_bounds_that_cannot_be_told_stay_open_and_fixed_machines_have_none() -> None:
    bounds = "{min_capacity: unknown(var.x), max_capacity: many}"
    text = f"aws_rds_cluster.a: {{serverlessv2_scaling_configuration: [{bounds}]}}\n"
    capacity = only(text, Datastore).capacity
    assert capacity is not None
    assert isinstance(capacity.least, Unknown)
    assert isinstance(capacity.most, Unknown)
    assert isinstance(capacity.stops, Unknown)
    assert only("aws_rds_cluster.a: {engine: aurora-mysql}\n", Datastore).capacity is None


def test_a_target_of_another_table_scales_nothing_here() -> None:
    other = "aws_dynamodb_table.others: {name: others}\n"
    text = TABLE + TARGET % ("table", "Read", "ref(aws_dynamodb_table.others.name)") + other
    stores = {each.name: each for each in lifted(text, Datastore)}
    throughput = stores["orders"].throughput
    assert throughput is not None
    assert known_value(throughput.shares[0].scaled) is False


def test_a_table_whose_name_is_unknown_may_be_the_one_that_a_literal_names() -> None:
    text = "aws_dynamodb_table.a: {name: unknown(var.name)}\n" + TARGET % ("table", "Read", "table/orders")
    assert isinstance(scaled(text)["reads of the table"], Unknown)


@pytest.mark.parametrize(("mode", "fixed"), [("PROVISIONED", True), ("PAY_PER_REQUEST", False)])
def test_a_table_of_keyspaces_pays_by_the_request_unless_told_otherwise(mode: str, *, fixed: bool) -> None:
    text = f"aws_keyspaces_table.a: {{capacity_specification: [{{throughput_mode: {mode}}}]}}\n"
    throughput = only(text, Datastore).throughput
    absent = only("aws_keyspaces_table.a: {table_name: a}\n", Datastore).throughput
    assert throughput is not None
    assert absent is not None
    assert known_value(throughput.fixed) is fixed
    assert known_value(absent.fixed) is False


STREAM = "aws_kinesis_stream.clicks: {name: clicks, shard_count: 4}\n"


def test_a_stream_keeps_a_day_and_has_shards() -> None:
    stream = only(STREAM, Stream)
    assert (known_value(stream.retention), known_value(stream.shards)) == (86400, 4)
    assert stream.throughput is not None
    assert known_value(stream.throughput.fixed) is True
    assert isinstance(stream.shard_metrics, Absent)
    assert stream.kept_for is stream.retention


def test_a_stream_on_demand_with_readers_and_measures() -> None:
    text = """\
aws_kinesis_stream.clicks:
  retention_period: 72
  shard_level_metrics: [IncomingBytes]
  stream_mode_details: [{stream_mode: ON_DEMAND}]
aws_kinesis_stream_consumer.reports: {stream_arn: ref(aws_kinesis_stream.clicks.arn)}
aws_kinesis_stream_consumer.others: {stream_arn: "arn:aws:kinesis:eu-west-1:1:stream/others"}
"""
    stream = only(text, Stream)
    assert known_value(stream.retention) == 72 * 3600
    assert stream.throughput is not None
    assert known_value(stream.throughput.fixed) is False
    assert stream.readers == ("aws_kinesis_stream_consumer.reports",)
    assert stream.shard_metrics is not None
    assert known_value(stream.shard_metrics) == ("IncomingBytes",)


def test_what_somebody_builds_may_scale_a_stream() -> None:
    target = "aws_appautoscaling_target.a: {service_namespace: custom-resource, resource_id: https://x/clicks}\n"
    throughput = only(STREAM + target, Stream).throughput
    assert throughput is not None
    assert isinstance(throughput.shares[0].scaled, Unknown)


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("log.retention.hours=24", 86400),
        ("log.retention.ms=7200000", 7200),
        ("a.b=1", 604800),
        ("log.retention.ms=-1", None),
    ],
)
def test_a_cluster_keeps_messages_as_its_configuration_says(line: str, seconds: int | None) -> None:
    text = f"""\
aws_msk_cluster.a:
  configuration_info: [{{arn: ref(aws_msk_configuration.a.arn)}}]
aws_msk_configuration.a: {{server_properties: "{line}"}}
"""
    log = only(text, EventLog)
    assert log.retention is not None
    assert known_value(log.retention) == seconds
