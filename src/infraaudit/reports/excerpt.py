"""Source lines with the values underlined, as a compiler shows them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.reports.printable import cells, columns, visible, wrap
from infraaudit.reports.style import Ink
from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.reports.masking import Masks
    from infraaudit.reports.style import Style
    from infraaudit.source.file import SourceTree
    from infraaudit.source.span import Span

_NARROWEST_GUTTER = 3
_NARROWEST_LABEL = 24
_LONGEST_HANG = 10
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline, with the words to stand there. The main one is underlined with carets."""

    at: Span
    label: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class _Stroke:
    """The part of a mark on one line: character columns from 0, the end exclusive."""

    start: int
    end: int
    label: str
    main: bool


class Excerpt:
    """Draws the marks of one finding, all with a gutter of the same width."""

    def __init__(self, tree: SourceTree, masks: Masks, style: Style, marks: tuple[Mark, ...]) -> None:
        self._tree = tree
        self._masks = masks
        self._style = style
        self._marks = marks
        last = max((mark.at.end_line for mark in marks), default=1)
        self.gutter = max(_NARROWEST_GUTTER, len(str(last)))

    def lines(self, ink: Ink) -> Iterator[str]:
        """Yield the excerpt, file by file; the main mark is drawn in ``ink``."""
        by_file: dict[str, list[Mark]] = defaultdict(list)
        for mark in self._marks:
            by_file[mark.at.path].append(mark)
        for number, marks in enumerate(by_file.values()):
            arrow = "-->" if number == 0 else ":::"
            yield f"{' ' * self.gutter}{self._framed(arrow)} {visible(str(marks[0].at))}"
            rows = list(self._rows(marks, ink))
            if rows and number == 0:
                yield self.bar()
            yield from rows

    def bar(self) -> str:
        """Return an empty line of the gutter."""
        return f"{' ' * self.gutter} {self._framed('|')}"

    def note(self, name: str, text: str) -> Iterator[str]:
        """Yield a note below the excerpt, wrapped beside its own start."""
        lead = f"{' ' * self.gutter} = "
        width = self._style.width
        hang = len(name) + 2 if len(name) <= _LONGEST_HANG else 2
        lines = wrap(f"{name}: {text}", width, lead, " " * (len(lead) + hang))
        for index, line in enumerate(lines):
            if index == 0:
                rest = line.removeprefix(lead)[len(name) + 1 :]
                yield f"{' ' * self.gutter} {self._framed('=')} {self._style.paint(name + ':', Ink.STRONG)}{rest}"
            else:
                yield line

    def _framed(self, text: str) -> str:
        return self._style.paint(text, Ink.FRAME)

    def _rows(self, marks: list[Mark], ink: Ink) -> Iterator[str]:
        file = self._tree.open(marks[0].at.path)
        if not isinstance(file, SourceFile):
            return
        strokes: dict[int, list[_Stroke]] = defaultdict(list)
        for mark in marks:
            for number, stroke in _strokes(mark, file.lines):
                strokes[number].append(stroke)
        before = 0
        for number in sorted(strokes):
            if before and number == before + 2:
                yield self._source(file, before + 1, [], ink)[0]
            elif before and number > before + 1:
                yield self._framed("...")
            yield from self._source(file, number, strokes[number], ink)
            before = number

    def _source(self, file: SourceFile, number: int, strokes: list[_Stroke], ink: Ink) -> list[str]:
        text = self._masks.line(file.path, number, file.lines[number - 1]).rstrip()
        window = _Window(text, strokes[0] if strokes else None, self._style.source_width - self.gutter - 3)
        head = self._framed(f"{number:>{self.gutter}} |")
        rows = [f"{head} {window.text}".rstrip()]
        for stroke in strokes:
            rows.extend(self._underline(window, stroke, ink if stroke.main else Ink.FRAME))
        return rows

    def _underline(self, window: _Window, stroke: _Stroke, ink: Ink) -> Iterator[str]:
        start, end = window.cells(stroke)
        line = ("^" if stroke.main else "-") * (end - start)
        room = self._style.source_width - self.gutter - 3
        left = end + 1
        if cells(stroke.label) <= room - left:
            label = visible(stroke.label)
            yield f"{self.bar()} {' ' * start}{self._style.paint(f'{line} {label}'.rstrip(), ink)}"
            return
        below = room - left < _NARROWEST_LABEL
        indent = max(min(start, room - 2 * _NARROWEST_LABEL), 0) if below else left
        words = wrap(stroke.label, room, " " * indent, " " * indent)
        if below:
            yield f"{self.bar()} {' ' * start}{self._style.paint(line, ink)}"
        else:
            yield f"{self.bar()} {' ' * start}{self._style.paint(f'{line} {next(words).lstrip()}', ink)}"
        for row in words:
            yield f"{self.bar()} {row[:indent]}{self._style.paint(row[indent:], ink)}"


class _Window:
    """What is shown of a line: all of it, or the part around its first stroke where it is too long."""

    def __init__(self, line: str, stroke: _Stroke | None, width: int) -> None:
        shown, self._starts = columns(line)
        self._lead = 0
        first, last = 0, len(line)
        if self._starts[-1] > width:
            if stroke is not None and self._cell(stroke.end) > width - 1:
                first = self._character(max(self._cell(stroke.start) - width // 3, 0))
                self._lead = 1 if first else 0
            last = self._character(self._starts[first] + width - 1 - self._lead)
            shown, _ = columns(line[first:last])
            shown = _ELLIPSIS * self._lead + shown + (_ELLIPSIS if last < len(line) else "")
        self.text = shown
        self._first, self._last = first, last

    def _cell(self, character: int) -> int:
        return self._starts[min(character, len(self._starts) - 1)]

    def _character(self, cell: int) -> int:
        """Return the last character that starts at a cell or before it."""
        return next((index - 1 for index, start in enumerate(self._starts) if start > cell), len(self._starts) - 1)

    def cells(self, stroke: _Stroke) -> tuple[int, int]:
        """Return where a stroke starts and ends in the text that is shown, at least one cell wide."""
        offset = self._starts[self._first] - self._lead
        start = self._cell(min(max(stroke.start, self._first), self._last)) - offset
        end = self._cell(min(max(stroke.end, self._first), self._last)) - offset
        return start, max(end, start + 1)


def _strokes(mark: Mark, lines: list[str]) -> Iterator[tuple[int, _Stroke]]:
    """Yield the strokes of a mark: one, or those of the first and the last line where it spans several."""
    at = mark.at
    first, last, end = at.start_line, at.end_line, at.end_column - 1
    while last > first and (last > len(lines) or not lines[last - 1][:end].strip()):
        last -= 1
        end = len(lines[last - 1].rstrip()) if last <= len(lines) else 0
    if first > len(lines) or not lines[first - 1].strip():
        return
    if first == last:
        yield first, _Stroke(at.start_column - 1, end, mark.label, mark.main)
        return
    yield first, _Stroke(at.start_column - 1, len(lines[first - 1].rstrip()), "", mark.main)
    text = lines[last - 1]
    yield last, _Stroke(len(text) - len(text.lstrip()), end, mark.label, mark.main)
