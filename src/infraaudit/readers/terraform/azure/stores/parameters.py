"""Reads the settings of the engines of Azure: a resource for each of a server, a block of a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Node, Parameters
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.engine_parameters import of_pairs, with_defaults
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SERVERS = {
    "azurerm_postgresql_flexible_server": ("azurerm_postgresql_flexible_server_configuration", "server_id"),
    "azurerm_mysql_flexible_server": ("azurerm_mysql_flexible_server_configuration", "server_name"),
}
"""The type of the resources that set a parameter of a server, and the argument with which they name it."""


def parameters_of(resource: Resource, resources: Resources) -> Parameters | None:
    """Return the settings of a store; ``None`` for kinds that take none."""
    if resource.type in _SERVERS:
        type_, link = _SERVERS[resource.type]
        return _of_server(resource, resources, type_, link)
    if resource.type == "azurerm_redis_cache":
        return _of_cache(resource)
    return None


def _of_server(resource: Resource, resources: Resources, type_: str, link: str) -> Parameters:
    members = [each for each in resources.of_type(type_) if behind(resources, argument(each, link)) == resource]
    pairs = ((argument(each, "name"), argument(each, "value")) for each in members)
    perhaps = any(each.type == type_ for each in resources.perhaps)
    unnamed = next((argument(each, "name") for each in members if argument(each, "name").is_unknown), None)
    why = f"which parameters of {resource.address} are set cannot be told"
    return of_pairs(unnamed or Node(resource.name, resource.at), pairs, complete=not perhaps, why=why)


def _of_cache(resource: Resource) -> Parameters:
    block = argument(resource, "redis_configuration")
    found = of_pairs(block, _written(resource), complete=not block.is_unknown, why="its configuration cannot be told")
    return with_defaults(found, resource)


def _written(resource: Resource) -> Iterator[tuple[Node, Node]]:
    policy = argument(resource, "redis_configuration.maxmemory_policy")
    if not policy.is_absent:
        yield Node("maxmemory-policy", policy.at), policy
