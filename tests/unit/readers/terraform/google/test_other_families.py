from __future__ import annotations

import pytest

from infraaudit.model import (
    CLOUD_RUN,
    Absent,
    Alarm,
    Autoscaler,
    DataClass,
    Datastore,
    FacetName,
    Known,
    ProbeKind,
    Queue,
    Role,
    Topic,
    Unknown,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only


def test_a_cache_is_not_asked_for_backups_but_a_store_of_sessions_is() -> None:
    cache = only("google_redis_instance.cache: {name: shop-cache}\n", Datastore)
    assert (cache.engine, cache.data_class) == ("redis", DataClass.DERIVED)
    assert cache.facet(FacetName.BACKED_UP) is None
    sessions = only("google_redis_instance.sessions: {persistence_config: [{persistence_mode: RDB}]}\n", Datastore)
    facet = sessions.facet(FacetName.BACKED_UP)
    assert facet is not None
    assert known_value(facet.holds) is True


@pytest.mark.parametrize(
    ("type_", "engine"), [("google_spanner_instance", "spanner"), ("google_storage_bucket", "gcs")]
)
def test_other_stores(type_: str, engine: str) -> None:
    store = only(f"{type_}.main: {{name: orders}}\n", Datastore)
    assert (store.engine, store.identifiers) == (engine, ("orders",))


SUBSCRIPTIONS = """\
google_pubsub_topic.failed: {name: failed}
google_pubsub_subscription.orders:
  topic: ref(google_pubsub_topic.orders.id)
  dead_letter_policy: [{dead_letter_topic: ref(google_pubsub_topic.failed.id), max_delivery_attempts: 7}]
  message_retention_duration: 1200s
google_pubsub_subscription.failed: {topic: ref(google_pubsub_topic.failed.id)}
"""


def test_subscriptions_are_queues() -> None:
    orders, failed = lifted(SUBSCRIPTIONS, Queue)
    assert known_value(orders.dead_letter) == "google_pubsub_topic.failed"
    assert (known_value(orders.max_receive), known_value(orders.retention)) == (7, 1200)
    assert known_value(orders.visibility_timeout) == 10
    assert (orders.is_dead_letter, failed.is_dead_letter) == (False, True)
    assert isinstance(failed.dead_letter, Absent)
    assert len(lifted(SUBSCRIPTIONS, Topic)) == 1


def test_a_dead_letter_policy_that_cannot_be_told() -> None:
    queue = only("google_pubsub_subscription.a: {dead_letter_policy: unknown(var.policy)}\n", Queue)
    assert isinstance(queue.dead_letter, Unknown)


RUN = """\
google_cloud_run_v2_service.web:
  template:
    - scaling: [{min_instance_count: 2, max_instance_count: 20}]
      containers:
        - image: shop/web:1
          command: [gunicorn]
          args: ["-w", "4", "app:app"]
          env:
            - {name: DEBUG, value: "0"}
            - {name: KEY, value_source: [{secret_key_ref: [{secret: ref(google_secret_manager_secret.key.id)}]}]}
          ports: [{container_port: 8000}]
          resources: [{limits: {cpu: "2", memory: 1Gi}}]
          startup_probe: [{http_get: [{path: /up, port: 8000}]}]
"""


def test_a_service_of_cloud_run() -> None:
    workload, scaler = only(RUN, Workload), only(RUN, Autoscaler)
    (container,) = workload.containers
    assert (workload.platform, workload.role) == (CLOUD_RUN, Role.WEB)
    assert isinstance(workload.replicas, Unknown)
    assert (known_value(scaler.minimum), known_value(scaler.maximum)) == (2, 20)
    assert known_value(scaler.target) == workload.address
    command = known_value(container.command)
    assert command is not None
    assert command.words == ("-w", "4", "app:app")
    assert (known_value(container.cpu_limit), known_value(container.memory_limit)) == (2000, 2**30)
    assert [known_value(port.number) for port in container.ports] == [8000]
    startup = known_value(container.startup)
    assert startup is not None
    assert startup.kind is ProbeKind.HTTP


def test_the_variables_of_a_service() -> None:
    (container,) = only(RUN, Workload).containers
    debug, key, port = container.environment
    assert (debug.name, known_value(debug.value)) == ("DEBUG", "0")
    assert (key.secret_ref, isinstance(key.value, Unknown)) == ("google_secret_manager_secret.key", True)
    assert (port.name, known_value(port.value)) == ("PORT", "8000")
    assert container.environment_complete


def test_a_service_of_the_first_version() -> None:
    text = """\
google_cloud_run_service.web:
  template:
    - metadata: [{annotations: {autoscaling.knative.dev/maxScale: "5"}}]
      spec: [{containers: [{image: shop/web:1}]}]
"""
    workload, scaler = only(text, Workload), only(text, Autoscaler)
    assert known_value(scaler.maximum) == 5
    assert known_value(workload.containers[0].ports[0].number) == 8080
    assert not workload.containers[0].ports[0].number.settled().stated


def test_a_service_without_a_maximum_has_no_known_one() -> None:
    text = "google_cloud_run_v2_service.web: {template: [{containers: [{image: shop/web:1}]}]}\n"
    scaler = only(text, Autoscaler)
    assert isinstance(scaler.maximum, Unknown)
    assert known_value(scaler.minimum) == 0


STORES = """\
google_sql_database_instance.a: {name: a}
google_sql_database_instance.b: {name: b}
google_monitoring_alert_policy.disk:
  notification_channels: [ref(google_monitoring_notification_channel.mail.id)]
  conditions: [{condition_threshold: [{filter: FILTER}]}]
"""


@pytest.mark.parametrize(
    ("written", "watches", "complete"),
    [
        (
            '\'resource.type = "cloudsql_database" AND resource.labels.database_id = "shop:a"\'',
            ("shop:a", "a"),
            True,
        ),
        ("unknown(known after apply; google_sql_database_instance.b)", ("google_sql_database_instance.b",), True),
        (
            "'resource.type = \"cloudsql_database\"'",
            ("google_sql_database_instance.a", "google_sql_database_instance.b"),
            True,
        ),
        ("'resource.type = \"gce_instance\"'", (), True),
        ("'metric.type = \"custom.googleapis.com/x\"'", (), False),
        (
            '\'resource.type = "cloudsql_database" AND resource.labels.database_id = one_of("x:a")\'',
            (),
            False,
        ),
        ("unknown(var.filter)", (), False),
    ],
)
def test_what_an_alert_policy_watches(written: str, watches: tuple[str, ...], *, complete: bool) -> None:
    alarm = only(STORES.replace("FILTER", written), Alarm)
    assert set(watches) <= set(alarm.watches)
    assert bool(alarm.watches) == bool(watches)
    assert alarm.complete is complete


def test_a_query_cannot_be_told() -> None:
    text = "google_monitoring_alert_policy.q: {conditions: [{condition_prometheus_query_language: [{query: up}]}]}\n"
    assert not only(text, Alarm).complete


@pytest.mark.parametrize(
    ("body", "acts"),
    [
        ("notification_channels: [mail]", True),
        ("notification_channels: []", False),
        ("display_name: silent", False),
        ("enabled: false, notification_channels: [mail]", False),
        ("notification_channels: unknown(var.channels)", None),
    ],
)
def test_whether_a_policy_tells_anybody(body: str, *, acts: bool | None) -> None:
    alarm = only(f"google_monitoring_alert_policy.q: {{{body}}}\n", Alarm)
    assert (known_value(alarm.acts) if isinstance(alarm.acts, Known) else None) is acts
