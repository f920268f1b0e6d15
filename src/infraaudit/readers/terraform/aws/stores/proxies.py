"""Lifts the proxies of Amazon RDS: what they pool connections to, and how many of them they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Pooler, PoolMode, Unknown, default
from infraaudit.readers.terraform.aws.defaults import integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_PROXY = "aws_db_proxy"
_TARGET = "aws_db_proxy_target"
_GROUP = "aws_db_proxy_default_target_group"
_IDENTIFIERS = ("db_cluster_identifier", "db_instance_identifier")
_PERCENT = "connection_pool_config.max_connections_percent"


def lift_proxies(resources: Resources) -> Iterator[Pooler]:
    """Lift ``aws_db_proxy`` with its targets."""
    for resource in resources.of_type(_PROXY):
        mode = fact("aws_defaults", "aws_db_proxy.mode")
        yield Pooler(
            **resource.head,
            workload="",
            program="RDS Proxy",
            mode=default(PoolMode(mode.value), resource.at, mode.words),
            pool_size=Unknown("the limit of its target is not known", resource.at),
            pairs=1,
            most_clients=Absent(resource.at),
            targets=tuple(_targets(resource, resources)),
            share=_share(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _of_proxy(resource: Resource, resources: Resources, type_: str) -> Iterator[Resource]:
    """Yield the resources of a type that name a proxy, by reference or by its name."""
    name = argument(resource, "name").content
    for each in resources.of_type(type_):
        node = argument(each, "db_proxy_name")
        if resource in mentioned(resources, node) or (isinstance(name, str) and node.content == name):
            yield each


def _targets(resource: Resource, resources: Resources) -> Iterator[Value[str]]:
    for each in _of_proxy(resource, resources, _TARGET):
        for name in _IDENTIFIERS:
            target = pointed(resources, argument(each, name))
            if not isinstance(target, Absent):
                yield target


def _share(resource: Resource, resources: Resources) -> Value[int]:
    """Return the percentage of the connections of its targets that a proxy takes."""
    row = "aws_db_proxy.max_connections_percent"
    if argument(resource, "engine_family").content == "SQLSERVER":
        row = "aws_db_proxy.max_connections_percent.sqlserver"
    group = next(_of_proxy(resource, resources, _GROUP), resource)
    return integer_or_default(argument(group, _PERCENT), row)
