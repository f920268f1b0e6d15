"""HCL as Terraform reads it: what is valid, what text means, and what is kept of a broken file."""

from __future__ import annotations

import pytest

from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_explain import explanation_of
from infraaudit.source.hcl_parse import MOST_PROBLEMS, parse_hcl
from infraaudit.source.hcl_tree import Broken, Call, Conditional, Expression, HclDocument, Literal, Template, Traversal
from infraaudit.source.problem import ProblemKind

VALID = {
    "a heredoc marker followed by blanks": "a = <<EOT\nx\nEOT  \nb = 1\n",
    "a step on the next line": "a = (\n var.x\n .y\n)\n",
    "a comment between labels": 'resource "x" /* c */ "y" {}\n',
    "a comment before the equals sign": "a /* c */ = 1\n",
    "a new line before the arrow": "a = { for k, v in x : k\n => v }\n",
    "new lines in an interpolation": 'a = "${var.x ?\n 1 :\n 2\n}"\n',
    "a name in other letters": "é = 1\n",
    "a function with a namespace": 'a = core::upper("x")\n',
    "an argument and a block of one name": 'r "x" "y" {\n v = 1\n v {\n  a = 1\n }\n}\n',
    "a heredoc marker with an underscore": "a = <<_E\nx\n_E\n",
    "an escaped template that is not closed": 'a = "$${x"\n',
    "strip markers": 'a = "x ${~ y ~} z"\n',
    "a negated operand before an operator": "a = (\n !x\n ? 1 : 2\n)\n",
    "a comment inside of a for": "a = {\n for k, v in x :\n # why\n k => v\n}\n",
    "a number with an exponent": "a = 1e3\nb = 2E-2\n",
    "a block on one line": 'variable "x" { type = string }\n',
    "a value over lines in a block on one line": "a { b = [\n 1\n] }\n",
    "a block without contents over lines": "a {\n}\n",
    "Windows line ends": 'a = 1\r\nb "c" {\r\n  d = 2\r\n}\r\n',
}


def parsed(text: str) -> HclDocument:
    return parse_hcl(SourceFile("main.tf", text))


def value_of(text: str) -> Expression:
    document = parsed(f"a = {text}\n")
    assert not document.problems
    return document.body.attributes["a"].value


@pytest.mark.parametrize("text", VALID.values(), ids=VALID.keys())
def test_valid_text_gives_no_problem(text: str) -> None:
    document = parsed(text)
    assert document.problems == ()
    assert not document.body.damaged


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('"a\\tb\\n\\"c\\" \\\\"', 'a\tb\n"c" \\'),
        ('"\\u00e9\\U0001F600"', "é😀"),
        ('"$${x} %%{y} $5 100%"', "${x} %{y} $5 100%"),
        ('"$$${x}"', "$${x}"),
        ('"  blanks stay  "', "  blanks stay  "),
        ('"# no comment // none /* none */"', "# no comment // none /* none */"),
        ("<<E\nx\n  y\nE", "x\n  y\n"),
        ("<<-E\n\tx\n\t\ty\n\tE", "x\n\ty\n"),
        ("<<-E\n    x\n\n  y\n  E", "  x\n\ny\n"),
        ("<<E\nno \\n escape, $${x}\n# text\nE", "no \\n escape, ${x}\n# text\n"),
        ("<<E\nE", ""),
    ],
)
def test_a_literal_means_what_terraform_makes_of_it(text: str, meaning: str) -> None:
    value = value_of(text)
    assert isinstance(value, Literal)
    assert value.value == meaning


def test_a_chain_of_conditions_leans_to_the_right() -> None:
    value = value_of("a ? 1 : b ? 2 : 3")
    assert isinstance(value, Conditional)
    assert isinstance(value.no, Conditional)
    assert value.no.condition.at.source == "b"
    assert value.no.at.source == "b ? 2 : 3"


def test_an_attribute_splat_ends_before_an_index() -> None:
    value = value_of("x.*.a[0]")
    assert isinstance(value, Traversal)
    assert [type(step).__name__ for step in value.steps] == ["Splat", "GetIndex"]
    whole = value_of("x[*].a[0]")
    assert isinstance(whole, Traversal)
    assert [type(step).__name__ for step in whole.steps] == ["Splat"]


def test_an_interpolation_alone_keeps_the_type_of_its_value() -> None:
    wrapped, text = value_of('"${x}"'), value_of('"${x} "')
    assert isinstance(wrapped, Template)
    assert isinstance(text, Template)
    assert (wrapped.wraps, text.wraps) == (True, False)


def test_places_count_characters_and_cover_the_value_alone() -> None:
    span = parsed('é = "ö" + f("ü")\n').body.attributes["é"].value.at.span
    assert (span.start_column, span.end_column) == (5, 17)
    block = parsed('resource "a" "b" {\n  c = 1\n}\n').body.blocks[0]
    assert (block.head.span.start_column, block.head.span.end_column) == (1, 17)
    assert (block.at.span.start_line, block.at.span.end_line) == (1, 3)


def test_core_functions_lose_their_namespace() -> None:
    value = value_of('core::upper("x")')
    assert isinstance(value, Call)
    assert value.name == "upper"


# -- what is not valid ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a = 1\nb = 2\na = 3\n", (3, 1), "the argument a stands in this body twice"),
        ("a = 10.1.2.3/32\n", (1, 5), "an address belongs in quotes"),
        ('r "x" "y" { a = 1 b = 2 }\n', (1, 19), "on one line"),
        ('v "x" { type = "y"\n d = 1 }\n', (1, 9), "on the line of the opening brace"),
        ('r "x" {\n status = "Enabled"}\n', (2, 20), "on the line of the closing brace"),
        ('r "x" { b {} }\n', (1, 9), "begins on a line of its own"),
        ('resource "x" "a${b}" {}\n', (1, 14), "cannot hold a template"),
        ('{"a": 1}\n', (1, 1), "an object stands where"),
    ],
)
def test_what_the_grammar_lets_through_is_reported(text: str, place: tuple[int, int], words: str) -> None:
    problem = parsed(text).problems[0]
    assert problem.kind is ProblemKind.SYNTAX
    assert (problem.at.start_line, problem.at.start_column) == place
    assert words in problem.message


def test_a_quote_that_is_not_closed_does_not_swallow_the_next_line() -> None:
    document = parsed('a = "x\nb = "y\nc = 1\n')
    value = document.body.attributes["a"].value
    assert isinstance(value, Literal)
    assert value.value == "x"
    problem = document.problems[0]
    assert (problem.at.start_line, problem.at.start_column, problem.at.end_column) == (1, 5, 7)


def test_the_first_of_two_arguments_is_kept() -> None:
    value = parsed("a = 1\na = 2\n").body.attributes["a"].value
    assert isinstance(value, Literal)
    assert value.value == 1


@pytest.mark.parametrize("bad", ["  b = \n", "  b = [1\n", "  = 3\n", '  b = "x\n', "  b {\n", "  %%%\n"])
def test_a_bad_block_loses_only_itself(bad: str) -> None:
    text = (
        f'resource "a" "first" {{\n  x = 1\n}}\nresource "a" "bad" {{\n{bad}}}\nresource "a" "last" {{\n  x = 2\n}}\n'
    )
    document = parsed(text)
    assert document.problems
    assert document.body.damaged
    blocks = {block.labels[1].text: block for block in document.body.blocks}
    assert list(blocks) == ["first", "bad", "last"]
    assert {name: list(blocks[name].body.attributes) for name in ("first", "last")} == {"first": ["x"], "last": ["x"]}
    assert not blocks["last"].body.damaged
    assert blocks["bad"].body.damaged or isinstance(blocks["bad"].body.attributes["b"].value, Broken)
    assert blocks["last"].labels[1].at.span.start_line == text[: text.index('"last"')].count("\n") + 1


def test_a_block_inside_of_a_heredoc_of_a_broken_file_is_text() -> None:
    text = 'resource "a" "b" {\n  x = <<E\nresource "c" "d" {\n}\nE\n}\nresource "bad" "x" {\n'
    assert [block.labels[0].text for block in parsed(text).body.blocks] == ["a", "bad"]


def test_the_second_opinion_explains_a_syntax_error_without_quoting_it() -> None:
    file = SourceFile("main.tf", 'password = "hunter2" "hunter3"\n')
    document = parse_hcl(file)
    assert "python-hcl2 stops at line 1, column 22" in document.problems[0].message
    assert not any("hunter" in problem.message for problem in document.problems)


def test_a_valid_file_needs_no_explanation() -> None:
    assert explanation_of(SourceFile("main.tf", "a = 1\n")) == ""


def test_many_problems_are_cut() -> None:
    assert len(parsed("a = 1\n" * 100).problems) == MOST_PROBLEMS


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "(" * 5000 + "1" + ")" * 5000,
        "a = " + "f(" * 5000 + ")" * 5000,
        "a = " + '"${' * 3000 + "1" + '}"' * 3000,
        "a = " + "!" * 5000 + "true",
        "b {" * 3000 + "}" * 3000,
        "a = x" + "[0" * 3000 + "]" * 3000,
    ],
    ids=["lists", "parentheses", "calls", "templates", "negations", "blocks", "indexes"],
)
def test_hostile_nesting_is_refused_and_not_followed(text: str) -> None:
    assert parsed(text + "\n").problems


@pytest.mark.parametrize("text", [" + ".join(["1"] * 5000), " : ".join(["x ? 1"] * 3000) + " : 2", "x" + ".a" * 5000])
def test_long_chains_are_read(text: str) -> None:
    assert not isinstance(value_of(text), Broken)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "\x0c", "a", "}", '"', "<<E", "a = <<E\n", "${"])
def test_scraps_never_raise(text: str) -> None:
    assert parsed(text).body.at.span.path == "main.tf"
