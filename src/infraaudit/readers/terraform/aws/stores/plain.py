"""What the stores have in common that need little reading: a name, a version, a machine and groups of rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import DataClass, Datastore
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.stores.backup_plans import recovery_with_plans
from infraaudit.readers.terraform.aws.stores.store_logs import logs_of_other
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.naming import data_class_of
from infraaudit.readers.terraform.lifting.recovery import objective_of
from infraaudit.readers.terraform.lifting.store_parts import with_parts

if TYPE_CHECKING:
    from infraaudit.model import Failover, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.readers.terraform.lifting.facets import Answers


@dataclass(frozen=True, slots=True)
class StoreKind:
    """How one resource type reads: its engine, and the arguments with its name, version, machine and groups.

    ``named`` tells that the words of its names tell what the loss of its data would mean.
    """

    type: str
    engine: str
    identifier: str = ""
    version: str = ""
    machine: str = ""
    groups: str = ""
    data_class: DataClass = DataClass.PRIMARY
    named: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a store elsewhere than in one attribute: its engine, answers, groups and what it survives."""

    engine: str = ""
    answers: Answers | None = None
    groups: tuple[Node, ...] | None = None
    failover: Failover | None = None
    data_class: DataClass | None = None
    replica: bool = False


def store_of(resource: Resource, resources: Resources, kind: StoreKind, found: Found | None = None) -> Datastore:
    """Return the store of a kind that a resource is, with what was found of it elsewhere."""
    more = found or Found()
    groups, complete = _groups(resource, resources, kind, more)
    facets = facets_of(resource, resources, {**(more.answers or {}), **logs_of_other(resource)})
    identifiers = literals(argument(resource, kind.identifier).string()) if kind.identifier else ()
    store = Datastore(
        **resource.head,
        engine=more.engine or kind.engine,
        managed=True,
        data_class=more.data_class or _class_of(resource, kind, identifiers),
        version=argument(resource, kind.version).string() if kind.version else None,
        instance_class=argument(resource, kind.machine).string() if kind.machine else None,
        facets=facets,
        recovery=recovery_with_plans(resource, resources, facets),
        objective=objective_of(resource),
        firewalls=groups,
        firewalls_complete=complete,
        replica=more.replica,
        identifiers=identifiers,
        failover=more.failover,
    )
    return with_parts(store, resource)


def _groups(resource: Resource, resources: Resources, kind: StoreKind, found: Found) -> tuple[tuple[str, ...], bool]:
    if found.groups is not None:
        return security_groups(resources, *found.groups)
    return security_groups(resources, argument(resource, kind.groups)) if kind.groups else ((), True)


def _class_of(resource: Resource, kind: StoreKind, identifiers: tuple[str, ...]) -> DataClass:
    return data_class_of((resource.name, *identifiers), kind.data_class) if kind.named else kind.data_class
