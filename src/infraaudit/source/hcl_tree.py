"""The syntax tree of HCL: bodies, blocks and expressions, small, typed and frozen, each node knowing its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.source.file import SourceFile
    from infraaudit.source.problem import Problem
    from infraaudit.source.span import Span
    from infraaudit.source.yaml_tree import Scalar


class Place(Protocol):
    """Where a node stands; the span is made when somebody asks, for most nodes are never reported."""

    @property
    def span(self) -> Span:
        """The place in lines and columns."""
        ...

    @property
    def source(self) -> str:
        """The text that stands there, as written."""
        ...


@dataclass(frozen=True, slots=True)
class BytePlace:
    """A range of bytes of one file."""

    file: SourceFile
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The place in lines and columns."""
        return self.file.span_of_bytes(self.start, self.end)

    @property
    def source(self) -> str:
        """The text that stands there, as written."""
        return self.file.data[self.start : self.end].decode(errors="replace")


@dataclass(frozen=True, slots=True)
class FixedPlace:
    """A span that is known already, for what was not read by a parser that counts bytes."""

    span: Span
    source: str = ""


# -- expressions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a boolean, null, or a string without template parts. ``written`` is the text of a number."""

    value: Scalar
    at: Place
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Interpolation:
    """``${ ... }`` inside a template."""

    value: Expression


@dataclass(frozen=True, slots=True)
class IfPart:
    """``%{ if } ... %{ else } ... %{ endif }`` inside a template."""

    condition: Expression
    then: tuple[TemplatePart, ...]
    otherwise: tuple[TemplatePart, ...]


@dataclass(frozen=True, slots=True)
class ForPart:
    """``%{ for key, value in collection } ... %{ endfor }`` inside a template; ``key`` is "" where there is none."""

    key: str
    value: str
    collection: Expression
    body: tuple[TemplatePart, ...]


TemplatePart = str | Interpolation | IfPart | ForPart


@dataclass(frozen=True, slots=True)
class Template:
    """A string with parts to fill in. ``wraps`` marks ``"${x}"``, which keeps the type of ``x``."""

    parts: tuple[TemplatePart, ...]
    at: Place
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """The name with which a traversal begins: ``var``, ``local``, a resource type, a ``for`` variable."""

    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class GetAttribute:
    """A step ``.name``."""

    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class GetIndex:
    """A step ``[key]``, or the old form ``.0``."""

    key: Expression
    at: Place


@dataclass(frozen=True, slots=True)
class Splat:
    """A step ``[*]`` or ``.*``, with the steps that are taken in each element."""

    steps: tuple[TraversalStep, ...]
    at: Place


TraversalStep = GetAttribute | GetIndex | Splat


@dataclass(frozen=True, slots=True)
class Traversal:
    """An expression followed by one step or more."""

    root: Expression
    steps: tuple[TraversalStep, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; ``expand`` marks a last argument followed by ``...``."""

    name: str
    arguments: tuple[Expression, ...]
    expand: bool
    at: Place


@dataclass(frozen=True, slots=True)
class Conditional:
    """``condition ? yes : no``."""

    condition: Expression
    yes: Expression
    no: Expression
    at: Place


@dataclass(frozen=True, slots=True)
class Binary:
    """An operation on two values."""

    operator: str
    left: Expression
    right: Expression
    at: Place


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x`` or ``!x``."""

    operator: str
    operand: Expression
    at: Place


@dataclass(frozen=True, slots=True)
class ForExpression:
    """``[for ...]``, or ``{for ...}`` when ``result_key`` is there; ``grouped`` marks the ``...`` of the latter."""

    key: str
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    grouped: bool
    at: Place


@dataclass(frozen=True, slots=True)
class TupleExpression:
    """``[a, b]``."""

    items: tuple[Expression, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class ObjectExpression:
    """``{a = b}``; a key that is a bare name is a string already."""

    items: tuple[tuple[Expression, Expression], ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Parentheses:
    """``(a)``: kept, for a key or a name in parentheses is a reference and no bare word."""

    inner: Expression
    at: Place


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands where an expression could not be read."""

    at: Place


Expression = (
    Literal
    | Template
    | Variable
    | Traversal
    | Call
    | Conditional
    | Binary
    | Unary
    | ForExpression
    | TupleExpression
    | ObjectExpression
    | Parentheses
    | Broken
)


# -- bodies --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name = value``. ``name_at`` is the place of the name, ``at`` that of the whole argument."""

    name: str
    value: Expression
    name_at: Place
    at: Place


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a block, without its quotes; ``at`` includes them."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Block:
    """A block. ``head`` reaches from the type to the last label, ``at`` to the closing brace."""

    type: str
    labels: tuple[Label, ...]
    body: Body
    head: Place
    at: Place


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between two braces, or in a file. ``damaged`` tells that a part of it could not be read."""

    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]
    at: Place
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class HclDocument:
    """One file: what could be read of it, and what was wrong with the rest."""

    body: Body
    problems: tuple[Problem, ...] = ()
