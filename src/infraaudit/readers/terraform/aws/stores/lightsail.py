"""Lifts the databases of Amazon Lightsail, of which a blueprint tells the engine and a bundle the machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Survives, Unknown
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.failover import by_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Datastore, Failover
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DATABASE = StoreKind("aws_lightsail_database", "", "relational_database_name")
_BLUEPRINT = re.compile(r"(mysql|mariadb|postgres)(?=_)")
_STANDBY = re.compile(r"(?<![a-z])ha(?![a-z])")


def lift_light_databases(resources: Resources) -> Iterator[Datastore]:
    """Lift ``aws_lightsail_database``."""
    for resource in resources.of_type(_DATABASE.type):
        blueprint = argument(resource, "blueprint_id").string()
        match = _BLUEPRINT.match(blueprint.value) if isinstance(blueprint, Known) else None
        engine = "unknown" if match is None else match[1]
        yield store_of(resource, resources, _DATABASE, Found(engine=engine, failover=_failover(resource)))


def _failover(resource: Resource) -> Failover:
    bundle = argument(resource, "bundle_id").string()
    if isinstance(bundle, Absent):
        return by_count(resource, Unknown("no bundle is written", bundle.at))
    return by_count(resource, bundle.map(_survives))


def _survives(bundle: str) -> Survives:
    return Survives.ZONE if _STANDBY.search(bundle.replace("_", " ")) else Survives.NOTHING
