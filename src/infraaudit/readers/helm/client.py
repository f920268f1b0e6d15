"""Starts a ``helm`` that the user pointed at, on a copy of a chart, and takes what it renders.

It gets an empty home, no plugins, no cluster, a proxy that leads nowhere and a time limit. The copy holds what our
own renderer reads and nothing else, so that no link of the tree leads helm out of it.
"""

from __future__ import annotations

import posixpath
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved, node_from_yaml
from infraaudit.readers.helm.cells import ChartError
from infraaudit.readers.helm.chart import CHART, SCHEMA, VALUES
from infraaudit.source.file import SourceFile
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.readers.helm.chart import Chart
    from infraaudit.source.file import SourceTree

SECONDS = 60
LARGEST_OUTPUT = 32 * 1024 * 1024
_NOWHERE = "http://127.0.0.1:9"
_SOURCE = "# Source: "
_ANEW = "helm makes it anew on each rendering"


@dataclass(frozen=True, slots=True)
class Printed:
    """One object that helm printed, and the template that it names as its source, relative to the chart."""

    body: Node
    source: str


@dataclass(frozen=True, slots=True)
class Client:
    """A ``helm`` on this machine."""

    program: str
    tree: SourceTree

    def rendered(self, chart: Chart, values: Sequence[str]) -> tuple[Printed, ...]:
        """Render a chart with values files laid over its own. Raises ``ChartError`` with what helm said.

        It is rendered twice, and what is not the same in both is unknown: a password, a key, a time.
        """
        with tempfile.TemporaryDirectory(prefix="infraaudit-") as scratch:
            folder = Path(scratch) / "chart"
            self._copy(chart, folder)
            files: list[str] = []
            for number, path in enumerate(values):
                target = Path(scratch) / f"values-{number}.yaml"
                target.write_text(self._text(path), encoding="utf-8")
                files.extend(("--values", str(target)))
            first, second = (tuple(_objects(self._run(Path(scratch), folder, files))) for _ in range(2))
        again = {key_of(each.body): each.body for each in second}
        return tuple(Printed(_stable(each.body, again.get(key_of(each.body))), each.source) for each in first)

    def _copy(self, chart: Chart, folder: Path) -> None:
        own = [posixpath.join(chart.folder, name) for name in (CHART, VALUES, SCHEMA)]
        for path in (*own, *chart.templates, *chart.files):
            file = self.tree.open(path)
            if isinstance(file, SourceFile):
                target = folder / path.removeprefix(f"{chart.folder}/" if chart.folder else "")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(file.text, encoding="utf-8", newline="")
        for number, sub in enumerate(chart.subcharts):
            declared = sub.dependency.name if sub.dependency is not None else sub.name
            if not (folder / "charts" / declared).exists():
                self._copy(sub, folder / "charts" / declared)
            elif sub.dependency is None:
                self._copy(sub, folder / "charts" / f"{declared}-{number}")

    def _text(self, path: str) -> str:
        file = self.tree.open(path)
        if not isinstance(file, SourceFile):
            raise ChartError(file.message)
        return file.text

    def _run(self, scratch: Path, folder: Path, values: Sequence[str]) -> str:
        home = str(scratch / "home")
        environment = {
            **dict.fromkeys(("HOME", "HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME"), home),
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), _NOWHERE),
            "HELM_PLUGINS": str(scratch / "no-plugins"),
            "KUBECONFIG": str(scratch / "no-cluster"),
            "PATH": "",
        }
        command = [self.program, "template", "release-name", str(folder), "--skip-schema-validation", *values]
        output, said = scratch / "output", scratch / "said"
        try:
            with output.open("wb") as out, said.open("wb") as err:
                done = subprocess.run(  # noqa: S603 - the program that the user named, with arguments of our own
                    command,
                    cwd=scratch,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    timeout=SECONDS,
                    check=False,
                )
        except subprocess.TimeoutExpired:
            message = f"helm was stopped after {SECONDS} seconds"
            raise ChartError(message) from None
        except OSError as error:
            message = f"helm cannot be started: {error.strerror}"
            raise ChartError(message) from error
        if done.returncode:
            message = f"helm ended with code {done.returncode}"
            raise ChartError(message)
        if output.stat().st_size > LARGEST_OUTPUT:
            message = f"helm printed more than {LARGEST_OUTPUT:,} bytes"
            raise ChartError(message)
        return output.read_text(encoding="utf-8", errors="replace")


def _objects(text: str) -> Iterator[Printed]:
    for part in f"\n{text}".split("\n---\n"):
        source = next((line.removeprefix(_SOURCE) for line in part.split("\n") if line.startswith(_SOURCE)), "")
        for tree in parse_yaml(SourceFile("", f"{part}\n")).documents:
            body = node_from_yaml(tree, Dialect.KUBERNETES)
            if body.is_mapping:
                yield Printed(body, source.partition("/")[2])


def key_of(body: Node) -> tuple[object, ...]:
    """Return what tells an object from the others of a rendering."""
    metadata = body["metadata"]
    return tuple(node.content for node in (body["apiVersion"], body["kind"], metadata["namespace"], metadata["name"]))


def _stable(one: Node, other: Node | None) -> Node:
    """Return what two renderings have in common; the rest is unknown."""
    if other is not None and one.is_mapping and other.is_mapping:
        left, right = dict(one.items()), dict(other.items())
        entries = {key: _stable(each, right[key]) for key, each in left.items() if key in right}
        return Node(entries, one.at, open=left.keys() != right.keys())
    if other is not None and one.is_list and other.is_list and len(one.each()) == len(other.each()):
        return Node(tuple(_stable(*pair) for pair in zip(one.each(), other.each(), strict=True)), one.at)
    if other is not None and one.content == other.content:
        return one
    return Node(Unresolved(_ANEW), one.at)


def filled(ours: Node, theirs: Node) -> Node:
    """Return an object of our own rendering with what it leaves open taken from helm's, at the places of ours."""
    if isinstance(ours.content, Unresolved):
        return _at(theirs, ours)
    if ours.is_mapping and theirs.is_mapping:
        own, given = dict(ours.items()), dict(theirs.items())
        entries = {key: filled(each, given[key]) if key in given else each for key, each in own.items()}
        if ours.open:
            entries.update({key: _at(each, ours) for key, each in given.items() if key not in own})
        return replace(ours, content=entries, open=ours.open and theirs.open)
    if ours.is_list and theirs.is_list and len(ours.each()) == len(theirs.each()):
        items = tuple(filled(*pair) for pair in zip(ours.each(), theirs.each(), strict=True))
        return replace(ours, content=items)
    return ours


def _at(node: Node, place: Node) -> Node:
    """Return what helm rendered at a place of ours."""
    if node.is_mapping:
        entries = {key: _at(each, place) for key, each in node.items()}
        return Node(entries, place.at, place.key_at, open=node.open)
    if node.is_list:
        return Node(tuple(_at(each, place) for each in node.each()), place.at, place.key_at)
    return Node(node.content, place.at, place.key_at, text=node.text)


def placed_at(node: Node, path: str) -> Node:
    """Return an object of which only its template is known."""
    return _at(node, Node(None, whole_file(path)))
