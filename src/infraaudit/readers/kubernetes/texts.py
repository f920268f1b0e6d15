"""Text of a manifest as the cluster will see it: what another program fills in first is not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.kubernetes.documents import TEMPLATE_MARKS

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node

_PLACEHOLDER = re.compile("|".join(re.escape(mark) for mark in (*TEMPLATE_MARKS, "${")))


def is_template(text: str) -> bool:
    """Tell whether a text holds a mark that a template engine replaces; ``${...}`` may be a shell's and is none."""
    return any(mark in text for mark in TEMPLATE_MARKS)


def literal(node: Node) -> Maybe[str]:
    """Return the text of a scalar that Kubernetes itself does not expand, unknown where it holds a placeholder."""
    value = node.string()
    if isinstance(value, Known) and _PLACEHOLDER.search(value.value):
        return Unknown("it holds a placeholder that another program fills in before the manifest is applied", value.at)
    return value


def labels_of(node: Node) -> tuple[tuple[str, str], ...] | None:
    """Return the pairs of a mapping of texts; ``None`` where some of them cannot be told."""
    if not node.complete:
        return None
    pairs: list[tuple[str, str]] = []
    for name, each in node.items():
        value = literal(each)
        if isinstance(value, Unknown):
            return None
        pairs.append((name, value.value if isinstance(value, Known) else ""))
    return tuple(pairs)
