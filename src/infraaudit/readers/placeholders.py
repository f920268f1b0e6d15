"""Text that another program fills in before anybody reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node

TEMPLATE_MARKS = ("{{", "{%", "<%")

_PLACEHOLDER = re.compile("|".join(re.escape(mark) for mark in (*TEMPLATE_MARKS, "${")))


def is_template(text: str) -> bool:
    """Tell whether a text holds a mark that a template engine replaces; ``${...}`` may be a shell's and is none."""
    return any(mark in text for mark in TEMPLATE_MARKS)


def literal(node: Node) -> Maybe[str]:
    """Return the text of a scalar that its reader does not expand itself, unknown where it holds a placeholder."""
    value = node.string()
    if isinstance(value, Known) and _PLACEHOLDER.search(value.value):
        return Unknown("it holds a placeholder that another program fills in first", value.at)
    return value
