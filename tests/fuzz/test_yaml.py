"""The YAML tree under arbitrary text: it never raises, and every place lies inside the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from infraaudit.model.node import Node, node_from_yaml
from infraaudit.source.file import SourceFile
from infraaudit.source.yaml_parse import YamlDocuments, parse_yaml
from infraaudit.source.yaml_tree import Dialect, YamlMapping, YamlNode, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.span import Span

BLOCKS = ("a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n    ", "\r\n", "\r", "\t", " ", "#", " # c", "---\n", "...\n")
FLOWS = ("[", "]", "{", "}", ",", "'", '"', "|", "|+", ">-", "|2", "&a ", "*a", "&b ", "*b", "<<: ", "!!str ", "!")
SCALARS = ("1", "0x1f", "1e9", "on", "null", "~", "\\", "\\x", "{{ .x }}", "%YAML 1.2")
ODD = ("\u2028", "\x85", "\ufeff", "\0", "\ud800")
PIECES = st.sampled_from((*BLOCKS, *FLOWS, *SCALARS, *ODD))
TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map("".join),
    st.text(max_size=80),
    st.text(st.characters(codec=None, categories=None), max_size=40),
)


def read(text: str) -> YamlDocuments:
    return parse_yaml(SourceFile("a.yaml", text))


def walk(node: YamlNode) -> Iterator[YamlNode]:
    yield node
    if isinstance(node, YamlSequence):
        for item in node.items:
            yield from walk(item)
    elif isinstance(node, YamlMapping):
        for key, value in node.pairs:
            yield from walk(key)
            yield from walk(value)


def is_inside(at: Span, file: SourceFile) -> bool:
    lines = file.text.split("\n")
    return (
        (1, 1) <= (at.start_line, at.start_column) <= (at.end_line, at.end_column)
        and at.end_line <= len(lines)
        and at.start_column <= len(lines[at.start_line - 1]) + 1
        and at.end_column <= len(lines[at.end_line - 1]) + 1
    )


@given(TEXTS)
@example("x: &a {k: 1}\ny:\n  z: *a\n")
@example("a: |\n")
@example("a: >\n\n\n")
@example("a: 'x\u2028y'\nb: 1")
@example("\ufeff\ufeffa: 1")
@example("- &a [1]\n- *a\n-")
def test_nothing_is_raised_and_every_place_lies_inside_the_file(text: str) -> None:
    file = SourceFile("a.yaml", text)
    documents = parse_yaml(file)
    for document in documents.documents:
        for node in walk(document):
            assert is_inside(node.at, file), node
    for problem in documents.problems:
        assert is_inside(problem.at, file), problem
        assert problem.message


@given(TEXTS)
def test_every_tree_becomes_values_in_every_dialect(text: str) -> None:
    for document in read(text).documents:
        for dialect in Dialect:
            node = node_from_yaml(document, dialect)
            _ask(node)


def _ask(node: Node) -> None:
    node.string()
    node.integer()
    node.boolean()
    assert node.complete or node.is_unknown or node.open or node.is_scalar
    for child in (*node.each(), *(child for _, child in node.items())):
        _ask(child)


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]), st.integers(1, 3))
def test_a_plain_scalar_on_one_line_is_cut_out_by_its_place(
    pairs: list[tuple[str, str]], newline: str, indent: int
) -> None:
    text = "root:" + newline + "".join(f"{' ' * indent}k{key}: v{value}  # c{newline}" for key, value in pairs)
    file = SourceFile("a.yaml", text)
    (document,) = parse_yaml(file).documents
    scalars = [node for node in walk(document) if isinstance(node, YamlScalar)]
    assert len(scalars) == 1 + 2 * len(pairs)
    for scalar in scalars:
        line = file.lines[scalar.at.start_line - 1]
        assert scalar.at.end_line == scalar.at.start_line
        assert line[scalar.at.start_column - 1 : scalar.at.end_column - 1] == scalar.text


@given(TEXTS)
def test_plain_scalars_of_any_text_are_cut_out_by_their_places(text: str) -> None:
    file = SourceFile("a.yaml", text)
    if text.startswith("\ufeff") or any("\ud800" <= character <= "\udfff" for character in text):
        return
    for document in parse_yaml(file).documents:
        for node in walk(document):
            if isinstance(node, YamlScalar) and node.plain and node.text and node.at.start_line == node.at.end_line:
                line = text.split("\n")[node.at.start_line - 1]
                cut = line[node.at.start_column - 1 : node.at.end_column - 1]
                assert cut == node.text or any(character in cut for character in "\r\x85\u2028\u2029")


@given(TEXTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read(text) == read(text)
