"""What tree-sitter-hcl lets through and Terraform refuses: checks of a parsed body that cost next to nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node as Parsed

_TEMPLATE_IN_LABEL = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")

Remark = tuple["Parsed", str]
"""The node that breaks a rule, and the rule in words."""


def duplicate_arguments(names: Sequence[Parsed]) -> Iterator[Remark]:
    """Yield the name of each argument that its body holds already."""
    seen: set[bytes] = set()
    for name in names:
        text = name.text or b""
        if text in seen:
            yield name, f"the argument {text.decode(errors='replace')} stands in this body twice"
        seen.add(text)


def crowded_lines(items: Sequence[Parsed]) -> Iterator[Remark]:
    """Yield each argument or block that begins on the line where the one before it ends."""
    for before, item in pairwise(items):
        if before.end_point.row == item.start_point.row:
            yield item, "two arguments or blocks on one line; each needs a line of its own"


def brace_lines(opening: Parsed | None, items: Sequence[Parsed], closing: Parsed | None) -> Iterator[Remark]:
    """Yield what shares a line with a brace though its block is not written on one line."""
    if opening is None or closing is None or closing.is_missing or not items:
        return
    first, last = items[0], items[-1]
    if first.start_point.row == opening.start_point.row:
        if first.type == "block":
            yield first, "a block inside a block begins on a line of its own"
        elif first.end_point.row != closing.start_point.row:
            yield first, "an argument on the line of the opening brace, and the block goes on on the next line"
    elif last.end_point.row == closing.start_point.row:
        yield closing, "text on the line of the closing brace; it needs a line of its own"


def label_templates(labels: Sequence[Parsed]) -> Iterator[Remark]:
    """Yield each label that holds a template: labels are plain words."""
    for label in labels:
        if label.type == "string_lit" and _TEMPLATE_IN_LABEL.search((label.text or b"").decode(errors="replace")):
            yield label, "a block label cannot hold a template"
