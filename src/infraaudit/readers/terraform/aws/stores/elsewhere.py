"""Tells whether the platform brings copies of a store to another region, and whether an apply makes it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, may_be_present
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import looked_up, mentioned

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_JOINED = {
    "aws_db_instance": (("aws_db_instance_automated_backups_replication", "source_db_instance_arn"),),
    "aws_redshift_cluster": (("aws_redshift_snapshot_copy", "cluster_identifier"),),
    "aws_dynamodb_table": (
        ("aws_dynamodb_table_replica", "global_table_arn"),
        ("aws_dynamodb_global_table", "name"),
    ),
}
"""Resources that bring copies of a store to another region, and the argument in which they name it."""

_WRITTEN = {
    "aws_rds_cluster": ("global_cluster_identifier", "replication_source_identifier"),
    "aws_docdb_cluster": ("global_cluster_identifier",),
    "aws_neptune_cluster": ("global_cluster_identifier",),
    "aws_redshift_cluster": ("snapshot_copy",),
    "aws_dynamodb_table": ("replica",),
    "aws_elasticache_replication_group": ("global_replication_group_id",),
}
"""Arguments of a store itself that make it one of several in different regions."""

_GLOBAL = {"aws_rds_cluster": "aws_rds_global_cluster", "aws_docdb_cluster": "aws_docdb_global_cluster"}
_SNAPSHOTS = frozenset({"aws_db_snapshot", "aws_db_cluster_snapshot"})
_REPLICA = {"aws_db_instance": "replicate_source_db"}


def copied_away(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether anything among these files brings copies of a store to another region."""
    for name in _WRITTEN.get(resource.type, ()):
        node = argument(resource, name)
        if is_present(node):
            return Known(value=True, at=node.at)
        if may_be_present(node):
            return Unknown(f"{name} cannot be told", node.at)
    doubt: Value[bool] | None = None
    for type_, name in (*_JOINED.get(resource.type, ()), *_replicas(resource)):
        for each in resources.of_type(type_):
            node = argument(each, name)
            if resource in mentioned(resources, node) or _is_called(resource, node.content):
                return Known(value=True, at=each.at)
            if node.is_unknown and not node.mentions:
                doubt = doubt or Unknown(f"what {each.address} copies cannot be told", node.at)
        maybe = next((each for each in resources.perhaps if each.type == type_), None)
        if maybe is not None:
            doubt = doubt or Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return doubt or Known(value=False, at=resource.at)


def _replicas(resource: Resource) -> tuple[tuple[str, str], ...]:
    """Return where a replica names its source by its ARN, and where a global cluster does."""
    pairs = []
    if resource.type in _REPLICA:
        pairs.append((resource.type, _REPLICA[resource.type]))
    if resource.type in _GLOBAL:
        pairs.append((_GLOBAL[resource.type], "source_db_cluster_identifier"))
    return tuple(pairs)


def _is_called(resource: Resource, text: object) -> bool:
    names = [argument(resource, name).content for name in ("identifier", "cluster_identifier", "name")]
    return isinstance(text, str) and any(
        isinstance(name, str) and (text == name or text.endswith((f":{name}", f"/{name}"))) for name in names
    )


def renewed(resource: Resource, resources: Resources) -> Value[bool] | None:
    """Return whether a store is made from whichever snapshot is the newest, and follows it with each apply."""
    node = argument(resource, "snapshot_identifier")
    source = looked_up(resources, node)
    if source is None or source.type not in _SNAPSHOTS:
        return None
    latest = argument(source, "most_recent").boolean()
    if isinstance(latest, Unknown):
        return latest
    if not isinstance(latest, Known) or not latest.value:
        return None
    ignored = ignores(resource, "snapshot_identifier")
    return Unknown(ignored.why, ignored.at) if isinstance(ignored, Unknown) else Known(not ignored.value, node.at)
