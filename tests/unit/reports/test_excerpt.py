"""Source lines and what is underlined in them, in the shapes that real files have."""

from __future__ import annotations

import pytest

from infraaudit.model import Confidence, Estate, SecretClass, SecretMaterial
from infraaudit.reports.excerpt import Excerpt, Mark
from infraaudit.reports.masking import Masks
from infraaudit.reports.style import Ink, Style
from infraaudit.source.span import Span
from tests.unit.reports import results as make


def drawn(content: str, at: Span, label: str = "here", width: int = 60, estate: Estate | None = None) -> list[str]:
    """Return the lines of an excerpt below its arrow."""
    source = make.tree({"f": content})
    excerpt = Excerpt(
        source,
        Masks(estate or Estate(())),
        Style(width, colour=False, source_width=width),
        (Mark(at, label, main=True),),
    )
    return list(excerpt.lines(Ink.HIGH))[2:]


@pytest.mark.parametrize(
    ("line", "words", "shown", "underline"),
    [
        ("a:\tport: 80", "80", "a:    port: 80", "            ^^ here"),
        ("名前: 値だ x", "値だ", "名前: 値だ x", "      ^^^^ here"),
        ("cafe\N{COMBINING ACUTE ACCENT}: one", "one", "cafe\N{COMBINING ACUTE ACCENT}: one", "      ^^^ here"),
        ("a\x1b[31m: b", "b", "a\N{REPLACEMENT CHARACTER}[31m: b", "        ^ here"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}: b", "b", "a\N{REPLACEMENT CHARACTER}: b", "    ^ here"),
    ],
    ids=["tab", "wide", "combining", "escape", "bidirectional"],
)
def test_the_underline_is_under_the_words(line: str, words: str, shown: str, underline: str) -> None:
    at = make.place(make.tree({"f": line}), "f", words)

    assert drawn(line, at) == [f"  1 | {shown}", f"    | {underline}"]


def test_a_stretch_of_several_lines_shows_the_first_and_the_last() -> None:
    content = "run: |\n  one\n  two\n  three\n  four\n"

    assert drawn(content, Span("f", 1, 6, 5, 7)) == [
        "  1 | run: |",
        "    |      ^",
        "...",
        "  5 |   four",
        "    |   ^^^^ here",
    ]


def test_a_stretch_that_ends_before_the_first_character_of_a_line_ends_on_the_line_before() -> None:
    assert drawn("a: |\n  one\nb: 1\n", Span("f", 1, 4, 3, 1))[-1] == "    |   ^^^ here"


def test_a_long_line_is_cut_around_the_words() -> None:
    content = "x" * 500 + " SORE " + "y" * 500
    rows = drawn(content, Span("f", 1, 502, 1, 506), width=60)

    assert all(len(row) <= 60 for row in rows)
    column = rows[0].index("SORE")
    assert rows[1][column : column + 4] == "^^^^"
    assert rows[0].count("\N{HORIZONTAL ELLIPSIS}") == 2


def test_words_longer_than_the_line_are_underlined_as_far_as_they_are_shown() -> None:
    rows = drawn("k: " + "z" * 500, Span("f", 1, 4, 1, 504), width=60)

    assert all(len(row) <= 60 for row in rows)
    assert set(rows[1].removeprefix("    |    ")) == {"^"}
    assert rows[2].endswith(" here")


def test_a_long_label_is_wrapped_beside_the_underline() -> None:
    rows = drawn("a: 1", Span("f", 1, 4, 1, 5), "a label of so many words that it cannot stand on one line", width=44)

    assert rows[1:] == [
        "    |    ^ a label of so many words that it",
        "    |      cannot stand on one line",
    ]


def test_a_place_without_extent_gets_one_caret() -> None:
    assert drawn("FROM a\n", Span("f", 1, 1, 1, 1))[1] == "    | ^ here"


@pytest.mark.parametrize("content", ["", "one line\n"])
def test_a_place_beyond_the_file_draws_no_line(content: str) -> None:
    assert drawn(content, Span("f", 9, 1, 9, 4)) == []


def test_neighbouring_marks_show_the_line_between_them() -> None:
    source = make.tree({"f": "a: 1\nb: 2\nc: 3\n"})
    marks = (Mark(Span("f", 1, 4, 1, 5), "", main=True), Mark(Span("f", 3, 4, 3, 5), "third"))
    rows = list(Excerpt(source, Masks(Estate(())), Style(60, colour=False, source_width=60), marks).lines(Ink.LOW))

    assert rows[2:] == ["  1 | a: 1", "    |    ^", "  2 | b: 2", "  3 | c: 3", "    |    - third"]


def secret_at(*places: Span) -> SecretMaterial:
    return SecretMaterial(
        address="secret f:1",
        kind="secret",
        name="f",
        at=places[0],
        deployment=make.DEPLOYMENT,
        secret_class=SecretClass.NAMED_LITERAL,
        provider="",
        confidence=Confidence.CERTAIN,
        places=places,
    )


def test_a_secret_that_the_detector_found_is_hidden_wherever_its_line_is_shown() -> None:
    estate = Estate.of_parts([secret_at(Span("f", 1, 10, 1, 18))])

    assert drawn("motto: x squirrel y", Span("f", 1, 1, 1, 6), estate=estate)[0] == "  1 | motto: x •••••••• y"


def test_a_secret_over_several_lines_is_hidden_on_each() -> None:
    estate = Estate.of_parts([secret_at(Span("f", 2, 3, 3, 6))])
    rows = drawn("k: |\n  abc\n  def\n", Span("f", 1, 4, 3, 6), estate=estate)

    assert [row for row in rows if "abc" in row or "def" in row] == []
    assert rows[-2] == "  3 |   •••"


def test_the_password_of_a_url_is_hidden_without_the_detector() -> None:
    line = "url: postgres://app:hunter7Xq2@db/x"

    assert "hunter7Xq2" not in "".join(drawn(line, Span("f", 1, 1, 1, 4)))
