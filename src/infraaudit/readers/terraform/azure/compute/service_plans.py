"""Tells how many workers an app of Azure App Service has, and where they stand: both are a matter of its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Location, Unknown, default
from infraaudit.readers.terraform.azure.compute.machines import PICKED_BY_AZURE
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

PLANS = ("azurerm_service_plan", "azurerm_app_service_plan")
"""The types of plans; the second is that of former versions of the provider."""

_ARGUMENTS = ("service_plan_id", "app_service_plan_id")
_OF_SLOTS = ("app_service_id", "function_app_id", "app_service_name", "function_app_name")
_COUNTS = ("worker_count", "sku.capacity")
_NOT_HERE = "its plan is not in the scan"


def plan_of(app: Resource, resources: Resources) -> Resource | None:
    """Return the plan that an app runs on, if it is in the scan; a slot runs on that of its app."""
    found = (behind(resources, argument(app, name), *PLANS) for name in _ARGUMENTS)
    own = next((each for each in found if each is not None), None)
    if own is not None or not app.type.endswith("_slot"):
        return own
    apps = (behind(resources, argument(app, name)) for name in _OF_SLOTS)
    whole = next((each for each in apps if each is not None and not each.type.endswith("_slot")), None)
    return plan_of(whole, resources) if whole is not None else None


def sku_of(plan: Resource) -> Maybe[str]:
    """Return the size of the workers of a plan."""
    return _either(plan, ("sku_name", "sku.size")).string()


def workers_of(plan: Resource | None, app: Resource) -> Value[int]:
    """Return how many workers a plan has; without a number one, or two where they are to stand in several zones."""
    if plan is None:
        return Unknown(_NOT_HERE, app.at)
    scales = argument(plan, "premium_plan_auto_scale_enabled").boolean()
    if isinstance(scales, Unknown) or (isinstance(scales, Known) and scales.value):
        return Unknown("the plan counts its workers by the requests that come", scales.at)
    written = _either(plan, _COUNTS).integer()
    if not isinstance(written, Absent):
        return written
    balanced = is_balanced(plan)
    if isinstance(balanced, Unknown):
        return Unknown(f"the least number of workers follows zone_balancing_enabled, and {balanced.why}", written.at)
    stated = fact(TABLE, "azurerm_service_plan.balanced" if balanced.value else "azurerm_service_plan.worker_count")
    return default(int(stated.value), written.at, stated.words)


def is_reset(plan: Resource | None) -> Value[bool] | None:
    """Return whether each apply sets the number of workers anew; ``None`` where no number is written."""
    if plan is None:
        return None
    count = _either(plan, _COUNTS)
    if count.is_absent:
        return None
    ignored = ignores(plan, "worker_count" if plan.type == PLANS[0] else "sku[0].capacity")
    return Known(not ignored.value, count.at) if isinstance(ignored, Known) else Unknown(ignored.why, ignored.at)


def is_balanced(plan: Resource) -> Value[bool]:
    """Return whether the workers of a plan are spread over the zones of their region."""
    written = _either(plan, ("zone_balancing_enabled", "zone_redundant"))
    return boolean_or_default(written, "azurerm_service_plan.zone_balancing_enabled")


def location_of(plan: Resource | None, app: Resource) -> Location:
    """Return where the workers of a plan stand: in the zones of the region, or in one that Azure picks."""
    subnets = Absent(app.at)
    if plan is None:
        return Location(zones=Unknown(_NOT_HERE, app.at), subnets=subnets)
    balanced = is_balanced(plan)
    if isinstance(balanced, Unknown):
        return Location(zones=Unknown(balanced.why, balanced.at), subnets=subnets)
    if balanced.value:
        return Location(zones=Absent(balanced.at), subnets=subnets)
    zones = Known((PICKED_BY_AZURE,), balanced.at, stated=False, fact=balanced.fact)
    return Location(zones=zones, subnets=subnets)


def _either(plan: Resource, paths: tuple[str, ...]) -> Node:
    nodes = [argument(plan, path) for path in paths]
    return next((each for each in nodes if not each.is_absent), nodes[0])
