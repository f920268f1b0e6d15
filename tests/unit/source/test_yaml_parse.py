"""The YAML tree: where everything stands, what aliases mean, and what is refused."""

from __future__ import annotations

import pytest

from infraaudit.model.node import node_from_yaml
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.yaml_parse import DEEPEST, YamlDocuments, parse_yaml
from infraaudit.source.yaml_tree import (
    Dialect,
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
)


def read(text: str) -> YamlDocuments:
    return parse_yaml(SourceFile("a.yaml", text))


def tree(text: str) -> YamlNode:
    documents = read(text)
    assert not documents.problems
    (document,) = documents.documents
    return document


def child(node: YamlNode, key: str) -> YamlNode:
    """Return what stands under a key, the last of several."""
    assert isinstance(node, YamlMapping)
    return [value for name, value in node.pairs if isinstance(name, YamlScalar) and name.text == key][-1]


def problem_of(text: str) -> Problem:
    (problem,) = read(text).problems
    return problem


def sliced(text: str, node: YamlNode) -> str:
    """Cut out of a text what the place of a node covers."""
    lines = text.split("\n")
    at = node.at
    covered = lines[at.start_line - 1 : at.end_line]
    covered[-1] = covered[-1][: at.end_column - 1]
    covered[0] = covered[0][at.start_column - 1 :]
    return "\n".join(covered)


# -- places --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "slice_"),
    [
        ("a: web\n", "a", "web"),
        ("a: 'web'\n", "a", "'web'"),
        ('a: "we\\tb" # c\n', "a", '"we\\tb"'),
        ("a:   3   # three\n", "a", "3"),
        ("\N{PILE OF POO}: \N{PILE OF POO}x\na: y\n", "\N{PILE OF POO}", "\N{PILE OF POO}x"),
        ("a: b\r\nc: web\r\n", "c", "web"),
        ("a: [1, 2]  # c\nb: 3\n", "a", "[1, 2]"),
        ("a: {b: 1,\n  c: 2}\nd: 3\n", "a", "{b: 1,\n  c: 2}"),
        ("a:\n  b: 1\n  c: 2\n\n# comment\nd: 3\n", "a", "b: 1\n  c: 2"),
        ("a:\n- 1\n- 2\n\nd: 3\n", "a", "- 1\n- 2"),
        ("a: &anchor web\n", "a", "web"),
        ("a: !!str 3\n", "a", "3"),
        ("a: b\n  c\nd: 1\n", "a", "b\n  c"),
        ("a: 'b\n\n  c'\nd: 1\n", "a", "'b\n\n  c'"),
        ("a: |\n  b\n  c\n\n# comment\nd: 1\n", "a", "|\n  b\n  c"),
        ("a: >-\n  b\n\n\nd: 1\n", "a", ">-\n  b"),
        ("a: |\n  b", "a", "|\n  b"),
        ("a: |\n  b\r\n  c\r\nd: 1\r\n", "a", "|\n  b\r\n  c"),
        ("a: |\n\nb: 1\n", "a", "|"),
        ("a: |+\n\n", "a", "|+"),
        ("a:\nb: 1\n", "a", ""),
    ],
)
def test_the_place_of_a_value_is_the_value_and_no_more(text: str, key: str, slice_: str) -> None:
    assert sliced(text, child(tree(text), key)).removesuffix("\r") == slice_


def test_a_key_has_its_own_place() -> None:
    document = tree("a: 1\n  \nreplicas: 2\n")
    assert isinstance(document, YamlMapping)
    assert str(document.pairs[1][0].at) == "a.yaml:3:1"


def test_a_value_through_an_alias_stands_where_it_was_written() -> None:
    document = tree("a: &a 3\nb: *a\n")
    assert child(document, "b").at == child(document, "a").at


def test_what_holds_an_alias_ends_where_the_alias_does() -> None:
    text = "x: &a\n  k: 1\ny:\n  z: *a\nlist: [*a]\nitems:\n- *a\n"
    document = tree(text)
    assert sliced(text, child(document, "y")) == "z: *a"
    assert sliced(text, child(document, "list")) == "[*a]"
    assert sliced(text, child(document, "items")) == "- *a"
    assert sliced(text, document) == text.rstrip("\n")


@pytest.mark.parametrize("character", ["\r", "\x85", "\u2028", "\u2029"])
def test_only_a_newline_counts_as_a_line(character: str) -> None:
    text = f"a: 'x{character}y'\nb: web\n"
    assert sliced(text, child(tree(text), "b")) == "web"
    assert sliced(text, child(tree(text), "a")) == f"'x{character}y'"


# -- documents -----------------------------------------------------------------------------------------------------


def test_every_document_of_a_file_is_read() -> None:
    documents = read("# only a comment\n---\na: 1\n---\n---\n- 2\n...\n")
    assert [type(each) for each in documents.documents] == [YamlMapping, YamlScalar, YamlSequence]
    assert documents.problems == ()


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n# nothing"])
def test_a_file_without_content_has_no_problem(text: str) -> None:
    assert read(text).problems == ()


def test_an_anchor_may_be_defined_again_and_the_nearest_before_counts() -> None:
    document = tree("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    assert [node_from_yaml(document, Dialect.CORE)[key].content for key in "abcd"] == [1, 1, 2, 2]


def test_an_anchor_ends_with_its_document() -> None:
    problem = problem_of("a: &x 1\n---\nb: *x\n")
    assert problem.kind is ProblemKind.SYNTAX
    assert str(problem.at) == "a.yaml:3:4"


@pytest.mark.parametrize("text", ["a: *x\n", "a: &x [*x]\n", "&x a: {b: *x, c: *y}\n"])
def test_an_alias_that_names_no_finished_node_is_reported_and_the_rest_is_read(text: str) -> None:
    documents = read(text)
    assert {problem.kind for problem in documents.problems} == {ProblemKind.SYNTAX}
    assert len(documents.documents) == 1


def test_a_key_that_stands_twice_is_noted_at_its_second_place_and_wins() -> None:
    documents = read("a: 1\nb: 2\na: 3\n")
    (problem,) = documents.problems
    assert (problem.kind, str(problem.at)) == (ProblemKind.NOTE, "a.yaml:3:1")
    assert not problem.leaves_gap
    assert node_from_yaml(documents.documents[0], Dialect.CORE)["a"].content == 3


def test_merging_twice_is_no_duplicate_key() -> None:
    assert read("x: &x {a: 1}\ny: &y {b: 2}\nz:\n  <<: *x\n  <<: *y\n").problems == ()


def test_a_list_may_be_a_key() -> None:
    document = tree("? [1, 2]\n: x\nb: 1\n")
    assert isinstance(document, YamlMapping)
    assert isinstance(document.pairs[0][0], YamlSequence)


def test_a_tag_of_an_application_is_kept() -> None:
    node = child(tree("a: !reset []\n"), "a")
    assert isinstance(node, YamlSequence)
    assert node.tag == "!reset"


# -- what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\n---\nb: [\n", "a.yaml:4:1"),
        ("a: 1\n---\nb:\n\tc: 1\n", "a.yaml:4:1"),
        ("a: 1\n---\nb: 'open\n", "a.yaml:4:1"),
        ("a: 1\n---\nb: @x\n", "a.yaml:3:4"),
        ("a: 1\n---\nb: 1\n c: 2\n", "a.yaml:4:3"),
        ("a: 1\n---\n{{ if .x }}\nb: 1\n", "a.yaml:4:1"),
    ],
)
def test_a_syntax_error_is_placed_and_keeps_the_documents_before_it(text: str, place: str) -> None:
    documents = read(text)
    (problem,) = documents.problems
    assert (problem.kind, str(problem.at)) == (ProblemKind.SYNTAX, place)
    assert problem.message
    assert node_from_yaml(documents.documents[0], Dialect.CORE)["a"].content == 1


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: \0\n", "a.yaml:1:4", "U+0000"),
        ('a: 1\nb: "\N{LATIN SMALL LETTER E WITH ACUTE}\x07"\n', "a.yaml:2:6", "U+0007"),
        ("a: \ufffe\n", "a.yaml:1:4", "U+FFFE"),
    ],
)
def test_a_character_that_yaml_forbids_is_named_and_placed(text: str, place: str, words: str) -> None:
    problem = problem_of(text)
    assert str(problem.at) == place
    assert words in problem.message


@pytest.mark.parametrize(
    "text", ["a: \ud800\n", "\ufeffa: 1\n", "a: \x7f", "%YAML 9.9\n---\na: 1", "!<> a", "&", "*", "%"]
)
def test_odd_text_is_never_raised(text: str) -> None:
    assert isinstance(read(text), YamlDocuments)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused(opening: str) -> None:
    problem = problem_of(opening * 5000)
    assert problem.kind is ProblemKind.TOO_LARGE
    assert str(DEEPEST) in problem.message


def test_nesting_that_stays_within_the_limit_is_read() -> None:
    assert read("[" * DEEPEST + "]" * DEEPEST).problems == ()


def test_an_alias_bomb_is_refused_and_reported() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 30)]
    problem = problem_of("\n".join(rows))
    assert problem.kind is ProblemKind.TOO_LARGE
    assert "aliases" in problem.message


def test_nesting_by_aliases_is_refused_as_any_other() -> None:
    rows = ["- &a0 [x]"] + [f"- &a{level} [*a{level - 1}]" for level in range(1, DEEPEST + 50)]
    problem = problem_of("\n".join(rows))
    assert (problem.kind, problem.at.start_line) == (ProblemKind.TOO_LARGE, DEEPEST)


def test_the_depth_of_an_anchor_is_that_of_its_deepest_part() -> None:
    half = DEEPEST * 3 // 4
    deep = f"- &deep [{'[' * half}{']' * half}, x]\n"
    assert read(f"{deep}- [[*deep]]\n").problems == ()
    assert problem_of(f"{deep}- {'[' * half}*deep{']' * half}\n").kind is ProblemKind.TOO_LARGE


def test_the_depth_of_one_anchor_does_not_count_against_its_neighbours() -> None:
    rows = ["- &deep " + "[" * 150 + "]" * 150] + [f"- [*deep, &a{each} [[x]]]" for each in range(100)]
    rows += [f"- {'[' * 100}*a{each}{']' * 100}" for each in range(100)]
    assert read("\n".join(rows)).problems == ()


def test_a_refusal_keeps_the_documents_before_it() -> None:
    documents = read("a: 1\n---\n" + "[" * 5000)
    assert len(documents.documents) == 1
