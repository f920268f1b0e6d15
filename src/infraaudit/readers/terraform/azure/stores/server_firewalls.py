"""Lifts the firewall rules of databases and caches: the addresses that a public endpoint admits."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, summarize_address_range
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Direction, FirewallRule, Known, Unknown, default
from infraaudit.readers.terraform.azure.defaults import TABLE
from infraaudit.readers.terraform.azure.stores.databases import port_of, port_of_type
from infraaudit.readers.terraform.lifting.arguments import argument, is_true, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Kind:
    """A type of rule, the argument that names its server, and the type of that."""

    type: str
    server: str
    of: str


_KINDS = (
    _Kind("azurerm_postgresql_flexible_server_firewall_rule", "server_id", "azurerm_postgresql_flexible_server"),
    _Kind("azurerm_mysql_flexible_server_firewall_rule", "server_name", "azurerm_mysql_flexible_server"),
    _Kind("azurerm_postgresql_firewall_rule", "server_name", "azurerm_postgresql_server"),
    _Kind("azurerm_mysql_firewall_rule", "server_name", "azurerm_mysql_server"),
    _Kind("azurerm_mssql_firewall_rule", "server_id", "azurerm_mssql_server"),
    _Kind("azurerm_synapse_firewall_rule", "synapse_workspace_id", "azurerm_synapse_workspace"),
    _Kind("azurerm_redis_firewall_rule", "redis_cache_name", "azurerm_redis_cache"),
)
_OPEN_WITHOUT_RULES = ("azurerm_redis_cache", "azurerm_managed_redis")


def lift_server_rules(resources: Resources) -> Iterator[FirewallRule]:
    """Lift the rules of servers, the filters of accounts, and what is open where no rule is written."""
    ruled: set[str] = set()
    doubtful: set[str] = set()
    for kind in _KINDS:
        for resource in resources.of_type(kind.type):
            server = _server(resource, resources, kind)
            if server is None:
                doubtful.add(kind.of)
            else:
                ruled.add(server.address)
            yield _rule(resource, resources, kind, server)
    for store in resources.of_type(*_OPEN_WITHOUT_RULES):
        if store.address not in ruled and store.type not in doubtful:
            yield _admitting(store, (_everybody(store),))
    for account in resources.of_type("azurerm_cosmosdb_account"):
        yield from _filter(account)
    for search in resources.of_type("azurerm_search_service"):
        node = argument(search, "allowed_ips")
        yield _admitting(search, tuple(_written(node)) if may_be_present(node) else (_everybody(search),))


def _server(resource: Resource, resources: Resources, kind: _Kind) -> Resource | None:
    node = argument(resource, kind.server)
    found = behind(resources, node, kind.of)
    text = node.string()
    if found is not None or not isinstance(text, Known):
        return found
    return next((each for each in resources.of_type(kind.of) if argument(each, "name").content == text.value), None)


def _rule(resource: Resource, resources: Resources, kind: _Kind, server: Resource | None) -> FirewallRule:
    node = argument(resource, kind.server)
    group: Maybe[str] = pointed(resources, node) if server is None else Known(server.address, node.at)
    sources = tuple(_range(argument(resource, "start_ip_address"), argument(resource, "end_ip_address")))
    return _of(resource, resource.address, group, port_of_type(kind.of, resource.at), sources)


def _of(
    resource: Resource, address: str, group: Maybe[str], port: Value[int], sources: tuple[Value[str], ...]
) -> FirewallRule:
    return FirewallRule(
        address=address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        group=group,
        direction=Direction.INGRESS,
        protocol=Known("tcp", resource.at),
        from_port=port,
        to_port=port,
        sources=sources,
        sources_complete=all(isinstance(each, Known) for each in sources),
        of_store=True,
    )


def _admitting(store: Resource, sources: tuple[Value[str], ...]) -> FirewallRule:
    return _of(store, f"{store.address}/ingress", Known(store.address, store.at), port_of(store), sources)


def _everybody(store: Resource) -> Value[str]:
    stated = fact(TABLE, "admits_everybody")
    return default(str(stated.value), store.at, stated.words)


def _range(first: Node, last: Node) -> Iterator[Value[str]]:
    """Yield the ranges from one address to another. The range 0.0.0.0 to 0.0.0.0 stands for services of Azure."""
    for node in (first, last):
        if not isinstance(node.string(), Known):
            yield Unknown(reason(node) if node.is_unknown else "the range is not complete", node.at)
            return
    try:
        low, high = IPv4Address(str(first.content)), IPv4Address(str(last.content))
        networks = tuple(summarize_address_range(low, high))
    except ValueError:
        yield Unknown("what is written here is not a range of addresses", first.at)
        return
    for network in networks:
        yield Known(str(network), first.at)


def _filter(account: Resource) -> Iterator[FirewallRule]:
    """Yield what the filter of an account admits; without any filter, of addresses or of networks, everybody."""
    node = argument(account, "ip_range_filter")
    if may_be_present(node) and node.content != "":
        yield _admitting(account, tuple(_written(node)))
        return
    by_network = argument(account, "is_virtual_network_filter_enabled")
    if by_network.is_unknown:
        yield _admitting(account, (Unknown(reason(by_network), by_network.at),))
    elif not is_true(by_network):
        yield _admitting(account, (_everybody(account),))


def _written(node: Node) -> Iterator[Value[str]]:
    """Yield the ranges of a filter: a list, or one text with commas as earlier versions have it."""
    for each in node.each() if node.is_list else (node,):
        text = each.string()
        if isinstance(text, Known):
            for part in text.value.split(","):
                yield Known(part.strip(), text.at)
        elif isinstance(text, Unknown):
            yield text
    if node.open:
        yield Unknown("some of these cannot be told", node.at)
