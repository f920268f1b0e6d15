"""Our own matcher finds what Python's finds where both languages mean the same, and refuses what Go refuses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraaudit.readers.helm.patterns.compiling import PatternError, compiled
from infraaudit.readers.helm.patterns.matching import first_match, matches

_ATOMS = ("a", "b", "[ab]", ".", "a*", "(a|ab)", "(?:b+?)", "a{1,2}", "(a)?", "^", "$", r"\b", "(b|)", "[^a]", "(a+)+")


@given(st.lists(st.sampled_from(_ATOMS), max_size=4).map("".join), st.text("ab ", max_size=7))
def test_finds_what_python_finds(pattern: str, text: str) -> None:
    expected = re.search(pattern.replace("$", r"\Z"), text)
    found = first_match(compiled(pattern), text)
    if expected is None or found is None:
        assert expected is None
        assert found is None
        return
    assert (found.start, found.end) == expected.span()
    assert [found.group(number + 1) for number in range(len(expected.groups()))] == [
        each or "" for each in expected.groups()
    ]


@given(st.text(r"ab(|)*+?{1,}[^-]\dpP:.$", max_size=12), st.text("ab1-", max_size=10))
def test_whatever_is_written_is_matched_or_refused(pattern: str, text: str) -> None:
    try:
        program = compiled(pattern)
    except PatternError:
        return
    for each in matches(program, text):
        assert 0 <= each.start <= each.end <= len(text)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "a)",
        "[",
        "[b-a]",
        "a**",
        "*a",
        "a{1001}",
        "(a{999}){999}",
        "\\",
        "\\y",
        "(?=a)",
        "[[:odd:]]",
        "\\p{X}",
    ],
)
def test_what_go_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compiled(pattern)
