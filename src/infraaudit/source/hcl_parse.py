"""Reads HCL: parses with tree-sitter, lowers to the tree of ``hcl_tree``, and keeps what is sound of a broken file."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_explain import explanation_of
from infraaudit.source.hcl_lower import DEEPEST, ExpressionLowering
from infraaudit.source.hcl_strict import brace_lines, crowded_lines, duplicate_arguments, label_templates
from infraaudit.source.hcl_tree import (
    Attribute,
    Block,
    Body,
    Broken,
    BytePlace,
    Expression,
    FixedPlace,
    HclDocument,
    Label,
    Place,
)
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node as Parsed
    from tree_sitter import Parser

    from infraaudit.source.hcl_strict import Remark
    from infraaudit.source.span import Span

MOST_PROBLEMS = 20
"""Problems of one file beyond this say nothing more."""

_HEAD = re.compile(
    r"(resource|data|ephemeral|variable|output|module|locals|provider|terraform|moved|import|check|removed)"
    r"((?:[ \t]+(?:\"[^\"\n]*\"|[\w-]+))*)[ \t]*\{",
)
_SCIENTIFIC = re.compile(rb"(?<![\w.])[0-9]+[eE][-+]?[0-9]+(?![\w.])")
_LABEL = re.compile(r"\"([^\"\n]*)\"|([\w-]+)")
_HEREDOC = re.compile(r"<<-?([^\W\d]\w*)[ \t]*$")


@cache
def _parser() -> Parser:
    import tree_sitter_hcl  # noqa: PLC0415 - a compiled grammar that most commands do not need
    from tree_sitter import Language, Parser  # noqa: PLC0415 - see above

    return Parser(Language(tree_sitter_hcl.language()))


def parse_hcl(file: SourceFile) -> HclDocument:
    """Read one file of HCL. Never raises for what the file holds; it reports instead."""
    root = _parser().parse(file.data).root_node
    if root.has_error:
        root = _parser().parse(_readable(file.data)).root_node
    if not root.has_error:
        lowering = _BodyLowering(file, file.data)
        body = lowering.file_body(root)
        return HclDocument(body, tuple(lowering.problems[:MOST_PROBLEMS]))
    return _parse_broken(file)


def _readable(data: bytes) -> bytes:
    """Return text of the same length that the grammar reads: it does not know ``1e3``, which is a valid number.

    Only the shape of the tree comes from this text; what stands in the file is read from the file.
    """
    return _SCIENTIFIC.sub(lambda match: b"0" * len(match[0]), data)


def parse_template(text: str, at: Span) -> Expression:
    """Read a template that is a whole string: one of Terraform's JSON syntax. Every place in it is ``at``."""
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'
    if "${" in quoted or "%{" in quoted:
        # Quotes inside of an interpolation belong to its expression and must not be escaped.
        quoted = _unescape_interpolations(quoted)
    data = f"x = {quoted}\n".encode()
    root = _parser().parse(data).root_node
    if root.has_error:
        return Broken(FixedPlace(at, text))
    lowering = _StringLowering(at, data)
    attribute = lowering.file_body(root).attributes.get("x")
    return attribute.value if attribute is not None and not lowering.problems else Broken(FixedPlace(at, text))


def _unescape_interpolations(quoted: str) -> str:
    result: list[str] = []
    depth = 0
    index = 0
    while index < len(quoted):
        if quoted.startswith(("${", "%{"), index) and not (depth == 0 and quoted[index - 1] == quoted[index]):
            depth += 1
            result.append(quoted[index : index + 2])
            index += 2
        elif depth and quoted[index] in "{}":
            depth += 1 if quoted[index] == "{" else -1
            result.append(quoted[index])
            index += 1
        elif depth and quoted[index] == "\\":
            result.append(quoted[index + 1] if quoted[index + 1] in '\\"' else " ")
            index += 2
        else:
            result.append(quoted[index])
            index += 1
    return "".join(result)


def parse_template_file(file: SourceFile) -> Expression:
    """Read a whole file as one template, the way ``templatefile`` does."""
    marker = "END_OF_TEMPLATE"
    while marker in file.text:
        marker += "_"
    head = f"x = <<{marker}\n".encode()
    body = file.data
    data = head + body + f"\n{marker}\n".encode()
    root = _parser().parse(data).root_node
    found = _find(root, "heredoc_template")
    whole = BytePlace(file, 0, len(body))
    if root.has_error or found is None:
        return Broken(whole)
    lowering = ExpressionLowering(file, data, -len(head))
    return lowering.template_of(found, (len(head), len(head) + len(body)), whole, flush=False)


def _find(root: Parsed, type_: str) -> Parsed | None:
    node: Parsed | None = root
    while node is not None and node.type != type_:
        node = node.children[-1] if node.children else None
    return node


# -- bodies --------------------------------------------------------------------------------------------------------


class _BodyLowering(ExpressionLowering):
    """Lowers bodies and blocks too."""

    def file_body(self, root: Parsed) -> Body:
        """Lower the body of a file; blocks inside of an ERROR node are kept, its loose arguments are not."""
        items: list[Parsed] = []
        damaged = False
        waiting = list(reversed(root.children))
        while waiting:
            node = waiting.pop()
            if node.type == "body":
                waiting.extend(reversed(node.children))
            elif node.type == "ERROR":
                damaged = True
                waiting.extend(child for child in reversed(node.children) if child.type in {"block", "ERROR"})
            elif node.type in {"attribute", "block"}:
                items.append(node)
            elif node.type == "object":
                place = self.place(node.start_byte, node.end_byte)
                self.report(place, "an object stands where arguments and blocks belong, as in JSON")
        self._remark(crowded_lines(items))
        return self._body(items, self.place(root.start_byte, root.end_byte), 0, damaged=damaged)

    def _body(self, items: list[Parsed], place: Place, depth: int, *, damaged: bool) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        self._remark(duplicate_arguments([item.children[0] for item in items if item.type == "attribute"]))
        for item in items:
            if item.type == "block":
                block = self._block(item, depth + 1)
                if block is None:
                    damaged = True
                else:
                    blocks.append(block)
                continue
            attribute = self._attribute(item)
            if attribute is None:
                damaged = True
            else:
                attributes.setdefault(attribute.name, attribute)
        return Body(attributes, tuple(blocks), place, damaged)

    def _attribute(self, node: Parsed) -> Attribute | None:
        children = [child for child in node.children if child.type != "comment"]
        if len(children) != 3 or children[0].is_missing:  # noqa: PLR2004 - name, equals sign, value
            return None
        name = children[0]
        place = self.place(node.start_byte, node.end_byte)
        name_place = self.place(name.start_byte, name.end_byte)
        value = Broken(place) if node.has_error else self.expression(children[2])
        return Attribute(self.name_of(name), value, name_place, place)

    def _block(self, node: Parsed, depth: int) -> Block | None:
        if depth > DEEPEST:
            message = f"blocks nested deeper than {DEEPEST} levels"
            self.report(self.place(node.start_byte, node.end_byte), message, ProblemKind.TOO_LARGE)
            return None
        opening = closing = None
        head: list[Parsed] = []
        items: list[Parsed] = []
        damaged = False
        for child in node.children:
            if child.type == "block_start":
                opening = child
            elif child.type == "block_end":
                closing = child
            elif child.type == "body":
                items.extend(each for each in child.children if each.type in {"attribute", "block"})
                damaged = damaged or any(each.type == "ERROR" for each in child.children)
            elif child.type in {"identifier", "string_lit"}:
                head.append(child)
            brace = child.type in {"block_start", "block_end"}
            damaged = damaged or child.type == "ERROR" or child.is_missing or (brace and child.has_error)
        if not head:
            return None
        self._remark(label_templates(head[1:]))
        self._remark(crowded_lines(items))
        self._remark(brace_lines(opening, items, closing))
        labels = tuple(self._label(each) for each in head[1:])
        inner = self.place(opening.end_byte if opening else head[-1].end_byte, node.end_byte)
        body = self._body(items, inner, depth, damaged=damaged)
        head_place = self.place(head[0].start_byte, head[-1].end_byte)
        return Block(self.name_of(head[0]), labels, body, head_place, self.place(node.start_byte, node.end_byte))

    def _label(self, node: Parsed) -> Label:
        text = self.string_text(node) if node.type == "string_lit" else self.name_of(node)
        return Label(text, self.place(node.start_byte, node.end_byte))

    def _remark(self, remarks: Iterable[Remark]) -> None:
        for node, message in remarks:
            self.report(self.place(node.start_byte, node.end_byte), message)


class _StringLowering(_BodyLowering):
    """Lowers what was taken out of a string of another format: everything stands where that string stands."""

    def __init__(self, at: Span, data: bytes) -> None:
        super().__init__(SourceFile(at.path, ""), data)
        self._at = at

    def place(self, start: int, end: int) -> Place:
        """Return the place of the string."""
        return FixedPlace(self._at, self.text_at(start, end))


# -- broken files --------------------------------------------------------------------------------------------------


def _parse_broken(file: SourceFile) -> HclDocument:
    """Read a file with syntax errors block by block, so that a bad block loses only itself."""
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    problems: list[Problem] = []
    for start, end, head in _pieces_of(file):
        data = file.data[start:end]
        root = _parser().parse(_readable(data)).root_node
        lowering = _BodyLowering(file, data, start)
        body = lowering.file_body(root)
        errors = [lowering.place(node.start_byte, node.end_byte) for node in _error_nodes(root)]
        problems.extend(Problem(ProblemKind.SYNTAX, place.span, "this is not valid HCL") for place in errors)
        problems.extend(lowering.problems)
        attributes.update(body.attributes)
        found = body.blocks
        if head is not None and not any(block.type == head.type and block.labels for block in found) and head.labels:
            found = (head, *found)
        blocks.extend(found)
    whole = BytePlace(file, 0, len(file.data))
    ordered = sorted(problems, key=lambda problem: problem.at.order)[:MOST_PROBLEMS]
    return HclDocument(Body(attributes, tuple(blocks), whole, damaged=True), _explained(file, ordered))


def _explained(file: SourceFile, problems: list[Problem]) -> tuple[Problem, ...]:
    explanation = explanation_of(file) if problems else ""
    if not explanation:
        return tuple(problems)
    first = problems[0]
    return (Problem(first.kind, first.at, f"{first.message}: {explanation}"), *problems[1:])


def _pieces_of(file: SourceFile) -> Iterator[tuple[int, int, Block | None]]:
    """Cut a file before each line that begins a top-level block, heredocs left whole.

    Yields the bytes of each piece and a block without a body that stands in should the piece not give one.
    """
    starts: list[tuple[int, Block | None]] = [(0, None)]
    offset = 0
    marker = ""
    for line in file.data.split(b"\n"):
        text = line.decode(errors="replace")
        if marker:
            marker = "" if text.strip() == marker else marker
        else:
            head = _HEAD.match(text)
            if head is not None:
                starts.append((offset, _empty_block(file, head, offset)))
            heredoc = _HEREDOC.search(text)
            marker = heredoc[1] if heredoc else ""
        offset += len(line) + 1
    ends = [start for start, _ in starts[1:]] + [len(file.data)]
    for (start, block), end in zip(starts, ends, strict=True):
        if start < end:
            yield start, end, block


def _empty_block(file: SourceFile, head: re.Match[str], offset: int) -> Block:
    labels: list[Label] = []
    base = offset + len(head.string[: head.start(2)].encode())
    for match in _LABEL.finditer(head[2]):
        start = base + len(head[2][: match.start()].encode())
        labels.append(Label(match[1] or match[2] or "", BytePlace(file, start, start + len(match[0].encode()))))
    written = head[0].removesuffix("{").rstrip()
    place = BytePlace(file, offset, offset + len(written.encode()))
    body = Body({}, (), place, damaged=True)
    return Block(head[1], tuple(labels), body, place, place)


def _error_nodes(root: Parsed) -> Iterator[Parsed]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR" or node.is_missing:
            yield node
        elif node.has_error:
            waiting.extend(reversed(node.children))
