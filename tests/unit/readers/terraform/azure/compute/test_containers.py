from __future__ import annotations

import pytest

from infraaudit.model import (
    CONTAINER_INSTANCES,
    Absent,
    Known,
    ProbeKind,
    Role,
    Unknown,
    VolumeKind,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

GROUP = """\
azurerm_container_group.web:
  name: web
  MORE
  container:
    - name: web
      image: shop/web:1
      cpu: "0.5"
      memory: "1.5"
      ports: [{port: 8080, protocol: TCP}]
      environment_variables: {A: "1"}
      secure_environment_variables: {KEY: hidden}
      liveness_probe: [{http_get: [{path: /up, port: 8080}], period_seconds: 10}]
      readiness_probe: [{exec: [cat, /tmp/ready]}]
      volume:
        - {name: files, mount_path: /data, share_name: data, storage_account_name: shop}
        - {name: scratch, mount_path: /scratch, empty_dir: true}
        - {name: other, mount_path: /other}
"""


def _group(more: str = "tags: {}") -> Workload:
    return only(GROUP.replace("MORE", more), Workload)


def test_a_group_of_containers() -> None:
    workload = _group()
    (container,) = workload.containers
    assert (workload.platform, workload.role) == (CONTAINER_INSTANCES, Role.WEB)
    assert (known_value(workload.replicas), workload.runs_once) == (1, False)
    assert (known_value(container.cpu_request), known_value(container.memory_request)) == (500, 3 * 2**29)
    assert [known_value(each.number) for each in container.ports] == [8080]
    assert known_value(container.privileged) is False
    liveness, readiness = known_value(container.liveness), known_value(container.readiness)
    assert liveness is not None
    assert readiness is not None
    assert (liveness.kind, readiness.kind) == (ProbeKind.HTTP, ProbeKind.EXEC)


def test_a_secure_variable_shows_no_value() -> None:
    plain, secure = _group().containers[0].environment
    assert (plain.name, known_value(plain.value)) == ("A", "1")
    assert (secure.name, secure.secret_ref) == ("KEY", "secure:KEY")
    assert isinstance(secure.value, Unknown)
    assert "hidden" not in repr(secure)


def test_what_a_group_mounts() -> None:
    mounts = _group().containers[0].mounts
    assert [(known_value(each.path), known_value(each.kind)) for each in mounts] == [
        ("/data", VolumeKind.PERSISTENT),
        ("/scratch", VolumeKind.EPHEMERAL),
        ("/other", None),
    ]


@pytest.mark.parametrize(
    ("more", "driver"),
    [
        ("tags: {}", None),
        ("diagnostics: [{log_analytics: [{workspace_id: x}]}]", "log-analytics"),
    ],
)
def test_where_the_output_of_a_group_goes(more: str, driver: str | None) -> None:
    logging = _group(more).containers[0].logging
    assert logging is not None
    assert known_value(logging.driver) == driver
    assert isinstance(logging.driver, Known | Absent)


@pytest.mark.parametrize(("policy", "once"), [("Always", False), ("Never", True), ("OnFailure", True)])
def test_a_group_that_ends(policy: str, *, once: bool) -> None:
    assert _group(f"restart_policy: {policy}").runs_once is once


def test_a_group_whose_containers_cannot_be_told_is_left_out() -> None:
    assert not lifted("azurerm_container_group.web: {container: unknown(var.containers)}\n", Workload)


APP = """\
azurerm_container_app_environment.main: {name: shop, zone_redundancy_enabled: SPREAD}
azurerm_container_app.web:
  container_app_environment_id: ENVIRONMENT
  template:
    - volume: [{name: files, storage_type: AzureFile}, {name: scratch}]
      container:
        - name: web
          image: shop/web:1
          volume_mounts: [{name: files, path: /data}, {name: scratch, path: /tmp/x}, {name: none, path: /none}]
"""


@pytest.mark.parametrize(
    ("environment", "spread", "zones"),
    [
        ("ref(azurerm_container_app_environment.main.id)", "true", Absent),
        ("ref(azurerm_container_app_environment.main.id)", "false", Known),
        ("ref(azurerm_container_app_environment.main.id)", "unknown(var.spread)", Unknown),
        ("unknown(var.environment)", "true", Unknown),
    ],
)
def test_where_an_app_stands(environment: str, spread: str, zones: type) -> None:
    workload = only(APP.replace("ENVIRONMENT", environment).replace("SPREAD", spread), Workload)
    assert workload.location is not None
    assert isinstance(workload.location.zones, zones)


def test_what_an_app_mounts() -> None:
    workload = only(APP.replace("ENVIRONMENT", "x").replace("SPREAD", "true"), Workload)
    assert [known_value(each.kind) for each in workload.containers[0].mounts] == [
        VolumeKind.PERSISTENT,
        VolumeKind.EPHEMERAL,
        None,
    ]


def test_a_job_with_its_clock() -> None:
    text = """\
azurerm_container_app_job.clean:
  replica_timeout_in_seconds: 1800
  replica_retry_limit: 2
  schedule_trigger_config: [{cron_expression: "0 3 * * *"}]
  template: [{container: [{name: clean, image: shop/clean:1}]}]
"""
    workload = only(text, Workload)
    assert workload.runs_once
    schedule = workload.schedule
    assert schedule is not None
    assert (known_value(schedule.cron), known_value(schedule.backoff_limit)) == ("0 3 * * *", 2)
