"""Reads Helm charts: each with its own values alone, and with each further values file beside it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import UNREAD_CHART, Opaque, known_value
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.helm.cells import Cell, ChartError
from infraaudit.readers.helm.chart import CHART, VALUES, Charts
from infraaudit.readers.helm.client import Client, filled, key_of, placed_at
from infraaudit.readers.helm.documents import documents_of
from infraaudit.readers.helm.inputs import HelmInputs
from infraaudit.readers.helm.places import Lines, outermost_archive
from infraaudit.readers.helm.release import Renderer
from infraaudit.readers.helm.values import doubted, overlaid, read_values
from infraaudit.readers.kubernetes.charts import chart_folders, is_of_chart
from infraaudit.readers.kubernetes.delivery.releases import delivering_of
from infraaudit.readers.kubernetes.documents import KubernetesObject, objects_of
from infraaudit.readers.kubernetes.lift import lift_manifests
from infraaudit.readers.kubernetes.manifest import Manifest
from infraaudit.readers.kubernetes.schemas import notes_of, schema_rows
from infraaudit.readers.reading import FileRow, FileState, Reading, UnitRow, UnitState
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import Span, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Deployment, Entity, Node
    from infraaudit.readers.helm.chart import Chart
    from infraaudit.readers.helm.client import Printed
    from infraaudit.readers.helm.dependencies import Dependency
    from infraaudit.readers.helm.inputs import DeliveredChart
    from infraaudit.readers.helm.release import Release
    from infraaudit.readers.reading import Delivering
    from infraaudit.source.file import SourceTree

FORMAT = "helm"
_VARIANTS = ("values*.yaml", "values*.yml", "*values.yaml", "ci/*values.yaml", "ci/*values.yml")
_MOST_LACKING = 3


def read(tree: SourceTree, inputs: HelmInputs | None = None, release: str = "") -> Reading:
    """Render every chart of the tree that no other chart includes, and lift its objects.

    ``release`` is the release of Kubernetes whose schemas the objects are held against, the newest where it is empty.
    """
    inputs = inputs or HelmInputs()
    collected = _Collected(tree, inputs, Client(inputs.client, tree) if inputs.client else None, release)
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
    delivered = {each.chart for each in inputs.delivered}
    for folder, chart in loaded.items():
        if folder in inputs.inflated and folder not in delivered:
            collected.inflate(chart)
        elif folder not in included or folder in delivered:
            collected.chart(chart)
    for given in inputs.deployments:
        if given.chart not in loaded or given.chart in included:
            why = "values are named for it, and no chart stands there that is deployed by itself"
            collected.fail(posixpath.join(given.chart, CHART), given.chart, why)
    return collected.finish()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One rendering of a chart: what the ledger calls it, and the deployment that its objects are.

    ``values`` are laid over the chart's own where they are more than those of ``files``. ``space`` is the namespace of
    objects that name none.
    """

    renderer: Renderer
    name: str
    files: tuple[str, ...]
    deployment: Deployment
    values: Cell | None = None
    space: str = "default"


@dataclass
class _Collected:
    """What the charts of a tree have given so far."""

    tree: SourceTree
    inputs: HelmInputs
    client: Client | None = None
    release: str = ""
    entities: list[Entity] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    units: list[UnitRow] = field(default_factory=list)
    rows: dict[str, FileRow] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)
    delivering: list[Delivering] = field(default_factory=list)

    def fail(self, path: str, name: str, why: str, at: Span | None = None) -> None:
        """Note that a chart was not rendered."""
        self.units.append(UnitRow("chart", name or ".", path, UnitState.FAILED, why))
        self.problems.append(Problem(ProblemKind.NOT_RENDERED, at or whole_file(path), why))

    def inflate(self, chart: Chart) -> None:
        """Note that a chart is judged through the overlay that takes it in."""
        self._account(chart)
        why = "it is judged through the overlay that takes it in"
        self.units.append(UnitRow("chart", chart.name, chart.path, UnitState.RESOLVED, why))

    def chart(self, chart: Chart) -> None:
        """Render a chart with each set of values."""
        for each in chart.everything():
            self._subcharts(each)
        if chart.is_library:
            self._account(chart)
            self.units.append(UnitRow("chart", chart.name, chart.path, UnitState.RESOLVED))
            return
        delivered = [each for each in self.inputs.delivered if each.chart == chart.folder]
        rendered = [self._release(chart, _of_delivery(self.tree, chart, each)) for each in delivered]
        asked = [(each.words, each.values) for each in self.inputs.deployments if each.chart == chart.folder]
        if not delivered:
            variants = ((inner, (posixpath.join(chart.folder, inner),)) for inner in _variants(chart))
            asked = [(VALUES, ()), *variants, *asked]
        renderer = Renderer(self.tree, chart)
        rendered.extend(self._release(chart, _of_values(renderer, chart, *each)) for each in asked)
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
        problem = lacking(chart, dependency, self.lines)
        self._unit(UnitRow("chart", dependency.shown, chart.path, UnitState.MISSING, problem.message))
        self.problems.append(problem)

    def _unit(self, row: UnitRow) -> None:
        if row not in self.units:
            self.units.append(row)

    def _release(self, chart: Chart, asked: _Asked) -> bool:
        name, files = asked.name, asked.files
        try:
            over = self._values(files)
            release = asked.renderer.render(over if asked.values is None else asked.values)
        except ChartError as error:
            why = f"it cannot be rendered: {error.message}"
            printed = self._printed(chart, files, asked)
            if isinstance(printed, tuple):
                self.units.append(
                    UnitRow("chart", name, chart.path, UnitState.RESOLVED, f"rendered by helm, for {why}")
                )
                self._lift(asked, [placed_at(each.body, self._source(chart, each.source)) for each in printed])
                return True
            at = error.at if error.place is None else self.lines.of(error.place)
            at = None if at is None else self.lines.editable(at)
            self.fail(files[-1] if files else chart.path, name, f"{why}{printed}", at)
            for parent in chart.everything():
                for dependency in parent.missing:
                    self._missing(parent, dependency)
            return False
        for parent, dependency in release.missing:
            self._missing(parent, dependency)
            self.entities.append(_opaque(dependency, self.problems[-1].at, asked.deployment))
        self.lines.anchors = anchors_of(release)
        notes = [f"not checked of its schema: {', '.join(release.not_checked)}"] if release.not_checked else []
        printed = self._printed(chart, files, asked) if release.engine.unevaluated else ""
        if isinstance(printed, tuple):
            notes.append("what is not evaluated here was taken from helm")
        refusals = list(refusals_of(chart, release, self.lines))
        for each in refusals:
            self.fail(files[-1] if files else chart.path, name, each.message, each.at)
        if not refusals:
            self.units.append(UnitRow("chart", name, chart.path, UnitState.RESOLVED, "; ".join(notes)))
        self._lift(asked, list(self._bodies(chart, release, printed if isinstance(printed, tuple) else None)))
        return True

    def _printed(self, chart: Chart, files: tuple[str, ...], asked: _Asked) -> tuple[Printed, ...] | str:
        """Return what helm makes of a chart, or words on why it does not, where it may be started at all.

        It is not asked for what an object of a cluster installs: such values are no files.
        """
        if self.client is None or asked.values is not None:
            return ""
        if any(each.missing or each.broken for each in chart.everything()):
            return "; helm would not render it either, for a dependency is missing"
        try:
            return self.client.rendered(chart, files)
        except ChartError as error:
            return f"; {error.message}"

    def _source(self, chart: Chart, source: str) -> str:
        """Return the path of a template that helm names."""
        head, name, rest = (*source.split("/", 2), "", "")[:3]
        sub = next((each for each in chart.subcharts if each.name == name), None) if head == "charts" else None
        path = posixpath.join(chart.folder, source) if sub is None else self._source(sub, rest)
        return self.lines.editable(whole_file(path)).path

    def _bodies(self, chart: Chart, release: Release, printed: tuple[Printed, ...] | None) -> Iterator[Node]:
        """Yield the objects of a release; what helm printed fills what is open, and stands for what cannot be told."""
        waiting = {key_of(each.body): each for each in printed or ()}
        for output in release.outputs:
            for found in documents_of(output, release, self.lines):
                if printed is None and isinstance(found, Problem):
                    self.problems.append(found)
                elif printed is None and not isinstance(found, Problem):
                    yield found
                elif not isinstance(found, Problem) and key_of(found) in waiting:
                    yield filled(found, waiting.pop(key_of(found)).body)
        for each in waiting.values():
            yield placed_at(each.body, self._source(chart, each.source))

    def _lift(self, asked: _Asked, bodies: Iterable[Node]) -> None:
        objects = [
            each if each.namespace else replace(each, namespace=asked.space)
            for body in bodies
            for each in self._objects(body)
        ]
        manifests = [
            Manifest(address, each.kind, each.name, each.namespace, each.body, each.at, asked.deployment)
            for address, each in {each.address: each for each in objects}.items()
        ]
        self.delivering.extend(delivering_of(manifests))
        lifted = list(lift_manifests(manifests, self.release))
        self.entities.extend(lifted)
        self.problems.extend(notes_of(lifted))
        self.units.extend(schema_rows(manifests, self.release))

    def _values(self, files: tuple[str, ...]) -> Cell:
        """Lay values files over each other, the later over the earlier ones."""
        over = Cell({})
        for path in files:
            file = self.tree.open(path)
            values = read_values(file) if isinstance(file, SourceFile) else file
            if isinstance(values, Problem):
                raise ChartError(values.message, at=values.at)
            self.rows[path] = FileRow(path, FORMAT, FileState.PARSED)
            over = overlaid(over, values, keep=True)
        return over

    def _objects(self, body: Node) -> Iterator[KubernetesObject]:
        for each in objects_of(body):
            if isinstance(each, str):
                self.problems.append(Problem(ProblemKind.NOT_RENDERED, body["kind"].at, each))
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
            delivering=tuple(self.delivering),
        )


def _opaque(dependency: Dependency, at: Span, deployment: Deployment) -> Opaque:
    """Return what stands for a chart that is on and not in the scan: what it brings is not seen."""
    return Opaque(
        address=f"chart {dependency.shown}",
        kind="chart",
        name=dependency.shown,
        at=at,
        deployment=deployment,
        type=UNREAD_CHART,
    )


def _of_values(renderer: Renderer, chart: Chart, detail: str, files: tuple[str, ...]) -> _Asked:
    name = chart.name if detail == VALUES else f"{chart.name} ({detail})"
    return _Asked(renderer, name, files, deployment_of(FORMAT, chart.folder, detail, detail=detail))


def _of_delivery(tree: SourceTree, chart: Chart, delivered: DeliveredChart) -> _Asked:
    values = delivered.values
    if delivered.doubt:
        values = overlaid(doubted(chart.values, delivered.doubt), values, keep=True)
    return _Asked(
        Renderer(tree, chart, delivered.name, delivered.space),
        f"{chart.name} ({delivered.words})",
        delivered.files,
        delivered.deployment,
        values,
        delivered.space.data if isinstance(delivered.space.data, str) else "default",
    )


def lacking(chart: Chart, dependency: Dependency, lines: Lines) -> Problem:
    """Return what is said of a dependency that is on and not there."""
    why = f"its dependency {dependency.shown} is not in the scanned folder: what it would add was not judged"
    return Problem(ProblemKind.NOT_RENDERED, lines.editable(dependency.at or whole_file(chart.path)), why)


def refusals_of(chart: Chart, release: Release, lines: Lines) -> Iterator[Problem]:
    """Yield what is said of the values without which helm renders nothing; the rest is judged all the same."""
    lacking_values = release.engine.lacking
    if lacking_values:
        more = len(lacking_values) - _MOST_LACKING
        named = "; ".join(list(lacking_values)[:_MOST_LACKING]) + (f"; and {more} more" if more > 0 else "")
        place = next(iter(lacking_values.values()))
        at = lines.of(place) if place.file.path else whole_file(chart.path)
        yield Problem(ProblemKind.NOT_RENDERED, lines.editable(at), f"helm does not render it as it stands: {named}")


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
