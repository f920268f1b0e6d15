"""Labels of a manifest as the cluster will see them: what another program fills in first is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.placeholders import is_template, literal

if TYPE_CHECKING:
    from infraaudit.model import Node

__all__ = ["is_template", "labels_of", "literal"]


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
