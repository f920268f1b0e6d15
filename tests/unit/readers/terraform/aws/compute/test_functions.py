"""Functions of Lambda with what feeds them."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Consumer, FacetName, Function, Known, SourceKind, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only


def test_a_function_has_the_defaults_of_lambda() -> None:
    function = only("aws_lambda_function.f: {function_name: f}\n", Function)
    assert known_value(function.time_limit or Absent(function.at)) == 3
    assert isinstance(function.most_at_once, Absent)
    assert known_value(function.shared_at_once) == 1000
    assert known_value(function.containers[0].memory_limit) == 128 * 2**20


@pytest.mark.parametrize(("written", "most"), [("5", 5), ("0", 0), ("-1", None)])
def test_minus_one_reserves_nothing(written: str, most: int | None) -> None:
    function = only(f"aws_lambda_function.f: {{reserved_concurrent_executions: {written}}}\n", Function)
    assert known_value(function.most_at_once) == most


def test_variables_keep_what_they_refer_to() -> None:
    text = """\
aws_db_instance.shop: {engine: postgres}
aws_lambda_function.f:
  environment: [{variables: {HOST: ref(aws_db_instance.shop.address), LEVEL: info}}]
"""
    environment = only(text, Function).containers[0].environment
    host = environment[0].value
    assert isinstance(host, Unknown)
    assert host.mentions == ("aws_db_instance.shop",)
    assert known_value(environment[1].value) == "info"


def mapping(written: str, more: str = "") -> Consumer:
    return only(f"aws_lambda_event_source_mapping.m:\n  function_name: f\n{written}{more}", Consumer)


@pytest.mark.parametrize(
    ("source", "kind", "batch"),
    [
        ("arn:aws:sqs:eu-west-1:1:jobs", SourceKind.QUEUE, 10),
        ("arn:aws:kinesis:eu-west-1:1:stream/s", SourceKind.SHARDED_STREAM, 100),
        ("arn:aws:dynamodb:eu-west-1:1:table/t/stream/x", SourceKind.SHARDED_STREAM, 100),
        ("arn:aws:kafka:eu-west-1:1:cluster/c", SourceKind.LOG, 100),
        ("ref(aws_sqs_queue.jobs.arn)", SourceKind.QUEUE, 10),
        ("ref(aws_kinesis_stream.s.arn)", SourceKind.SHARDED_STREAM, 100),
    ],
)
def test_the_source_tells_the_kind_and_the_size_of_a_batch(source: str, kind: SourceKind, batch: int) -> None:
    more = "aws_sqs_queue.jobs: {name: jobs}\naws_kinesis_stream.s: {name: s}\n"
    consumer = mapping(f"  event_source_arn: '{source}'\n", more)
    assert known_value(consumer.source or Absent(consumer.at)) is kind
    assert known_value(consumer.batch or Absent(consumer.at)) == batch


def test_a_source_that_cannot_be_told_has_no_kind_but_for_its_settings() -> None:
    unknown = "  event_source_arn: unknown(var.source has no default)\n"
    assert isinstance(mapping(unknown).source, Unknown)
    bounded = mapping(f"{unknown}  scaling_config: [{{maximum_concurrency: 4}}]\n")
    assert known_value(bounded.source or Absent(bounded.at)) is SourceKind.QUEUE
    assert known_value(bounded.most_at_once or Absent(bounded.at)) == 4


@pytest.mark.parametrize(("written", "bound"), [("-1", None), ("3", 3)])
def test_minus_one_bounds_nothing(written: str, bound: int | None) -> None:
    consumer = mapping(f"  event_source_arn: arn:aws:kinesis:e:1:stream/s\n  maximum_retry_attempts: {written}\n")
    assert known_value(consumer.retries or Known(0, consumer.at)) == bound


def test_an_alias_is_the_function_behind_it() -> None:
    text = """\
aws_lambda_function.f: {function_name: f}
aws_lambda_alias.live: {function_name: ref(aws_lambda_function.f.function_name)}
aws_lambda_event_source_mapping.m:
  event_source_arn: arn:aws:sqs:eu-west-1:1:jobs
  function_name: ref(aws_lambda_alias.live.arn)
"""
    assert known_value(only(text, Consumer).workload) == "aws_lambda_function.f"


EVENTS = """\
aws_lambda_function.f: {function_name: orders}
aws_lambda_function_event_invoke_config.f:
  function_name: NAME
  maximum_retry_attempts: 0
  maximum_event_age_in_seconds: 60
  destination_config:
  - on_success: [{destination: ref(aws_sqs_queue.done.arn)}]
    on_failure: [{destination: ref(aws_sqs_queue.failed.arn)}]
aws_sqs_queue.done: {name: done}
aws_sqs_queue.failed: {name: failed}
"""


@pytest.mark.parametrize("name", ["ref(aws_lambda_function.f.function_name)", "orders"])
def test_what_becomes_of_events_is_said_beside_a_function(name: str) -> None:
    function = only(EVENTS.replace("NAME", name), Function)
    assert known_value(function.dead_letter) == "aws_sqs_queue.failed"
    assert known_value(function.successes or Absent(function.at)) == "aws_sqs_queue.done"
    assert known_value(function.retries) == 0
    assert known_value(function.event_age or Absent(function.at)) == 60


def test_settings_of_a_function_that_cannot_be_told_may_be_those_of_any() -> None:
    function = only(EVENTS.replace("NAME", "unknown(var.name)"), Function)
    assert isinstance(function.dead_letter, Unknown)
    assert isinstance(function.retries, Unknown)


def test_settings_of_another_function_say_nothing() -> None:
    function = only(EVENTS.replace("NAME", "another"), Function)
    assert isinstance(function.dead_letter, Absent)
    assert known_value(function.event_age or Absent(function.at)) == 6 * 60 * 60


@pytest.mark.parametrize(
    ("written", "traced"),
    [
        ("", False),
        ("tracing_config: [{mode: PassThrough}]", False),
        ("tracing_config: [{mode: Active}]", True),
        ("tracing_config: [{mode: unknown(var.mode)}]", None),
    ],
)
def test_a_function_is_traced_where_it_is_told_to(written: str, traced: bool | None) -> None:  # noqa: FBT001 - a column
    facet = only(f"aws_lambda_function.f: {{{written}}}\n", Function).facet(FacetName.TRACED)
    assert facet is not None
    assert known_value(facet.holds) is traced


def test_layers_are_told_by_address_or_by_their_whole_name() -> None:
    text = """\
aws_lambda_layer_version.own: {}
aws_lambda_function.f:
  layers: [ref(aws_lambda_layer_version.own.arn), 'arn:aws:lambda:eu-west-1:1:layer:otel:2']
  logging_config: [{log_format: JSON}]
"""
    function = only(text, Function)
    told = [known_value(each) for each in function.layers]
    assert told == ["aws_lambda_layer_version.own", "arn:aws:lambda:eu-west-1:1:layer:otel:2"]
    assert function.layers_complete
    assert known_value(function.log_format or Absent(function.at)) == "JSON"
    assert not only("aws_lambda_function.f: {layers: unknown(var.layers)}\n", Function).layers_complete
