"""Renders templates: text where every part is known, otherwise unresolved with all that it refers to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved
from infraaudit.readers.terraform.language.convert import as_text, to_primitive
from infraaudit.readers.terraform.language.values import elements, failed, is_failed, mentions_of, why_unknown
from infraaudit.source.hcl_tree import ForPart, IfPart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Expression, TemplatePart
    from infraaudit.source.span import Span
    from infraaudit.source.yaml_tree import Scalar

    Evaluate = Callable[[Expression, Scope], Node]

LONGEST_TEXT = 2_000_000
"""Characters beyond which a text is not built: a text that doubles with each local is no configuration."""

_MOST_CANDIDATES = 16


@dataclass(slots=True)
class _Output:
    """The pieces written so far: text, or a value that is not known."""

    pieces: list[str | Node] = field(default_factory=list)
    length: int = 0

    def write(self, piece: str | Node) -> None:
        self.pieces.append(piece)
        self.length += len(piece) if isinstance(piece, str) else 1

    @property
    def full(self) -> bool:
        return self.length > LONGEST_TEXT


def render(parts: Sequence[TemplatePart], at: Span, scope: Scope, evaluate: Evaluate) -> Node:
    """Return the text of a template."""
    output = _Output()
    _write(parts, output, scope, evaluate)
    if output.full:
        return Node(Unresolved(f"a text of more than {LONGEST_TEXT:,} characters is not built"), at)
    unknown = [piece for piece in output.pieces if isinstance(piece, Node)]
    if not unknown:
        return Node("".join(piece for piece in output.pieces if isinstance(piece, str)), at)
    failure = next((piece for piece in unknown if is_failed(piece)), None)
    if failure is not None:
        return failed(why_unknown(failure), at, *unknown)
    begins = output.pieces[0] if isinstance(output.pieces[0], str) else ""
    content = Unresolved(why_unknown(unknown[0]), _candidates(output.pieces, unknown), mentions_of(unknown), begins)
    return Node(content, at, structure=_structure(output.pieces, at))


def _structure(pieces: list[str | Node], at: Span) -> Node | None:
    from infraaudit.readers.terraform.language.embedded import (  # noqa: PLC0415 - few texts hold a document
        describes_an_api,
        structure_of,
        yaml_structure_of,
    )

    first = pieces[0]
    if isinstance(first, str) and first.lstrip().startswith(("{", "[")):
        return structure_of(pieces, at)
    return yaml_structure_of(pieces, at) if isinstance(first, str) and describes_an_api(first) else None


def _candidates(pieces: list[str | Node], unknown: list[Node]) -> tuple[Scalar, ...]:
    """Return the possible texts where one part alone is not known and its own candidates are."""
    content = unknown[0].content
    if len(unknown) > 1 or not isinstance(content, Unresolved) or not content.candidates:
        return ()
    texts = [as_text(candidate) for candidate in content.candidates]
    if any(text is None for text in texts) or len(texts) > _MOST_CANDIDATES:
        return ()
    return tuple("".join(piece if isinstance(piece, str) else text or "" for piece in pieces) for text in texts)


def _write(parts: Sequence[TemplatePart], output: _Output, scope: Scope, evaluate: Evaluate) -> None:
    for part in parts:
        if output.full:
            return
        if isinstance(part, str):
            output.write(part)
        elif isinstance(part, IfPart):
            _write_if(part, output, scope, evaluate)
        elif isinstance(part, ForPart):
            _write_for(part, output, scope, evaluate)
        else:
            _write_value(evaluate(part.value, scope), output)


def _write_value(value: Node, output: _Output) -> None:
    text = to_primitive(value, "string")
    if text.content is None:
        output.write(failed("null cannot stand in a text", value.at))
    elif isinstance(text.content, str):
        output.write(text.content)
    else:
        output.write(text)


def _write_if(part: IfPart, output: _Output, scope: Scope, evaluate: Evaluate) -> None:
    condition = to_primitive(evaluate(part.condition, scope), "bool")
    if condition.is_scalar:
        _write(part.then if condition.content is True else part.otherwise, output, scope, evaluate)
        return
    inner = _Output()
    _write((*part.then, *part.otherwise), inner, scope, evaluate)
    nodes = [piece for piece in inner.pieces if isinstance(piece, Node)]
    make = Unresolved(why_unknown(condition), mentions=mentions_of((condition, *nodes)))
    output.write(condition if is_failed(condition) else Node(make, condition.at))


def _write_for(part: ForPart, output: _Output, scope: Scope, evaluate: Evaluate) -> None:
    collection = evaluate(part.collection, scope)
    if not (collection.is_list or collection.is_mapping):
        output.write(collection if collection.is_unknown else failed("this cannot be walked", collection.at))
        return
    for key, value in elements(collection):
        if scope.budget.spent:
            output.write(Node(Unresolved("the configuration is too large to evaluate"), collection.at))
            return
        scope.budget.steps -= 1
        names = {part.key: key, part.value: value} if part.key else {part.value: value}
        _write(part.body, output, scope.with_names(names), evaluate)
    if collection.open:
        output.write(Node(Unresolved(why_unknown(collection), mentions=collection.mentions), collection.at))
