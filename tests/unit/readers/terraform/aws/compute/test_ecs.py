from __future__ import annotations

import pytest

from infraaudit.model import (
    ECS,
    Absent,
    Autoscaler,
    CommandForm,
    Container,
    Known,
    MetricKind,
    ProbeKind,
    Unknown,
    VolumeKind,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only, start

MIB = 2**20


def service(containers: str = "[{name: web, image: shop:1}]", task: str = "", more: str = "") -> Workload:
    text = f"""\
aws_ecs_service.web:
  name: shop-web
  task_definition: ref(aws_ecs_task_definition.web.arn)
{more}aws_ecs_task_definition.web:
  family: shop-web
  container_definitions: {containers}
{task}"""
    return only(text, Workload)


def container(written: str, task: str = "") -> Container:
    return service(f"[{{name: web, image: shop:1, {written}}}]", task).containers[0]


def test_a_service_is_a_workload_with_the_defaults_of_ecs() -> None:
    web = service()
    assert (web.address, web.kind, web.platform) == ("aws_ecs_service.web", "aws_ecs_service", ECS)
    assert isinstance(web.replicas, Known)
    assert (web.replicas.value, web.replicas.stated, web.replicas.at) == (0, False, web.at)
    assert isinstance(web.surge, Known)
    assert (web.surge.value, web.surge.stated) == ("100%", False)
    assert isinstance(web.stop_grace, Known)
    assert (web.stop_grace.value, web.stop_grace.stated) == (30, False)
    assert [each.address for each in web.containers] == ["aws_ecs_service.web[web]"]
    assert web.containers[0].workload == web.address


def test_what_is_written_wins_over_the_defaults() -> None:
    web = service("[{name: web, stopTimeout: 90}]", more="  desired_count: 3\n  deployment_maximum_percent: 150\n")
    assert isinstance(web.replicas, Known)
    assert (web.replicas.value, start(web.replicas.at)) == (3, (4, 18))
    assert isinstance(web.surge, Known)
    assert web.surge.value == "50%"
    assert known_value(web.stop_grace) == 90


def test_a_count_that_is_ignored_and_not_written_is_unknown() -> None:
    web = service(more="  lifecycle: [{ignore_changes: [desired_count]}]\n")
    assert isinstance(web.replicas, Unknown)


def test_a_daemon_runs_on_each_node() -> None:
    web = service(more="  scheduling_strategy: DAEMON\n")
    assert web.per_node
    assert isinstance(web.replicas, Unknown)


def test_a_service_that_stops_before_it_starts_recreates() -> None:
    more = "  deployment_maximum_percent: 100\n  deployment_minimum_healthy_percent: 0\n"
    assert service(more=more).recreate
    assert not service().recreate


@pytest.mark.parametrize(
    "named", ["ref(aws_ecs_task_definition.web.arn)", "shop-web:7", "unknown(a revision; aws_ecs_task_definition.web)"]
)
def test_the_task_definition_is_found(named: str) -> None:
    text = f"""\
aws_ecs_service.web: {{task_definition: {named}}}
aws_ecs_task_definition.web: {{family: shop-web, container_definitions: '[{{"name": "web", "image": "shop:1"}}]'}}
"""
    assert [each.name for each in only(text, Workload).containers] == ["web"]


@pytest.mark.parametrize("definitions", ["unknown(a file outside the tree)", "'no document'", "'[]'"])
def test_a_service_whose_containers_cannot_be_told_is_no_workload(definitions: str) -> None:
    text = f"""\
aws_ecs_service.web: {{task_definition: ref(aws_ecs_task_definition.web.arn)}}
aws_ecs_task_definition.web: {{container_definitions: {definitions}}}
"""
    assert lifted(text, Workload) == ()


def test_a_task_definition_without_a_service_is_no_workload() -> None:
    assert lifted("aws_ecs_task_definition.job: {container_definitions: [{name: job}]}\n", Workload) == ()


# -- containers


def test_commands_are_lists() -> None:
    web = container("entryPoint: [/init], command: [gunicorn, app:app, -w, 4]")
    assert isinstance(web.entrypoint, Known)
    assert web.entrypoint.value.words == ("/init",)
    assert isinstance(web.command, Known)
    assert (web.command.value.form, web.command.value.words) == (CommandForm.LIST, ("gunicorn", "app:app", "-w", "4"))


def test_a_command_with_an_unknown_word_is_unknown() -> None:
    web = container("command: [gunicorn, -w, unknown(var.workers has no default)]")
    assert isinstance(web.command, Unknown)
    assert web.command.why == "var.workers has no default"


def test_variables_and_secrets_are_the_environment() -> None:
    web = container(
        "environment: [{name: DEBUG, value: '0'}],"
        " secrets: [{name: DATABASE_URL, valueFrom: ref(aws_secretsmanager_secret.db.arn)}]"
    )
    debug, url = web.variable("DEBUG"), web.variable("DATABASE_URL")
    assert debug is not None
    assert known_value(debug.value) == "0"
    assert url is not None
    assert isinstance(url.value, Unknown)
    assert url.secret_ref.endswith(".db")
    assert web.environment_complete


@pytest.mark.parametrize(
    "written",
    [
        "environment: unknown(var.environment)",
        "environment: [{name: unknown(var.name), value: a}]",
        "environmentFiles: [{type: s3, value: arn:aws:s3:::b/f.env}]",
        "secrets: unknown(var.secrets)",
    ],
)
def test_an_environment_that_cannot_all_be_told_is_incomplete(written: str) -> None:
    assert not container(written).environment_complete


def test_a_container_alone_in_its_task_is_promised_the_whole_task() -> None:
    web = container("essential: true", "  cpu: '512'\n  memory: 1024\n")
    assert known_value(web.cpu_request) == 500
    assert known_value(web.cpu_limit) == 500
    assert known_value(web.memory_limit) == 1024 * MIB
    assert isinstance(web.memory_request, Absent)


def test_units_become_thousandths_and_bytes() -> None:
    web = container("cpu: 256, memory: 512, memoryReservation: 128", "  cpu: 1 vCPU\n  memory: 2 GB\n")
    assert known_value(web.cpu_request) == 250
    assert known_value(web.cpu_limit) == 1000
    assert known_value(web.memory_request) == 128 * MIB
    assert known_value(web.memory_limit) == 512 * MIB


def test_a_container_beside_others_is_promised_what_it_states() -> None:
    web, proxy = service("[{name: web, cpu: 0}, {name: proxy, cpu: 128}]", "  cpu: 1024\n").containers
    assert isinstance(web.cpu_request, Absent)
    assert known_value(proxy.cpu_request) == 125


def test_a_size_that_is_no_number_is_unknown() -> None:
    assert isinstance(container("memory: lots").memory_limit, Unknown)


def test_a_health_check_is_the_readiness_of_a_container() -> None:
    web = container("healthCheck: {command: [CMD-SHELL, curl -f localhost], interval: 15}")
    assert isinstance(web.readiness, Known)
    probe = web.readiness.value
    assert probe.kind is ProbeKind.EXEC
    assert isinstance(probe.command, Known)
    assert (probe.command.value.form, probe.command.value.words) == (CommandForm.SHELL, ("curl -f localhost",))
    assert isinstance(probe.period, Known)
    assert (probe.period.value, probe.period.stated) == (15, True)
    assert isinstance(probe.timeout, Known)
    assert (probe.timeout.value, probe.timeout.stated) == (5, False)


@pytest.mark.parametrize("written", ["essential: true", "healthCheck: {command: [NONE]}"])
def test_without_a_health_check_there_is_no_readiness(written: str) -> None:
    assert isinstance(container(written).readiness, Absent)


def test_ports_are_published_only_on_a_shared_network() -> None:
    written = "portMappings: [{containerPort: 8000, hostPort: 80, protocol: TCP}]"
    on_host, own = container(written).ports[0], container(written, "  network_mode: awsvpc\n").ports[0]
    assert known_value(on_host.number) == 8000
    assert on_host.protocol == "tcp"
    assert on_host.published is not None
    assert known_value(on_host.published) == 80
    assert own.published is None


@pytest.mark.parametrize(
    ("volume", "kind"),
    [
        ("{name: data, efs_volume_configuration: [{file_system_id: fs-1}]}", VolumeKind.PERSISTENT),
        ("{name: data, host_path: /srv}", VolumeKind.HOST_PATH),
        ("{name: data}", VolumeKind.EPHEMERAL),
        ("{name: data, docker_volume_configuration: [{scope: shared}]}", VolumeKind.PERSISTENT),
        ("{name: data, docker_volume_configuration: [{autoprovision: true}]}", VolumeKind.EPHEMERAL),
        ("{name: data, configure_at_launch: true}", None),
        ("{name: data, host_path: unknown(var.path)}", None),
        ("{name: other}", None),
    ],
)
def test_a_mount_keeps_what_its_volume_keeps(volume: str, kind: VolumeKind | None) -> None:
    web = container(
        "mountPoints: [{sourceVolume: data, containerPath: /data, readOnly: true}]", f"  volume: [{volume}]\n"
    )
    mount = web.mounts[0]
    assert known_value(mount.path) == "/data"
    assert mount.read_only
    assert known_value(mount.kind) is kind


def test_privileged_and_host_network_are_read() -> None:
    web = service("[{name: web, privileged: true}]", "  network_mode: host\n")
    assert known_value(web.containers[0].privileged) is True
    assert known_value(web.host_network) is True
    assert known_value(service().host_network) is False


# -- load balancers and autoscaling


def test_a_service_registers_itself_with_target_groups() -> None:
    more = """\
  load_balancer:
    - {target_group_arn: ref(aws_lb_target_group.web.arn), container_name: web, container_port: 8000}
"""
    target = service(more=more).targets[0]
    assert (known_value(target.service), target.container, known_value(target.port)) == (
        "aws_lb_target_group.web",
        "web",
        8000,
    )


def test_load_balancers_that_cannot_be_told_are_one_unknown_target() -> None:
    target = service(more="  load_balancer: unknown(a dynamic block over var.groups)\n").targets[0]
    assert isinstance(target.service, Unknown)


SCALED = """\
aws_ecs_service.web: {name: shop-web, task_definition: ref(aws_ecs_task_definition.web.arn)}
aws_ecs_task_definition.web: {container_definitions: [{name: web}]}
aws_appautoscaling_target.web:
  service_namespace: %s
  resource_id: %s
  min_capacity: 2
  max_capacity: 10
aws_appautoscaling_policy.cpu:
  resource_id: ref(aws_appautoscaling_target.web.resource_id)
  target_tracking_scaling_policy_configuration:
    - target_value: 70
      predefined_metric_specification: [{predefined_metric_type: ECSServiceAverageCPUUtilization}]
"""


@pytest.mark.parametrize(
    "resource_id", ["service/shop/shop-web", "unknown(the cluster's name; aws_ecs_cluster.c, aws_ecs_service.web)"]
)
def test_an_autoscaler_finds_its_service(resource_id: str) -> None:
    scaler = only(SCALED % ("ecs", resource_id), Autoscaler)
    assert known_value(scaler.target) == "aws_ecs_service.web"
    assert (known_value(scaler.minimum), known_value(scaler.maximum)) == (2, 10)
    metric = scaler.metrics[0]
    assert (metric.kind, metric.resource) == (MetricKind.UTILIZATION, "cpu")
    assert metric.target is not None
    assert known_value(metric.target) == 70
    assert scaler.metrics_complete


def test_an_autoscaler_of_something_unknown_is_unknown() -> None:
    scaler = only(SCALED % ("ecs", "unknown(var.service)"), Autoscaler)
    assert isinstance(scaler.target, Unknown)
    assert scaler.target.why == "var.service"


def test_other_namespaces_scale_no_workload() -> None:
    assert lifted(SCALED % ("dynamodb", "table/orders"), Autoscaler) == ()
