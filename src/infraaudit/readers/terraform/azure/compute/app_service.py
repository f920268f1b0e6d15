"""Lifts the apps of Azure App Service with the front end that sends them requests, and the slots beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import (
    APP_SERVICE,
    Absent,
    Command,
    CommandForm,
    Gateway,
    HostedApp,
    Known,
    Port,
    Probe,
    ProbeKind,
    Role,
    Route,
    Service,
    ServiceTarget,
    Unknown,
    default,
)
from infraaudit.readers.terraform.azure.compute.app_guards import guards_of_app
from infraaudit.readers.terraform.azure.compute.app_logs import output_kept
from infraaudit.readers.terraform.azure.compute.app_settings import environment_of, fetches_as, image_of, runtime_of
from infraaudit.readers.terraform.azure.compute.service_plans import is_reset, location_of, plan_of, workers_of
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.network.listeners import listeners_of_app
from infraaudit.readers.terraform.azure.network.networks import subnets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.container_parts import plain_container
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import EnvironmentVariable, Location, Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

APPS = ("azurerm_linux_web_app", "azurerm_windows_web_app", "azurerm_app_service")
"""The types of apps; the last is that of former versions of the provider."""

_SLOTS = {
    "azurerm_linux_web_app_slot": "app_service_id",
    "azurerm_windows_web_app_slot": "app_service_id",
    "azurerm_app_service_slot": "app_service_name",
}
"""The types of slots, and the argument that names the app; the last is that of former versions of the provider."""

_TIES = "azurerm_app_service_virtual_network_swift_connection"
_WHY_IDLE = "how long the front end of App Service keeps idle connections is not among the facts"
_WHY_GRACE = "how long App Service lets an app stop is a setting that is not written"


def lift_web_apps(resources: Resources) -> Iterator[HostedApp | Service | Gateway]:
    """Lift each app, and before it the front end of App Service with its check of the workers.

    A slot is the next version of an app: it has settings and a door of its own, and runs on the workers of the app.
    Users call it only once both have changed places, and so nothing is asked of its copies.
    """
    for resource in resources.of_type(*APPS):
        yield _workload(resource, resources)
        yield _service(resource)
        yield _gateway(resource, _front(resource))
    for type_, name in _SLOTS.items():
        for resource in resources.of_type(type_):
            app = behind(resources, argument(resource, name), *APPS)
            yield _workload(resource, resources, app.address if app is not None else "an app elsewhere")
            yield _gateway(resource, resource.address)


def _front(resource: Resource) -> str:
    return f"{resource.address}#front"


def _workload(resource: Resource, resources: Resources, slot_of: str = "") -> HostedApp:
    plan = plan_of(resource, resources)
    variables, complete = environment_of(resource, resources)
    sandbox = table(TABLE)["app_service.sandbox"]
    port = _port(resource, variables, complete=complete)
    front = ServiceTarget(Known(_front(resource), resource.at), resource.name, port, resource.at)
    return HostedApp(
        **resource.head,
        platform=APP_SERVICE,
        role=Role.UNKNOWN if slot_of else Role.WEB,
        replicas=workers_of(plan, resource),
        count_reset=is_reset(plan),
        surge=Absent(resource.at),
        stop_grace=_grace(resource, variables),
        containers=(
            plain_container(
                resource,
                resource.name,
                sandbox,
                image=image_of(resource),
                command=_command(resource),
                environment=variables,
                environment_complete=complete,
                ports=(Port(port, port.at),) if isinstance(port, Known) else (),
                ports_complete=isinstance(port, Known),
            ),
        ),
        host_network=default(bool(sandbox["value"]), resource.at, sandbox.words),
        targets=() if slot_of else (front,),
        location=_location(resource, location_of(plan, resource), resources),
        runtime=runtime_of(resource),
        fetches_as=fetches_as(resource, resources),
        guards=tuple(guards_of_app(resource)),
        facets=facets_of(resource, resources, output_kept(resource, resources, variables, complete=complete)),
        slot_of=slot_of,
        identifiers=literals(argument(resource, "name").string()),
    )


def _location(resource: Resource, of_plan: Location, resources: Resources) -> Location:
    """Return where the workers of an app stand, with the subnet through which its own requests go out."""
    ties = [each for each in resources.of_type(_TIES) if resource in mentioned(resources, each.body["app_service_id"])]
    nodes = [argument(resource, "virtual_network_subnet_id"), *(argument(each, "subnet_id") for each in ties)]
    written = [each for each in nodes if not each.is_absent]
    return replace(of_plan, subnets=subnets_of(written, resources)) if written else of_plan


def _command(resource: Resource) -> Maybe[Command]:
    """Return the line by which the app is started, which is handed to a shell."""
    written = argument(resource, "site_config.app_command_line").string()
    if isinstance(written, Known):
        return written.map(lambda line: Command(CommandForm.SHELL, (line,))) if written.value else Absent(written.at)
    return Unknown(written.why, written.at) if isinstance(written, Unknown) else written


def _setting(variables: tuple[EnvironmentVariable, ...], *names: str) -> EnvironmentVariable | None:
    return next((each for name in names for each in variables if each.name == name), None)


def _port(resource: Resource, variables: tuple[EnvironmentVariable, ...], *, complete: bool) -> Value[int]:
    """Return the port that requests are sent to, where a setting tells it."""
    setting = _setting(variables, "WEBSITES_PORT", "PORT")
    if setting is None or not complete:
        return Unknown(f"no WEBSITES_PORT is written for {resource.address}", resource.at)
    if isinstance(setting.value, Known) and setting.value.value.isdecimal():
        return Known(int(setting.value.value), setting.value.at)
    return Unknown(f"{setting.name} cannot be told", setting.at)


def _grace(resource: Resource, variables: tuple[EnvironmentVariable, ...]) -> Value[int]:
    setting = _setting(variables, "WEBSITES_CONTAINER_STOP_TIME_LIMIT")
    if setting is not None and isinstance(setting.value, Known) and setting.value.value.isdecimal():
        return Known(int(setting.value.value), setting.value.at)
    return Unknown(_WHY_GRACE, resource.at)


def _health(resource: Resource) -> Maybe[Probe]:
    """Return the check by which a worker is taken out of traffic."""
    path = argument(resource, "site_config.health_check_path").string()
    if isinstance(path, Known):
        return Known(Probe(ProbeKind.HTTP, path.at, path=path), path.at) if path.value else Absent(path.at)
    return Unknown(path.why, path.at) if isinstance(path, Unknown) else path


def _service(resource: Resource) -> Service:
    """Return the front end as that which hands requests to workers."""
    return Service(
        address=_front(resource),
        kind="front end of",
        name=f"{resource.type} {resource.name}",
        at=resource.at,
        deployment=resource.deployment,
        selector=(),
        ports_complete=False,
        exposure="load balancer",
        health_check=_health(resource),
        internal=_is_private(resource),
    )


def _gateway(resource: Resource, leads_to: str) -> Gateway:
    """Return the front end as the door that it is, with a limit for every request."""
    return Gateway(
        address=f"{resource.address}#door",
        kind="front end of",
        name=f"{resource.type} {resource.name}",
        at=resource.at,
        deployment=resource.deployment,
        proxy=Known("app-service", resource.at),
        public=boolean_or_default(
            argument(resource, "public_network_access_enabled"), "app_service.public_network_access_enabled"
        ),
        idle_timeout=Unknown(_WHY_IDLE, resource.at),
        routes=(Route(Known(leads_to, resource.at), Absent(resource.at), resource.at),),
        listeners=listeners_of_app(resource),
    )


def _is_private(resource: Resource) -> bool:
    return argument(resource, "public_network_access_enabled").content is False
