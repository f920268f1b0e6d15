"""Composes the YAML tree of libyaml's events, and reports what is wrong with a file.

PyYAML's own composer is not used: it refuses an anchor that is defined twice, and it does not count what aliases
expand to.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import yaml

from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import Span
from infraaudit.source.yaml_tree import YamlMapping, YamlNode, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile

DEEPEST = 200
"""Nesting beyond this is refused; real manifests stay below 40."""

MOST_NODES = 2_000_000
"""Nodes in one file after aliases are expanded; more is a bomb, not a manifest."""

_TOO_DEEP = f"nested deeper than {DEEPEST} levels"

_LIBYAML_DEPTH = "exceeded maximum nesting depth"
"""What libyaml says, from 0.2.6 on, of nesting that it refuses before the composer can count it."""

_PLAIN = (None, "")
"""The style of a plain scalar: ``None`` from PyYAML's own parser, an empty string from libyaml."""


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
        problems.append(composer.syntax_problem(error))
        documents.extend(composer.finished)
    except _RefusedError as error:
        problems.append(Problem(ProblemKind.TOO_LARGE, error.at, str(error)))
        documents.extend(composer.finished)
    except yaml.reader.ReaderError as error:
        span = file.span_of_bytes(error.position, error.position)
        problems.append(Problem(ProblemKind.SYNTAX, span, f"a character that YAML forbids: {_code_point(error)}"))
        documents.extend(composer.finished)
    problems.extend(composer.problems)
    return YamlDocuments(tuple(documents), tuple(problems))


def _code_point(error: yaml.reader.ReaderError) -> str:
    character = error.character
    return f"U+{character if isinstance(character, int) else ord(character):04X}"


class _RefusedError(Exception):
    """The document is beyond the limits that make it safe to read."""

    def __init__(self, message: str, at: Span) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class _Extent:
    """How much an anchored node stands for wherever an alias names it: its nodes, and the levels below it."""

    nodes: int
    depth: int


@dataclass
class _Composer:
    """Builds nodes from events; one instance reads one file."""

    file: SourceFile
    finished: list[YamlNode] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _anchors: dict[str, YamlNode] = field(default_factory=dict)
    _extents: dict[int, _Extent] = field(default_factory=dict)
    _count: int = 0
    _deepest: int = 0
    _line_starts: list[int] | None = None

    def __post_init__(self) -> None:
        if _OTHER_LINE_BREAK.search(self.file.text):
            self._line_starts = [0, *(found.end() for found in re.finditer("\n", self.file.text))]

    def syntax_problem(self, error: yaml.MarkedYAMLError) -> Problem:
        mark = error.problem_mark or error.context_mark
        line, column = self._position(mark) if mark else (1, 1)
        words = " ".join(part for part in (error.context, error.problem) if part)
        at = Span(self.file.path, line, column, line, column)
        if _LIBYAML_DEPTH in words:
            return Problem(ProblemKind.TOO_LARGE, at, _TOO_DEEP)
        return Problem(ProblemKind.SYNTAX, at, words or "not valid YAML")

    def documents(self) -> Iterator[YamlNode]:
        # A lone surrogate cannot reach the parser: the bytes hold a question mark in its place.
        events = yaml.parse(self.file.data.decode(), Loader=_LOADER)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                self.finished.append(self._node(next(events), events, 0))
        yield from self.finished
        self.finished = []

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> YamlNode:  # noqa: ANN401 - PyYAML is untyped
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        before, deepest_before = self._count, self._deepest
        self._count += 1
        self._deepest = depth
        self._refuse_depth(depth, event)
        node: YamlNode
        if isinstance(event, yaml.ScalarEvent):
            node = YamlScalar(event.value, event.style in _PLAIN, _explicit_tag(event), self._scalar_span(event))
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event, events, depth)
        else:
            node = self._mapping(event, events, depth)
            self._report_duplicates(node)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
            self._extents[id(node)] = _Extent(self._count - before, self._deepest - depth)
        self._deepest = max(self._deepest, deepest_before)
        return node

    def _sequence(self, event: Any, events: Iterator[Any], depth: int) -> YamlSequence:  # noqa: ANN401 - see above
        start = last = self._span(event)
        items: list[YamlNode] = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(self._node(inner, events, depth + 1))
            last = self._written(inner, items[-1])
        return YamlSequence(tuple(items), _explicit_tag(event), start.until(self._end(inner, last)))

    def _mapping(self, event: Any, events: Iterator[Any], depth: int) -> YamlMapping:  # noqa: ANN401 - see above
        start = last = self._span(event)
        pairs: list[tuple[YamlNode, YamlNode]] = []
        while not isinstance(inner := next(events), yaml.MappingEndEvent):
            key = self._node(inner, events, depth + 1)
            value = next(events)
            pairs.append((key, self._node(value, events, depth + 1)))
            last = self._written(value, pairs[-1][1])
        return YamlMapping(tuple(pairs), _explicit_tag(event), start.until(self._end(inner, last)))

    def _refuse_depth(self, depth: int, event: Any) -> None:  # noqa: ANN401 - PyYAML is untyped
        if depth > DEEPEST:
            raise _RefusedError(_TOO_DEEP, self._span(event))

    def _alias(self, event: Any, depth: int) -> YamlNode:  # noqa: ANN401 - PyYAML is untyped
        node = self._anchors.get(event.anchor)
        if node is None:
            span = self._span(event)
            self.problems.append(Problem(ProblemKind.SYNTAX, span, f"the alias *{event.anchor} names no anchor"))
            return YamlScalar("", plain=True, tag=None, at=span)
        extent = self._extents[id(node)]
        self._count += extent.nodes
        self._deepest = max(self._deepest, depth + extent.depth)
        self._refuse_depth(depth + extent.depth, event)
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

    def _position(self, mark: Any) -> tuple[int, int]:  # noqa: ANN401 - PyYAML is untyped
        """Return the line and column of a mark. YAML breaks lines at more characters than an editor does."""
        if self._line_starts is None:
            return (mark.line + 1, mark.column + 1) if mark.line < len(self.file.lines) else self._last_position()
        line = bisect_right(self._line_starts, mark.index)
        return line, mark.index - self._line_starts[line - 1] + 1

    def _last_position(self) -> tuple[int, int]:
        """Return the end of the text, which libyaml takes for the start of another line."""
        return len(self.file.lines), len(self.file.lines[-1]) + 1

    def _span(self, event: Any) -> Span:  # noqa: ANN401 - PyYAML is untyped
        return Span(self.file.path, *self._position(event.start_mark), *self._position(event.end_mark))

    def _scalar_span(self, event: Any) -> Span:  # noqa: ANN401 - PyYAML is untyped
        """Return where a scalar's text stands: without its anchor and tag, and without the blank lines after it."""
        span = self._span(event)
        if event.style in {"|", ">"}:
            line = span.end_line if span.end_column > 1 else span.end_line - 1
            while line > span.start_line and not self.file.lines[line - 1].strip():
                line -= 1
            return replace(span, end_line=line, end_column=len(self.file.lines[line - 1]) + 1)
        is_labelled = event.anchor is not None or event.tag is not None
        if is_labelled and event.style in _PLAIN and event.value and span.start_line == span.end_line:
            return replace(span, start_column=span.end_column - len(event.value))
        return span

    def _written(self, event: Any, node: YamlNode) -> Span:  # noqa: ANN401 - PyYAML is untyped
        """Return where a child was written: an alias stands elsewhere than the node that it names."""
        return self._span(event) if isinstance(event, yaml.AliasEvent) else node.at

    def _end(self, event: Any, last: Span) -> Span:  # noqa: ANN401 - PyYAML is untyped
        """Return the end of a collection: of its last child in block style, of the bracket in flow style."""
        return last if event.start_mark.index == event.end_mark.index else self._span(event)


def _explicit_tag(event: Any) -> str | None:  # noqa: ANN401 - PyYAML is untyped
    tag: str | None = event.tag
    return tag if tag and tag != "!" else None


_OTHER_LINE_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
