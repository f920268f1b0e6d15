"""Compares our rendering of charts on disk with that of the ``helm`` on PATH.

``python -m tests.corpus.helm_charts FOLDER...`` takes every chart below the folders, copies it to a scratch folder with
the dependencies that stand beside it put into ``charts/``, renders it with both, and prints a line a chart and a sum.
What helm itself makes anew on each rendering (passwords, keys) is told by a second run, and need not be known.
It ends with 1 where an object differs and nothing said so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved, node_from_yaml
from infraaudit.readers.helm.cells import Cell, ChartError
from infraaudit.readers.helm.chart import Charts
from infraaudit.readers.helm.dependencies import dependencies_of
from infraaudit.readers.helm.documents import documents_of
from infraaudit.readers.helm.places import Lines
from infraaudit.readers.helm.release import Renderer
from infraaudit.readers.helm.values import read_values, text_at
from infraaudit.source.file import SourceFile, SourceTree, find_files
from infraaudit.source.problem import Problem
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VARIANTS = ("values-*.yaml", "values.*.yaml", "ci/*values.yaml")


@dataclass
class Comparison:
    """What became of the objects of one rendering."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, kind: str, text: str = "") -> None:
        """Count one object."""
        self.counts[kind] += 1
        if kind == "wrong":
            self.differences.append(text)
        elif text:
            self.notes.append(text)


def main(words: list[str]) -> int:
    """Compare every chart below the given folders."""
    client = shutil.which("helm")
    if client is None:
        print("helm is not on PATH", file=sys.stderr)
        return 2
    total: Counter[str] = Counter()
    wrong = 0
    for chart in sorted({path.parent for word in words for path in Path(word).rglob("Chart.yaml")}):
        if "charts" in chart.relative_to(chart.parents[1]).parts[:-1] and (chart.parents[1] / "Chart.yaml").exists():
            continue
        for name, comparison, seconds in compare(client, chart):
            total += comparison.counts
            wrong += len(comparison.differences)
            print(f"{name}: {dict(comparison.counts)} {seconds[0]:.2f} s, helm {seconds[1]:.2f} s", flush=True)
            for text in (*comparison.differences, *comparison.notes):
                print(f"    {text}")
    print(f"sum: {dict(total)}")
    return 1 if wrong else 0


def compare(client: str, chart: Path) -> Iterator[tuple[str, Comparison, tuple[float, float]]]:
    """Render a chart with its own values and with each further values file."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / chart.name
        shutil.copytree(chart, folder)
        put_dependencies(folder, chart.parent)
        tree = find_files(folder, respect_gitignore=False)
        for values in (None, *sorted(path for pattern in _VARIANTS for path in folder.glob(pattern))):
            name = chart.name if values is None else f"{chart.name} ({values.relative_to(folder)})"
            start = time.perf_counter()
            helm = run(client, folder, values)
            between = time.perf_counter()
            comparison = judged(
                tree,
                None if values is None else values.relative_to(folder).as_posix(),
                helm,
                partial(run, client, folder, values),
            )
            yield name, comparison, (time.perf_counter() - between, between - start)


def put_dependencies(folder: Path, beside: Path) -> None:
    """Copy the charts that a chart depends on from the folder that it stands in, and theirs below them."""
    for each in dependencies_of(meta_of(folder)):
        source, target = beside / each.name, folder / "charts" / each.name
        is_there = target.exists() or list((folder / "charts").glob(f"{each.name}-*.tgz"))
        if not is_there and each.accepts(each.name, text_at(meta_of(source), "version")):
            shutil.copytree(source, target)
            put_dependencies(target, beside)


def meta_of(folder: Path) -> dict[str, Cell]:
    """Return the Chart.yaml of a folder."""
    file = SourceTree(folder, ("Chart.yaml",)).open("Chart.yaml")
    values = read_values(file) if isinstance(file, SourceFile) else file
    return values.data if isinstance(values, Cell) and isinstance(values.data, dict) else {}


def run(client: str, folder: Path, values: Path | None) -> str | None:
    """Return what helm renders, or ``None`` and its message on stderr."""
    command = [client, "template", str(folder), *(() if values is None else ("-f", str(values)))]
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(command, env={"HOME": home, "PATH": ""}, check=False, capture_output=True, text=True)
    if done.returncode:
        print("    helm:", done.stderr.strip()[-300:])
        return None
    return done.stdout


def judged(tree: SourceTree, values: str | None, helm: str | None, again: Callable[[], str | None]) -> Comparison:
    """Render with our own renderer, and compare object by object."""
    comparison = Comparison()
    try:
        ours, problems = rendered(tree, values)
    except ChartError as error:
        comparison.add("both fail" if helm is None else "not rendered", f"ours: {error.message}")
        return comparison
    if helm is None:
        comparison.add("only helm fails")
        return comparison
    theirs, sources = documents(helm)
    anew: dict[Key, Node] | None = None
    for key, node in theirs.items():
        if key not in ours:
            said = [problem for problem in problems if problem.startswith(sources[key])]
            comparison.add("in ledger" if said else "wrong", f"{key} {'; '.join(said[:1]) or 'is missing'}")
            continue
        differences = list(different(ours[key], node, ""))
        wrong = [path for path, unknown in differences if unknown is None]
        if differences and not wrong:
            anew = documents(again() or "")[0] if anew is None else anew
            changing = {path for path, _ in different(node, anew.get(key, node), "")}
            differences = [each for each in differences if each[0] not in changing]
        if wrong:
            comparison.add("wrong", f"{key}: {wrong[:3]}")
        elif differences:
            comparison.add("unknown", f"{key}: {differences[0][0]}: {differences[0][1]}")
        else:
            comparison.add("equal")
    for key in ours.keys() - theirs.keys():
        comparison.add("wrong", f"{key} is too much")
    return comparison


Key = tuple[str, str, str, str]


def rendered(tree: SourceTree, values: str | None) -> tuple[dict[Key, Node], list[str]]:
    """Return our objects by their names, and the problems as text."""
    over = Cell({})
    if values is not None:
        file = tree.open(values)
        read = read_values(file) if isinstance(file, SourceFile) else Cell({})
        over = read if isinstance(read, Cell) else over
    release = Renderer(tree, Charts(tree).load("")).render(over)
    found: dict[Key, Node] = {}
    problems: list[str] = []
    lines = Lines()
    for output in release.outputs:
        for each in documents_of(output, release, lines, everything=True):
            if isinstance(each, Problem):
                problems.append(f"{output.path}: {each.message}")
            elif isinstance(each["metadata"]["name"].content, Unresolved):
                problems.append(f"{output.path}: its name is unknown: {each['metadata']['name'].content.why}")
            else:
                found[free(key_of(each), found)] = each
    return found, problems


def free(key: Key, taken: dict[Key, Node]) -> Key:
    """Return a name that is not taken: an object may be there twice."""
    while key in taken:
        key = (*key[:3], key[3] + "+")
    return key


def documents(text: str) -> tuple[dict[Key, Node], dict[Key, str]]:
    """Return the objects that helm printed, and the template of each."""
    found: dict[Key, Node] = {}
    sources: dict[Key, str] = {}
    for part in text.split("\n---\n"):
        source = next((line[10:] for line in part.split("\n") if line.startswith("# Source: ")), "").partition("/")[2]
        for tree in parse_yaml(SourceFile("", part + "\n")).documents:
            node = node_from_yaml(tree, Dialect.KUBERNETES)
            if node.is_mapping:
                key = free(key_of(node), found)
                found[key] = node
                sources[key] = source
    return found, sources


def key_of(node: Node) -> Key:
    """Return what tells an object from others."""
    meta = node["metadata"]
    texts = [each.content if isinstance(each.content, str) else "" for each in (node["kind"], meta["namespace"])]
    name = meta["name"].content if isinstance(meta["name"].content, str) else str(meta["generateName"].content)
    version = node["apiVersion"].content
    return (texts[0], texts[1], name, version if isinstance(version, str) else "")


def different(ours: Node, theirs: Node, path: str) -> Iterator[tuple[str, str | None]]:
    """Yield the paths that differ, each with the reason why ours is unknown; without one where it is wrong."""
    if isinstance(ours.content, Unresolved):
        yield path, ours.content.why
    elif ours.is_mapping and theirs.is_mapping:
        left, right = dict(ours.items()), dict(theirs.items())
        for key in sorted(left.keys() | right.keys()):
            if key in left and key in right:
                yield from different(left[key], right[key], f"{path}/{key}")
            else:
                yield f"{path}/{key}", "may hold more" if key in right and ours.open else None
    elif ours.is_list and theirs.is_list and len(ours.each()) == len(theirs.each()):
        for index, (one, other) in enumerate(zip(ours.each(), theirs.each(), strict=True)):
            yield from different(one, other, f"{path}/{index}")
    elif ours.content != theirs.content or type(ours.content) is not type(theirs.content):
        yield path, None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
