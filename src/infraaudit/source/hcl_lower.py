"""Lowers what tree-sitter-hcl parsed to the tree of ``hcl_tree``: expressions, with hostile nesting refused."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from infraaudit.source.hcl_lower_text import TextLowering, children_of
from infraaudit.source.hcl_tree import (
    Binary,
    Broken,
    Call,
    Conditional,
    Expression,
    ForExpression,
    GetAttribute,
    GetIndex,
    Literal,
    ObjectExpression,
    Parentheses,
    Splat,
    Traversal,
    TraversalStep,
    TupleExpression,
    Unary,
    Variable,
)
from infraaudit.source.problem import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node as Parsed

DEEPEST = 100
"""Nesting of expressions or blocks beyond this is refused; real files stay below 20."""

LONGEST_NUMBER = 400
"""Digits of a number beyond this are refused."""

_OPERATORS = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_KEY_AND_VALUE = 2


class ExpressionLowering(TextLowering):
    """Lowers the expressions of one parse of a piece of a file that begins ``base`` bytes into it."""

    # -- expressions -------------------------------------------------------------------------------------------

    def expression(self, node: Parsed, depth: int = 0) -> Expression:
        """Lower one ``expression`` node."""
        return self._operand(children_of(node), depth + 1)

    def _operand(self, nodes: Sequence[Parsed], depth: int) -> Expression:
        """Lower a term with the steps that follow it; parentheses are a term of three nodes."""
        if not nodes:
            return Broken(self.place(0, 0))
        first = nodes[0]
        start, end = first.start_byte, nodes[-1].end_byte
        if depth > DEEPEST:
            place = self.place(start, end)
            self.report(place, f"nested deeper than {DEEPEST} levels", ProblemKind.TOO_LARGE)
            return Broken(place)
        if any(node.type == "ERROR" or node.is_missing for node in nodes):
            return Broken(self.place(start, end))
        if first.type == "(" and len(nodes) > _KEY_AND_VALUE:
            inner = self.expression(nodes[1], depth)
            term: Expression = Parentheses(inner, self.place(start, nodes[2].end_byte))
            rest = nodes[3:]
        else:
            term = self._term(first, depth)
            rest = nodes[1:]
        if not rest:
            return term
        if isinstance(term, Literal) and term.written is not None:
            place = self.place(start, end)
            self.report(place, "a number followed by more of a number; an address belongs in quotes")
            return Broken(place)
        return Traversal(term, self._steps(rest, depth), self.place(start, end))

    def _term(self, node: Parsed, depth: int) -> Expression:
        lower = _TERMS.get(node.type)
        if lower is None:
            return Broken(self.place(node.start_byte, node.end_byte))
        return lower(self, node, depth)

    def _inside(self, node: Parsed, depth: int) -> Expression:
        return self._operand(children_of(node), depth + 1)

    def _variable(self, node: Parsed, _: int) -> Expression:
        return Variable(self.name_of(node), self.place(node.start_byte, node.end_byte))

    def _number(self, node: Parsed, _: int) -> Expression:
        place = self.place(node.start_byte, node.end_byte)
        text = self.name_of(node)
        value = number_of(text)
        if value is None:
            self.report(place, "a number too long to read", ProblemKind.TOO_LARGE)
            return Broken(place)
        return Literal(value, place, text)

    def _boolean(self, node: Parsed, _: int) -> Expression:
        return Literal(self.name_of(node) == "true", self.place(node.start_byte, node.end_byte))

    def _null(self, node: Parsed, _: int) -> Expression:
        return Literal(None, self.place(node.start_byte, node.end_byte))

    def _operation(self, node: Parsed, depth: int) -> Expression:
        inner = node.children[0]
        if inner.type == "unary_operation":
            children = children_of(inner)
            operand = self._operand(children[1:], depth + 1)
            return Unary(children[0].type, operand, self.place(node.start_byte, node.end_byte))
        return self._chain(inner, depth)

    def _chain(self, node: Parsed, depth: int) -> Expression:
        """Lower a binary operation; the left spine, which may be long, in a loop."""
        rights: list[tuple[str, Sequence[Parsed], int]] = []
        current = node
        while True:
            children = children_of(current)
            cut = next((index for index, each in enumerate(children) if each.type in _OPERATORS), None)
            if cut is None:
                return Broken(self.place(node.start_byte, node.end_byte))
            rights.append((children[cut].type, children[cut + 1 :], current.end_byte))
            left = children[:cut]
            if len(left) == 1 and left[0].type == "operation" and left[0].children[0].type == "binary_operation":
                current = left[0].children[0]
                continue
            break
        result = self._operand(left, depth + 1)
        for operator, right, end in reversed(rights):
            place = self.place(node.start_byte, end)
            result = Binary(operator, result, self._operand(right, depth + 1), place)
        return result

    def _conditional(self, node: Parsed, depth: int) -> Expression:
        """Lower a conditional, in a loop, for a chain of them may be long.

        The grammar reads ``a ? b : c ? d : e`` as ``(a ? b : c) ? d : e``; HCL means ``a ? b : (c ? d : e)``.
        """
        arms: list[tuple[Parsed, Parsed]] = []
        current = node
        while True:
            parts = [child for child in children_of(current) if child.type == "expression"]
            if len(parts) != 3 or current.has_error:  # noqa: PLR2004 - condition, then, otherwise
                return Broken(self.place(node.start_byte, node.end_byte))
            arms.append((parts[1], parts[2]))
            first = children_of(parts[0])
            if len(first) != 1 or first[0].type != "conditional":
                break
            current = first[0]
        result = self.expression(arms[0][1], depth)
        conditions = [*(otherwise for _, otherwise in arms[1:]), parts[0]]
        for (yes, _), condition in zip(arms, conditions, strict=True):
            place = self.place(condition.start_byte, node.end_byte)
            result = Conditional(self.expression(condition, depth), self.expression(yes, depth), result, place)
        return result

    def _call(self, node: Parsed, depth: int) -> Expression:
        arguments: list[Expression] = []
        expand = False
        for child in children_of(node):
            if child.type == "function_arguments":
                for argument in children_of(child):
                    if argument.type == "expression":
                        arguments.append(self.expression(argument, depth))
                    elif argument.type == "ERROR" or argument.is_missing:
                        arguments.append(Broken(self.place(argument.start_byte, argument.end_byte)))
                    expand = expand or argument.type == "ellipsis"
        name = self.name_of(node.children[0]).removeprefix("core::")
        return Call(name, tuple(arguments), expand, self.place(node.start_byte, node.end_byte))

    def _tuple(self, node: Parsed, depth: int) -> Expression:
        items = tuple(self.expression(child, depth) for child in children_of(node) if child.type == "expression")
        return TupleExpression(items, self.place(node.start_byte, node.end_byte))

    def _object(self, node: Parsed, depth: int) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        for element in children_of(node):
            if element.type != "object_elem":
                continue
            parts = [child for child in element.children if child.type == "expression"]
            if len(parts) == _KEY_AND_VALUE:
                items.append((self._key(parts[0], depth), self.expression(parts[1], depth)))
        return ObjectExpression(tuple(items), self.place(node.start_byte, node.end_byte))

    def _key(self, node: Parsed, depth: int) -> Expression:
        """Lower a key: a bare word is a string."""
        key = self.expression(node, depth)
        if isinstance(key, Variable):
            return Literal(key.name, key.at)
        if isinstance(key, Literal) and not isinstance(key.value, str) and key.written is None:
            return Literal(key.at.source, key.at)
        return key

    def _for(self, node: Parsed, depth: int) -> Expression:
        inner = node.children[0]
        names: list[str] = []
        collection: Expression = Broken(self.place(node.start_byte, node.end_byte))
        results: list[Expression] = []
        condition: Expression | None = None
        grouped = False
        for child in children_of(inner):
            if child.type == "for_intro":
                names = [self.name_of(each) for each in child.children if each.type == "identifier"]
                collection = self.first_expression(child, depth)
            elif child.type == "for_cond":
                condition = self.first_expression(child, depth)
            elif child.type == "expression":
                results.append(self.expression(child, depth))
            grouped = grouped or child.type == "ellipsis"
        place = self.place(node.start_byte, node.end_byte)
        is_object = inner.type == "for_object_expr"
        if not names or len(results) != (_KEY_AND_VALUE if is_object else 1):
            return Broken(place)
        return ForExpression(
            names[0] if len(names) == _KEY_AND_VALUE else "",
            names[-1],
            collection,
            results[0] if is_object else None,
            results[-1],
            condition,
            grouped,
            place,
        )

    # -- steps -------------------------------------------------------------------------------------------------

    def _steps(self, nodes: Sequence[Parsed], depth: int) -> tuple[TraversalStep, ...]:
        steps: list[TraversalStep] = []
        for position, node in enumerate(nodes):
            place = self.place(node.start_byte, node.end_byte)
            if node.type == "splat" and node.children[0].type == "full_splat":
                inner = (*children_of(node.children[0])[1:], *nodes[position + 1 :])
                return (*steps, Splat(self._steps(inner, depth), place))
            if node.type == "get_attr":
                steps.append(GetAttribute(self.name_of(node.children[-1]), place))
            elif node.type == "index":
                steps.append(GetIndex(self._index_key(node.children[0], depth), place))
            elif node.type == "splat":
                steps.extend(self._splat(node.children[0], depth))
        return tuple(steps)

    def _index_key(self, node: Parsed, depth: int) -> Expression:
        if node.type == "new_index":
            return self.first_expression(node, depth)
        place = self.place(node.start_byte, node.end_byte)
        digits = self.name_of(node).lstrip(". \t\r\n")
        return (
            Literal(int(digits), place, digits)
            if digits.isdecimal() and len(digits) < LONGEST_NUMBER
            else Broken(place)
        )

    def _splat(self, node: Parsed, depth: int) -> list[TraversalStep]:
        """Lower ``.*``: it takes into its elements only what comes before a ``[``; ``[*]`` takes all that follows."""
        inner = children_of(node)[1:]
        place = self.place(node.start_byte, node.end_byte)
        cut = next(
            (
                index
                for index, each in enumerate(inner)
                if each.type == "splat" or (each.type == "index" and each.children[0].type == "new_index")
            ),
            len(inner),
        )
        return [Splat(self._steps(inner[:cut], depth), place), *self._steps(inner[cut:], depth)]


_TERMS = {
    "expression": ExpressionLowering.expression,
    "literal_value": ExpressionLowering._inside,  # noqa: SLF001 - the class's own table
    "template_expr": ExpressionLowering.template,
    "collection_value": ExpressionLowering._inside,  # noqa: SLF001 - the class's own table
    "variable_expr": ExpressionLowering._variable,  # noqa: SLF001 - the class's own table
    "numeric_lit": ExpressionLowering._number,  # noqa: SLF001 - the class's own table
    "bool_lit": ExpressionLowering._boolean,  # noqa: SLF001 - the class's own table
    "null_lit": ExpressionLowering._null,  # noqa: SLF001 - the class's own table
    "string_lit": ExpressionLowering.string,
    "operation": ExpressionLowering._operation,  # noqa: SLF001 - the class's own table
    "conditional": ExpressionLowering._conditional,  # noqa: SLF001 - the class's own table
    "function_call": ExpressionLowering._call,  # noqa: SLF001 - the class's own table
    "for_expr": ExpressionLowering._for,  # noqa: SLF001 - the class's own table
    "tuple": ExpressionLowering._tuple,  # noqa: SLF001 - the class's own table
    "object": ExpressionLowering._object,  # noqa: SLF001 - the class's own table
}


def number_of(text: str) -> int | float | None:
    """Return the number that a text writes, whole where it is whole; ``None`` where it is none or too long."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return None
    if not exact.is_finite() or len(text) > LONGEST_NUMBER or abs(exact.adjusted()) > LONGEST_NUMBER:
        return None
    if exact == exact.to_integral_value():
        return int(exact)
    return float(exact)
