"""Reads Helm charts: each with its own values alone, and with each further values file beside it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.helm.cells import Cell, ChartError, Piece, Text
from infraaudit.readers.helm.chart import CHART, VALUES, Charts
from infraaudit.readers.helm.places import Document, Lines, outermost_archive
from infraaudit.readers.helm.release import Renderer
from infraaudit.readers.helm.values import read_values
from infraaudit.readers.kubernetes.charts import chart_folders, is_of_chart
from infraaudit.readers.kubernetes.documents import KubernetesObject, objects_of
from infraaudit.readers.kubernetes.lift import lift_manifests
from infraaudit.readers.kubernetes.manifest import Manifest
from infraaudit.readers.reading import FileRow, FileState, Reading, UnitRow, UnitState
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import Span, whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import YamlMapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Entity, Node
    from infraaudit.readers.helm.chart import Chart
    from infraaudit.readers.helm.dependencies import Dependency
    from infraaudit.readers.helm.release import Output, Release
    from infraaudit.source.file import SourceTree

FORMAT = "helm"
_VARIANTS = ("values*.yaml", "values*.yml", "*values.yaml", "ci/*values.yaml", "ci/*values.yml")
_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)


def read(tree: SourceTree) -> Reading:
    """Render every chart of the tree that no other chart includes, and lift its objects."""
    collected = _Collected(tree)
    folders = chart_folders(tree)
    charts = Charts(tree, folders)
    loaded: dict[str, Chart] = {}
    for folder in folders:
        try:
            loaded[folder] = charts.load(folder)
        except (ChartError, RecursionError) as error:
            collected.fail(posixpath.join(folder, CHART), folder, str(error))
    included = {
        sub.folder
        for chart in loaded.values()
        for sub in chart.subcharts
        if sub.folder not in dict(chart.found).values()
    }
    for folder, chart in loaded.items():
        if folder not in included:
            collected.chart(chart)
    return collected.finish()


@dataclass
class _Collected:
    """What the charts of a tree have given so far."""

    tree: SourceTree
    entities: list[Entity] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    units: list[UnitRow] = field(default_factory=list)
    rows: dict[str, FileRow] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)

    def fail(self, path: str, name: str, why: str, at: Span | None = None) -> None:
        """Note that a chart was not rendered."""
        self.units.append(UnitRow("chart", name or ".", path, UnitState.FAILED, why))
        self.problems.append(Problem(ProblemKind.NOT_RENDERED, at or whole_file(path), why))

    def chart(self, chart: Chart) -> None:
        """Render a chart with each set of values."""
        for each in chart.everything():
            self._subcharts(each)
        if chart.is_library:
            self._account(chart)
            self.units.append(UnitRow("chart", chart.name, chart.path, UnitState.RESOLVED))
            return
        renderer = Renderer(self.tree, chart)
        rendered = [self._release(renderer, chart, detail) for detail in (VALUES, *_variants(chart))]
        if any(rendered):
            self._account(chart)

    def _subcharts(self, chart: Chart) -> None:
        """Note what became of the charts that one depends on."""
        for name, folder in chart.found:
            why = (
                f"its dependency {name} is taken from {folder}, a chart of that name and of a version that it asks for"
            )
            self._unit(UnitRow("chart", name, chart.path, UnitState.RESOLVED, why))
        for place, message in chart.broken:
            why = f"it cannot be read: {message}"
            self._unit(UnitRow("chart", posixpath.basename(place), place, UnitState.FAILED, why))
            self.problems.append(Problem(ProblemKind.NOT_RENDERED, whole_file(place), why))

    def _missing(self, chart: Chart, dependency: Dependency) -> None:
        name = dependency.shown
        why = f"its dependency {name} is not in the scanned folder: what it would add was not judged"
        self._unit(UnitRow("chart", name, chart.path, UnitState.MISSING, why))
        at = self.lines.editable(dependency.at or whole_file(chart.path))
        self.problems.append(Problem(ProblemKind.NOT_RENDERED, at, why))

    def _unit(self, row: UnitRow) -> None:
        if row not in self.units:
            self.units.append(row)

    def _release(self, renderer: Renderer, chart: Chart, detail: str) -> bool:
        name = chart.name if detail == VALUES else f"{chart.name} ({detail})"
        try:
            over = self._values(chart, detail)
            release = renderer.render(over)
        except ChartError as error:
            at = error.at if error.place is None else self.lines.of(error.place)
            at = None if at is None else self.lines.editable(at)
            path = chart.path if detail == VALUES else posixpath.join(chart.folder, detail)
            self.fail(path, name, f"it cannot be rendered: {error.message}", at)
            for parent in chart.everything():
                for dependency in parent.missing:
                    self._missing(parent, dependency)
            return False
        for parent, dependency in release.missing:
            self._missing(parent, dependency)
        unchecked = f"not checked of its schema: {', '.join(release.not_checked)}" if release.not_checked else ""
        self.units.append(UnitRow("chart", name, chart.path, UnitState.RESOLVED, unchecked))
        self.lines.anchors = anchors_of(release)
        deployment = deployment_of(FORMAT, chart.folder, detail, detail=detail)
        objects = [each for output in release.outputs for each in self._objects(output, release)]
        manifests = [
            Manifest(address, each.kind, each.name, each.namespace or "default", each.body, each.at, deployment)
            for address, each in {each.address: each for each in objects}.items()
        ]
        self.entities.extend(lift_manifests(manifests))
        return True

    def _values(self, chart: Chart, detail: str) -> Cell:
        if detail == VALUES:
            return Cell({})
        path = posixpath.join(chart.folder, detail)
        file = self.tree.open(path)
        values = read_values(file) if isinstance(file, SourceFile) else file
        if isinstance(values, Problem):
            raise ChartError(values.message)
        self.rows[path] = FileRow(path, FORMAT, FileState.PARSED)
        return values

    def _objects(self, output: Output, release: Release) -> Iterator[KubernetesObject]:
        for found in documents_of(output, release, self.lines):
            if isinstance(found, Problem):
                self.problems.append(found)
                continue
            for each in objects_of(found):
                if isinstance(each, str):
                    self.problems.append(Problem(ProblemKind.NOT_RENDERED, found["kind"].at, each))
                elif not is_test(each.body):
                    yield each

    def _account(self, chart: Chart) -> None:
        for each in chart.everything():
            archive = outermost_archive(each.path)
            if archive is not None:
                self.rows[archive] = FileRow(archive, FORMAT, FileState.PARSED)
                continue
            for path in (each.path, posixpath.join(each.folder, VALUES), *each.templates):
                if path in self.tree.known and path.endswith((".yaml", ".yml", ".tpl", ".txt", ".json")):
                    self.rows.setdefault(path, FileRow(path, FORMAT, FileState.PARSED))

    def finish(self) -> Reading:
        """Return everything, with rows for the files of charts that were not rendered."""
        for folder in chart_folders(self.tree):
            for path in self.tree.below(folder):
                if path not in self.rows and is_of_chart(folder, path):
                    why = "it belongs to a chart that was not rendered"
                    self.rows[path] = FileRow(path, FORMAT, FileState.SKIPPED, why)
        return Reading(
            entities=tuple(self.entities),
            problems=tuple(dict.fromkeys(self.problems)),
            files=tuple(self.rows[path] for path in sorted(self.rows)),
            units=tuple(self.units),
        )


def anchors_of(release: Release) -> dict[str, Span]:
    """Return where a person sets what each archive does: the entry of its values, else where it is named."""
    found: dict[str, Span] = {}
    for member in release.members:
        if outermost_archive(member.chart.path) is not None:
            continue
        entries = member.values.data if isinstance(member.values.data, dict) else {}
        for sub in member.chart.subcharts:
            archive = outermost_archive(sub.path)
            key = entries[sub.name].key if sub.name in entries else None
            named = None if sub.dependency is None else sub.dependency.at
            if archive is not None:
                found.setdefault(archive, key or named or whole_file(member.chart.path))
    return found


def documents_of(output: Output, release: Release, lines: Lines) -> Iterator[Node | Problem]:
    """Yield the documents that a template printed, or why one of them cannot be told."""
    text = output.text
    bounds = [0, *(found.end() for found in _SEPARATOR.finditer(text))]
    ends = [*(found.start() for found in _SEPARATOR.finditer(text)), len(text)]
    for start, end in zip(bounds, ends, strict=True):
        # Helm ends each object with a newline of its own, which a block of text at its end may keep.
        part = Text.of((*text.part(start, end).pieces, Piece("\n")))
        if not part.strip():
            continue
        block = next((each for name, each in release.engine.blocks.items() if name in part), None)
        if block is not None:
            undecided, place = block
            why = f"an object cannot be told, for a block of its template depends on this: {undecided.why}"
            yield Problem(ProblemKind.NOT_RENDERED, lines.editable(lines.of(place)), why)
            continue
        document = Document(output.path, part, lines, release.engine)
        parsed = parse_yaml(document.file)
        problem = next((each for each in parsed.problems if each.leaves_gap), None)
        if problem is not None:
            at = document.place(problem.at, scalar=True, origins=False)
            yield Problem(ProblemKind.NOT_RENDERED, at, f"what is rendered here is not YAML: {problem.message}")
        for tree in parsed.documents if problem is None else ():
            if isinstance(tree, YamlMapping):
                yield document.node(tree)


def _variants(chart: Chart) -> Iterator[str]:
    """Yield the further values files of a chart, relative to its folder."""
    prefix = f"{chart.folder}/" if chart.folder else ""
    for path in chart.files:
        inner = path.removeprefix(prefix)
        if any(fnmatchcase(inner, pattern) and inner.count("/") == pattern.count("/") for pattern in _VARIANTS):
            yield inner


def is_test(body: Node) -> bool:
    """Tell whether an object exists only while ``helm test`` runs."""
    hook = known_value(body.path("metadata", "annotations", "helm.sh/hook").string()) or ""
    return any(each.strip().startswith("test") for each in hook.split(","))
