"""The hash of a line agrees with what GitHub's upload action computes."""

from __future__ import annotations

import pytest

from infraaudit.reports.line_hash import line_hashes


@pytest.mark.parametrize(
    ("text", "line", "hashed"),
    [
        ("", 1, "c129715d7a2bc9a3:1"),
        (" a\nb\n  \t\tc\n d", 1, "271789c17abda88f:1"),
        (" a\nb\n  \t\tc\n d", 4, "a23a3dc5e078b07b:1"),
        (" a\r\nb\r\n  \t\tc\r\n d", 2, "54703d4cd895b18:1"),
        (" a\rb\r  \t\tc\r d", 3, "180aee12dab6264:1"),
    ],
)
def test_known_hashes(text: str, line: int, hashed: str) -> None:
    assert line_hashes(text, {line}) == {line: hashed}


def test_equal_lines_are_told_apart_by_how_often_they_have_come() -> None:
    hashes = line_hashes("the same line of more than one hundred characters " * 3 + "\n", {1})
    text = ("the same line of more than one hundred characters " * 3 + "\n") * 3

    assert line_hashes(text, {1, 2}) == {1: hashes[1], 2: hashes[1].removesuffix("1") + "2"}


def test_blanks_do_not_count() -> None:
    assert line_hashes("a: 1\n", {1}) == line_hashes("  a:\t1\n", {1})


def test_a_line_beyond_the_end_has_no_hash() -> None:
    assert line_hashes("a\n", {9}) == {}
