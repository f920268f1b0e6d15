"""Lifts the services of AWS App Runner, and what bounds the number of their copies."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    APP_RUNNER,
    Absent,
    Autoscaler,
    Command,
    CommandForm,
    Container,
    EnvironmentVariable,
    Known,
    MetricKind,
    Port,
    Probe,
    ProbeKind,
    ScalingMetric,
    Unknown,
    Workload,
    default,
)
from infraaudit.model.node import as_integer
from infraaudit.readers.terraform.aws.defaults import integer_or_default, string_or_default
from infraaudit.readers.terraform.aws.network.subnets import location_of
from infraaudit.readers.terraform.lifting.arguments import argument, first, is_present
from infraaudit.readers.terraform.lifting.container_parts import WHY_SECRET, variables_of
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Location, Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.yaml_tree import Scalar

_SERVICE = "aws_apprunner_service"
_BOUNDS = "aws_apprunner_auto_scaling_configuration_version"
_TABLE = "aws_defaults"
_SIZE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?) (vCPU|GB)")
_GIB, _MIB = 2**30, 2**20


def lift_app_runner(resources: Resources) -> Iterator[Workload | Autoscaler]:
    """Lift ``aws_apprunner_service``."""
    for resource in resources.of_type(_SERVICE):
        bounds = behind(resources, argument(resource, "auto_scaling_configuration_arn"), _BOUNDS)
        container = _container(resource, resources)
        if container is not None:
            yield _service(resource, resources, bounds, container)
            yield _scaling(resource, bounds)


def _service(resource: Resource, resources: Resources, bounds: Resource | None, container: Container) -> Workload:
    sandbox = fact(_TABLE, "lambda.sandbox")
    return Workload(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        platform=APP_RUNNER,
        replicas=Unknown("App Runner starts copies as requests come", resource.at),
        surge=Absent(resource.at),
        stop_grace=Unknown("how long App Runner lets a copy finish is not published", resource.at),
        containers=(container,),
        host_network=default(bool(sandbox.value), resource.at, "App Runner gives each copy a network of its own"),
        location=_location(resource, resources),
        request_concurrency=_bound(resource, bounds, "max_concurrency"),
        fetches_as=pointed(resources, argument(resource, "instance_configuration.instance_role_arn")),
    )


def _location(resource: Resource, resources: Resources) -> Location | None:
    connector = behind(
        resources,
        argument(resource, "network_configuration.egress_configuration.vpc_connector_arn"),
        "aws_apprunner_vpc_connector",
    )
    return None if connector is None else location_of(resources, argument(connector, "subnets"))


def _bound(resource: Resource, bounds: Resource | None, name: str) -> Value[int]:
    """Return a bound of the configuration that a service names, else that of the one that it gets by itself."""
    node = argument(resource, "auto_scaling_configuration_arn")
    if bounds is None and not node.is_absent:
        return Unknown(f"the {_BOUNDS} that it names is not in the scan", node.at)
    return integer_or_default(argument(bounds or resource, name), f"{_BOUNDS}.{name}")


def _scaling(resource: Resource, bounds: Resource | None) -> Autoscaler:
    at = (bounds or resource).at
    return Autoscaler(
        address=f"{resource.address}#scaling",
        kind=_BOUNDS if bounds is not None else resource.type,
        name=(bounds or resource).name,
        at=at,
        deployment=resource.deployment,
        target=Known(resource.address, at),
        minimum=_bound(resource, bounds, "min_size"),
        maximum=_bound(resource, bounds, "max_size"),
        metrics=(ScalingMetric(MetricKind.EXTERNAL, at, target=_bound(resource, bounds, "max_concurrency")),),
    )


def _container(resource: Resource, resources: Resources) -> Container | None:
    """Return the container of a service that is given an image or code; ``None`` where neither can be told."""
    repository = first(argument(resource, "source_configuration.image_repository"))
    settings = first(repository["image_configuration"])
    image: Maybe[str] = repository["image_identifier"].string()
    if not is_present(repository):
        values = argument(resource, "source_configuration.code_repository.code_configuration.code_configuration_values")
        if not is_present(values):
            return None
        settings = first(values)
        image = Absent(settings.at)
    environment, complete = _environment(settings, resources)
    size = argument(resource, "instance_configuration")
    cpu = _sized(resource, "cpu")
    memory = _sized(resource, "memory")
    return Container(
        address=f"{resource.address}[service]",
        kind="container",
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        workload=resource.address,
        image=image,
        entrypoint=Absent(size.at),
        command=settings["start_command"].string().map(_words),
        environment=environment,
        environment_complete=complete,
        ports=(_port(settings),),
        readiness=_health(resource),
        liveness=Absent(resource.at),
        startup=Absent(resource.at),
        cpu_request=cpu,
        cpu_limit=cpu,
        memory_request=memory,
        memory_limit=memory,
        privileged=default(value=False, at=resource.at, fact="App Runner runs no privileged containers"),
        user=Absent(resource.at),
    )


def _words(command: str) -> Command:
    """Return the words of a command that is written as one line."""
    try:
        return Command(CommandForm.LIST, tuple(shlex.split(command)))
    except ValueError:
        return Command(CommandForm.SHELL, (command,))


def _environment(settings: Node, resources: Resources) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    plain, complete = variables_of(settings["runtime_environment_variables"], resources)
    secrets = settings["runtime_environment_secrets"]
    named = tuple(_secret(name, node, resources) for name, node in secrets.items())
    return (*plain, *named), complete and secrets.complete


def _secret(name: str, node: Node, resources: Resources) -> EnvironmentVariable:
    mentions = tuple(address_of(resources, target) for target in node.mentions)
    text = node.string()
    store = next(iter(mentions), text.value if isinstance(text, Known) else "a secret store")
    return EnvironmentVariable(name, Unknown(WHY_SECRET, node.at, mentions=mentions), node.at, store)


def _port(settings: Node) -> Port:
    number = settings["port"].value(as_integer, "a port")
    stated = fact(_TABLE, f"{_SERVICE}.port")
    known = default(int(stated.value), number.at, stated.words) if isinstance(number, Absent) else number
    return Port(known, number.at)


def _health(resource: Resource) -> Maybe[Probe]:
    base = "health_check_configuration"
    protocol = string_or_default(argument(resource, f"{base}.protocol"), f"{_SERVICE}.health_check.protocol")
    if isinstance(protocol, Unknown):
        return Unknown(protocol.why, protocol.at)
    kind = ProbeKind.HTTP if protocol.value == "HTTP" else ProbeKind.TCP
    path = argument(resource, f"{base}.path")
    probe = Probe(
        kind,
        protocol.at,
        path=string_or_default(path, f"{_SERVICE}.health_check.path") if kind is ProbeKind.HTTP else Absent(path.at),
        period=integer_or_default(argument(resource, f"{base}.interval"), f"{_SERVICE}.health_check.interval"),
        timeout=integer_or_default(argument(resource, f"{base}.timeout"), f"{_SERVICE}.health_check.timeout"),
        failure_threshold=integer_or_default(
            argument(resource, f"{base}.unhealthy_threshold"), f"{_SERVICE}.health_check.unhealthy_threshold"
        ),
    )
    return Known(probe, protocol.at, protocol.stated, protocol.fact)


def _sized(resource: Resource, name: str) -> Maybe[int]:
    node = argument(resource, f"instance_configuration.{name}")
    stated = fact(_TABLE, f"{_SERVICE}.{name}")
    written = node.value(_millicores if name == "cpu" else _bytes, "a size")
    return default(int(stated.value), node.at, stated.words) if isinstance(written, Absent) else written


def _millicores(scalar: Scalar) -> int | None:
    match = _SIZE.fullmatch(str(scalar))
    if match is not None:
        return int(float(match[1]) * 1000) if match[2] == "vCPU" else None
    units = as_integer(scalar)
    return None if units is None else units * 1000 // 1024


def _bytes(scalar: Scalar) -> int | None:
    match = _SIZE.fullmatch(str(scalar))
    if match is not None:
        return int(float(match[1]) * _GIB) if match[2] == "GB" else None
    size = as_integer(scalar)
    return None if size is None else size * _MIB
