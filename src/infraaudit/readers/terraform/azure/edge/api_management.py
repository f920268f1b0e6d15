"""Lifts the gateways of Azure API Management with the APIs that they hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Gateway, Known, Route, Unknown, known_value
from infraaudit.readers.terraform.azure.compute.app_service import APPS
from infraaudit.readers.terraform.azure.defaults import boolean_or_default
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "azurerm_api_management"
_API = "azurerm_api_management_api"
_WHY_IDLE = "how long API Management keeps idle connections to a backend is not among the facts"


def lift_api_managements(resources: Resources) -> Iterator[Gateway]:
    """Lift ``azurerm_api_management``."""
    for resource in resources.of_type(_TYPE):
        yield Gateway(
            **resource.head,
            proxy=Known("api-management", resource.at),
            public=_is_public(resource),
            idle_timeout=Unknown(_WHY_IDLE, resource.at),
            routes=tuple(_routes(resource, resources)),
            facets=facets_of(resource, resources),
            listeners_complete=False,
            identifiers=literals(argument(resource, "name").string()),
        )


def _is_public(resource: Resource) -> Value[bool]:
    """Return whether the internet reaches the gateway: one inside of a network has no public address."""
    kind = argument(resource, "virtual_network_type").string()
    if isinstance(kind, Unknown):
        return Unknown(kind.why, kind.at)
    if isinstance(kind, Known) and kind.value == "Internal":
        return Known(value=False, at=kind.at)
    return boolean_or_default(
        argument(resource, "public_network_access_enabled"), f"{_TYPE}.public_network_access_enabled"
    )


def _routes(gateway: Resource, resources: Resources) -> Iterator[Route]:
    """Yield the way of each API whose backend is of the configuration."""
    name = argument(gateway, "name").content
    for api in resources.of_type(_API):
        named = argument(api, "api_management_name")
        if gateway not in mentioned(resources, named) and (not isinstance(name, str) or named.content != name):
            continue
        node = argument(api, "service_url")
        apps = mentioned(resources, node, *APPS)
        if not apps and not node.is_unknown:
            continue
        target: Value[str] = (
            Known(f"{apps[0].address}#door", node.at)
            if apps
            else Unknown(reason(node), node.at, mentions=node.mentions)
        )
        path = known_value(argument(api, "path").string()) or ""
        yield Route(target, Absent(api.at), api.at, path=path, authorization=_authorization(api))


def _authorization(api: Resource) -> Maybe[str]:
    """Return what the gateway asks of a client: the key of a subscription, unless an API goes without."""
    asks = boolean_or_default(argument(api, "subscription_required"), f"{_API}.subscription_required")
    if isinstance(asks, Unknown):
        return Unknown(asks.why, asks.at)
    return Known("key", asks.at, asks.stated, asks.fact) if asks.value else Absent(asks.at)
