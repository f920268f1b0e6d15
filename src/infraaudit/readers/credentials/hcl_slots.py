"""The literals of an expression of Terraform that stand under the name of a secret."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import is_secret_name
from infraaudit.facts.table import table
from infraaudit.model import EntryState
from infraaudit.readers.credentials.slots import Slot
from infraaudit.source.hcl_tree import (
    Call,
    Literal,
    ObjectExpression,
    Parentheses,
    Template,
    Traversal,
    TupleExpression,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.hcl_tree import Body, Expression


def literal_text(expression: Expression) -> str | None:
    """Return the text of a literal string, ``None`` for anything that has to be evaluated."""
    if isinstance(expression, Parentheses):
        return literal_text(expression.inner)
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    return None


def slots_of_body(body: Body, path: str = "") -> Iterator[Slot]:
    """Yield the literals in a body and in the blocks below it; ``path`` leads to the body."""
    for attribute in body.attributes.values():
        yield from slots_of(attribute.name, attribute.value, f"{path}{attribute.name}")
    for block in body.blocks:
        yield from slots_of_body(block.body, f"{path}{block.type}.")


def slots_of(name: str, value: Expression, path: str, *, sensitive: bool = False) -> Iterator[Slot]:
    """Yield the literals under a name, and those inside of lists, objects and ``jsonencode`` below it."""
    text = literal_text(value)
    if text is not None:
        if sensitive or is_secret_name(name):
            yield Slot(name, text, value.at.span, path, sensitive=sensitive)
        return
    if isinstance(value, Template | Traversal) and is_secret_name(name):
        yield Slot(name, "", value.at.span, path, state=EntryState.REFERENCE)
        return
    if isinstance(value, Call):
        for argument in value.arguments if value.name in _TRANSPARENT else ():
            yield from slots_of(name, argument, path, sensitive=sensitive)
        return
    if isinstance(value, TupleExpression):
        for item in value.items:
            yield from slots_of(name, item, path, sensitive=sensitive)
        return
    if isinstance(value, ObjectExpression):
        yield from _slots_of_object(value, path)


_TRANSPARENT = frozenset(
    {
        "jsonencode", "yamlencode", "merge", "concat", "tolist", "toset", "tomap", "sensitive", "nonsensitive",
        "base64encode", "coalesce", "try", "trimspace",
    },
)  # fmt: skip


def _slots_of_object(value: ObjectExpression, path: str) -> Iterator[Slot]:
    named = {literal_text(key): item for key, item in value.items}
    name, paired = named.get("name"), named.get("value")
    pair = literal_text(name) if name is not None else None
    if pair is not None and paired is not None and is_secret_name(pair):
        yield from slots_of(pair, paired, pair)
    for key, item in value.items:
        word = literal_text(key)
        if word is not None:
            yield from slots_of(word, item, f"{path}.{word}")


def paired_blocks(body: Body) -> Iterator[Slot]:
    """Yield variables that are written as blocks with a name and a value."""
    for block in body.blocks:
        name, value = block.body.attributes.get("name"), block.body.attributes.get("value")
        word = literal_text(name.value) if name is not None else None
        kind = block.body.attributes.get("type")
        stored = kind is not None and literal_text(kind.value) in {"SECRETS_MANAGER", "PARAMETER_STORE"}
        if word is not None and value is not None and is_secret_name(word) and not stored:
            yield from slots_of(word, value.value, word)
        yield from paired_blocks(block.body)


@cache
def words_of(row: str) -> frozenset[str]:
    """Return the words of a row of the table of slots."""
    return frozenset(table("secret_slots")[row]["words"])
