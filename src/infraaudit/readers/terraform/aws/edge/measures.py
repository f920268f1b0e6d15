"""Tells whether an API is measured by method and route, and not only as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_REST = "aws_api_gateway_rest_api"
_WORDS = "methods and routes are measured one by one only where it is switched on"


def settings_of_methods(api: Resource, resources: Resources) -> tuple[Resource, ...]:
    """Return the settings that are written for methods of a REST API, by whatever path."""
    settings = resources.of_type("aws_api_gateway_method_settings")
    return tuple(each for each in settings if behind(resources, argument(each, "rest_api_id"), _REST) == api)


def measured_rest(api: Resource, resources: Resources) -> Mapping[FacetName, Value[bool]]:
    """Return the answer of an API whose methods have settings of their own."""
    own = settings_of_methods(api, resources)
    return _measured(api, (argument(each, "settings.metrics_enabled") for each in own))


def measured_stages(api: Resource, stages: Iterable[Resource]) -> Mapping[FacetName, Value[bool]]:
    """Return the answer of an API by the settings of its stages."""
    return _measured(api, (argument(each, "default_route_settings.detailed_metrics_enabled") for each in stages))


def _measured(api: Resource, switches: Iterable[Node]) -> Mapping[FacetName, Value[bool]]:
    """Return whether any setting switches it on: that of other methods may leave it off."""
    values = [each.boolean() for each in switches]
    on = next((each for each in values if isinstance(each, Known) and each.value), None)
    unknown = next((each for each in values if isinstance(each, Unknown)), None)
    off = next((each for each in values if isinstance(each, Known)), None)
    return {FacetName.MEASURED: on or unknown or off or default(value=False, at=api.at, fact=_WORDS)}
