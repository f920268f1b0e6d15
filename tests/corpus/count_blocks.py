"""Counts the blocks of public configurations, here and by python-hcl2: ``python -m tests.corpus.count_blocks DIR ...``.

Needs ``terraform`` on the path, which tells the files that are valid; nothing of the folders is kept. A block that is
lost here is a fault; files that python-hcl2 refuses are counted beside.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from infraaudit.source.file import SourceFile, find_files
from infraaudit.source.hcl_parse import parse_hcl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.source.hcl_tree import Body

_AT_ONCE = 200
_REFUSED = re.compile(r"on (\S+\.tf) line \d+")


@dataclass(slots=True)
class Counts:
    """What became of the files of one folder."""

    files: int = 0
    invalid: int = 0
    blocks: int = 0
    attributes: int = 0
    refused_there: int = 0
    different: list[str] = field(default_factory=list)


def _valid(root: Path, paths: Sequence[str]) -> set[str]:
    """Return the files that ``terraform fmt`` accepts."""
    refused: set[str] = set()
    for start in range(0, len(paths), _AT_ONCE):
        part = paths[start : start + _AT_ONCE]
        done = _format(root, part)
        named = set(_REFUSED.findall(done.stdout + done.stderr))
        if done.returncode not in {0, 3} or named:
            refused.update(path for path in part if _format(root, [path]).returncode not in {0, 3})
    return set(paths) - refused


def _format(root: Path, paths: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["terraform", "fmt", "-check", "-no-color", "-list=false", *paths],  # noqa: S607 - whichever is on PATH
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"},
    )


def _ours(body: Body) -> tuple[int, int]:
    blocks, attributes = 0, len(body.attributes)
    for block in body.blocks:
        inner = _ours(block.body)
        blocks, attributes = blocks + 1 + inner[0], attributes + inner[1]
    return blocks, attributes


def _theirs(text: str) -> tuple[int, int] | None:
    """Return the counts of python-hcl2, ``None`` where it refuses the text."""
    import hcl2  # noqa: PLC0415 - slow to import

    try:
        tree = hcl2.parses_to_tree(text if text.endswith("\n") else text + "\n")
    except Exception:  # noqa: BLE001 - whatever it raises, it does not read the file
        return None
    blocks = sum(1 for _ in tree.find_data("block"))
    return blocks, sum(1 for _ in tree.find_data("attribute"))


def count(root: Path, every: int) -> Counts:
    """Compare the counts of the files of a folder, or of one in so many."""
    counts = Counts()
    tree = find_files(root)
    paths = [path for path in tree.paths if path.endswith(".tf")][::every]
    valid = _valid(root, paths)
    counts.files, counts.invalid = len(paths), len(paths) - len(valid)
    for path in sorted(valid):
        file = tree.open(path)
        if not isinstance(file, SourceFile):
            counts.different.append(f"{path}: {file.message}")
            continue
        document = parse_hcl(file)
        ours = _ours(document.body)
        counts.blocks, counts.attributes = counts.blocks + ours[0], counts.attributes + ours[1]
        counts.different.extend(f"{path}: {problem.message}" for problem in document.problems if problem.leaves_gap)
        theirs = _theirs(file.text)
        if theirs is None:
            counts.refused_there += 1
        elif theirs != ours:
            counts.different.append(f"{path}: {ours} here, {theirs} there")
    return counts


def _report(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        folder, _, every = word.partition("@")
        found = count(Path(folder), int(every or 1))
        yield (
            f"{Path(folder).name}: {found.files} files, {found.invalid} not valid, {found.blocks} blocks and "
            f"{found.attributes} arguments, {found.refused_there} refused by python-hcl2, "
            f"{len(found.different)} different"
        )
        yield from (f"  {each}" for each in found.different)


def main(words: Sequence[str]) -> int:
    """Print the counts of each folder, ``DIR@8`` for one file in eight; return 1 where something is lost."""
    lines = list(_report(words))
    sys.stdout.write("\n".join(lines) + "\n")
    return int(any(line.startswith("  ") for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
