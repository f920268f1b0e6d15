"""Tells whether an API keeps what its requests contain out of its logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, Unknown, default
from infraaudit.readers.terraform.aws.edge.measures import settings_of_methods
from infraaudit.readers.terraform.lifting.arguments import argument, is_present

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_WORDS = "what requests contain is written down only where it is switched on"


def bodies_of_rest(api: Resource, resources: Resources) -> Mapping[FacetName, Value[bool]]:
    """Return the answer of an API whose methods have settings of their own."""
    own = settings_of_methods(api, resources)
    return _kept_out(api, (argument(each, "settings.data_trace_enabled") for each in own))


def bodies_of_stages(api: Resource, stages: Iterable[Resource]) -> Mapping[FacetName, Value[bool]]:
    """Return the answer of an API by the settings of its stages."""
    return _kept_out(api, (argument(each, "default_route_settings.data_trace_enabled") for each in stages))


def bodies_of_graph(api: Resource) -> Mapping[FacetName, Value[bool]]:
    """Return the answer of an API of AppSync, which at the level ALL writes all down that it does not leave out."""
    log, left_out = argument(api, "log_config"), argument(api, "log_config.exclude_verbose_content").boolean()
    level = argument(api, "log_config.field_log_level").string()
    if not is_present(log) or (isinstance(level, Known) and level.value != "ALL"):
        return {FacetName.BODIES_KEPT_OUT: default(value=True, at=api.at, fact=_WORDS)}
    if isinstance(left_out, Known | Unknown):
        return {FacetName.BODIES_KEPT_OUT: left_out}
    if isinstance(level, Known):
        words = "the level ALL writes down headers, context and results"
        return {FacetName.BODIES_KEPT_OUT: default(value=False, at=level.at, fact=words)}
    return {FacetName.BODIES_KEPT_OUT: Unknown("how much it writes down cannot be told", log.at)}


def _kept_out(api: Resource, switches: Iterable[Node]) -> Mapping[FacetName, Value[bool]]:
    values = [each.boolean() for each in switches]
    on = next((each for each in values if isinstance(each, Known) and each.value), None)
    unknown = next((each for each in values if isinstance(each, Unknown)), None)
    if on is not None:
        return {FacetName.BODIES_KEPT_OUT: Known(value=False, at=on.at)}
    return {FacetName.BODIES_KEPT_OUT: unknown or default(value=True, at=api.at, fact=_WORDS)}
