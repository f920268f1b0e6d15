"""Finds for a stretch of rendered text where a person would change it: in a values file, or in a template."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved, node_from_yaml
from infraaudit.readers.helm.cells import MARK
from infraaudit.source.archive import archive_around
from infraaudit.source.file import SourceFile
from infraaudit.source.span import Span, Step, whole_file
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.helm.cells import Piece, Place, Text
    from infraaudit.readers.helm.evaluator import Engine
    from infraaudit.source.yaml_tree import YamlNode


def line_starts(text: str) -> list[int]:
    """Return the offsets at which the lines of a text start."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


@dataclass
class Lines:
    """The line starts of the templates met so far.

    ``anchors`` are the places at which a person sets what an archive does: in the parent's values, else where it is
    named as a dependency.
    """

    anchors: dict[str, Span] = field(default_factory=dict)
    _starts: dict[str, list[int]] = field(default_factory=dict)

    def span(self, file: SourceFile, start: int, end: int) -> Span:
        """Return the span of a range of characters."""
        starts = self._starts.get(file.path)
        if starts is None:
            starts = self._starts[file.path] = line_starts(file.text)
        first, last = bisect_right(starts, start), bisect_right(starts, end)
        return Span(file.path, first, start - starts[first - 1] + 1, last, end - starts[last - 1] + 1)

    def of(self, place: Place) -> Span:
        """Return the span of a place."""
        return self.span(place.file, place.start, place.end)

    def editable(self, span: Span) -> Span:
        """Return a place that a person can change: nobody edits a file within an archive."""
        archive = outermost_archive(span.path)
        if archive is None:
            if not any(archive_around(step.at.path) for step in span.trail):
                return span
            return replace(span, trail=tuple(step for each in span.trail for step in _outside(each)))
        words = f"used in {span.path.removeprefix(f'{archive}/')} line {span.start_line} of {archive}"
        anchor = self.anchors.get(archive, whole_file(archive))
        return replace(anchor, trail=(Step(words, whole_file(archive)),))


def outermost_archive(path: str) -> str | None:
    """Return the archive in the tree that a path leads into; the path may lead into one within it."""
    found, around = None, archive_around(path)
    while around is not None:
        found, around = around, archive_around(around)
    return found


def _outside(step: Step) -> Iterator[Step]:
    """Yield a step as it is shown: one within an archive stands at the archive."""
    archive = outermost_archive(step.at.path)
    if archive is None:
        yield step
    else:
        inner = step.at.path.removeprefix(f"{archive}/")
        yield Step(f"used in {inner} line {step.at.start_line} of {archive}", whole_file(archive))


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a piece that lies in a stretch, and where the part starts in the piece."""

    piece: Piece
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.piece.text[self.start : self.end]


class Document:
    """One rendered document: its YAML is read from ``file``, and its nodes are then given their true places."""

    def __init__(self, path: str, text: Text, lines: Lines, engine: Engine) -> None:
        self.file = SourceFile(path, str(text))
        self._pieces = text.pieces
        self._lines = lines
        self._engine = engine
        self._starts = line_starts(self.file.text)
        self._offsets: list[int] = []
        offset = 0
        for piece in self._pieces:
            self._offsets.append(offset)
            offset += len(piece.text)

    def node(self, tree: YamlNode) -> Node:
        """Return a document as values with their places; what holds a stand-in is unknown."""
        node = node_from_yaml(tree, Dialect.KUBERNETES)
        body = self._placed(node)
        metadata = node["metadata"]
        name = "generateName" if metadata["name"].is_absent else "name"
        if not metadata[name].is_scalar or not isinstance(body.content, dict):
            return body
        # An object is found by its name in the template: several may share one name in a values file.
        entries = dict(body["metadata"].items())
        entries[name] = replace(entries[name], at=self.place(metadata[name].at, scalar=True, origins=False))
        return replace(body, content={**body.content, "metadata": replace(body["metadata"], content=entries)})

    def _placed(self, node: Node) -> Node:
        at = self.place(node.at, scalar=not (node.is_mapping or node.is_list))
        key_at = None if node.key_at is None else self.place(node.key_at, scalar=True)
        if isinstance(node.content, str) and MARK in node.content:
            return Node(Unresolved(self._engine.why(node.content)), at, key_at)
        if node.is_mapping:
            entries = {key: self._placed(each) for key, each in node.items() if MARK not in key}
            return replace(
                node, content=entries, at=at, key_at=key_at, open=node.open or len(entries) < len(node.items())
            )
        if node.is_list:
            return replace(node, content=tuple(self._placed(each) for each in node.each()), at=at, key_at=key_at)
        return replace(node, at=at, key_at=key_at)

    def place(self, span: Span, *, scalar: bool, origins: bool = True) -> Span:
        """Return the true place of a stretch of the rendered text, as a person can change it."""
        return self._lines.editable(self._origin(span, scalar=scalar, origins=origins))

    def _origin(self, span: Span, *, scalar: bool, origins: bool) -> Span:
        start, end = self._offset(span.start_line, span.start_column), self._offset(span.end_line, span.end_column)
        if scalar and end - start > 1 and self.file.text[start] in "\"'" and self.file.text[end - 1] in "\"'":
            start, end = start + 1, end - 1
        copied = self._copied(start, end)
        if copied is not None:
            return copied
        parts = self._parts(start, end)
        if not parts:
            return span
        used = self._used(parts, start, end)
        sources = list(dict.fromkeys(part.piece.origin for part in parts))
        known = [source for source in sources if source is not None]
        if not origins or not known:
            return used
        if len(known) == len(sources) and (len(known) == 1 or (not scalar and len({each.path for each in known}) == 1)):
            first, last = min(known, key=lambda each: each.order), max(known, key=lambda each: each.order)
            whole = first if len(known) == 1 else first.until(last)
            return whole.via(f"used in {used.path}", used)
        for source in known:
            used = used.via(source.path, source) if scalar else used
        return used

    def _copied(self, start: int, end: int) -> Span | None:
        """Return the place of a stretch that was copied from one text of the template itself; most are."""
        index = bisect_right(self._offsets, start) - 1
        if index < 0 or start >= end:
            return None
        piece, within = self._pieces[index], start - self._offsets[index]
        place = piece.place
        if place is None or not place.linear or piece.origin is not None or piece.outer is not None:
            return None
        if within + end - start > len(piece.text):
            return None
        return self._lines.span(place.file, place.start + within, place.start + within + end - start)

    def _offset(self, line: int, column: int) -> int:
        if line > len(self._starts):
            return len(self.file.text)
        return min(self._starts[line - 1] + column - 1, len(self.file.text))

    def _parts(self, start: int, end: int) -> list[_Part]:
        """Return the pieces of a stretch without those that are blank; of an empty one, the piece before it."""
        if not self._pieces:
            return []
        index = max(bisect_right(self._offsets, start) - 1, 0)
        if start >= end:
            piece = self._pieces[index]
            inner = min(start - self._offsets[index], len(piece.text))
            return [_Part(piece, inner, inner)]
        parts: list[_Part] = []
        while index < len(self._pieces) and self._offsets[index] < end:
            piece, offset = self._pieces[index], self._offsets[index]
            parts.append(_Part(piece, max(start - offset, 0), min(end - offset, len(piece.text))))
            index += 1
        written = [part for part in parts if part.text.strip()]
        return written or parts

    def _used(self, parts: list[_Part], start: int, end: int) -> Span:
        """Return the stretch of a template that printed some parts."""
        outers = [part.piece.outer for part in parts]
        outer = outers[0]
        within = outer is not None and all(each is outer for each in outers)
        if outer is not None and within:
            if self._is_all_of(outer, start, end):
                return self._lines.of(outer)
            spans = [self._inner_span(part) for part in parts]
        else:
            spans = [self._outer_span(part) for part in parts]
        first, last = spans[0], spans[-1]
        is_forward = first.path == last.path and first.order <= last.order
        return first.until(last) if is_forward else first

    def _is_all_of(self, outer: Place, start: int, end: int) -> bool:
        """Tell whether nothing but a stretch was printed by an action around it."""
        before, after = self._neighbour(start, -1), self._neighbour(end, 1)
        return before is not outer and after is not outer

    def _neighbour(self, offset: int, step: int) -> Place | None:
        """Return the action that printed the nearest character that is no blank, before or after an offset."""
        position = offset - 1 if step < 0 else offset
        while 0 <= position < len(self.file.text) and self.file.text[position] in " \t\n\"'":
            position += step
        if not 0 <= position < len(self.file.text):
            return None
        return self._pieces[bisect_right(self._offsets, position) - 1].outer

    def _inner_span(self, part: _Part) -> Span:
        place = part.piece.place
        if place is None:
            return Span(self.file.path, 1, 1, 1, 1)
        if place.linear:
            return self._lines.span(place.file, place.start + part.start, place.start + part.end)
        return self._lines.of(place)

    def _outer_span(self, part: _Part) -> Span:
        return self._inner_span(part) if part.piece.outer is None else self._lines.of(part.piece.outer)
