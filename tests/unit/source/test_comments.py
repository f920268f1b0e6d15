"""Comments of every format, found line by line."""

from __future__ import annotations

import pytest

from infraaudit.source.comments import comments_of
from infraaudit.source.file import SourceFile


@pytest.mark.parametrize(
    ("line", "text", "column"),
    [
        ("# words", "words", 1),
        ("#words", "words", 1),
        ("  // words", "words", 3),
        ("/* words */", "words", 1),
        ("replicas: 1 # words", "words", 13),
        ("replicas: 1 # words # more", "words # more", 13),
        ("## words", "words", 1),
    ],
)
def test_a_comment_is_told_without_its_marker_and_with_its_place(line: str, text: str, column: int) -> None:
    (comment,) = comments_of(SourceFile("a", f"first: line\n{line}\n"))
    assert comment.text == text
    assert str(comment.at) == f"a:2:{column}"
    assert comment.at.end_column == len(line) + 1


@pytest.mark.parametrize(("line", "alone"), [("  # words", True), ("\t// words", True), ("a: 1 # words", False)])
def test_a_comment_knows_whether_it_stands_alone(line: str, *, alone: bool) -> None:
    (comment,) = comments_of(SourceFile("a", line))
    assert comment.alone is alone


def test_a_line_without_a_marker_holds_no_comment() -> None:
    assert list(comments_of(SourceFile("a", "a: 1\n\nb: 2\n"))) == []


def test_a_carriage_return_is_no_part_of_a_comment() -> None:
    (comment,) = comments_of(SourceFile("a", "# words\r\n"))
    assert comment.text == "words"
    assert comment.at.end_column == len("# words") + 1
