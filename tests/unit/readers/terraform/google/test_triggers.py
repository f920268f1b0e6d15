from __future__ import annotations

import pytest

from infraaudit.model import Absent, Datastore, Trigger, TriggerKind, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

JOB = "google_cloud_run_v2_job.nightly: {name: nightly, template: [{template: [{containers: [{image: x}]}]}]}\n"
RUN = "https://run.googleapis.com/v2/projects/p/locations/l/jobs/nightly:run"


@pytest.mark.parametrize(
    ("target", "starts"),
    [
        (f"http_target: [{{uri: '{RUN}'}}]", "google_cloud_run_v2_job.nightly"),
        (
            "http_target: [{uri: 'unknown(its uri; google_cloud_run_v2_job.nightly)'}]",
            "google_cloud_run_v2_job.nightly",
        ),
        ("http_target: [{uri: 'https://shop.example/report'}]", "https://shop.example/report"),
        ("pubsub_target: [{topic_name: ref(google_pubsub_topic.t.id)}]", "google_pubsub_topic.t"),
    ],
)
def test_what_a_clock_starts(target: str, starts: str) -> None:
    clock = only(f"{JOB}google_cloud_scheduler_job.c: {{schedule: '0 4 * * *', {target}}}\n", Trigger)
    assert known_value(clock.starts) == starts
    assert known_value(clock.sets_off) is TriggerKind.CLOCK
    assert known_value(clock.enabled) is True
    assert clock.retries is not None
    assert known_value(clock.retries) == 0


def test_a_clock_that_is_paused_or_cannot_be_told() -> None:
    assert known_value(only("google_cloud_scheduler_job.c: {paused: true}\n", Trigger).enabled) is False
    open_ = only("google_cloud_scheduler_job.c: {http_target: [{uri: unknown(var.uri has no default)}]}\n", Trigger)
    assert isinstance(open_.starts, Unknown)


def test_what_events_start() -> None:
    text = "google_cloud_run_v2_service.shop: {name: shop, template: [{containers: [{image: x}]}]}\n"
    criteria = "matching_criteria: [{attribute: type, value: google.cloud.storage.object.v1.finalized}]"
    for named in ("shop", "ref(google_cloud_run_v2_service.shop.name)"):
        destination = f"destination: [{{cloud_run_service: [{{service: {named}}}]}}]"
        trigger = only(f"{text}google_eventarc_trigger.e: {{{criteria}, {destination}}}\n", Trigger)
        assert known_value(trigger.starts) == "google_cloud_run_v2_service.shop"
        assert (trigger.hears, trigger.hears_complete) == (("google.cloud.storage.object.v1.finalized",), True)


def test_what_a_bucket_tells_a_topic() -> None:
    text = "google_pubsub_topic.t: {name: t}\ngoogle_storage_notification.n: {topic: ref(google_pubsub_topic.t.id)}\n"
    (trigger,) = lifted(text, Trigger)
    assert known_value(trigger.starts) == "google_pubsub_topic.t"
    assert isinstance(trigger.schedule, Absent)


@pytest.mark.parametrize(
    ("settings", "statements", "able"),
    [
        ("tier: db-custom-2-7680", False, True),
        ("tier: db-f1-micro", False, False),
        ("tier: db-custom-2-7680, insights_config: [{query_insights_enabled: true}]", True, True),
    ],
)
def test_what_a_database_of_cloud_sql_shows(settings: str, statements: bool, able: bool) -> None:  # noqa: FBT001 - cases
    store = only(f"google_sql_database_instance.d: {{settings: [{{{settings}}}]}}\n", Datastore)
    assert store.insights is not None
    (insight,) = store.insights
    assert (known_value(insight.statements), insight.able) == (statements, able)
