"""Networks of Google Cloud, its load balancers, and what scales and starts things in them."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    Autoscaler,
    Egress,
    Function,
    Gateway,
    Known,
    LogSink,
    NatGateway,
    Network,
    ProbeKind,
    Role,
    Service,
    Subnet,
    Unknown,
    VirtualMachines,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

NETWORK = """\
google_compute_network.main: {auto_create_subnetworks: false}
google_compute_subnetwork.web:
  network: ref(google_compute_network.main.id)
  region: europe-west1
  ip_cidr_range: 10.0.0.0/28
google_compute_subnetwork.far:
  network: ref(google_compute_network.main.id)
  region: us-east1
  ip_cidr_range: unknown(var.range has no default)
google_compute_router.main: {network: ref(google_compute_network.main.id), region: europe-west1}
google_compute_router_nat.main:
  router: ref(google_compute_router.main.name)
  source_subnetwork_ip_ranges_to_nat: ALL_SUBNETWORKS_ALL_IP_RANGES
"""


def test_a_translation_takes_in_the_subnets_of_its_region() -> None:
    found = {each.name: each for each in lifted(NETWORK, Subnet)}
    assert known_value(found["web"].network) == only(NETWORK, Network).address
    assert known_value(found["web"].usable) == 12
    assert isinstance(found["far"].usable, Unknown)
    assert known_value(found["web"].egress) is Egress.TRANSLATED
    assert known_value(found["web"].nat) == only(NETWORK, NatGateway).address
    assert isinstance(found["far"].egress, Unknown)
    assert isinstance(found["web"].zone, Absent)


def test_a_translation_that_lists_its_subnets() -> None:
    listed = "LIST_OF_SUBNETWORKS\n  subnetwork: [{name: ref(google_compute_subnetwork.far.id)}]"
    found = {each.name: each for each in lifted(NETWORK.replace("ALL_SUBNETWORKS_ALL_IP_RANGES", listed), Subnet)}
    assert known_value(found["far"].egress) is Egress.TRANSLATED
    assert isinstance(found["web"].egress, Unknown)


DOOR = """\
google_compute_subnetwork.web: {ip_cidr_range: 10.0.0.0/24}
google_compute_instance_template.web: {network_interface: [{subnetwork: ref(google_compute_subnetwork.web.id)}]}
google_compute_region_instance_group_manager.web:
  target_size: 3
  version: [{instance_template: ref(google_compute_instance_template.web.id)}]
google_compute_health_check.web: {check_interval_sec: 20, http_health_check: [{port: 8000, request_path: /up}]}
google_compute_backend_service.web:
  timeout_sec: 60
  health_checks: [ref(google_compute_health_check.web.id)]
  backend: [{group: ref(google_compute_region_instance_group_manager.web.instance_group)}]
google_compute_backend_service.old: {timeout_sec: 60}
google_compute_url_map.main:
  default_service: ref(google_compute_backend_service.web.id)
  path_matcher:
    - default_service: ref(google_compute_backend_service.web.id)
      path_rule: [{paths: [/old], service: ref(google_compute_backend_service.old.id)}]
google_compute_target_https_proxy.main: {url_map: ref(google_compute_url_map.main.id)}
google_compute_global_forwarding_rule.main: {target: ref(google_compute_target_https_proxy.main.id)}
"""


def test_a_forwarding_rule_leads_through_its_map_to_the_services() -> None:
    gateway = only(DOOR, Gateway)
    assert {(each.path, known_value(each.service)) for each in gateway.routes} == {
        ("", "google_compute_backend_service.web"),
        ("/old", "google_compute_backend_service.old"),
    }
    assert (known_value(gateway.proxy), known_value(gateway.public)) == ("gce", True)
    assert gateway.response_limit is not None
    assert known_value(gateway.response_limit) == 60


def test_a_backend_service_with_its_check_before_a_group() -> None:
    services = {each.name: each for each in lifted(DOOR, Service)}
    check = services["web"].health_check
    assert isinstance(check, Known)
    assert check.value.path is not None
    assert (check.value.kind, known_value(check.value.path)) == (ProbeKind.HTTP, "/up")
    assert check.value.period is not None
    assert known_value(check.value.period) == 20
    assert isinstance(services["old"].health_check, Absent)
    group = only(DOOR, VirtualMachines)
    assert [known_value(each.service) for each in group.targets] == ["google_compute_backend_service.web"]
    assert group.location is not None
    assert known_value(group.location.subnets) == ("google_compute_subnetwork.web",)


@pytest.mark.parametrize(
    ("first", "second", "limit"),
    [("timeout_sec: 60}", "timeout_sec: 90}", None), ("{timeout_sec: 60}", "{}", None)],
)
def test_limits_that_differ_cannot_be_told(first: str, second: str, limit: int | None) -> None:
    gateway = only(DOOR.replace(first, second), Gateway)
    assert isinstance(gateway.response_limit, Unknown)
    assert known_value(gateway.response_limit) == limit


def test_a_door_inside_and_one_whose_map_is_elsewhere() -> None:
    inside = only(
        """\
google_compute_region_backend_service.db: {}
google_compute_forwarding_rule.db:
  load_balancing_scheme: INTERNAL
  backend_service: ref(google_compute_region_backend_service.db.id)
""",
        Gateway,
    )
    assert known_value(inside.public) is False
    assert [known_value(each.service) for each in inside.routes] == ["google_compute_region_backend_service.db"]
    assert inside.response_limit is None
    elsewhere = only(DOOR.replace("ref(google_compute_url_map.main.id)", "unknown(var.map has no default)"), Gateway)
    assert isinstance(elsewhere.routes[0].service, Unknown)


SCALED = (
    DOOR
    + """\
google_compute_region_autoscaler.web:
  target: ref(google_compute_region_instance_group_manager.web.id)
  autoscaling_policy: [{min_replicas: 2, max_replicas: 9, cpu_utilization: [{target: 0.6}]}]
"""
)


def test_an_autoscaler_of_a_group() -> None:
    scaler, group = only(SCALED, Autoscaler), only(SCALED, VirtualMachines)
    assert known_value(scaler.target) == group.address
    assert (known_value(scaler.minimum), known_value(scaler.maximum)) == (2, 9)
    assert [(each.resource, each.target and known_value(each.target)) for each in scaler.metrics] == [("cpu", 60)]
    assert group.count_reset is not None
    assert known_value(group.count_reset) is True


def test_an_autoscaler_that_is_off_or_cannot_be_told() -> None:
    assert not lifted(SCALED.replace("min_replicas: 2", "mode: 'OFF'"), Autoscaler)
    text = SCALED.replace("min_replicas: 2", "min_replicas: unknown(var.least has no default)")
    assert isinstance(only(text, Autoscaler).minimum, Unknown)
    assert isinstance(only(SCALED.replace("min_replicas: 2, ", ""), Autoscaler).minimum, Unknown)


JOBS = """\
google_cloud_run_v2_job.sweep:
  name: sweep
  template:
    - task_count: 4
      template:
        - max_retries: 1
          timeout: 900s
          containers: [{image: "europe-docker.pkg.dev/shop/web/web:1", command: [python, manage.py, sweep]}]
google_cloud_scheduler_job.sweep:
  schedule: "0 3 * * *"
  http_target: [{uri: "https://run.googleapis.com/v2/projects/shop/locations/europe-west1/jobs/sweep:run"}]
"""


def test_a_job_of_cloud_run_with_its_clock() -> None:
    job = only(JOBS, Workload)
    assert (job.role, job.runs_once, known_value(job.replicas)) == (Role.JOB, True, 4)
    assert job.schedule is not None
    assert known_value(job.schedule.cron) == "0 3 * * *"
    assert (known_value(job.schedule.backoff_limit), known_value(job.schedule.active_deadline)) == (1, 900)
    assert [container.ports for container in job.containers] == [()]


def test_a_job_without_a_clock_and_one_that_cannot_be_told() -> None:
    alone = only(JOBS[: JOBS.index("google_cloud_scheduler_job")].replace("          timeout: 900s\n", ""), Workload)
    assert alone.schedule is not None
    assert isinstance(alone.schedule.cron, Absent)
    assert known_value(alone.time_limit or Absent(alone.at)) == 600
    assert not lifted("google_cloud_run_v2_job.sweep: {template: unknown(var.job has no default)}\n", Workload)


def test_buckets_keep_logs_for_a_time() -> None:
    text = "google_logging_project_bucket_config.main: {bucket_id: _Default}\n"
    sink = only(text, LogSink)
    assert (known_value(sink.retention), sink.identifiers, sink.is_group) == (30, ("_Default",), False)


@pytest.mark.parametrize(
    ("written", "runtime"), [("python39", "python3.9"), ("nodejs18", "nodejs18"), ("go122", "go122")]
)
def test_the_language_of_a_function(written: str, runtime: str) -> None:
    found = only(f"google_cloudfunctions_function.sweep: {{runtime: {written}}}\n", Function).runtime
    assert found is not None
    assert known_value(found) == runtime


def test_the_door_of_a_forwarding_rule() -> None:
    (door,) = only(
        DOOR.replace(
            "google_compute_target_https_proxy.main.id)}",
            "google_compute_target_https_proxy.main.id), port_range: '443'}",
        ),
        Gateway,
    ).listeners
    assert (known_value(door.port), known_value(door.protocol), known_value(door.redirects)) == (443, "https", False)
    assert door.tls_policy is not None
    assert known_value(door.tls_policy) == "TLS_1_0"


REDIRECT = """\
google_compute_url_map.plain: {default_url_redirect: [{https_redirect: true}]}
google_compute_target_http_proxy.plain: {url_map: ref(google_compute_url_map.plain.id)}
google_compute_global_forwarding_rule.plain: {target: ref(google_compute_target_http_proxy.plain.id)}
"""


@pytest.mark.parametrize(
    ("written", "redirects"),
    [
        ("https_redirect: true", True),
        ("https_redirect: unknown(var.https has no default)", None),
        ("host_redirect: a", False),
    ],
)
def test_a_door_that_only_sends_to_the_other_one(written: str, redirects: object) -> None:
    (door,) = only(REDIRECT.replace("https_redirect: true", written), Gateway).listeners
    assert (known_value(door.protocol), known_value(door.redirects)) == ("http", redirects)
    assert door.tls_policy is None


def test_a_door_that_passes_connections_on() -> None:
    text = """\
google_compute_region_backend_service.db: {}
google_compute_forwarding_rule.db: {backend_service: ref(google_compute_region_backend_service.db.id)}
"""
    (door,) = only(text, Gateway).listeners
    assert known_value(door.protocol) == "tcp"
