"""Tells whether a managed store of the Redis family spreads its keys over shards that a client has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from infraaudit.model import Parameters, Value
    from infraaudit.readers.terraform.configuration.resource import Resource

_GROUP = "aws_elasticache_replication_group"
_ON = ".cluster.on"
_SWITCH = "cluster-enabled"


def clustered_of(resource: Resource, parameters: Parameters | None = None) -> Value[bool] | None:
    """Return whether the store runs in cluster mode; ``None`` for a kind that has none."""
    if resource.type == _GROUP:
        return _of_group(resource, parameters)
    row = table("cluster_mode").get(resource.type)
    if row is None:
        return None
    if row.get("always"):
        return default(value=True, at=resource.at, fact=row.words)
    written = argument(resource, row["setting"]).string()
    if isinstance(written, Absent):
        return default(value=bool(row["absent"]), at=resource.at, fact=row.words)
    spread = frozenset(row["spread"])
    return written.map(spread.__contains__)


def _of_group(resource: Resource, parameters: Parameters | None) -> Value[bool]:
    """Return what the mode says, else the shards, else the parameter group: any of them is enough.

    The mode ``compatible`` still serves clients that know no shards.
    """
    mode = argument(resource, "cluster_mode").string()
    if isinstance(mode, Known):
        return mode.map("enabled".__eq__)
    shards = argument(resource, "num_node_groups").integer()
    if isinstance(shards, Known) and shards.value > 1:
        return Known(value=True, at=shards.at)
    group = argument(resource, "parameter_group_name").string()
    if isinstance(group, Known) and group.value.endswith(_ON):
        return Known(value=True, at=group.at)
    switch = parameters.get(_SWITCH) if parameters is not None else Absent(resource.at)
    if isinstance(switch, Known) and switch.value.lower() == "yes":
        return Known(value=True, at=switch.at)
    for each in (mode, shards, switch):
        if isinstance(each, Unknown):
            return Unknown(each.why, each.at)
    return Known(value=False, at=resource.at, stated=False)
