"""The tree of values: children of what is there, of what is not, and of what cannot be told."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, Maybe, Node, Unknown, absent_node, node_from_yaml
from infraaudit.model.node import Missing, Reference, Unresolved, as_boolean, as_integer
from infraaudit.source.file import SourceFile
from infraaudit.source.span import Span
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect, Scalar

AT = Span("main.tf", 4, 14, 4, 26)
UNRESOLVED = Node(Unresolved("var.x has no default", mentions=("var.x",)), AT)


def read(text: str, dialect: Dialect = Dialect.CORE) -> Node:
    (document,) = parse_yaml(SourceFile("a.yaml", text)).documents
    return node_from_yaml(document, dialect)


def plain(node: Node) -> object:
    """Return a tree as plain lists, dictionaries and scalars."""
    if node.is_mapping:
        return {key: plain(child) for key, child in node.items()}
    return [plain(child) for child in node.each()] if node.is_list else node.content


def unknown(value: Maybe[object]) -> Unknown[object]:
    assert isinstance(value, Unknown)
    return value


# -- parts ---------------------------------------------------------------------------------------------------------


def test_a_missing_key_is_absent_at_the_key_of_what_should_hold_it() -> None:
    node = read("spec:\n  resources:\n    limits: {}\n").path("spec", "resources")
    missing = node["requests"]["memory"].string()
    assert missing == Absent(Span("a.yaml", 2, 3, 2, 12))


def test_null_is_absent_and_so_is_all_below_it() -> None:
    node = read("a: null\nb: ~\nc:\n")
    assert [node[key].is_absent for key in "abc"] == [True] * 3
    assert isinstance(node.path("a", "deeper").string(), Absent)


@pytest.mark.parametrize(
    ("node", "why", "mentions"),
    [
        (UNRESOLVED, "var.x has no default", ("var.x",)),
        (
            Node(Reference("aws_lb.main", "dns_name"), AT),
            "aws_lb.main.dns_name is known only after apply",
            ("aws_lb.main",),
        ),
        (Node(Reference("aws_lb.main"), AT), "aws_lb.main is known only after apply", ("aws_lb.main",)),
    ],
)
def test_what_is_below_an_unknown_is_unknown_for_the_same_reason(
    node: Node, why: str, mentions: tuple[str, ...]
) -> None:
    value = unknown(node.path("some", "key").integer())
    assert (value.why, value.at, value.mentions) == (why, AT, mentions)


def test_an_open_mapping_may_hold_what_is_not_written() -> None:
    node = Node({"known": Node(1, AT)}, AT, open=True)
    assert node["known"].integer() == Known(1, AT)
    assert unknown(node["other"].integer()).why == "part of this mapping cannot be told"


@pytest.mark.parametrize("text", ["a: 5", "a: text", "a: [1]", "a: true"])
def test_a_key_of_what_is_no_mapping_cannot_be_told(text: str) -> None:
    value = unknown(read(text)["a"]["key"].string())
    assert value.why == "what is written here is not a mapping"
    assert str(value.at) == "a.yaml:1:4"


@pytest.mark.parametrize(
    ("node", "complete"),
    [
        (absent_node(AT), True),
        (Node(None, AT), True),
        (Node((), AT), True),
        (Node({}, AT), True),
        (Node({}, AT, open=True), False),
        (Node((), AT, open=True), False),
        (UNRESOLVED, False),
        (Node(Reference("aws_lb.main"), AT), False),
        (Node("{{ .Values.list }}", AT), False),
    ],
)
def test_complete_is_only_what_can_be_counted(node: Node, *, complete: bool) -> None:
    assert node.complete is complete


def test_only_a_list_has_elements_and_only_a_mapping_entries() -> None:
    node = read("list: [1, 2]\nmapping: {a: 1}\nscalar: 3\n")
    assert [len(each.each()) for _, each in node.items()] == [2, 0, 0]
    assert [len(each.items()) for _, each in node.items()] == [0, 1, 0]


def test_mentions_come_from_all_parts_once_each_in_order() -> None:
    node = Node(
        {
            "a": Node((Node(Reference("queue.b"), AT), UNRESOLVED), AT),
            "b": Node("text", AT, reads=Reference("queue.a")),
            "c": Node(Reference("queue.b", "arn"), AT),
        },
        AT,
    )
    assert node.mentions == ("queue.b", "var.x", "queue.a")


# -- typed values --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [("3", 3), ('"3"', 3), ("3.0", 3), ("1e3", 1000), ("-1", -1)],
)
def test_a_whole_number_is_read_quoted_or_not(written: str, value: int) -> None:
    assert read(f"a: {written}")["a"].integer() == Known(value, read(f"a: {written}")["a"].at)


@pytest.mark.parametrize(
    "written",
    ["3.5", "three", "true", "[]", "{}", ".inf", ".nan", '""', '"3 "', "1_000", "'\N{ARABIC-INDIC DIGIT THREE}'"],
)
def test_what_is_no_whole_number_is_unknown(written: str) -> None:
    value = unknown(read(f"a: {written}")["a"].integer())
    assert value.why == "what is written here is not a whole number"


@pytest.mark.parametrize(("written", "value"), [("true", True), ('"True"', True), ("FALSE", False)])
def test_true_and_false_are_read_quoted_or_not(written: str, *, value: bool) -> None:
    assert read(f"a: {written}")["a"].boolean().settled() == Known(value, read(f"a: {written}")["a"].at)


@pytest.mark.parametrize("written", ["1", '"yes"', "0", "on"])
def test_what_is_neither_true_nor_false_is_unknown(written: str) -> None:
    assert isinstance(read(f"a: {written}")["a"].boolean(), Unknown)


def test_a_boolean_of_yaml_1_1_counts_where_kubernetes_reads_it() -> None:
    assert isinstance(read("a: on", Dialect.KUBERNETES)["a"].boolean(), Known)


@pytest.mark.parametrize("written", ["1.10", "007", "0x1F", "True", "22:22", "1e3"])
def test_text_keeps_the_way_in_which_it_was_written(written: str) -> None:
    value = read(f"a: {written}")["a"].string()
    assert isinstance(value, Known)
    assert value.value == written


def test_text_that_nobody_wrote_is_put_in_the_words_of_a_configuration() -> None:
    assert Node(content=True, at=AT).string() == Known("true", AT)
    assert Node(8080, AT).string() == Known("8080", AT)


def test_candidates_are_read_alike() -> None:
    node = Node(Unresolved("var.x has two values", ("1", 3)), AT)
    assert unknown(node.integer()).candidates == (1, 3)
    assert unknown(node.string()).candidates == ("1", "3")


def test_candidates_that_cannot_all_be_read_are_none() -> None:
    node = Node(Unresolved("var.x has two values", (1, "many")), AT)
    assert unknown(node.integer()).candidates == ()


def test_a_default_stands_only_in_place_of_what_is_absent() -> None:
    node = read("a: 2\nb:\n")
    assert node["a"].integer_or(1, "fact") == Known(2, node["a"].at)
    assert node["b"].integer_or(1, "fact") == Known(1, Span("a.yaml", 2, 1, 2, 2), stated=False, fact="fact")
    assert node["c"].boolean_or(fallback=True, fact="fact") == Known(value=True, at=node.at, stated=False, fact="fact")
    assert isinstance(UNRESOLVED.string_or("x", "fact"), Unknown)


@pytest.mark.parametrize("scalar", [True, None, "", " 3", "9" * 5000, float("inf"), float("nan"), 0.5])
def test_no_whole_number_is_made_of_anything_else(scalar: Scalar) -> None:
    assert as_integer(scalar) is None


@pytest.mark.parametrize("scalar", [1, 0, None, 1.0, "yes", "t"])
def test_no_truth_is_made_of_anything_else(scalar: Scalar) -> None:
    assert as_boolean(scalar) is None


# -- YAML ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("merge", "values"),
    [
        ("<<: *one\n  b: 9", {"a": 1, "b": 9}),
        ("b: 9\n  <<: *one", {"a": 1, "b": 9}),
        ("<<: [*two, *one]", {"a": 2, "b": 1, "c": 2}),
        ("<<: *two\n  <<: *one", {"a": 2, "b": 1, "c": 2}),
        ("<<: *deep", {"a": 1, "b": 1, "d": 4}),
        ("<<: {e: 5}", {"e": 5}),
        ('"<<": *one', {"<<": {"a": 1, "b": 1}}),
        ("<<:", {}),
    ],
)
def test_merge_keys_fill_in_what_is_not_written_and_the_earlier_wins(merge: str, values: object) -> None:
    node = read(f"one: &one {{a: 1, b: 1}}\ntwo: &two {{a: 2, c: 2}}\ndeep: &deep {{<<: *one, d: 4}}\nx:\n  {merge}\n")
    assert plain(node["x"]) == values
    assert node["x"].complete


def test_a_merged_value_stands_where_it_was_written() -> None:
    node = read("base: &base {a: 1}\nx:\n  <<: *base\n")
    assert str(node["x"]["a"].at) == "a.yaml:1:17"


@pytest.mark.parametrize(
    "text", ["<<: text", "<<: [1]", "<<: [[]]", "? [1]\n: x", "? {a: b}\n: x", "{{ .Values.all }}"]
)
def test_a_mapping_that_a_template_stands_in_may_hold_more(text: str) -> None:
    node = read(text)
    assert node.is_mapping
    assert not node.complete
    assert isinstance(node["any"].string(), Unknown)


def test_the_last_of_two_equal_keys_counts() -> None:
    node = read("a: 1\na: 2\n")
    assert node["a"].integer() == Known(2, Span("a.yaml", 2, 4, 2, 5))


def test_a_missing_node_is_neither_a_scalar_nor_a_container() -> None:
    node = Node(Missing(), AT)
    assert not any((node.is_scalar, node.is_mapping, node.is_list, node.is_unknown))
