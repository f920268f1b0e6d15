"""Lowers what tree-sitter-hcl parsed to the tree of ``hcl_tree``: expressions, with hostile nesting refused."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from infraaudit.source.hcl_template import (
    Marked,
    Opening,
    Piece,
    cut_lines,
    finish_pieces,
    unescape_heredoc,
    unescape_quoted,
)
from infraaudit.source.hcl_tree import (
    Binary,
    Broken,
    BytePlace,
    Call,
    Conditional,
    Expression,
    ForExpression,
    GetAttribute,
    GetIndex,
    Literal,
    ObjectExpression,
    Parentheses,
    Place,
    Splat,
    Template,
    Traversal,
    TraversalStep,
    TupleExpression,
    Unary,
    Variable,
)
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node as Parsed

    from infraaudit.source.file import SourceFile

DEEPEST = 100
"""Nesting of expressions or blocks beyond this is refused; real files stay below 20."""

LONGEST_NUMBER = 400
"""Digits of a number beyond this are refused."""

_OPERATORS = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_DIRECTIVES = frozenset({"template_directive", "template_if", "template_for"})
_OPENINGS = {
    "template_interpolation": Opening.VALUE,
    "template_if_intro": Opening.IF,
    "template_else_intro": Opening.ELSE,
    "template_if_end": Opening.END_IF,
    "template_for_start": Opening.FOR,
    "template_for_end": Opening.END_FOR,
}
_KEY_AND_VALUE = 2


class ExpressionLowering:
    """Lowers the expressions of one parse of a piece of a file that begins ``base`` bytes into it."""

    def __init__(self, file: SourceFile, data: bytes, base: int = 0) -> None:
        self.file = file
        self.data = data
        self.base = base
        self.problems: list[Problem] = []

    # -- places ------------------------------------------------------------------------------------------------

    def place(self, start: int, end: int) -> Place:
        """Return the place of a range of bytes of the piece."""
        return BytePlace(self.file, self.base + start, self.base + end)

    def report(self, place: Place, message: str, kind: ProblemKind = ProblemKind.SYNTAX) -> None:
        """Note a problem."""
        self.problems.append(Problem(kind, place.span, message))

    def _text(self, start: int, end: int) -> str:
        return self.data[start:end].decode(errors="replace")

    def _name(self, node: Parsed) -> str:
        return self._text(node.start_byte, node.end_byte)

    # -- expressions -------------------------------------------------------------------------------------------

    def expression(self, node: Parsed, depth: int = 0) -> Expression:
        """Lower one ``expression`` node."""
        return self._operand(_children(node), depth + 1)

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
        return self._operand(_children(node), depth + 1)

    def _variable(self, node: Parsed, _: int) -> Expression:
        return Variable(self._name(node), self.place(node.start_byte, node.end_byte))

    def _number(self, node: Parsed, _: int) -> Expression:
        place = self.place(node.start_byte, node.end_byte)
        text = self._name(node)
        value = number_of(text)
        if value is None:
            self.report(place, "a number too long to read", ProblemKind.TOO_LARGE)
            return Broken(place)
        return Literal(value, place, text)

    def _boolean(self, node: Parsed, _: int) -> Expression:
        return Literal(self._name(node) == "true", self.place(node.start_byte, node.end_byte))

    def _null(self, node: Parsed, _: int) -> Expression:
        return Literal(None, self.place(node.start_byte, node.end_byte))

    def _operation(self, node: Parsed, depth: int) -> Expression:
        inner = node.children[0]
        if inner.type == "unary_operation":
            children = _children(inner)
            operand = self._operand(children[1:], depth + 1)
            return Unary(children[0].type, operand, self.place(node.start_byte, node.end_byte))
        return self._chain(inner, depth)

    def _chain(self, node: Parsed, depth: int) -> Expression:
        """Lower a binary operation; the left spine, which may be long, in a loop."""
        rights: list[tuple[str, Sequence[Parsed], int]] = []
        current = node
        while True:
            children = _children(current)
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
            parts = [child for child in _children(current) if child.type == "expression"]
            if len(parts) != 3 or current.has_error:  # noqa: PLR2004 - condition, then, otherwise
                return Broken(self.place(node.start_byte, node.end_byte))
            arms.append((parts[1], parts[2]))
            first = _children(parts[0])
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
        for child in _children(node):
            if child.type == "function_arguments":
                for argument in _children(child):
                    if argument.type == "expression":
                        arguments.append(self.expression(argument, depth))
                    elif argument.type == "ERROR" or argument.is_missing:
                        arguments.append(Broken(self.place(argument.start_byte, argument.end_byte)))
                    expand = expand or argument.type == "ellipsis"
        name = self._name(node.children[0]).removeprefix("core::")
        return Call(name, tuple(arguments), expand, self.place(node.start_byte, node.end_byte))

    def _tuple(self, node: Parsed, depth: int) -> Expression:
        items = tuple(self.expression(child, depth) for child in _children(node) if child.type == "expression")
        return TupleExpression(items, self.place(node.start_byte, node.end_byte))

    def _object(self, node: Parsed, depth: int) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        for element in _children(node):
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
        for child in _children(inner):
            if child.type == "for_intro":
                names = [self._name(each) for each in child.children if each.type == "identifier"]
                collection = self._first_expression(child, depth)
            elif child.type == "for_cond":
                condition = self._first_expression(child, depth)
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

    def _first_expression(self, node: Parsed, depth: int) -> Expression:
        for child in node.children:
            if child.type == "expression":
                return self.expression(child, depth)
        return Broken(self.place(node.start_byte, node.end_byte))

    # -- steps -------------------------------------------------------------------------------------------------

    def _steps(self, nodes: Sequence[Parsed], depth: int) -> tuple[TraversalStep, ...]:
        steps: list[TraversalStep] = []
        for node in nodes:
            place = self.place(node.start_byte, node.end_byte)
            if node.type == "get_attr":
                steps.append(GetAttribute(self._name(node.children[-1]), place))
            elif node.type == "index":
                steps.append(GetIndex(self._index_key(node.children[0], depth), place))
            elif node.type == "splat":
                steps.extend(self._splat(node.children[0], depth))
        return tuple(steps)

    def _index_key(self, node: Parsed, depth: int) -> Expression:
        if node.type == "new_index":
            return self._first_expression(node, depth)
        place = self.place(node.start_byte, node.end_byte)
        digits = self._name(node).lstrip(". \t\r\n")
        return (
            Literal(int(digits), place, digits)
            if digits.isdecimal() and len(digits) < LONGEST_NUMBER
            else Broken(place)
        )

    def _splat(self, node: Parsed, depth: int) -> list[TraversalStep]:
        """Lower a splat: ``[*]`` takes all that follows into its elements, ``.*`` only what comes before a ``[``."""
        inner = _children(node)[1:]
        place = self.place(node.start_byte, node.end_byte)
        if node.type == "full_splat":
            return [Splat(self._steps(inner, depth), place)]
        cut = next(
            (
                index
                for index, each in enumerate(inner)
                if each.type == "splat" or (each.type == "index" and each.children[0].type == "new_index")
            ),
            len(inner),
        )
        return [Splat(self._steps(inner[:cut], depth), place), *self._steps(inner[cut:], depth)]

    # -- strings -----------------------------------------------------------------------------------------------

    def _string(self, node: Parsed, _: int) -> Expression:
        place = self.place(node.start_byte, node.end_byte)
        return Literal(self.string_text(node), place)

    def string_text(self, node: Parsed) -> str:
        """Return the meaning of a ``string_lit``, cut at the end of its line where the quote is not closed there."""
        text = self._text(node.children[0].end_byte, node.children[-1].start_byte)
        if "\n" in text:
            text = text.partition("\n")[0]
            end = node.start_byte + 1 + len(text.encode())
            self.report(self.place(node.start_byte, end), "a quoted string ends on the line where it begins")
        return unescape_quoted(text)

    def _template(self, node: Parsed, depth: int) -> Expression:
        inner = node.children[0]
        place = self.place(node.start_byte, node.end_byte)
        if inner.type == "heredoc_template":
            return self._heredoc(inner, place, depth)
        start, end = inner.children[0].end_byte, inner.children[-1].start_byte
        pieces = self.pieces(inner, (start, end), depth, quoted=True)
        if any(isinstance(piece, str) and "\n" in piece for piece in self._raw_texts(inner, start, end)):
            self.report(place, "a quoted string ends on the line where it begins")
        parts = finish_pieces(pieces, flush=False)
        if all(isinstance(part, str) for part in parts):
            return Literal("".join(part for part in parts if isinstance(part, str)), place)
        wraps = len(pieces) == 1 and isinstance(pieces[0], Marked) and pieces[0].opening is Opening.VALUE
        return Template(parts, place, wraps)

    def _raw_texts(self, node: Parsed, start: int, end: int) -> list[str]:
        """Return the literal stretches of a quoted template outside of directives, as written."""
        texts: list[str] = []
        cursor = start
        for child in node.children:
            if child.type in _OPENINGS or child.type in _DIRECTIVES:
                texts.append(self._text(cursor, child.start_byte))
                cursor = child.end_byte
        texts.append(self._text(cursor, end))
        return texts

    def _heredoc(self, node: Parsed, place: Place, depth: int) -> Expression:
        marks = [child for child in node.children if child.type == "heredoc_identifier"]
        if len(marks) < _KEY_AND_VALUE or marks[-1].is_missing:
            return Broken(place)
        start = self.data.find(b"\n", marks[0].end_byte) + 1
        end = self.data.rfind(b"\n", 0, marks[-1].start_byte) + 1
        flush = node.children[0].end_byte - node.children[0].start_byte > len("<<")
        return self.template_of(node, (start, max(start, end)), place, flush=flush, depth=depth)

    def template_of(
        self, node: Parsed, within: tuple[int, int], place: Place, *, flush: bool, depth: int = 0
    ) -> Expression:
        """Return the expression that a heredoc template between two offsets stands for."""
        parts = finish_pieces(self.pieces(node, within, depth, quoted=False), flush=flush)
        if all(isinstance(part, str) for part in parts):
            return Literal("".join(part for part in parts if isinstance(part, str)), place)
        return Template(parts, place)

    def pieces(self, node: Parsed, within: tuple[int, int], depth: int, *, quoted: bool) -> list[Piece]:
        """Return the flat list of a template. Text is what stands between the marked parts, blanks included."""
        cursor, end = within
        result: list[Piece] = []
        waiting = list(reversed(node.children))
        while waiting:
            child = waiting.pop()
            if child.type in _DIRECTIVES:
                waiting.extend(reversed(child.children))
            elif child.type in _OPENINGS and not self._is_escaped(child, cursor):
                self._add_text(result, cursor, child.start_byte, quoted=quoted)
                result.append(self._marked(child, depth))
                cursor = child.end_byte
        self._add_text(result, cursor, end, quoted=quoted)
        return result

    def _is_escaped(self, node: Parsed, cursor: int) -> bool:
        """Tell whether ``$${`` is meant though the grammar reads ``${``: it does so behind a further ``$``."""
        start = node.start_byte
        return start > cursor and self.data[start - 1 : start] == self.data[start : start + 1]

    def _add_text(self, pieces: list[Piece], start: int, end: int, *, quoted: bool) -> None:
        if end <= start:
            return
        text = self._text(start, end)
        if quoted:
            pieces.append(unescape_quoted(text))
        else:
            pieces.extend(unescape_heredoc(line) for line in cut_lines(text))

    def _marked(self, node: Parsed, depth: int) -> Marked:
        children = _children(node)
        names = [self._name(child) for child in children if child.type == "identifier"]
        expression: Expression | None = None
        if node.type in {"template_interpolation", "template_if_intro", "template_for_start"}:
            expression = self._first_expression(node, depth)
        markers = [index for index, child in enumerate(children) if child.type == "strip_marker"]
        return Marked(
            _OPENINGS[node.type],
            expression,
            key=names[0] if len(names) == _KEY_AND_VALUE else "",
            value=names[-1] if names else "",
            strip_before=1 in markers,
            strip_after=len(children) - 2 in markers and len(children) - 2 != 1,
        )


_TERMS = {
    "expression": ExpressionLowering.expression,
    "literal_value": ExpressionLowering._inside,  # noqa: SLF001 - the class's own table
    "template_expr": ExpressionLowering._template,  # noqa: SLF001 - the class's own table
    "collection_value": ExpressionLowering._inside,  # noqa: SLF001 - the class's own table
    "variable_expr": ExpressionLowering._variable,  # noqa: SLF001 - the class's own table
    "numeric_lit": ExpressionLowering._number,  # noqa: SLF001 - the class's own table
    "bool_lit": ExpressionLowering._boolean,  # noqa: SLF001 - the class's own table
    "null_lit": ExpressionLowering._null,  # noqa: SLF001 - the class's own table
    "string_lit": ExpressionLowering._string,  # noqa: SLF001 - the class's own table
    "operation": ExpressionLowering._operation,  # noqa: SLF001 - the class's own table
    "conditional": ExpressionLowering._conditional,  # noqa: SLF001 - the class's own table
    "function_call": ExpressionLowering._call,  # noqa: SLF001 - the class's own table
    "for_expr": ExpressionLowering._for,  # noqa: SLF001 - the class's own table
    "tuple": ExpressionLowering._tuple,  # noqa: SLF001 - the class's own table
    "object": ExpressionLowering._object,  # noqa: SLF001 - the class's own table
}


def _children(node: Parsed) -> list[Parsed]:
    return [child for child in node.children if child.type != "comment"]


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
