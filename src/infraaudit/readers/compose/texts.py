"""Interpolates the scalars of a tree, and cuts short forms into parts that keep their exact places."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.model.node import Unresolved
from infraaudit.readers.compose.interpolation import interpolate, is_template, split_outside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.readers.compose.interpolation import Setting
    from infraaudit.source.span import Span

FILLED_IN = "another program fills in this template first"


@dataclass
class Texts:
    """The variables of a project, and the places of templates that another program would fill in first."""

    variables: Mapping[str, Setting]
    templates: list[Span] = field(default_factory=list)

    def tree(self, node: Node) -> Node:
        """Return a tree with all its scalars interpolated. Keys stay as they are written."""
        if isinstance(node.content, dict):
            children = {key: self.tree(child) for key, child in node.content.items()}
            return Node(children, node.at, node.key_at, node.open)
        if isinstance(node.content, tuple):
            return Node(tuple(self.tree(child) for child in node.content), node.at, node.key_at, node.open)
        return self.scalar(node)

    def scalar(self, node: Node) -> Node:
        """Return a scalar interpolated. One without a variable keeps the type in which it was written."""
        text = node.text
        if text is None or not ("$" in text or "{" in text or "<" in text):
            return node
        return self._node(text, node.at, node.key_at) if "$" in text or is_template(text) else node

    def _node(self, text: str, at: Span, key_at: Span | None = None) -> Node:
        if is_template(text):
            self.templates.append(at)
            return Node(Unresolved(FILLED_IN), at, key_at, text=text)
        result = interpolate(text, self.variables, at)
        if result.text is None:
            return Node(Unresolved(result.why), at, key_at, text=result.partial)
        return Node(result.text, result.place(at), key_at, text=result.text)

    def part(self, node: Node, start: int, end: int) -> Node:
        """Return a stretch of a scalar's written text as a scalar of its own."""
        text = node.text or ""
        return self._node(text[start:end], part_place(node, start, end))

    def parts(self, node: Node, separator: str) -> list[Node]:
        """Return the parts of a scalar between separators; a value that holds separators itself is cut too."""
        found: list[Node] = []
        for start, end in split_outside(node.text or "", separator):
            part = self.part(node, start, end)
            if isinstance(part.content, str) and separator in part.content:
                pieces = part.content.split(separator)
                found.extend(Node(piece, part.at, text=piece) for piece in pieces)
            else:
                found.append(part)
        return found


def part_place(node: Node, start: int, end: int) -> Span:
    """Return the place of a stretch of a scalar, or that of the whole scalar where escapes or folds move it."""
    at, length = node.at, len(node.text or "")
    if at.start_line != at.end_line:
        return at
    width = at.end_column - at.start_column
    if width not in {length, length + 2}:
        return at
    left = at.start_column + (width - length) // 2
    return replace(at, start_column=left + start, end_column=left + end)
