from __future__ import annotations

import pytest

from infraaudit.model import (
    APP_ENGINE,
    APP_ENGINE_FLEXIBLE,
    COMPOSER,
    Absent,
    Autoscaler,
    Known,
    Role,
    Unknown,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

BOUNDS = "{min_instances: 1, max_instances: 9}"
STANDARD, FLEXIBLE = "google_app_engine_standard_app_version.a", "google_app_engine_flexible_app_version.a"


def test_a_version_answers_requests_with_what_it_is_told() -> None:
    text = "{runtime: python312, entrypoint: [{shell: 'gunicorn shop:app'}], env_variables: {STAGE: live}}"
    version = only(f"{STANDARD}: {text}\n", Workload)
    assert (version.platform, version.role) == (APP_ENGINE, Role.WEB)
    (app,) = version.containers
    assert [(each.name, known_value(each.value)) for each in app.environment] == [("STAGE", "live")]
    assert isinstance(app.command, Known)
    assert app.command.value.words == ("gunicorn shop:app",)
    assert isinstance(version.replicas, Unknown)
    assert version.shared_identity is not None
    assert known_value(version.shared_identity) is True


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        (f"{STANDARD}: {{}}\n", (0, None)),
        (f"{STANDARD}: {{basic_scaling: [{{max_instances: 4}}]}}\n", (0, 4)),
        (
            f"{STANDARD}: {{automatic_scaling: [{{standard_scheduler_settings: [{BOUNDS}]}}]}}\n",
            (1, 9),
        ),
        (f"{FLEXIBLE}: {{}}\n", (2, 20)),
        (f"{FLEXIBLE}: {{automatic_scaling: [{{min_total_instances: 3, max_total_instances: 6}}]}}\n", (3, 6)),
    ],
)
def test_between_what_a_version_scales(text: str, bounds: tuple[int, int | None]) -> None:
    scaler = only(text, Autoscaler)
    assert (known_value(scaler.minimum), known_value(scaler.maximum)) == bounds


def test_a_version_that_is_scaled_by_hand() -> None:
    text = f"{FLEXIBLE}: {{manual_scaling: [{{instances: 2}}], resources: [{{cpu: 2, memory_gb: 0.5}}]}}\n"
    version = only(text, Workload)
    assert version.platform is APP_ENGINE_FLEXIBLE
    assert known_value(version.replicas) == 2
    assert not lifted(text, Autoscaler)
    (app,) = version.containers
    assert (known_value(app.cpu_limit), known_value(app.memory_limit)) == (2000, 2**29)


def test_the_checks_and_the_target_of_a_flexible_version() -> None:
    text = (
        f"{FLEXIBLE}: {{readiness_check: [{{path: /ready, timeout: 4s}}],"
        " automatic_scaling: [{cpu_utilization: [{target_utilization: 0.6}]}]}\n"
    )
    (app,) = only(text, Workload).containers
    assert isinstance(app.readiness, Known)
    path, timeout = app.readiness.value.path, app.readiness.value.timeout
    assert path is not None
    assert timeout is not None
    assert (known_value(path), known_value(timeout)) == ("/ready", 4)
    assert isinstance(app.liveness, Absent)
    (metric,) = only(text, Autoscaler).metrics
    assert metric.target is not None
    assert known_value(metric.target) == 60


def test_an_environment_of_composer() -> None:
    text = "{config: [{software_config: [{env_variables: {STAGE: live}}], node_config: [{service_account: a@b.iam}]}]}"
    environment = only(f"google_composer_environment.e: {text}\n", Workload)
    assert (environment.platform, environment.role) == (COMPOSER, Role.SCHEDULER)
    assert [each.name for each in environment.containers[0].environment] == ["STAGE"]
    assert environment.shared_identity is not None
    assert known_value(environment.shared_identity) is False
