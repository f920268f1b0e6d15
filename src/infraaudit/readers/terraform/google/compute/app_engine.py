"""Lifts the versions of App Engine, standard and flexible, with what scales them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import (
    APP_ENGINE,
    APP_ENGINE_FLEXIBLE,
    Absent,
    Autoscaler,
    Command,
    CommandForm,
    Known,
    MetricKind,
    Port,
    Probe,
    ProbeKind,
    Role,
    ScalingMetric,
    Unknown,
    Workload,
    default,
    known_value,
)
from infraaudit.readers.terraform.google.compute.cloud_run import shares_identity
from infraaudit.readers.terraform.google.defaults import TABLE, duration, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, block, is_present, may_be_present, reason
from infraaudit.readers.terraform.lifting.container_parts import plain_container, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Container, Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.yaml_tree import Scalar

_STANDARD, _FLEXIBLE = "google_app_engine_standard_app_version", "google_app_engine_flexible_app_version"
_GIB = 2**30
_COUNTED = "App Engine counts the copies by the requests that come"
_UNBOUNDED = "no maximum of instances is written, and App Engine sets one by the project"


def lift_app_versions(resources: Resources) -> Iterator[Workload | Autoscaler]:
    """Lift each version as what answers requests. Another one of the same service stands beside it."""
    for resource in resources.of_type(_STANDARD, _FLEXIBLE):
        yield _workload(resource, resources)
        if not may_be_present(argument(resource, "manual_scaling")):
            yield _autoscaler(resource)


def _workload(resource: Resource, resources: Resources) -> Workload:
    sandbox = fact(TABLE, "cloud_run.sandbox")
    flexible = resource.type == _FLEXIBLE
    return Workload(
        **resource.head,
        platform=APP_ENGINE_FLEXIBLE if flexible else APP_ENGINE,
        role=Role.WEB,
        replicas=_replicas(resource),
        surge=Absent(resource.at),
        stop_grace=Unknown("how long App Engine lets a copy end is not among the facts", resource.at),
        containers=(_container(resource, resources),),
        host_network=default(bool(sandbox.value), resource.at, sandbox.words),
        runtime=argument(resource, "runtime").string(),
        request_concurrency=argument(resource, "automatic_scaling.max_concurrent_requests").integer(),
        shared_identity=shares_identity(argument(resource, "service_account"), "app_engine.shared_identity"),
    )


def _replicas(resource: Resource) -> Value[int]:
    written = argument(resource, "manual_scaling.instances").integer()
    return Unknown(_COUNTED, written.at) if isinstance(written, Absent) else written


def _container(resource: Resource, resources: Resources) -> Container:
    environment, complete = variables_of(argument(resource, "env_variables"), resources)
    memory = argument(resource, "resources.memory_gb").value(_gibibytes, "a size")
    cores = argument(resource, "resources.cpu").integer().map(_thousandths)
    stated = fact(TABLE, "app_engine.port")
    return plain_container(
        resource,
        "app",
        table(TABLE)["cloud_run.sandbox"],
        image=argument(resource, "deployment.container.image").string(),
        command=_command(resource),
        environment=environment,
        environment_complete=complete,
        ports=(Port(default(int(stated.value), resource.at, stated.words), resource.at),),
        cpu_request=cores,
        cpu_limit=cores,
        memory_request=memory,
        memory_limit=memory,
        readiness=_check(resource, "readiness_check"),
        liveness=_check(resource, "liveness_check"),
    )


def _command(resource: Resource) -> Maybe[Command]:
    line = argument(resource, "entrypoint.shell").string()
    if isinstance(line, Known):
        return Known(Command(CommandForm.SHELL, (line.value,)), line.at)
    return line if isinstance(line, Absent) else Unknown(line.why, line.at, mentions=line.mentions)


def _thousandths(cores: int) -> int:
    return cores * 1000


def _gibibytes(written: Scalar) -> int | None:
    number = float(written) if isinstance(written, int | float) and not isinstance(written, bool) else None
    return None if number is None else int(number * _GIB)


def _check(resource: Resource, name: str) -> Maybe[Probe]:
    node = block(resource, name)
    if node.is_absent:
        return Absent(resource.at)
    if not node.is_mapping:
        return Unknown(reason(node), node.at)
    at = node.key_at or node.at
    probe = Probe(
        ProbeKind.HTTP,
        at,
        path=node["path"].string(),
        initial_delay=node["initial_delay"].value(duration, "a number of seconds"),
        period=node["check_interval"].value(duration, "a number of seconds"),
        timeout=node["timeout"].value(duration, "a number of seconds"),
        failure_threshold=node["failure_threshold"].integer(),
    )
    return Known(probe, at)


# -- scaling --------------------------------------------------------------------------------------------------


def _autoscaler(resource: Resource) -> Autoscaler:
    scaling = "automatic_scaling"
    if resource.type == _FLEXIBLE:
        least: Value[int] = integer_or_default(
            argument(resource, f"{scaling}.min_total_instances"), "app_engine_flexible.minimum"
        )
        most: Value[int] = integer_or_default(
            argument(resource, f"{scaling}.max_total_instances"), "app_engine_flexible.maximum"
        )
    else:
        bounds = f"{scaling}.standard_scheduler_settings"
        least = integer_or_default(argument(resource, f"{bounds}.min_instances"), "app_engine.minimum")
        most = _most(resource, f"{bounds}.max_instances")
    return Autoscaler(
        address=f"{resource.address}#scaling",
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        target=Known(resource.address, resource.at),
        minimum=least,
        maximum=most,
        metrics=tuple(_metrics(resource)),
    )


def _most(resource: Resource, path: str) -> Value[int]:
    basic = argument(resource, "basic_scaling.max_instances")
    written = (basic if is_present(basic) else argument(resource, path)).integer()
    return Unknown(_UNBOUNDED, resource.at) if isinstance(written, Absent) else written


def _metrics(resource: Resource) -> Iterator[ScalingMetric]:
    node = block(resource, "automatic_scaling.cpu_utilization")
    if node.is_mapping:
        share = known_value(node["target_utilization"].value(_percent, "a share"))
        at = node["target_utilization"].at
        yield ScalingMetric(
            MetricKind.UTILIZATION,
            node.key_at or node.at,
            resource="cpu",
            target=Absent(at) if share is None else Known(share, at),
        )


def _percent(written: Scalar) -> int | None:
    if isinstance(written, int | float) and not isinstance(written, bool):
        return round(written * 100)
    return None
