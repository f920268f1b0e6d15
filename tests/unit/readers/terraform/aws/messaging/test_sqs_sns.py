from __future__ import annotations

import pytest

from infraaudit.model import Absent, Consumer, FacetName, Known, Queue, Subscription, Topic, Unknown
from tests.unit.readers.terraform.aws.builder import lifted, only, start

DEAD = "aws_sqs_queue.failed: {name: shop-failed}\n"


def queue(text: str, name: str = "jobs") -> Queue:
    return next(each for each in lifted(text, Queue) if each.name == name)


def test_a_bare_queue_has_the_defaults_of_the_platform() -> None:
    bare = queue("aws_sqs_queue.jobs: {name: shop-jobs}\n")
    assert isinstance(bare.dead_letter, Absent)
    assert isinstance(bare.max_receive, Absent)
    assert isinstance(bare.visibility_timeout, Known)
    assert (bare.visibility_timeout.value, bare.visibility_timeout.stated) == (30, False)
    assert isinstance(bare.retention, Known)
    assert (bare.retention.value, bare.retention.stated) == (345600, False)
    assert isinstance(bare.fifo, Known)
    assert not bare.fifo.value
    assert (bare.is_dead_letter, bare.identifiers) == (False, ("shop-jobs",))
    assert bare.dead_letter.at == bare.at


REDRIVE = """\
aws_sqs_queue.jobs:
  redrive_policy:
    deadLetterTargetArn: ref(aws_sqs_queue.failed.arn)
    maxReceiveCount: 4
"""


def test_a_redrive_policy_names_queue_and_count() -> None:
    jobs = queue(REDRIVE + DEAD)
    assert isinstance(jobs.dead_letter, Known)
    assert jobs.dead_letter.value == "aws_sqs_queue.failed"
    assert start(jobs.dead_letter.at) == (3, 26)
    assert isinstance(jobs.max_receive, Known)
    assert jobs.max_receive.value == 4
    assert queue(REDRIVE + DEAD, "failed").is_dead_letter
    assert not jobs.is_dead_letter


def test_a_policy_of_its_own_belongs_to_the_queue_that_it_names() -> None:
    text = "aws_sqs_queue.jobs: {}\n" + DEAD
    text += "aws_sqs_queue_redrive_policy.jobs:\n  queue_url: ref(aws_sqs_queue.jobs.id)\n"
    text += "  redrive_policy: {deadLetterTargetArn: ref(aws_sqs_queue.failed.arn), maxReceiveCount: 3}\n"
    jobs, failed = queue(text), queue(text, "failed")
    assert isinstance(jobs.dead_letter, Known)
    assert jobs.dead_letter.value == "aws_sqs_queue.failed"
    assert isinstance(failed.dead_letter, Absent)


def test_a_literal_arn_is_known_by_its_last_segment() -> None:
    policy = '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:shop-failed", "maxReceiveCount": "5"}'
    text = f"aws_sqs_queue.jobs:\n  redrive_policy: '{policy}'\n{DEAD}"
    jobs = queue(text)
    assert isinstance(jobs.dead_letter, Known)
    assert jobs.dead_letter.value == "shop-failed"
    assert isinstance(jobs.max_receive, Known)
    assert jobs.max_receive.value == 5
    assert start(jobs.max_receive.at)[0] == 2
    assert queue(text, "failed").is_dead_letter


def test_a_policy_that_cannot_be_told_is_unknown_and_still_marks_what_it_mentions() -> None:
    text = "aws_sqs_queue.jobs:\n  redrive_policy: unknown(var.dead_letter decides; aws_sqs_queue.failed)\n" + DEAD
    jobs = queue(text)
    assert isinstance(jobs.dead_letter, Unknown)
    assert jobs.dead_letter.why == "var.dead_letter decides"
    assert isinstance(jobs.max_receive, Unknown)
    assert queue(text, "failed").is_dead_letter


@pytest.mark.parametrize(
    "user",
    [
        "aws_lambda_function.f: {dead_letter_config: [{target_arn: ref(aws_sqs_queue.jobs.arn)}]}",
        "aws_cloudwatch_event_target.t: {dead_letter_config: [{arn: ref(aws_sqs_queue.jobs.arn)}]}",
        "aws_scheduler_schedule.s: {target: [{dead_letter_config: [{arn: ref(aws_sqs_queue.jobs.arn)}]}]}",
        "aws_sns_topic_subscription.s: {redrive_policy: {deadLetterTargetArn: ref(aws_sqs_queue.jobs.arn)}}",
        "aws_pipes_pipe.p: {source_parameters: {sqs_queue_parameters: {dead_letter_config: {arn: arn:aws:sqs:r:1:x}}}}",
    ],
)
def test_other_services_name_dead_letter_queues_too(user: str) -> None:
    assert queue(f"aws_sqs_queue.jobs: {{name: x}}\n{user}\n").is_dead_letter


@pytest.mark.parametrize(
    ("body", "serves"),
    [
        ("{name: shop-jobs-dlq}", True),
        ("{name: shop-dead-letters}", True),
        ("""{redrive_allow_policy: '{"redrivePermission": "byQueue"}'}""", True),
        ("""{redrive_allow_policy: '{"redrivePermission": "denyAll"}'}""", False),
        ("{name: deadline-reminders}", False),
    ],
)
def test_a_queue_shows_itself_that_it_takes_failures(body: str, *, serves: bool) -> None:
    assert queue(f"aws_sqs_queue.jobs: {body}\n").is_dead_letter is serves


@pytest.mark.parametrize(
    ("body", "encrypted"),
    [
        ("{}", True),
        ("{sqs_managed_sse_enabled: false}", False),
        ("{sqs_managed_sse_enabled: false, kms_master_key_id: alias/queues}", True),
        ("{sqs_managed_sse_enabled: false, kms_master_key_id: unknown(var.key)}", None),
    ],
)
def test_encryption_of_a_queue(body: str, *, encrypted: bool | None) -> None:
    facet = queue(f"aws_sqs_queue.jobs: {body}\n").facet(FacetName.ENCRYPTED_AT_REST)
    assert facet is not None
    assert (facet.holds.value if isinstance(facet.holds, Known) else None) is encrypted


@pytest.mark.parametrize(
    ("body", "encrypted"),
    [
        ("{}", False),
        ("{kms_master_key_id: ''}", False),
        ("{kms_master_key_id: ref(aws_kms_key.k.id)}", True),
        ("{kms_master_key_id: unknown(var.key)}", None),
    ],
)
def test_a_topic_is_encrypted_by_a_key_only(body: str, *, encrypted: bool | None) -> None:
    facet = only(f"aws_sns_topic.events: {body}\n", Topic).facet(FacetName.ENCRYPTED_AT_REST)
    assert facet is not None
    assert (facet.holds.value if isinstance(facet.holds, Known) else None) is encrypted


def test_a_subscription_ties_topic_and_receiver() -> None:
    text = """\
aws_sns_topic_subscription.jobs:
  topic_arn: ref(aws_sns_topic.events.arn)
  protocol: sqs
  endpoint: ref(aws_sqs_queue.jobs.arn)
aws_sns_topic.events: {}
aws_sqs_queue.jobs: {}
"""
    subscription = only(text, Subscription)
    assert isinstance(subscription.topic, Known)
    assert subscription.topic.value == "aws_sns_topic.events"
    assert isinstance(subscription.endpoint, Known)
    assert subscription.endpoint.value == "aws_sqs_queue.jobs"
    assert isinstance(subscription.dead_letter, Absent)


def test_an_event_source_mapping_consumes_a_queue() -> None:
    text = """\
aws_lambda_event_source_mapping.jobs:
  event_source_arn: ref(aws_sqs_queue.jobs[0].arn)
  function_name: unknown(var.function)
aws_sqs_queue.jobs: {}
"""
    consumer = only(text, Consumer)
    assert isinstance(consumer.queue, Known)
    assert consumer.queue.value == "aws_sqs_queue.jobs"
    assert isinstance(consumer.workload, Unknown)
