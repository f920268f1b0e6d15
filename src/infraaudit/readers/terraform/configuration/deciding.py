"""Whether what tells instances apart decides more of them than their names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.source.hcl_tree import (
    Binary,
    Call,
    ForPart,
    GetIndex,
    IfPart,
    Interpolation,
    ObjectExpression,
    Parentheses,
    Template,
    Traversal,
    TupleExpression,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.hcl_tree import Block, Body, Expression

_BUILD_NAMES = frozenset({"concat", "lower", "merge", "replace", "tolist", "toset", "upper"})
"""Functions that a name goes through without deciding anything."""

_BUILD_TEXTS = frozenset({"cidrhost", "cidrsubnet", "format", "join"})
"""Functions that make one text, or one address, of what they are given."""

_ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})
_REPEATING = frozenset({"count", "for_each"})


def decides(expression: Expression, word: str) -> bool:
    """Tell whether a word is looked at, and not only put into a text or handed on."""
    waiting = [(expression, False)]
    while waiting:
        current, in_text = waiting.pop()
        if word in current.at.source:
            parts = _parts(current, in_text=in_text)
            if parts is None:
                return True
            waiting.extend(parts)
    return False


def deciding(body: Body, word: str) -> Body:
    """Return the arguments and blocks of a body in which a word (``each.``) decides more than names."""
    attributes = {
        name: each for name, each in body.attributes.items() if name not in _REPEATING and decides(each.value, word)
    }
    return replace(
        body, attributes=attributes, blocks=tuple(each for each in body.blocks if _decides_inside(each, word))
    )


def speaking(body: Body, word: str) -> Body:
    """Return the arguments and blocks of a body in which a word occurs."""
    attributes = {
        name: each for name, each in body.attributes.items() if name not in _REPEATING and word in each.value.at.source
    }
    return replace(body, attributes=attributes, blocks=tuple(each for each in body.blocks if word in each.at.source))


def _decides_inside(block: Block, word: str) -> bool:
    return any(decides(each.value, word) for each in block.body.attributes.values()) or any(
        _decides_inside(each, word) for each in block.body.blocks
    )


def varies(expression: Expression) -> bool:
    """Tell whether an expression is another in each of the instances that one stands for.

    Where the number of an instance decides something, those that it decides alike are taken together.
    """
    source = expression.at.source
    return "each." in source or ("count.index" in source and not decides(expression, "count.index"))


def _parts(expression: Expression, *, in_text: bool) -> list[tuple[Expression, bool]] | None:
    """Return the parts of an expression that puts them together as they are, ``None`` for one that looks at them.

    With each part goes whether it becomes part of a text: there a number may be computed.
    """
    parts: list[tuple[Expression, bool]] | None = None
    match expression:
        case Traversal() if not any(isinstance(step, GetIndex) for step in expression.steps):
            parts = []
        case Template() if not any(isinstance(part, IfPart | ForPart) for part in expression.parts):
            parts = list(_of_template(expression, in_text=in_text))
        case Parentheses():
            parts = [(expression.inner, in_text)]
        case TupleExpression():
            parts = [(each, in_text) for each in expression.items]
        case ObjectExpression():
            parts = [(each, in_text) for pair in expression.items for each in pair]
        case Call() if expression.name in _BUILD_NAMES | _BUILD_TEXTS:
            parts = [(each, in_text or expression.name in _BUILD_TEXTS) for each in expression.arguments]
        case Binary() if in_text and expression.operator in _ARITHMETIC:
            parts = [(expression.left, True), (expression.right, True)]
    return parts


def _of_template(template: Template, *, in_text: bool) -> Iterator[tuple[Expression, bool]]:
    for part in template.parts:
        if isinstance(part, Interpolation):
            yield part.value, in_text or not template.wraps
