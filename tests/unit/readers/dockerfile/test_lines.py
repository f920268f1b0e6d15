"""Which lines make an instruction: the cases in which Dockerfile parsers differ from BuildKit."""

from __future__ import annotations

import pytest

from infraaudit.readers.dockerfile.instructions import read_instructions
from infraaudit.source.file import SourceFile

CASES = {
    "the body of a heredoc holds no instructions": (
        "FROM a\nRUN <<EOF\napt-get update\nUSER root\nEOF\nUSER app\n",
        [("FROM", 1), ("RUN", 2), ("USER", 6)],
    ),
    "a quoted heredoc marker with a dash ends behind tabs": (
        'FROM a\nRUN <<-"X" sh\n\techo $HOME\n\tX\nUSER u\n',
        [("FROM", 1), ("RUN", 2), ("USER", 5)],
    ),
    "two heredocs of one COPY": (
        "FROM a\nCOPY <<one <<two /etc/\nFROM evil\none\nb\ntwo\nUSER x\n",
        [("FROM", 1), ("COPY", 2), ("USER", 7)],
    ),
    "a heredoc on a continuation line": (
        "FROM a\nRUN a \\\n <<EOF\nUSER root\nEOF\nUSER b\n",
        [("FROM", 1), ("RUN", 2), ("USER", 6)],
    ),
    "a heredoc of an ONBUILD": (
        "FROM a\nONBUILD RUN <<E\nUSER x\nE\nUSER y\n",
        [("FROM", 1), ("ONBUILD", 2), ("USER", 5)],
    ),
    "three angle brackets, quotes and arithmetic are no heredoc": (
        'FROM a\nRUN cat <<< "x"\nRUN echo "<<E" $((1<<2))\nUSER b\n',
        [("FROM", 1), ("RUN", 2), ("RUN", 3), ("USER", 4)],
    ),
    "a JSON array holds no heredoc": (
        'FROM a\nRUN ["a", "<<E"]\nUSER y\n',
        [("FROM", 1), ("RUN", 2), ("USER", 3)],
    ),
    "CMD has no heredoc": ("FROM a\nCMD echo <<E\nUSER x\n", [("FROM", 1), ("CMD", 2), ("USER", 3)]),
    "blank lines and comments do not end a continuation": (
        "FROM a\nRUN a \\\n\n# c\n  # d\n && b\nUSER x\n",
        [("FROM", 1), ("RUN", 2), ("USER", 7)],
    ),
    "a doubled backslash is no continuation": (
        "FROM a\nRUN echo \\\\\nUSER u\n",
        [("FROM", 1), ("RUN", 2), ("USER", 3)],
    ),
    "a continuation at the end of the file": ("FROM a\nRUN a \\", [("FROM", 1), ("RUN", 2)]),
    "blanks behind the continuation": ("FROM a\nRUN a \\  \n b\nUSER c\n", [("FROM", 1), ("RUN", 2), ("USER", 4)]),
    "a keyword over two lines": ("FROM a\nUS\\\nER u\nRUN b\n", [("FROM", 1), ("USER", 2), ("RUN", 4)]),
    "directives in any order": (
        "# check=skip=all\n# escape=`\nFROM a\nRUN b `\n c\nCOPY a c:\\\nRUN x\n",
        [("FROM", 3), ("RUN", 4), ("COPY", 6), ("RUN", 7)],
    ),
    "no directive behind a comment": (
        "# a comment\n# escape=`\nFROM a\nRUN a\\\n b\nUSER q\n",
        [("FROM", 3), ("RUN", 4), ("USER", 6)],
    ),
    "carriage returns": ("FROM a\r\nRUN a \\\r\n b\r\nUSER c\r\n", [("FROM", 1), ("RUN", 2), ("USER", 4)]),
    "lower case and tabs": ("from a\n  run\tb\n", [("FROM", 1), ("RUN", 2)]),
    "a keyword alone at the end": ("FROM a\nRUN", [("FROM", 1), ("RUN", 2)]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_instructions_begin_where_buildkit_begins_them(text: str, expected: list[tuple[str, int]]) -> None:
    found = read_instructions(SourceFile("Dockerfile", text)).items

    assert [(each.keyword, each.line.pieces[0].line) for each in found] == expected


def test_an_unknown_instruction_is_reported_at_its_word() -> None:
    found = read_instructions(SourceFile("Dockerfile", "FROM a\n  APT-GET update\nUSER b\n"))

    assert [each.keyword for each in found.items] == ["FROM", "USER"]
    assert [(str(each.at), each.message) for each in found.problems] == [
        ("Dockerfile:2:3", "'APT-GET' is not an instruction"),
    ]


def test_a_heredoc_that_never_ends_is_reported() -> None:
    found = read_instructions(SourceFile("Dockerfile", "FROM a\nRUN <<EOF\nfoo\n"))

    assert [each.message for each in found.problems] == ["the heredoc EOF is never closed"]


def test_the_text_of_an_instruction_holds_its_flags_and_heredocs() -> None:
    found = read_instructions(SourceFile("Dockerfile", "FROM a\nRUN --mount=type=cache \\\n  <<E sh\none\ntwo\nE\n"))

    assert found.items[1].arguments == "--mount=type=cache   <<E sh\none\ntwo"
    assert [flag.text for flag in found.items[1].flags] == ["--mount=type=cache"]


def test_a_place_on_a_continued_line_is_exact() -> None:
    found = read_instructions(SourceFile("Dockerfile", "FROM a\nENV A=1 \\\n    B=two\n"))
    line = found.items[1].line
    start = line.text.index("two")

    span = line.span(start, start + 3)

    assert (span.start_line, span.start_column, span.end_line, span.end_column) == (3, 7, 3, 10)
