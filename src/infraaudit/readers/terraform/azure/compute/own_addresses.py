"""Lifts the addresses that Azure gives to apps, functions and container apps: who gets to them, and who may call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, OwnAddress, Unknown
from infraaudit.readers.terraform.azure.compute.app_guards import asked_by_platform, reached
from infraaudit.readers.terraform.azure.compute.app_service import APPS
from infraaudit.readers.terraform.azure.compute.functions import FUNCTIONS
from infraaudit.readers.terraform.azure.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, may_be_present
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CONTAINER_APP = "azurerm_container_app"
_ENVIRONMENT = "azurerm_container_app_environment"
_CLOSES = "public_network_access_enabled"
_IN_CODE = "whether a key is asked for is written in the code of each function"


def lift_own_addresses(resources: Resources) -> Iterator[OwnAddress]:
    """Lift the address that each app has under a domain of Azure, beside the front doors that lead there."""
    for resource in resources.of_type(*APPS):
        yield _address(resource, reached(resource), asked_by_platform(resource), _CLOSES, "#door")
    for resource in resources.of_type(*FUNCTIONS):
        asks = asked_by_platform(resource)
        by_code = Unknown(_IN_CODE, asks.at) if isinstance(asks, Absent) else asks
        yield _address(resource, reached(resource), by_code, _CLOSES)
    for resource in resources.of_type(_CONTAINER_APP):
        ingress = block(resource, "ingress")
        if may_be_present(ingress):
            within = _reached_through(resource, resources)
            yield _address(resource, within, _certificates(resource), "external_enabled")


def _address(
    resource: Resource, open_to_all: Value[bool], asks: Maybe[str], setting: str, door: str = ""
) -> OwnAddress:
    return OwnAddress(
        address=f"{resource.address}#address",
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        of=resource.address,
        reached=open_to_all,
        asks=asks,
        setting=setting,
        door=f"{resource.address}{door}" if door else "",
    )


def _reached_through(app: Resource, resources: Resources) -> Value[bool]:
    """Return whether the internet reaches a container app: by its ingress, and if its environment is open to it."""
    external = boolean_or_default(argument(app, "ingress.external_enabled"), "container_apps.external_enabled")
    if isinstance(external, Unknown) or not external.value:
        return external
    named = _named_alone(app)
    if named is not None:
        return named
    environment = behind(resources, argument(app, "container_app_environment_id"), _ENVIRONMENT)
    if environment is None:
        return Unknown("its environment is not in the scan", argument(app, "container_app_environment_id").at)
    internal = boolean_or_default(
        argument(environment, "internal_load_balancer_enabled"), f"{_ENVIRONMENT}.internal_load_balancer_enabled"
    )
    if isinstance(internal, Unknown) or internal.value:
        return internal.map(_not)
    return external


def _named_alone(app: Resource) -> Value[bool] | None:
    """Return that callers whom no rule names are turned away, ``None`` where no rule lets anybody in by name."""
    node = argument(app, "ingress.ip_security_restriction")
    rules, complete = blocks(node)
    actions = [each["action"].string() for each in rules]
    if not complete or any(isinstance(each, Unknown) for each in actions):
        return Unknown("whom its rules let in cannot be told", node.at)
    if any(isinstance(each, Known) and each.value.lower() == "allow" for each in actions):
        return Known(value=False, at=node.at)
    return None


def _not(on: bool) -> bool:  # noqa: FBT001 - the value that is mapped
    return not on


def _certificates(app: Resource) -> Maybe[str]:
    """Return that callers of a container app need a certificate; a login may be set up by azapi alone."""
    mode = argument(app, "ingress.client_certificate_mode").string()
    if isinstance(mode, Unknown):
        return Unknown(mode.why, mode.at)
    if isinstance(mode, Known) and mode.value.lower() == "require":
        return Known("client certificates", mode.at)
    return Absent(mode.at)
