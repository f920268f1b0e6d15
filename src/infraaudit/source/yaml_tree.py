"""YAML with places: a tree composed of libyaml events, each node knowing its span, and a resolver per dialect.

PyYAML's own composer and resolver are not used: the composer refuses an anchor that is defined twice, and the
resolver follows YAML 1.1, which reads ``22:22`` as 1342 and ``2024-01-01`` as a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import yaml

from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile

DEEPEST = 200
"""Nesting beyond this is refused; real manifests stay below 40."""

MOST_NODES = 2_000_000
"""Nodes in one file after aliases are expanded; more is a bomb, not a manifest."""

Scalar = str | int | float | bool | None


class Dialect(Enum):
    """Which program will read the file, for programs disagree on what a plain scalar means."""

    CORE = auto()
    """YAML 1.2 core schema: Compose, Helm values."""

    KUBERNETES = auto()
    """The core schema, with the booleans and octals of YAML 1.1 that the Go library of Kubernetes keeps."""


@dataclass(frozen=True, slots=True)
class YamlScalar:
    """A scalar as written: its text after unquoting, and whether it was plain."""

    text: str
    plain: bool
    tag: str | None
    at: Span


@dataclass(frozen=True, slots=True)
class YamlSequence:
    """A list of nodes."""

    items: tuple[YamlNode, ...]
    tag: str | None
    at: Span


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """Pairs in the order written; a key may be any node, and a duplicate stays in the list."""

    pairs: tuple[tuple[YamlNode, YamlNode], ...]
    tag: str | None
    at: Span


YamlNode = YamlScalar | YamlSequence | YamlMapping


@dataclass(frozen=True, slots=True)
class YamlDocuments:
    """The documents of one file, and what was wrong with it. Documents before a syntax error are kept."""

    documents: tuple[YamlNode, ...]
    problems: tuple[Problem, ...] = ()


def parse_yaml(file: SourceFile) -> YamlDocuments:
    """Read all documents of a file. Never raises for what the file holds; it reports instead."""
    composer = _Composer(file)
    documents: list[YamlNode] = []
    problems: list[Problem] = []
    try:
        documents.extend(composer.documents())
    except yaml.MarkedYAMLError as error:
        problems.append(_syntax_problem(file, error))
        documents.extend(composer.finished)
    except _RefusedError as error:
        problems.append(Problem(ProblemKind.TOO_LARGE, error.at, str(error)))
        documents.extend(composer.finished)
    except yaml.reader.ReaderError as error:
        span = file.span_of_text(error.position, error.position)
        problems.append(Problem(ProblemKind.SYNTAX, span, f"a character that YAML forbids: {error.character!r}"))
    problems.extend(composer.problems)
    return YamlDocuments(tuple(documents), tuple(problems))


def _syntax_problem(file: SourceFile, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = min(mark.line + 1, len(file.lines)) if mark else 1
    column = mark.column + 1 if mark else 1
    words = " ".join(part for part in (error.context, error.problem) if part)
    return Problem(ProblemKind.SYNTAX, Span(file.path, line, column, line, column), words or "not valid YAML")


class _RefusedError(Exception):
    """The document is beyond the limits that make it safe to read."""

    def __init__(self, message: str, at: Span) -> None:
        super().__init__(message)
        self.at = at


@dataclass
class _Composer:
    """Builds nodes from events; one instance reads one file."""

    file: SourceFile
    finished: list[YamlNode] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _anchors: dict[str, YamlNode] = field(default_factory=dict)
    _sizes: dict[int, int] = field(default_factory=dict)
    _count: int = 0

    def documents(self) -> Iterator[YamlNode]:
        events = yaml.parse(self.file.text, Loader=_LOADER)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                self.finished.append(self._node(next(events), events, 0))
        yield from self.finished
        self.finished = []

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> YamlNode:  # noqa: ANN401 - PyYAML is untyped
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._count
        self._count += 1
        start = self._span(event)
        if depth > DEEPEST:
            message = f"nested deeper than {DEEPEST} levels"
            raise _RefusedError(message, start)
        node: YamlNode
        if isinstance(event, yaml.ScalarEvent):
            node = YamlScalar(event.value, bool(event.style is None), _explicit_tag(event), start)
        elif isinstance(event, yaml.SequenceStartEvent):
            items: list[YamlNode] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self._node(inner, events, depth + 1))
            node = YamlSequence(tuple(items), _explicit_tag(event), start.until(self._end(inner, items)))
        else:
            pairs: list[tuple[YamlNode, YamlNode]] = []
            while not isinstance(inner := next(events), yaml.MappingEndEvent):
                key = self._node(inner, events, depth + 1)
                pairs.append((key, self._node(next(events), events, depth + 1)))
            node = YamlMapping(
                tuple(pairs), _explicit_tag(event), start.until(self._end(inner, [value for _, value in pairs]))
            )
            self._report_duplicates(node)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
            self._sizes[id(node)] = self._count - before
        return node

    def _alias(self, event: Any) -> YamlNode:  # noqa: ANN401 - PyYAML is untyped
        node = self._anchors.get(event.anchor)
        if node is None:
            span = self._span(event)
            self.problems.append(Problem(ProblemKind.SYNTAX, span, f"the alias *{event.anchor} names no anchor"))
            return YamlScalar("", plain=True, tag=None, at=span)
        self._count += self._sizes.get(id(node), 1)
        if self._count > MOST_NODES:
            message = f"aliases expand to more than {MOST_NODES:,} nodes"
            raise _RefusedError(message, self._span(event))
        return node

    def _report_duplicates(self, node: YamlMapping) -> None:
        seen: set[str] = set()
        for key, _ in node.pairs:
            if not isinstance(key, YamlScalar) or key.text == "<<":
                continue
            if key.text in seen:
                self.problems.append(Problem(ProblemKind.NOTE, key.at, f"the key {key.text!r} stands here twice"))
            seen.add(key.text)

    def _span(self, event: Any) -> Span:  # noqa: ANN401 - PyYAML is untyped
        start, end = event.start_mark, event.end_mark
        return Span(self.file.path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _end(self, event: Any, children: list[YamlNode]) -> Span:  # noqa: ANN401 - PyYAML is untyped
        """Return the end of a collection: of its last child in block style, of the bracket in flow style."""
        end = self._span(event)
        if event.start_mark.index == event.end_mark.index and children:
            last = children[-1].at
            if (last.end_line, last.end_column) <= (end.end_line, end.end_column):
                return last
        return end


def _explicit_tag(event: Any) -> str | None:  # noqa: ANN401 - PyYAML is untyped
    tag: str | None = event.tag
    return tag if tag and tag != "!" else None


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OLD_OCTAL = re.compile(r"[-+]?0[0-7]+")
_NOT_FINITE = {
    ".inf": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OLD_BOOLEANS = {
    word: value
    for value, words in ((True, ("y", "yes", "on")), (False, ("n", "no", "off")))
    for lower in words
    for word in (lower, lower.capitalize(), lower.upper())
}
_STRING_TAG = "tag:yaml.org,2002:str"


def resolve_scalar(scalar: YamlScalar, dialect: Dialect) -> Scalar:
    """Return what a program of this dialect makes of a scalar."""
    if not scalar.plain or scalar.tag == _STRING_TAG:
        return scalar.text
    text = scalar.text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if dialect is Dialect.KUBERNETES and text in _OLD_BOOLEANS:
        return _OLD_BOOLEANS[text]
    return _number(text, dialect)


def _number(text: str, dialect: Dialect) -> Scalar:
    if dialect is Dialect.KUBERNETES and _OLD_OCTAL.fullmatch(text):
        return int(text, 8)
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text, 0)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return int(number) if "." not in text and number.is_integer() and abs(number) < 2**63 else number
    return _NOT_FINITE.get(text.lower(), text)
