from __future__ import annotations

import pytest

from infraaudit.model import Absent, Alarm, AuditTrail, BucketRole, Known, LogKind, LogSink, ObjectStore, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

SINK = "google_logging_project_sink.s"
ALL = "destination: storage.googleapis.com/kept"


@pytest.mark.parametrize(
    ("body", "management", "records"),
    [
        (ALL, True, True),
        (ALL + ", filter: 'logName:\"cloudaudit.googleapis.com\"'", True, True),
        (ALL + ", filter: 'logName:\"cloudaudit.googleapis.com%2Fdata_access\"'", False, True),
        (ALL + ", disabled: true", True, False),
    ],
)
def test_a_sink_of_audit_logs_is_a_trail(body: str, management: bool, records: bool) -> None:  # noqa: FBT001 - a case
    trail = only(f"{SINK}: {{{body}}}\n", AuditTrail)
    assert (known_value(trail.management), known_value(trail.records)) == (management, records)
    assert known_value(trail.bucket) == "kept"
    assert isinstance(trail.log_group, Absent)


@pytest.mark.parametrize("filter_", ["severity>=ERROR", "unknown(var.filter has no default)"])
def test_a_sink_of_other_logs_is_none(filter_: str) -> None:
    assert not lifted(f"{SINK}: {{{ALL}, filter: '{filter_}'}}\n", AuditTrail)


def test_a_sink_that_leaves_an_account_out() -> None:
    left_out = "exclusions: [{filter: 'protoPayload.authenticationInfo.principalEmail=\"ci@shop.iam\"'}]"
    everybody = only(f"{SINK}: {{{ALL}, {left_out}}}\n", AuditTrail).everybody
    assert everybody is not None
    assert known_value(everybody) is False


def test_what_a_sink_writes_to_keeps_logs() -> None:
    bucket = only(f"{SINK}: {{{ALL}}}\ngoogle_storage_bucket.b: {{name: kept}}\n", ObjectStore)
    assert bucket.role is BucketRole.LOGS
    kept = only(
        f"{SINK}: {{destination: logging.googleapis.com/projects/p/locations/global/buckets/kept}}\n"
        "google_logging_project_bucket_config.b: {bucket_id: kept, retention_days: 30}\n",
        LogSink,
    )
    assert kept.kinds == (LogKind.AUDIT,)
    other = only("google_logging_project_bucket_config.b: {bucket_id: kept}\n", LogSink)
    assert other.kinds == ()


METRIC = """\
google_logging_metric.failed: {name: failed, filter: 'resource.type="cloud_run_job" AND severity>=ERROR'}
google_cloud_run_v2_job.nightly: {name: nightly, template: [{template: [{containers: [{image: x}]}]}]}
google_monitoring_alert_policy.a:
  conditions: [{%s}]
"""


@pytest.mark.parametrize(
    "condition",
    [
        "condition_threshold: [{filter: 'metric.type=\"logging.googleapis.com/user/failed\"'}]",
        "condition_threshold: [{filter: 'unknown(its id; google_logging_metric.failed)'}]",
        "condition_matched_log: [{filter: 'resource.type=\"cloud_run_job\" severity>=ERROR'}]",
        'condition_matched_log: [{filter: \'resource.type="cloud_run_job" resource.labels.job_name="nightly"\'}]',
    ],
)
def test_an_alarm_on_logs_watches_what_writes_them(condition: str) -> None:
    alarm = only(METRIC % condition, Alarm)
    assert alarm.complete
    assert {"google_cloud_run_v2_job.nightly", "nightly"} & set(alarm.watches)


def test_an_alarm_on_logs_of_whatever_stays_open() -> None:
    assert not only(METRIC % "condition_matched_log: [{filter: 'severity>=ERROR'}]", Alarm).complete
    elsewhere = "condition_threshold: [{filter: 'metric.type=\"logging.googleapis.com/user/other\"'}]"
    assert not only(METRIC % elsewhere, Alarm).complete
    assert isinstance(only(METRIC % elsewhere, Alarm).enabled, Known)
