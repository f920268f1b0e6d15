"""What a data source finds that the configuration decides by itself: the region of its provider, and its partition."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model.node import Node
    from infraaudit.source.hcl_tree import Block

_REGION = "aws_region"
_OF_REGIONS = frozenset({"id", "name", "region"})
_PARTITION = "aws_partition"
_CHOSEN = frozenset({"endpoint", "name", "region"})
"""Arguments by which ``aws_region`` looks for another region than that of its provider."""

_ISOLATED = re.compile(r"us-iso|eu-iso|eusc-")
"""How the names of regions begin whose partitions are not in the table."""

_NAME = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


def looked_up(type_: str, attribute: str, block: Block, regions: Mapping[str, Node]) -> Node | None:
    """Return an attribute of a data source as far as the region of its provider decides it, ``None`` for others.

    ``regions`` are those of the providers of the module, by their names.
    """
    if type_ not in {_REGION, _PARTITION} or _CHOSEN & block.body.attributes.keys():
        return None
    written = block.body.attributes.get("provider")
    region = regions.get(written.value.at.source.strip() if written is not None else "aws")
    if region is None or not isinstance(region.content, str) or not _NAME.fullmatch(region.content):
        return None
    if type_ == _REGION:
        return region if attribute in _OF_REGIONS else None
    return _of_partition(attribute, region, region.content)


def _of_partition(attribute: str, region: Node, name: str) -> Node | None:
    if _ISOLATED.match(name):
        return None
    row = next(row for row in table("aws_partitions").values() if name.startswith(row["regions"]))
    column = "partition" if attribute == "id" else attribute
    return replace(region, content=str(row[column]), text=None) if column in row.columns else None
