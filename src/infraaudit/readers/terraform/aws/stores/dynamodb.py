"""Lifts the tables of DynamoDB and Keyspaces: their class, their replicas, and the units that they are given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, DataClass, Known, Recovery, Replica, Share, Throughput, Unknown
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.aws.stores.backup_plans import longest, rules_of, shortest
from infraaudit.readers.terraform.aws.stores.elsewhere import copied_away
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.aws.stores.scaled_units import scaling_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.lifecycle import ignores, resets
from infraaudit.readers.terraform.lifting.naming import data_class_of, words_of
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Datastore, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TABLE = StoreKind("aws_dynamodb_table", "dynamodb", "name")
_KEYSPACE_TABLE = StoreKind("aws_keyspaces_table", "cassandra", "table_name", named=True)
_FINER = "point_in_time_recovery.enabled"
_DIRECTIONS = (("read_capacity", "Read", "reads"), ("write_capacity", "Write", "writes"))

_PASSING = frozenset({"session", "sessions", "cache", "lock", "locks"})
"""Words of tables whose entries may be lost when they also expire by themselves."""


def lift_tables(resources: Resources) -> Iterator[Datastore]:
    """Lift ``aws_dynamodb_table`` and ``aws_keyspaces_table``."""
    for resource in resources.of_type(_TABLE.type):
        store = store_of(resource, resources, _TABLE, Found(data_class=_class_of(resource)))
        yield replace(
            store,
            throughput=_throughput(resource, resources),
            recovery=_recovery(resource, resources),
            elsewhere=tuple(_replicas(resource, resources)),
            copied_away=copied_away(resource, resources),
        )
    for resource in resources.of_type(_KEYSPACE_TABLE.type):
        store = store_of(resource, resources, _KEYSPACE_TABLE)
        yield replace(store, throughput=_of_keyspaces(resource, resources))


def _class_of(resource: Resource) -> DataClass:
    """Return the class of a table: lock tables, and sessions and caches that expire, are not worth a backup."""
    names = (resource.name, *literals(argument(resource, "name").string()))
    expires = argument(resource, "ttl.enabled").boolean()
    if argument(resource, "hash_key").content == "LockID":
        return DataClass.TRANSIENT
    if isinstance(expires, Known) and expires.value and words_of(names) & _PASSING:
        return DataClass.TRANSIENT
    return data_class_of(names, DataClass.PRIMARY)


def _recovery(resource: Resource, resources: Resources) -> Recovery:
    """Return to what a table can be brought back: every moment where that is switched on, else what plans copy."""
    row = table("recovery")[_TABLE.type]
    on = boolean_or_default(argument(resource, _FINER), "aws_dynamodb_table.point_in_time_recovery")
    rules = rules_of(resource, resources)
    if isinstance(on, Unknown):
        doubt: Unknown[int] = Unknown(on.why, on.at)
        return Recovery(doubt, doubt, row["days"], _FINER)
    if on.value:
        days = argument(resource, row["days"]).integer_or(int(row["absent"]), row.words)
        return Recovery(Known(int(row["interval"]), on.at, fact=row.words), days, row["days"], _FINER)
    if not rules:
        return Recovery(Absent(on.at), Known(0, on.at, on.stated, on.fact), row["days"], _FINER)
    return Recovery(
        shortest([each.interval for each in rules]), longest([each.retention for each in rules]), "", _FINER
    )


def _replicas(resource: Resource, resources: Resources) -> Iterator[Replica]:
    """Yield the replicas of a table in other regions, written in it or beside it."""
    row = "aws_dynamodb_table.replica.point_in_time_recovery"
    for each in blocks(resource.body["replica"])[0]:
        finer = boolean_or_default(each["point_in_time_recovery"], row)
        yield Replica(each["region_name"].string(), finer, each["region_name"].at)
    for beside in resources.of_type("aws_dynamodb_table_replica"):
        if resource in mentioned(resources, argument(beside, "global_table_arn")):
            finer = boolean_or_default(argument(beside, "point_in_time_recovery"), row)
            yield Replica(Absent(beside.at), finer, beside.at)


def _throughput(resource: Resource, resources: Resources) -> Throughput:
    """Return the units of a table and of each of its indexes."""
    mode = string_or_default(argument(resource, "billing_mode"), "aws_dynamodb_table.billing_mode")
    indexes, complete = blocks(resource.body["global_secondary_index"])
    shares = list(_shares(resource, resources, resource.body, ""))
    for index in indexes:
        shares += _shares(resource, resources, index, str(index["name"].content or ""))
    return Throughput(mode.map(_is_fixed), "billing_mode", "unit", tuple(shares), complete)


def _is_fixed(mode: str) -> bool:
    return mode.upper() == "PROVISIONED"


def _shares(resource: Resource, resources: Resources, holder: Node, index: str) -> Iterator[Share]:
    for attribute, direction, word in _DIRECTIONS:
        kind = "index" if holder is not resource.body else "table"
        dimension = f"dynamodb:{kind}:{direction}CapacityUnits"
        units = holder[attribute].integer()
        at = resource.at if isinstance(units, Absent) else units.at
        name = f"{word} of index {index}" if kind == "index" else f"{word} of the table"
        scaling = scaling_of(resource, resources, dimension, index, at)
        yield Share(name, units, scaling.scaled, scaling.least, scaling.most, _reset(resource, holder, attribute))


def _reset(resource: Resource, holder: Node, attribute: str) -> Value[bool] | None:
    """Return whether each apply puts a number back; the indexes can only be ignored as a whole."""
    if holder is resource.body:
        return resets(resource, attribute)
    ignored = ignores(resource, "global_secondary_index")
    node = holder[attribute]
    if node.is_absent:
        return None
    return Known(not ignored.value, node.at) if isinstance(ignored, Known) else ignored


def _of_keyspaces(resource: Resource, resources: Resources) -> Throughput:
    base = "capacity_specification"
    mode = string_or_default(argument(resource, f"{base}.throughput_mode"), "aws_keyspaces_table.throughput_mode")
    shares = []
    for attribute, direction, word in _DIRECTIONS:
        units = argument(resource, f"{base}.{attribute}_units").integer()
        scaling = scaling_of(resource, resources, f"cassandra:table:{direction}CapacityUnits", "", units.at)
        shares.append(Share(f"{word} of the table", units, scaling.scaled, scaling.least, scaling.most))
    return Throughput(mode.map(_is_fixed), f"{base}.throughput_mode", "unit", tuple(shares))
