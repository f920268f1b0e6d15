from __future__ import annotations

from infraaudit.model import APP_RUNNER, Absent, Autoscaler, Known, ProbeKind, Unknown, Workload, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

SERVICE = """\
aws_apprunner_service.web:
  source_configuration:
    - image_repository:
        - image_identifier: shop/web:1
          image_configuration:
            - start_command: gunicorn shop.wsgi
              runtime_environment_variables: {LEVEL: info}
              runtime_environment_secrets: {KEY: ref(aws_secretsmanager_secret.key.arn)}
"""


def test_a_service_has_a_container_with_what_app_runner_gives_it() -> None:
    service = only(SERVICE, Workload)
    assert service.platform is APP_RUNNER
    (container,) = service.containers
    assert known_value(container.image) == "shop/web:1"
    assert isinstance(container.command, Known)
    assert container.command.value.words == ("gunicorn", "shop.wsgi")
    port = container.ports[0].number
    assert isinstance(port, Known)
    assert (port.value, port.stated) == (8080, False)
    assert (known_value(container.cpu_limit), known_value(container.memory_limit)) == (1000, 2 * 2**30)
    assert isinstance(container.readiness, Known)
    assert container.readiness.value.kind is ProbeKind.TCP
    plain, secret = container.environment
    assert known_value(plain.value) == "info"
    assert secret.secret_ref == "aws_secretsmanager_secret.key"  # noqa: S105 - an address, not a secret


def test_written_sizes_are_read_in_both_spellings() -> None:
    sized = SERVICE + "  instance_configuration: [{cpu: 2 vCPU, memory: 4 GB}]\n"
    (container,) = only(sized, Workload).containers
    assert (known_value(container.cpu_limit), known_value(container.memory_limit)) == (2000, 4 * 2**30)
    (other,) = only(SERVICE + "  instance_configuration: [{cpu: '512', memory: unknown(var.m)}]\n", Workload).containers
    assert known_value(other.cpu_limit) == 500
    assert isinstance(other.memory_limit, Unknown)


def test_bounds_come_from_the_configuration_that_is_named() -> None:
    bounded = (
        SERVICE
        + "  auto_scaling_configuration_arn: ref(aws_apprunner_auto_scaling_configuration_version.w.arn)\n"
        + "aws_apprunner_auto_scaling_configuration_version.w: {max_size: 3, max_concurrency: 20}\n"
    )
    scaler = only(bounded, Autoscaler)
    assert (known_value(scaler.minimum), known_value(scaler.maximum)) == (1, 3)
    concurrency = only(bounded, Workload).request_concurrency
    assert concurrency is not None
    assert known_value(concurrency) == 20


def test_without_one_the_defaults_hold_and_another_ones_cannot_be_told() -> None:
    scaler = only(SERVICE, Autoscaler)
    assert isinstance(scaler.maximum, Known)
    assert (scaler.maximum.value, scaler.maximum.stated) == (25, False)
    elsewhere = only(SERVICE + "  auto_scaling_configuration_arn: unknown(var.bounds)\n", Autoscaler)
    assert isinstance(elsewhere.maximum, Unknown)


def test_code_is_run_by_its_settings_or_by_a_file_that_is_not_seen() -> None:
    code = """\
aws_apprunner_service.web:
  source_configuration:
    - code_repository:
        - code_configuration:
            - code_configuration_values: [{runtime: PYTHON_3, start_command: python app.py}]
"""
    (container,) = only(code, Workload).containers
    assert isinstance(container.image, Absent)
    assert lifted("aws_apprunner_service.web: {source_configuration: [{code_repository: [{}]}]}\n", Workload) == ()
