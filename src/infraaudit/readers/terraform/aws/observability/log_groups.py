"""Finds the log group that an argument names, however it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Known
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resources

GROUP = "aws_cloudwatch_log_group"
_IN_ARN = re.compile(r"arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)(?::.*)?")


def group_named(resources: Resources, node: Node) -> Maybe[str]:
    """Return the address of the group that an argument mentions, or its literal name, taken out of an ARN."""
    group = behind(resources, node, GROUP)
    if group is not None:
        return Known(group.address, node.at)
    text = node.string()
    if isinstance(text, Known):
        return text.map(_name_in)
    return pointed(resources, node)


def _name_in(text: str) -> str:
    found = _IN_ARN.fullmatch(text)
    return text if found is None else found[1]
