"""Reads the parameter groups of AWS: what they set, and whether that is all that is set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Known, Parameters, Unknown
from infraaudit.readers.terraform.lifting.arguments import blocks
from infraaudit.readers.terraform.lifting.engine_parameters import of_pairs
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_GROUPS = (
    "aws_db_parameter_group",
    "aws_rds_cluster_parameter_group",
    "aws_docdb_cluster_parameter_group",
    "aws_neptune_parameter_group",
    "aws_neptune_cluster_parameter_group",
    "aws_elasticache_parameter_group",
    "aws_memorydb_parameter_group",
)


def parameters_of(resources: Resources, *groups: Node) -> Parameters:
    """Return what the attached groups set. ``groups`` are the arguments that name them, the one that wins first."""
    first, *others = (_parameters(resources, node) for node in groups)
    for each in others:
        first = first.over(each)
    return first


def _parameters(resources: Resources, node: Node) -> Parameters:
    if node.is_absent:
        return Parameters(node.key_at or node.at)
    name = node.string()
    if isinstance(name, Known) and name.value.startswith("default."):
        return Parameters(node.at)
    group = behind(resources, node, *_GROUPS) or _named(resources, name)
    if group is None:
        written = f"the parameter group {name.value}" if isinstance(name, Known) else "the parameter group"
        return Parameters(node.at, doubt=Unknown(f"{written} is not among these files", node.at))
    return _of_group(group)


def _named(resources: Resources, name: Maybe[str]) -> Resource | None:
    if not isinstance(name, Known):
        return None
    groups = resources.of_type(*_GROUPS)
    return next((each for each in groups if each.body["name"].content == name.value), None)


def _of_group(group: Resource) -> Parameters:
    node = group.body["parameter"]
    members, complete = blocks(node)
    pairs = ((member["name"], member["value"]) for member in members)
    found = of_pairs(node, pairs, complete=complete, why=f"the parameters of {group.address} cannot be told")
    if found.doubt is not None:
        return replace(found, at=group.at, doubt=replace(found.doubt, at=group.at))
    return replace(found, at=group.at)
