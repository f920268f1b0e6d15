"""Reads the instances of a cluster one by one, and whether the version asked for is whichever is the newest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Known, Member, Unknown
from infraaudit.readers.terraform.aws.defaults import integer_or_default
from infraaudit.readers.terraform.aws.stores.connections import memory_of
from infraaudit.readers.terraform.lifting.arguments import argument, is_true
from infraaudit.readers.terraform.lifting.pointing import looked_up
from infraaudit.readers.terraform.lifting.store_parts import upkeep_of

if TYPE_CHECKING:
    from infraaudit.model import Datastore, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_VERSIONS = "aws_rds_engine_version"


def member_of(resource: Resource) -> Member:
    """Return one instance of a cluster, or the equal ones that one resource stands for."""
    machine = argument(resource, "instance_class").string()
    return Member(
        address=resource.address,
        name=resource.name,
        at=resource.at,
        machine=machine,
        memory=memory_of(machine),
        rank=integer_or_default(argument(resource, "promotion_tier"), "aws_rds_cluster_instance.promotion_tier"),
        count=resource.multiplicity,
    )


def with_members(store: Datastore, members: tuple[Resource, ...]) -> Datastore:
    """Return a cluster with its instances, and with what they say of minor versions and certificates."""
    store = replace(store, members=tuple(member_of(each) for each in members))
    found = [upkeep for upkeep in map(upkeep_of, members) if upkeep is not None]
    if store.upkeep is None or not found:
        return store
    minors = [each.minor for each in found if each.minor is not None]
    off = next((each for each in minors if isinstance(each, Known) and not each.value), None)
    unknown = next((each for each in minors if isinstance(each, Unknown)), None)
    expired = [each.expired for each in found if each.expired is not None]
    ended = next((each for each in expired if isinstance(each, Known)), expired[0] if expired else None)
    minor = off or unknown or (minors[0] if minors else None)
    return replace(store, upkeep=replace(store.upkeep, minor=minor, expired=ended))


def with_newest(store: Datastore, resource: Resource, resources: Resources) -> Datastore:
    """Return a store with whether its version is looked up on the day of the change, and of no given major version."""
    if store.upkeep is None or store.upkeep.major is None:
        return store
    return replace(store, upkeep=replace(store.upkeep, newest=_newest(resource, resources)))


def _newest(resource: Resource, resources: Resources) -> Value[bool]:
    node = argument(resource, "engine_version")
    source = looked_up(resources, node)
    if source is None or source.type != _VERSIONS:
        why = "the version asked for cannot be told"
        return Unknown(why, node.at) if node.is_unknown else Known(value=False, at=node.at)
    bounds = ("version", "preferred_versions", "parameter_group_family")
    bounded = any(not argument(source, name).is_absent for name in bounds) and not is_true(argument(source, "latest"))
    return Known(value=not bounded, at=node.at)
