"""Tells what the databases of an instance of Spanner make of it: whether they are copied, and guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, Unknown
from infraaudit.readers.terraform.google.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import means

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.readers.terraform.lifting.facets import Answers

_DATABASE = "google_spanner_database"
_SCHEDULE = "google_spanner_backup_schedule"


def of_databases(instance: Resource, resources: Resources) -> Answers:
    """Return what holds for an instance by its databases. The guard of one database also holds the instance."""
    databases = [
        each
        for each in resources.of_type(_DATABASE)
        if means(resources, argument(each, "instance"), instance, "name") is True
    ]
    return {
        FacetName.BACKED_UP: _copied(instance, databases, resources),
        FacetName.DELETION_PROTECTED: _guarded(instance, databases),
    }


def _copied(instance: Resource, databases: list[Resource], resources: Resources) -> Value[bool]:
    by_itself = string_or_default(
        argument(instance, "default_backup_schedule_type"), "google_spanner_instance.default_backup_schedule_type"
    )
    if isinstance(by_itself, Unknown) or by_itself.value == "AUTOMATIC":
        return by_itself.map(_is_automatic)
    if not databases:
        return Unknown("no database of the instance is among these files", instance.at)
    bare = [each for each in databases if _has_schedule(each, resources) is not True]
    if not bare:
        return Known(value=True, at=databases[0].at)
    if _has_schedule(bare[0], resources) is None:
        return Unknown(f"whether there is a schedule for {bare[0].address} cannot be told", bare[0].at)
    return Known(value=False, at=bare[0].at, stated=False, fact=f"no backup schedule names {bare[0].address}")


def _has_schedule(database: Resource, resources: Resources) -> bool | None:
    answers = [means(resources, argument(each, "database"), database, "name") for each in resources.of_type(_SCHEDULE)]
    if True in answers:
        return True
    unsure = None in answers or any(each.type == _SCHEDULE for each in resources.perhaps)
    return None if unsure else False


def _guarded(instance: Resource, databases: list[Resource]) -> Value[bool]:
    if not databases:
        return Unknown("no database of the instance is among these files", instance.at)
    guards = [
        boolean_or_default(argument(each, "enable_drop_protection"), f"{_DATABASE}.enable_drop_protection")
        for each in databases
    ]
    on = next((each for each in guards if isinstance(each, Known) and each.value), None)
    return on or next((each for each in guards if isinstance(each, Unknown)), guards[0])


def _is_automatic(kind: str) -> bool:
    return kind == "AUTOMATIC"
