"""Lifts the function apps of Azure, on plans of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import AZURE_FUNCTIONS, Absent, Function, Known, Role, Unknown, default
from infraaudit.readers.terraform.azure.compute.app_guards import guards_of_app
from infraaudit.readers.terraform.azure.compute.app_logs import output_kept
from infraaudit.readers.terraform.azure.compute.app_settings import environment_of, fetches_as, image_of, runtime_of
from infraaudit.readers.terraform.azure.compute.service_plans import location_of, plan_of, sku_of
from infraaudit.readers.terraform.azure.defaults import TABLE
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.container_parts import plain_container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import EnvironmentVariable, Location, Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

FUNCTIONS = (
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
    "azurerm_function_app_flex_consumption",
    "azurerm_function_app",
)
"""The types of function apps; the last is that of former versions of the provider."""

_SLOTS = ("azurerm_linux_function_app_slot", "azurerm_windows_function_app_slot", "azurerm_function_app_slot")
"""The types of slots: the next version of a function app, with settings of its own."""

_BY_EVENTS = ("y", "fc")
"""How the sizes of plans begin that have no workers of their own: copies come with the events."""

_TIME = "AzureFunctionsJobHost__functionTimeout"
_COUNTED = "each event starts a copy, or takes one that is free"
_AT_ONCE = "each copy works on several events at once, as host.json of the app says"
_PARTS = 3


def lift_function_apps(resources: Resources) -> Iterator[Function]:
    """Lift the function apps and their slots."""
    for resource in resources.of_type(*FUNCTIONS, *_SLOTS):
        variables, complete = environment_of(resource, resources)
        sandbox = table(TABLE)["app_service.sandbox"]
        yield Function(
            **resource.head,
            platform=AZURE_FUNCTIONS,
            role=Role.FUNCTION,
            replicas=Unknown(_COUNTED, resource.at),
            surge=Absent(resource.at),
            stop_grace=Unknown("how long Azure lets a function stop is not among the facts", resource.at),
            containers=(
                plain_container(
                    resource,
                    "function",
                    sandbox,
                    image=image_of(resource),
                    environment=variables,
                    environment_complete=complete,
                ),
            ),
            host_network=default(bool(sandbox["value"]), resource.at, sandbox.words),
            location=_location(resource, resources),
            time_limit=_time_limit(resource, variables),
            most_at_once=Unknown(_AT_ONCE, resource.at),
            shared_at_once=Absent(resource.at),
            dead_letter=Absent(resource.at),
            retries=Absent(resource.at),
            runtime=_runtime(resource),
            fetches_as=fetches_as(resource, resources),
            guards=tuple(guards_of_app(resource)),
            facets=facets_of(resource, resources, output_kept(resource, resources, variables, complete=complete)),
            identifiers=literals(argument(resource, "name").string()),
        )


def _location(resource: Resource, resources: Resources) -> Location | None:
    """Return where the workers stand; ``None`` on plans that have none of their own."""
    plan = plan_of(resource, resources)
    sku = sku_of(plan) if plan is not None else None
    if plan is None or not isinstance(sku, Known) or sku.value.lower().startswith(_BY_EVENTS):
        return None
    return location_of(plan, resource)


def _runtime(resource: Resource) -> Maybe[str] | None:
    if resource.type != "azurerm_function_app_flex_consumption":
        return runtime_of(resource)
    name, version = argument(resource, "runtime_name").string(), argument(resource, "runtime_version").string()
    if not isinstance(name, Known) or not isinstance(version, Known):
        return None
    language = {"node": "nodejs"}.get(name.value, name.value)
    return version.map(lambda written: f"{language}{written}")


def _time_limit(resource: Resource, variables: tuple[EnvironmentVariable, ...]) -> Value[int]:
    """Return how long one event may take, where a setting says so instead of host.json."""
    setting = next((each for each in variables if each.name == _TIME), None)
    if setting is None:
        return Unknown("host.json of the app says how long one event may take", resource.at)
    written = setting.value
    parts = written.value.split(":") if isinstance(written, Known) else []
    if len(parts) != _PARTS or not all(part.isdecimal() for part in parts):
        return Unknown(f"{_TIME} does not tell a time", setting.at)
    hours, minutes, seconds = (int(part) for part in parts)
    return Known(hours * 3600 + minutes * 60 + seconds, written.at)
