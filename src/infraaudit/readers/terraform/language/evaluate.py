"""Evaluates expressions: what can be told becomes a value with its place, what cannot is unresolved with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved
from infraaudit.readers.terraform.language.convert import as_text, to_primitive
from infraaudit.readers.terraform.language.functions import call_function
from infraaudit.readers.terraform.language.operators import binary, equal, unary
from infraaudit.readers.terraform.language.templates import render
from infraaudit.readers.terraform.language.traverse import traverse
from infraaudit.readers.terraform.language.unify import are_of_a_kind, convertible, unified
from infraaudit.readers.terraform.language.values import (
    MOST_ELEMENTS,
    elements,
    failed,
    is_failed,
    mentions_of,
    scalar_node,
    unresolved,
    why_open,
    why_unknown,
)
from infraaudit.source.hcl_tree import (
    Binary,
    Broken,
    Call,
    Conditional,
    ForExpression,
    Interpolation,
    Literal,
    ObjectExpression,
    Parentheses,
    Template,
    Traversal,
    TupleExpression,
    Unary,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Expression
    from infraaudit.source.span import Span
    from infraaudit.source.yaml_tree import Scalar

_MOST_CANDIDATES = 16
_TOO_MUCH = "the configuration is too deep or too large to evaluate"


def evaluate(expression: Expression, scope: Scope) -> Node:
    """Return the value of an expression. Never raises for what the expression says."""
    budget = scope.budget
    if isinstance(expression, Literal):
        return _literal(expression)
    if budget.spent:
        return unresolved(_TOO_MUCH, expression.at.span)
    budget.steps -= 1
    budget.depth += 1
    try:
        return _evaluate(expression, scope)
    finally:
        budget.depth -= 1


def _evaluate(expression: Expression, scope: Scope) -> Node:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of node
    match expression:
        case Traversal():
            return traverse(expression.root, expression.steps, expression.at, scope, evaluate)
        case Variable():
            return traverse(expression, (), expression.at, scope, evaluate)
        case Template():
            return _template(expression, scope)
        case ObjectExpression():
            return _object(expression, scope)
        case TupleExpression():
            return _tuple(expression, scope)
        case Call():
            return call_function(expression, scope, evaluate)
        case Conditional():
            return _conditional(expression, scope)
        case Binary():
            return _binary(expression, scope)
        case Unary():
            return unary(expression.operator, evaluate(expression.operand, scope), expression.at.span)
        case ForExpression():
            return _for(expression, scope)
        case Parentheses():
            return evaluate(expression.inner, scope)
        case Broken():
            return unresolved("what stands here is not valid", expression.at.span)
        case Literal():
            return _literal(expression)


def _literal(expression: Literal) -> Node:
    value = expression.value
    if isinstance(value, str):
        return Node(value, expression.at.span)
    return scalar_node(value, expression.at.span)


def _template(expression: Template, scope: Scope) -> Node:
    first = expression.parts[0]
    if expression.wraps and isinstance(first, Interpolation):
        return evaluate(first.value, scope)
    return render(expression.parts, expression.at.span, scope, evaluate)


def _tuple(expression: TupleExpression, scope: Scope) -> Node:
    items = tuple(evaluate(item, scope) for item in expression.items)
    failure = _failure_of(items, scope)
    return failure if failure is not None else Node(items, expression.at.span)


def _failure_of(parts: Iterable[Node], scope: Scope) -> Node | None:
    """Return the first part that fails, where a collection fails with it."""
    return next((part for part in parts if is_failed(part)), None) if scope.caught else None


def _object(expression: ObjectExpression, scope: Scope) -> Node:
    entries: dict[str, Node] = {}
    strays: list[Node] = []
    for key_expression, value_expression in expression.items:
        key = evaluate(key_expression, scope)
        value = evaluate(value_expression, scope)
        name = as_text(_scalar(key))
        if key.content is None or is_failed(key):
            return failed("a key of the object is null or not valid", expression.at.span)
        if name is None:
            strays.extend((key, value))
        else:
            entries[name] = value.under(key_expression.at.span)
    failure = _failure_of((*entries.values(), *strays), scope)
    if failure is not None:
        return failure
    if strays and not entries:
        return unresolved(why_unknown(strays[0]), expression.at.span, *strays)
    return Node(
        entries,
        expression.at.span,
        open=bool(strays),
        why_open=why_open(*strays),
        drawn_from=mentions_of(strays),
    )


def _scalar(node: Node) -> Scalar:
    return node.content if isinstance(node.content, str | int | float | bool) else None


def _binary(expression: Binary, scope: Scope) -> Node:
    """Evaluate a chain of operators on its left spine in a loop, for the chain may be long."""
    spine: list[Binary] = []
    left: Expression = expression
    while isinstance(left, Binary):
        spine.append(left)
        left = left.left
    result = evaluate(left, scope)
    for operation in reversed(spine):
        result = binary(operation.operator, result, evaluate(operation.right, scope), operation.at.span)
    return result


# -- conditionals --------------------------------------------------------------------------------------------------


def _conditional(expression: Expression, scope: Scope) -> Node:
    """Evaluate a chain of conditionals, each in the "otherwise" arm of the one before, in a loop."""
    undecided: list[tuple[Conditional, Node, Node]] = []
    current = expression
    while isinstance(current, Conditional):
        condition = to_primitive(evaluate(current.condition, scope), "bool")
        if condition.content is True:
            result = _like_other(evaluate(current.yes, scope), current.no, scope)
            break
        if condition.content is None or is_failed(condition):
            result = failed("a condition is not true or false", current.at.span, condition)
            break
        if condition.content is not False:
            undecided.append((current, condition, evaluate(current.yes, scope)))
        elif not isinstance(current.no, Conditional):
            result = _like_other(evaluate(current.no, scope), current.yes, scope)
            break
        current = current.no
    else:
        result = evaluate(current, scope)
    for conditional, condition, yes in reversed(undecided):
        result = _either(condition, yes, result, conditional.at.span)
    return result


def _like_other(chosen: Node, other: Expression, scope: Scope) -> Node:
    """Turn numbers and booleans into text where the arm that was not chosen has text: both arms have one type."""
    if not convertible(chosen):
        return chosen
    unchosen = evaluate(other, scope)
    if not are_of_a_kind((chosen, unchosen)):
        return failed("the two arms of the condition have no common type", chosen.at)
    return unified(chosen, (chosen, unchosen))


def _either(condition: Node, yes: Node, no: Node, at: Span) -> Node:
    """Return what an undecided condition gives: the arms where they are equal, else unresolved between them."""
    if yes.is_scalar and equal(yes, no):
        return yes
    candidates = (*_possible(yes), *_possible(no))
    usable = bool(_possible(yes)) and bool(_possible(no)) and len(candidates) <= _MOST_CANDIDATES
    mentions = mentions_of((condition, yes, no))
    why = why_unknown(condition)
    distinct = tuple({(type(each), each): each for each in candidates}.values())
    return Node(Unresolved(why, distinct if usable else (), mentions), at)


def _possible(node: Node) -> tuple[Scalar, ...]:
    if isinstance(node.content, Unresolved):
        return node.content.candidates
    scalar = _scalar(node)
    return () if scalar is None else (scalar,)


# -- for -----------------------------------------------------------------------------------------------------------


def _for(expression: ForExpression, scope: Scope) -> Node:
    at = expression.at.span
    collection = evaluate(expression.collection, scope)
    if not (collection.is_list or collection.is_mapping):
        return _for_without_elements(expression, collection, scope)
    results: list[tuple[Node, Node]] = []
    uncertain = collection.open
    why = collection.why_open
    for key, value in elements(collection):
        if scope.budget.spent:
            return unresolved(_TOO_MUCH, at)
        scope.budget.steps -= 1
        inner = scope.with_names(_loop_names(expression, key, value))
        wanted = _wanted(expression, inner)
        if wanted.content is False:
            continue
        if wanted.content is not True:
            if is_failed(wanted):
                return failed(why_unknown(wanted), at, wanted)
            uncertain, why = True, why or why_unknown(wanted)
            continue
        name = evaluate(expression.result_key, inner) if expression.result_key is not None else key
        results.append((name, evaluate(expression.result, inner)))
        if len(results) > MOST_ELEMENTS:
            return unresolved(f"more than {MOST_ELEMENTS:,} elements are not evaluated", at)
    failure = _failure_of((value for _, value in results), scope)
    return failure if failure is not None else _collected(expression, results, uncertain=uncertain, why=why)


def _collected(expression: ForExpression, results: list[tuple[Node, Node]], *, uncertain: bool, why: str) -> Node:
    at = expression.at.span
    if expression.result_key is None:
        return Node(tuple(value for _, value in results), at, open=uncertain, why_open=why)
    made = _object_of(results, at, grouped=expression.grouped, uncertain=uncertain)
    return replace(made, why_open=why) if why else made


def _loop_names(expression: ForExpression, key: Node, value: Node) -> dict[str, Node]:
    return {expression.key: key, expression.value: value} if expression.key else {expression.value: value}


def _wanted(expression: ForExpression, scope: Scope) -> Node:
    if expression.condition is None:
        return Node(content=True, at=expression.at.span)
    return to_primitive(evaluate(expression.condition, scope), "bool")


def _for_without_elements(expression: ForExpression, collection: Node, scope: Scope) -> Node:
    at = expression.at.span
    if collection.is_unknown and not is_failed(collection):
        element = unresolved(why_unknown(collection), at, collection)
        body = evaluate(expression.result, scope.with_names(_loop_names(expression, element, element)))
        return unresolved(why_unknown(collection), at, collection, body)
    return failed("only a list, a set, a map or an object can be walked", at, collection)


def _object_of(results: Iterable[tuple[Node, Node]], at: Span, *, grouped: bool, uncertain: bool) -> Node:
    groups: dict[str, list[Node]] = {}
    strays: list[Node] = []
    for key, value in results:
        name = as_text(_scalar(key))
        if key.content is None or is_failed(key):
            return failed("a key of the object is null or not valid", at)
        if name is None:
            strays.extend((key, value))
            continue
        groups.setdefault(name, []).append(value)
        if len(groups[name]) > 1 and not grouped:
            return failed(f"two elements have the key {name!r}", at)
    if strays and not groups:
        return unresolved(why_unknown(strays[0]), at, *strays)
    entries: Mapping[str, Node] = {
        name: Node(tuple(values), at) if grouped else values[0] for name, values in groups.items()
    }
    return Node(
        entries,
        at,
        open=uncertain or bool(strays),
        why_open=why_open(*strays),
        drawn_from=mentions_of(strays),
    )
