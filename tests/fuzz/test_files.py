"""Finding files under arbitrary trees and ignore rules: nothing is raised, and nothing outside the root is found."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path, PurePosixPath

from hypothesis import given, settings
from hypothesis import strategies as st

from infraaudit.source.file import SourceFile, find_files
from infraaudit.source.problem import Problem

NAMES = st.one_of(
    st.sampled_from(["a", "b.yaml", "main.tf", ".gitignore", ".git", "node_modules", "Dockerfile", "x y", "é.tf"]),
    st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=8).filter(
        lambda name: name not in {".", ".."} and len(name.encode()) < 200
    ),
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
GLOBS = st.sampled_from(("a", "b", "*", "**", "/", "!", "[", "]", "-", "\\", "#", "?", " ", ".yaml"))
RULES = st.lists(st.lists(GLOBS, max_size=6).map("".join) | st.text(max_size=6), max_size=4).map("\n".join)
STEPS = st.sampled_from(("..", "/", "a", "root", "\0", "outside.yaml"))


def put(path: Path, content: bytes) -> None:
    """Write a file where the names before it leave room for one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError:
        return


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(PATHS, st.binary(max_size=20)), max_size=6), RULES, RULES)
def test_any_tree_is_found_and_read_without_an_error(
    files: list[tuple[str, bytes]], rules: str, exclusions: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir()
        put(Path(folder) / "outside.yaml", b"outside")
        for path, content in files:
            put(root / path, content)
        put(root / ".gitignore", rules.encode(errors="replace"))
        tree = find_files(root, exclude=tuple(exclusions.split("\n")))
        assert list(tree.paths) == sorted(set(tree.paths))
        for path in tree.paths:
            assert not PurePosixPath(path).is_absolute()
            assert (root / path).is_file()
            assert isinstance(tree.open(path), SourceFile | Problem)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30) | st.lists(STEPS, max_size=8).map("".join))
def test_no_path_opens_what_is_outside_of_the_root(path: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        (root / "a").mkdir(parents=True)
        put(Path(folder) / "outside.yaml", b"outside")
        os.symlink(Path(folder) / "outside.yaml", root / "a/link")  # noqa: PTH211 - the arguments read in this order
        for each in (path, f"a/{path}", "a/link", f"a/link{path}"):
            opened = find_files(root).open(each)
            assert isinstance(opened, Problem) or opened.text != "outside"
