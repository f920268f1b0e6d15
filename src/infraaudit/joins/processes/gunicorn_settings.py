"""Reads a gunicorn configuration file of the tree: assignments of literals, and nothing of it is run."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from infraaudit.joins.processes.words import Word, hole, plain
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Script

NAMES = frozenset(
    {
        "workers", "threads", "bind", "worker_class", "keepalive", "reload", "timeout", "graceful_timeout",
        "max_requests", "max_requests_jitter", "preload_app", "worker_tmp_dir", "wsgi_app",
    },
)  # fmt: skip
"""The settings that matter here."""

_CPU_FUNCTIONS = frozenset({"cpu_count", "process_cpu_count", "sched_getaffinity"})
_HARMLESS_FUNCTIONS = _CPU_FUNCTIONS | {"int", "len", "max", "round", "float"}


def settings_of(script: Script) -> Mapping[str, Word] | None:
    """Return the settings that a file assigns at its top, ``None`` where the file cannot be read.

    A setting that is worked out, or set under a condition, is a hole that says so.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(script.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    last: dict[str, tuple[ast.expr, bool]] = {}
    for statement in module.body:
        at_top = isinstance(statement, ast.Assign | ast.AnnAssign)
        last.update((name, (value, at_top)) for name, value in _assignments(statement) if name in NAMES)
    return {name: _word(script, name, value, certain=certain) for name, (value, certain) in last.items()}


def _assignments(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a statement assigns to plain names, inside its blocks too, but not inside functions."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name):
            if node.value is not None:
                yield node.target.id, node.value
        elif isinstance(node, ast.stmt | ast.ExceptHandler) and not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            waiting.extend(ast.iter_child_nodes(node))


def _word(script: Script, name: str, value: ast.expr, *, certain: bool) -> Word:
    at = _span(script.path, script.text, value)
    counting = certain and _counts_cpus(value)
    source = ast.get_source_segment(script.text, value) or name
    if counting:
        return hole(source, at, f"{source} counts the CPUs of the machine", source)
    literal = _literal(value)
    if literal is None or not certain:
        return hole(source, at, f"{name} is worked out in {script.path}")
    return plain(literal, at)


def _literal(value: ast.expr) -> str | None:
    if isinstance(value, ast.List | ast.Tuple) and len(value.elts) == 1:
        return _literal(value.elts[0])
    if isinstance(value, ast.Constant) and isinstance(value.value, str | int | bool):
        return str(value.value)
    return None


def _counts_cpus(value: ast.expr) -> bool:
    """Tell whether an expression follows the number of CPUs without a bound or a variable that could change it."""
    called = {_name(node.func) for node in ast.walk(value) if isinstance(node, ast.Call)}
    bounded = any(isinstance(node, ast.IfExp | ast.Subscript) for node in ast.walk(value))
    return bool(called & _CPU_FUNCTIONS) and called <= _HARMLESS_FUNCTIONS and not bounded


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _span(path: str, text: str, node: ast.expr) -> Span:
    """Return the place of an expression; the parser counts columns in bytes."""
    lines = text.split("\n")
    start, end = node.lineno, node.end_lineno or node.lineno
    first = len(lines[start - 1].encode()[: node.col_offset].decode(errors="replace"))
    last = len(lines[end - 1].encode()[: node.end_col_offset or 0].decode(errors="replace"))
    return Span(path, start, first + 1, end, last + 1)
