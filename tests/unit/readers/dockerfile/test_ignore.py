"""Which files a ``.dockerignore`` keeps from the builder, pattern by pattern."""

from __future__ import annotations

import time

import pytest

from infraaudit.readers.dockerfile.ignore import read_ignore


@pytest.mark.parametrize(
    ("patterns", "path", "hidden"),
    [
        ("app.py", "app.py", True),
        ("app.py", "src/app.py", False),
        ("/app.py", "app.py", True),
        ("/app.py", "src/app.py", False),
        ("src", "src/deep/app.py", True),
        ("src/", "src/app.py", True),
        ("./src", "src/app.py", True),
        ("src/../docs", "docs/a.md", True),
        ("*/temp*", "some/temporary.txt", True),
        ("*/temp*", "some/temp/file", True),
        ("*/temp*", "some/deep/temporary.txt", False),
        ("*/*/temp*", "some/deep/temporary.txt", True),
        ("temp?", "tempa", True),
        ("temp?", "temp", False),
        ("temp?", "temp/", False),
        ("*.go", "deep/main.go", False),
        ("**/*.go", "main.go", True),
        ("**/*.go", "a/b/main.go", True),
        ("**/bar", "foobar", False),
        ("**/bar", "foo/bar", True),
        ("docs/**", "docs/a/b.md", True),
        ("docs/**", "docs", False),
        ("docs/**/b.md", "docs/b.md", True),
        ("docs/**/b.md", "docs/a/c/b.md", True),
        ("*.md\n!README.md", "README.md", False),
        ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", True),
        ("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", False),
        ("*\n!src", "src/app.py", False),
        ("*\n!src", "other/app.py", True),
        ("src\n!src/app.py", "src/app.py", False),
        ("# app.py\n\n  app.py  ", "app.py", True),
        (" #a", "#a", True),
        ("! app.py", "app.py", False),
        (".", "app.py", False),
        ("[a-c]pp.py", "app.py", True),
        ("[^a-c]pp.py", "app.py", False),
        ("[a-c", "a", False),
        (r"\*.py", "*.py", True),
        (r"\*.py", "a.py", False),
        ("a**c", "a/b/c", True),
        ("app.py\\", "app.py", False),
    ],
)
def test_the_last_pattern_that_fits_wins(patterns: str, path: str, hidden: bool) -> None:  # noqa: FBT001 - a table
    assert read_ignore(patterns.split("\n")).hides(path) is hidden


def test_many_wildcards_take_no_longer_than_their_length() -> None:
    before = time.perf_counter()
    assert not read_ignore(["**/*a" * 100 + "x"]).hides("a" * 200)
    assert time.perf_counter() - before < 5, "it goes back and forth"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*/*/*.py", "a/b/c.py"),
        ("**/a/**/b/*c", "x/a/y/b/dc"),
        ("**/a/**/b/*c", "a/b/c"),
        ("***", "a/b"),
        ("a?*?*?*", "abcde"),
    ],
)
def test_a_pattern_of_many_wildcards_means_the_same(pattern: str, path: str) -> None:
    assert read_ignore([pattern]).hides(path)
    assert not read_ignore([pattern + "z"]).hides(path)


def test_a_folder_that_a_later_pattern_hides_takes_what_was_kept_with_it() -> None:
    rules = read_ignore(["*", "!src/app.py", "src"])
    assert rules.hides("src/app.py")
