"""Tells what the stores of Azure survive: by one attribute, by the regions of an account, by a failover group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Failover, Known, Survives, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, may_be_present
from infraaudit.readers.terraform.lifting.failover import by_count, failover_of
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SWITCHES = ("automatic_failover_enabled", "enable_automatic_failover")
"""The switch of an account of Cosmos DB, by its name and by the one that it had before version 4."""


def store_failover(resource: Resource, resources: Resources) -> Failover | None:
    """Return what a store survives; ``None`` where its kind is not asked, or its pool decides it."""
    if resource.type == "azurerm_mssql_database":
        return _of_database(resource, resources)
    if resource.type == "azurerm_cosmosdb_account":
        return _of_account(resource)
    return failover_of(resource) if resource.type in table("failover") else None


def _of_database(resource: Resource, resources: Resources) -> Failover | None:
    if may_be_present(argument(resource, "elastic_pool_id")):
        return None
    for group in resources.of_type("azurerm_mssql_failover_group"):
        databases = argument(group, "databases")
        if resource in mentioned(resources, databases):
            return by_count(resource, Known(Survives.ZONE, databases.at))
    return failover_of(resource)


def _of_account(resource: Resource) -> Failover | None:
    """Return what an account survives: several regions with a switch, or one whose copies lie in several zones."""
    regions, complete = blocks(argument(resource, "geo_location"))
    zones = [region["zone_redundant"] for region in regions]
    if any(zone.content is True for zone in zones):
        return None
    doubtful = next((zone for zone in zones if zone.is_unknown), None)
    if not complete or not regions or doubtful is not None:
        place = (doubtful or argument(resource, "geo_location")).at
        return by_count(resource, Unknown("the regions of the account cannot all be told", place))
    if len(regions) == 1:
        return by_count(resource, Known(Survives.INSTANCE, regions[0].key_at or regions[0].at))
    for name in _SWITCHES:
        switch = argument(resource, name)
        answer = switch.boolean()
        if isinstance(answer, Unknown):
            return by_count(resource, Unknown(answer.why, answer.at))
        if isinstance(answer, Known):
            return by_count(resource, answer.map(_by_switch))
    return by_count(resource, Known(Survives.INSTANCE, resource.at))


def _by_switch(on: bool) -> Survives:  # noqa: FBT001 - the value that is mapped
    return Survives.ZONE if on else Survives.INSTANCE
