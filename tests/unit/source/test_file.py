"""The files of a scan: which are found, which are refused and why, and places within them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from infraaudit.source.file import LARGEST_FILE, SourceFile, SourceTree, find_files
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from pathlib import Path


def put(path: Path, content: str | bytes = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def found(root: Path, *paths: str, exclude: tuple[str, ...] = ()) -> set[str]:
    """Lay out empty files and return those of them that a scan finds."""
    for path in paths:
        put(root / path)
    return set(find_files(root, exclude=exclude).paths) & set(paths)


def opened(root: Path, path: str) -> SourceFile | Problem:
    return find_files(root).open(path)


def refusal(root: Path, path: str) -> Problem:
    problem = opened(root, path)
    assert isinstance(problem, Problem)
    return problem


# -- finding -------------------------------------------------------------------------------------------------------


def test_paths_are_relative_with_forward_slashes_and_in_order(tmp_path: Path) -> None:
    found(tmp_path, "b.tf", "a/z.yaml", "a/b/c.yaml", "Dockerfile")
    assert find_files(tmp_path).paths == ("Dockerfile", "a/b/c.yaml", "a/z.yaml", "b.tf")


@pytest.mark.parametrize("folder", [".git", ".terraform", "node_modules", ".venv", "deep/down/.terraform"])
def test_caches_of_tools_are_left_out(tmp_path: Path, folder: str) -> None:
    assert found(tmp_path, f"{folder}/main.tf", "main.tf") == {"main.tf"}


def test_a_file_as_root_is_found_alone(tmp_path: Path) -> None:
    found(tmp_path, "main.tf", "other.tf")
    tree = find_files(tmp_path / "main.tf")
    assert tree.paths == ("main.tf",)
    assert isinstance(tree.open("main.tf"), SourceFile)


@pytest.mark.parametrize(
    ("rules", "paths", "left"),
    [
        ("*.tfvars", ("a.tfvars", "a.tf", "deep/b.tfvars"), {"a.tf"}),
        ("/build", ("build/a.yaml", "src/build/a.yaml"), {"src/build/a.yaml"}),
        ("build/", ("build/a.yaml", "src/build"), {"src/build"}),
        ("*.yaml\n!keep.yaml", ("a.yaml", "keep.yaml", "deep/keep.yaml"), {"keep.yaml", "deep/keep.yaml"}),
        ("out/\n!out/keep.yaml", ("out/keep.yaml",), set()),
        ("# a.yaml\n\n  \n", ("a.yaml",), {"a.yaml"}),
        ("\ufeffa.yaml", ("a.yaml", "b.yaml"), {"b.yaml"}),
        ("a.yaml\r\nb.yaml\r\n", ("a.yaml", "b.yaml", "c.yaml"), {"c.yaml"}),
    ],
)
def test_what_git_ignores_is_left_out(tmp_path: Path, rules: str, paths: tuple[str, ...], left: set[str]) -> None:
    put(tmp_path / ".gitignore", rules)
    assert found(tmp_path, *paths) == left


def test_a_deeper_gitignore_speaks_last(tmp_path: Path) -> None:
    put(tmp_path / ".gitignore", "*.yaml")
    put(tmp_path / "deploy/.gitignore", "!*.yaml\nsecret.yaml")
    assert found(tmp_path, "a.yaml", "deploy/a.yaml", "deploy/secret.yaml") == {"deploy/a.yaml"}


def test_a_deeper_gitignore_says_nothing_about_its_neighbours(tmp_path: Path) -> None:
    put(tmp_path / "deploy/.gitignore", "*.yaml")
    assert found(tmp_path, "deploy/a.yaml", "deploy-old/a.yaml") == {"deploy-old/a.yaml"}


@pytest.mark.parametrize("line", ["!", "a\\", "[z-a]", "[[-*-]"])
def test_a_line_that_no_pattern_can_be_is_passed_over_as_git_does(tmp_path: Path, line: str) -> None:
    put(tmp_path / ".gitignore", f"{line}\nb.yaml")
    assert found(tmp_path, "a.yaml", "b.yaml") == {"a.yaml"}


def test_gitignore_may_be_disregarded(tmp_path: Path) -> None:
    put(tmp_path / ".gitignore", "*.yaml")
    put(tmp_path / "a.yaml")
    assert "a.yaml" in find_files(tmp_path, respect_gitignore=False).paths


def test_rules_outside_the_root_are_not_read_through_a_link(tmp_path: Path) -> None:
    put(tmp_path / "rules", "*.yaml")
    root = tmp_path / "root"
    put(root / "a.yaml")
    (root / ".gitignore").symlink_to(tmp_path / "rules")
    assert "a.yaml" in find_files(root).paths


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("examples/", {"a.tf", "deep/a.tf"}),
        ("*.tf", set()),
        ("/a.tf", {"deep/a.tf", "examples/a.tf"}),
        ("**/a.tf", set()),
    ],
)
def test_excluded_patterns_are_left_out(tmp_path: Path, pattern: str, left: set[str]) -> None:
    assert found(tmp_path, "a.tf", "deep/a.tf", "examples/a.tf", exclude=(pattern,)) == left


def test_an_exclusion_wins_over_a_negation_in_gitignore(tmp_path: Path) -> None:
    put(tmp_path / ".gitignore", "!a.tf")
    assert found(tmp_path, "a.tf", exclude=("a.tf",)) == set()


def test_an_exclusion_that_no_pattern_can_be_is_told(tmp_path: Path) -> None:
    put(tmp_path / "a.tf")
    tree = find_files(tmp_path, exclude=("!",))
    assert tree.paths == ("a.tf",)
    assert ["'!'" in problem.message for problem in tree.problems] == [True]


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "outside/a.tf")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/link").symlink_to(tmp_path / "outside", target_is_directory=True)
    (tmp_path / "root/again").symlink_to(tmp_path / "root", target_is_directory=True)
    assert find_files(tmp_path / "root").paths == ()


def test_a_name_that_is_not_utf_8_is_told_and_its_file_not_read(tmp_path: Path) -> None:
    put(tmp_path / "a.tf")
    with open(os.fsencode(tmp_path) + b"/caf\xe9.tf", "wb"):  # noqa: PTH123 - a Path cannot be made of bytes
        pass
    tree = find_files(tmp_path)
    assert tree.paths == ("a.tf",)
    (problem,) = tree.problems
    assert problem.at.path == "caf\N{REPLACEMENT CHARACTER}.tf"
    assert problem.leaves_gap


def test_below_yields_what_stands_in_a_folder_and_not_in_one_whose_name_begins_alike(tmp_path: Path) -> None:
    tree = SourceTree(tmp_path, ("app/a.tf", "app/deep/b.tf", "application/c.tf"))
    assert list(tree.below("app")) == list(tree.below("app/")) == ["app/a.tf", "app/deep/b.tf"]
    assert list(tree.below(".")) == list(tree.below("")) == list(tree.paths)


# -- reading -------------------------------------------------------------------------------------------------------


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    put(tmp_path / "a.yaml", b"\xef\xbb\xbfa: 1\r\n")
    assert opened(tmp_path, "a.yaml") == SourceFile("a.yaml", "a: 1\r\n")


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"\0GITCRYPT\0abc", ProblemKind.ENCRYPTED, "git-crypt"),
        (b"a: \0", ProblemKind.ENCODING, "NUL"),
        ("a: 1".encode("utf-16"), ProblemKind.ENCODING, "NUL"),
        (b"caf\xe9: 1", ProblemKind.ENCODING, "byte 3 is 0xe9"),
        (b"#" * (LARGEST_FILE + 1), ProblemKind.TOO_LARGE, "8,388,609 bytes"),
    ],
    ids=["git-crypt", "NUL", "UTF-16", "Latin-1", "too large"],
)
def test_what_is_no_readable_text_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, kind: ProblemKind, words: str
) -> None:
    put(tmp_path / "a.yaml", content)
    problem = refusal(tmp_path, "a.yaml")
    assert problem.kind is kind
    assert words in problem.message
    assert problem.at.path == "a.yaml"
    assert problem.leaves_gap


def test_the_largest_file_is_still_read(tmp_path: Path) -> None:
    put(tmp_path / "a.yaml", b"#" * LARGEST_FILE)
    assert isinstance(opened(tmp_path, "a.yaml"), SourceFile)


def test_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "secret.yaml", "password: 1")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/a.yaml").symlink_to(tmp_path / "secret.yaml")
    assert refusal(tmp_path / "root", "a.yaml").kind is ProblemKind.OUTSIDE_ROOT


def test_a_link_within_the_root_is_read(tmp_path: Path) -> None:
    put(tmp_path / "base/a.yaml", "a: 1")
    (tmp_path / "a.yaml").symlink_to("base/a.yaml")
    assert opened(tmp_path, "a.yaml") == SourceFile("a.yaml", "a: 1")


def test_a_root_behind_a_link_is_still_the_root(tmp_path: Path) -> None:
    put(tmp_path / "real/a.yaml", "a: 1")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    assert opened(tmp_path / "link", "a.yaml") == SourceFile("a.yaml", "a: 1")


@pytest.mark.parametrize("path", ["../outside.yaml", "deep/../../outside.yaml", "/etc/passwd"])
def test_no_path_leads_out_of_the_root(tmp_path: Path, path: str) -> None:
    put(tmp_path / "outside.yaml")
    put(tmp_path / "root/deep/a.yaml")
    assert refusal(tmp_path / "root", path).kind is ProblemKind.OUTSIDE_ROOT


@pytest.mark.parametrize("path", ["missing.yaml", "folder", "a\0b", "\ud800", "x" * 5000])
def test_what_cannot_be_opened_is_refused_and_never_raised(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    assert refusal(tmp_path, path).kind is ProblemKind.UNREADABLE


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    assert refusal(tmp_path, "a.yaml").kind is ProblemKind.UNREADABLE


@pytest.mark.timeout(10)
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    os.mkfifo(tmp_path / ".gitignore")
    assert refusal(tmp_path, "a.yaml").message == "not a regular file"


def test_a_file_is_read_once(tmp_path: Path) -> None:
    put(tmp_path / "a.yaml", "a: 1")
    tree = find_files(tmp_path)
    first = tree.open("a.yaml")
    put(tmp_path / "a.yaml", "a: 2")
    assert tree.open("a.yaml") is first


# -- places --------------------------------------------------------------------------------------------------------

TEXT = SourceFile("a.tf", "caf\N{LATIN SMALL LETTER E WITH ACUTE} = 1\r\n  b = \N{PILE OF POO}x  \n")


def test_bytes_are_counted_in_and_characters_out() -> None:
    start = TEXT.data.index(b"x")
    assert TEXT.span_of_bytes(start, start + 1) == Span("a.tf", 2, 8, 2, 9)


def test_characters_of_a_text_give_the_same_place() -> None:
    start = TEXT.text.index("x")
    assert TEXT.span_of_text(start, start + 1) == Span("a.tf", 2, 8, 2, 9)


def test_a_range_may_reach_over_lines_and_to_the_end() -> None:
    assert TEXT.span_of_bytes(0, len(TEXT.data)) == Span("a.tf", 1, 1, 3, 1)


def test_a_line_is_told_without_the_blanks_around_it_and_without_its_end() -> None:
    assert TEXT.span_of_line(2) == Span("a.tf", 2, 3, 2, 9)
    assert TEXT.lines[0] == "caf\N{LATIN SMALL LETTER E WITH ACUTE} = 1"


def test_a_blank_line_has_an_empty_place() -> None:
    assert SourceFile("a", "x\n   \n").span_of_line(2) == Span("a", 2, 4, 2, 4)


def test_half_a_character_does_not_stop_the_bytes() -> None:
    assert SourceFile("a", "a\ud800b").data == b"a?b"
