"""Lowers strings, heredocs and templates of a parsed file; their expressions are lowered by the class on top."""

from __future__ import annotations

from abc import ABC, abstractmethod
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
from infraaudit.source.hcl_tree import Broken, BytePlace, Expression, Literal, Place, Template
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from tree_sitter import Node as Parsed

    from infraaudit.source.file import SourceFile

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


class TextLowering(ABC):
    """Lowers the texts of one parse of a piece of a file that begins ``base`` bytes into it."""

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

    def text_at(self, start: int, end: int) -> str:
        """Return a range of bytes of the piece as text."""
        return self.data[start:end].decode(errors="replace")

    def name_of(self, node: Parsed) -> str:
        """Return the text of a node."""
        return self.text_at(node.start_byte, node.end_byte)

    @abstractmethod
    def expression(self, node: Parsed, depth: int = 0) -> Expression:
        """Lower one ``expression`` node."""

    def first_expression(self, node: Parsed, depth: int) -> Expression:
        """Lower the first expression below a node."""
        for child in node.children:
            if child.type == "expression":
                return self.expression(child, depth)
        return Broken(self.place(node.start_byte, node.end_byte))

    def string(self, node: Parsed, _: int) -> Expression:
        """Lower a quoted string without templates."""
        place = self.place(node.start_byte, node.end_byte)
        return Literal(self.string_text(node), place)

    def string_text(self, node: Parsed) -> str:
        """Return the meaning of a ``string_lit``, cut at the end of its line where the quote is not closed there."""
        text = self.text_at(node.children[0].end_byte, node.children[-1].start_byte)
        if "\n" in text:
            text = text.partition("\n")[0]
            end = node.start_byte + 1 + len(text.encode())
            self.report(self.place(node.start_byte, end), "a quoted string ends on the line where it begins")
        return unescape_quoted(text)

    def template(self, node: Parsed, depth: int) -> Expression:
        """Lower a quoted template or a heredoc."""
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
                texts.append(self.text_at(cursor, child.start_byte))
                cursor = child.end_byte
        texts.append(self.text_at(cursor, end))
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
        text = self.text_at(start, end)
        if quoted:
            pieces.append(unescape_quoted(text))
        else:
            pieces.extend(unescape_heredoc(line) for line in cut_lines(text))

    def _marked(self, node: Parsed, depth: int) -> Marked:
        children = children_of(node)
        names = [self.name_of(child) for child in children if child.type == "identifier"]
        expression: Expression | None = None
        if node.type in {"template_interpolation", "template_if_intro", "template_for_start"}:
            expression = self.first_expression(node, depth)
        markers = [index for index, child in enumerate(children) if child.type == "strip_marker"]
        return Marked(
            _OPENINGS[node.type],
            expression,
            key=names[0] if len(names) == _KEY_AND_VALUE else "",
            value=names[-1] if names else "",
            strip_before=1 in markers,
            strip_after=len(children) - 2 in markers and len(children) - 2 != 1,
        )


def children_of(node: Parsed) -> list[Parsed]:
    """Return the children of a node that are no comments."""
    return [child for child in node.children if child.type != "comment"]
