"""Lifts the databases of Amazon Lightsail, of which a blueprint and a bundle tell engine and machine, and its disks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, FacetName, Known, Survives, Unknown
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.companions import companions
from infraaudit.readers.terraform.lifting.failover import by_count
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Datastore, Failover, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DISK = StoreKind("aws_lightsail_disk", "ebs", "name", named=True)
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


def lift_light_disks(resources: Resources) -> Iterator[Datastore]:
    """Lift ``aws_lightsail_disk``, which is copied with the machine that it is attached to."""
    for resource in resources.of_type(_DISK.type):
        yield store_of(resource, resources, _DISK, Found(answers=_copied(resource, resources)))


def _copied(disk: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    attachments, doubt = companions(disk, resources, "aws_lightsail_disk_attachment", "disk_name", "name")
    for each in attachments:
        for machine in mentioned(resources, argument(each, "instance_name"), "aws_lightsail_instance"):
            for addition in blocks(machine.body["add_on"])[0]:
                status = addition["status"].string()
                if isinstance(status, Unknown):
                    return {FacetName.BACKED_UP: Unknown(status.why, status.at)}
                if isinstance(status, Known) and status.value == "Enabled":
                    return {FacetName.BACKED_UP: Known(value=True, at=status.at)}
    return {} if doubt is None else {FacetName.BACKED_UP: doubt}


def _failover(resource: Resource) -> Failover:
    bundle = argument(resource, "bundle_id").string()
    if isinstance(bundle, Absent):
        return by_count(resource, Unknown("no bundle is written", bundle.at))
    return by_count(resource, bundle.map(_survives))


def _survives(bundle: str) -> Survives:
    return Survives.ZONE if _STANDBY.search(bundle.replace("_", " ")) else Survives.NOTHING
