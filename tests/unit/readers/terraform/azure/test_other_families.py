from __future__ import annotations

import pytest

from infraaudit.model import (
    CONTAINER_APPS,
    Alarm,
    Autoscaler,
    CloudResource,
    FacetName,
    Known,
    ProbeKind,
    Queue,
    Role,
    Unknown,
    Workload,
    known_value,
)
from infraaudit.readers.terraform.azure.durations import seconds
from tests.unit.readers.terraform.aws.builder import lifted, only


def test_a_queue_brings_its_dead_letter_queue_along() -> None:
    queue = only("azurerm_servicebus_queue.orders: {name: orders, lock_duration: PT5M}\n", Queue)
    assert known_value(queue.dead_letter) == "azurerm_servicebus_queue.orders/$deadletterqueue"
    assert (known_value(queue.visibility_timeout), known_value(queue.max_receive)) == (300, 10)
    assert isinstance(queue.retention, Unknown)
    assert not queue.is_dead_letter


@pytest.mark.parametrize(
    ("written", "expected"),
    [("PT1M", 60), ("P14D", 1_209_600), ("P1DT2H3M4.5S", 93_784), ("P", None), ("1m", None)],
)
def test_durations(written: str, expected: int | None) -> None:
    assert seconds(written) == expected


APP = """\
azurerm_container_app.web:
  ingress: [{external_enabled: true, target_port: 8000}]
  template:
    - min_replicas: 1
      container:
        - name: web
          image: shop/web:1
          args: ["-w", "4", "app:app"]
          cpu: 0.5
          memory: 1Gi
          env: [{name: DEBUG, value: "0"}, {name: KEY, secret_name: key}]
          liveness_probe: [{transport: HTTP, port: 8000, path: /up}]
"""


def test_an_app_with_a_way_in() -> None:
    workload, scaler = only(APP, Workload), only(APP, Autoscaler)
    (container,) = workload.containers
    assert (workload.platform, workload.role) == (CONTAINER_APPS, Role.WEB)
    assert (known_value(scaler.minimum), known_value(scaler.maximum)) == (1, 10)
    assert (known_value(container.cpu_limit), known_value(container.memory_limit)) == (500, 2**30)
    assert [known_value(port.number) for port in container.ports] == [8000]
    assert [(each.name, each.secret_ref) for each in container.environment] == [("DEBUG", ""), ("KEY", "key")]
    liveness = known_value(container.liveness)
    assert liveness is not None
    assert liveness.kind is ProbeKind.HTTP


def test_an_app_without_a_way_in_has_no_role_yet() -> None:
    text = "azurerm_container_app.worker: {template: [{container: [{name: worker, image: shop/worker:1}]}]}\n"
    workload = only(text, Workload)
    assert (workload.role, workload.containers[0].ports) == (Role.UNKNOWN, ())


def test_an_app_whose_containers_cannot_be_told_is_left_out() -> None:
    assert not lifted("azurerm_container_app.web: {template: unknown(var.template)}\n", Workload)


ALERT = """\
azurerm_mssql_server.main: {name: orders}
azurerm_mssql_database.main: {server_id: ref(azurerm_mssql_server.main.id)}
azurerm_resource_group.main: {name: shop}
azurerm_monitor_metric_alert.cpu:
  scopes: [SCOPE]
  criteria: [{metric_name: cpu_percent}]
  action: [{action_group_id: ref(azurerm_monitor_action_group.people.id)}]
"""


@pytest.mark.parametrize(
    ("scope", "watches", "complete"),
    [
        ("ref(azurerm_mssql_server.main.id)", {"azurerm_mssql_server.main"}, True),
        ("ref(azurerm_mssql_database.main.id)", {"azurerm_mssql_database.main", "azurerm_mssql_server.main"}, True),
        ("ref(azurerm_resource_group.main.id)", {"azurerm_resource_group.main"}, False),
        ("/subscriptions/0/resourceGroups/shop/providers/Microsoft.Sql/servers/orders", {"orders"}, True),
        ("/subscriptions/0/resourceGroups/shop", set(), False),
        ("unknown(var.scope)", set(), False),
    ],
)
def test_what_an_alert_watches(scope: str, watches: set[str], *, complete: bool) -> None:
    alarm = only(ALERT.replace("SCOPE", scope), Alarm)
    assert set(alarm.watches) == watches
    assert alarm.complete is complete
    assert alarm.metrics == ("cpu_percent",)
    assert known_value(alarm.acts) is True


@pytest.mark.parametrize(
    ("body", "acts"),
    [
        ("{}", False),
        ("{action: [{action_group_id: x}], enabled: false}", False),
        ("{action: unknown(var.actions)}", None),
        ("{action: [{action_group_id: x}], enabled: unknown(var.enabled)}", None),
    ],
)
def test_whether_an_alert_tells_anybody(body: str, *, acts: bool | None) -> None:
    alarm = only(f"azurerm_monitor_metric_alert.a: {body}\n", Alarm)
    assert (known_value(alarm.acts) if isinstance(alarm.acts, Known) else None) is acts


def test_a_query_cannot_be_told() -> None:
    text = "azurerm_monitor_scheduled_query_rules_alert_v2.q: {action: [{action_groups: [people]}]}\n"
    alarm = only(text, Alarm)
    assert not alarm.complete
    assert known_value(alarm.acts) is True


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("azurerm_servicebus_namespace.a: {sku: Premium}", True),
        ("azurerm_servicebus_namespace.a: {network_rule_set: [{default_action: Deny}]}", False),
        ("azurerm_servicebus_namespace.a: {network_rule_set: [{default_action: Allow}]}", True),
        ("azurerm_eventhub_namespace.a: {public_network_access_enabled: false}", False),
        ("azurerm_eventhub_namespace.a: {network_rulesets: [{default_action: unknown(var.a)}]}", None),
        ("azurerm_key_vault.a: {public_network_access_enabled: unknown(var.a)}", None),
        ("azurerm_app_configuration.a: {name: a}", True),
        ("azurerm_app_configuration.a: {public_network_access: Disabled}", False),
        ("azurerm_machine_learning_compute_instance.a: {node_public_ip_enabled: false}", False),
        ("azurerm_machine_learning_workspace.a: {name: a}", True),
        ("azurerm_batch_pool.a: {name: a}", True),
    ],
)
def test_what_the_internet_reaches(text: str, *, public: bool | None) -> None:
    facet = only(f"{text}\n", CloudResource).facet(FacetName.PUBLIC)
    assert facet is not None
    assert known_value(facet.holds) is public
