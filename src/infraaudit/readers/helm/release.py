"""Renders a chart with given values: what its templates see, and which of its subcharts are on."""

from __future__ import annotations

import base64
import fnmatch
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.facts.table import fact
from infraaudit.readers.helm.cells import Cell, ChartError, Native, Undecided, copied, text_of
from infraaudit.readers.helm.chart import effective_values
from infraaudit.readers.helm.evaluator import Engine
from infraaudit.readers.helm.functions.registry import FUNCTIONS
from infraaudit.readers.helm.functions.semver import version_of
from infraaudit.readers.helm.parser import parse_template
from infraaudit.readers.helm.schema import Schema
from infraaudit.readers.helm.values import read_values
from infraaudit.readers.helm.yaml_text import yaml_text
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from infraaudit.readers.helm.chart import Chart
    from infraaudit.readers.helm.dependencies import Dependency
    from infraaudit.readers.helm.syntax import Template
    from infraaudit.readers.helm.ways import Printing
    from infraaudit.source.file import SourceTree

RELEASE = "release-name"
"""The name that ``helm template`` gives a release when none is given."""

NAMESPACE = "default"

_MOST_FAULTS = 3
"""Faults of values that a message tells."""


@dataclass(frozen=True, slots=True)
class Output:
    """What one template printed, in each way that it may take."""

    path: str
    printing: Printing


@dataclass(frozen=True, slots=True)
class Member:
    """A chart or subchart that is on: its name in Helm's paths, and its values."""

    chart: Chart
    name: str
    values: Cell


@dataclass(frozen=True, slots=True)
class Release:
    """A chart rendered with one set of values.

    ``missing`` are the dependencies that are on and not there, each with the chart that declares it. ``not_checked``
    are words of schemas that were not judged.
    """

    outputs: tuple[Output, ...]
    engine: Engine
    members: tuple[Member, ...] = ()
    missing: tuple[tuple[Chart, Dependency], ...] = ()
    not_checked: tuple[str, ...] = ()


@dataclass
class Renderer:
    """Renders one chart, as often as there are sets of values; each template is parsed once.

    ``name`` and ``namespace`` are those of the release.
    """

    tree: SourceTree
    chart: Chart
    name: Cell = field(default_factory=lambda: Cell(RELEASE))
    namespace: Cell = field(default_factory=lambda: Cell(NAMESPACE))
    _parsed: dict[str, Template] = field(default_factory=dict)
    _schemas: dict[str, Schema] = field(default_factory=dict)

    def render(self, over: Cell) -> Release:
        """Render with values laid over the chart's own. Raises ``ChartError`` where helm would fail."""
        try:
            return self._render(over)
        except RecursionError:
            message = "its templates are nested too deep"
            raise ChartError(message) from None

    def _render(self, over: Cell) -> Release:
        values = copied(effective_values(self.chart, over))
        members = tuple(_enabled(self.chart, values, self.chart.name, values))
        missing = tuple(_missing(members, values))
        not_checked = sorted({word for member in members for word in self._checked(member)})
        absent = [dependency.shown for _, dependency in missing]
        absent.extend(posixpath.basename(place) for member in members for place, _ in member.chart.broken)
        engine = Engine({}, FUNCTIONS, ", ".join(absent))
        for member in reversed(members):
            for path in member.chart.templates:
                template = self._template(path)
                engine.defines[_inner(member, path)] = template.body
                engine.defines.update(template.defines)
        contexts = self._contexts(members, values)
        outputs = tuple(
            each for member in reversed(members) for each in self._outputs(engine, member, contexts[member.name])
        )
        return Release(outputs, engine, members, missing, tuple(not_checked))

    def _checked(self, member: Member) -> set[str]:
        """Check the values of a chart against its schema; returns what of the schema was not judged."""
        if not member.chart.schema:
            return set()
        schema = self._schema(member.chart.schema)
        faults = schema.faults(member.values)
        if faults:
            message = f"its values do not meet {member.chart.schema}: {'; '.join(map(str, faults[:_MOST_FAULTS]))}"
            raise ChartError(message, at=faults[0].at)
        return schema.not_checked

    def _schema(self, path: str) -> Schema:
        if path not in self._schemas:
            file = self.tree.open(path)
            read = read_values(file) if isinstance(file, SourceFile) else file
            if isinstance(read, Problem):
                message = f"{path}: {read.message}"
                raise ChartError(message, at=read.at)
            self._schemas[path] = Schema(read)
        return self._schemas[path]

    def _template(self, path: str) -> Template:
        if path not in self._parsed:
            file = self.tree.open(path)
            if not isinstance(file, SourceFile):
                message = f"{path}: {file.message}"
                raise ChartError(message)
            self._parsed[path] = parse_template(file)
        return self._parsed[path]

    def _outputs(self, engine: Engine, member: Member, context: dict[str, Cell]) -> Iterator[Output]:
        for path in member.chart.templates:
            base = posixpath.basename(path)
            if member.chart.is_library or base.startswith("_") or base == "NOTES.txt":
                continue
            inner = _inner(member, path)
            template = Cell({"Name": Cell(inner), "BasePath": Cell(f"{member.name}/templates")})
            printing = engine.each_way(self._template(path).body, Cell({**context, "Template": template}))
            if printing.lost or any(each.text.strip() for each in printing.ways):
                yield Output(path, printing)

    def _contexts(self, members: Iterable[Member], top: Cell) -> dict[str, dict[str, Cell]]:
        """Return what the templates of each member see, each with what those of the charts below it see."""
        contexts: dict[str, dict[str, Cell]] = {}
        below: dict[str, dict[str, Cell]] = {}
        for member in members:
            charts = below[member.name] = {
                each.shown: Cell(Undecided(f"the dependency {each.shown} is not in the scanned folder"))
                for _, each in _missing((member,), top)
            }
            contexts[member.name] = {
                "Values": member.values,
                "Chart": _chart_cell(member, top, is_root=member.chart is self.chart),
                "Release": _release_cell(self.name, self.namespace),
                "Capabilities": _capabilities(),
                "Files": _files(self.tree, member.chart),
                "Subcharts": Cell(charts),
            }
            parent, _, own = member.name.rpartition("/charts/")
            if parent:
                below[parent][own] = Cell(contexts[member.name])
        return contexts


def _inner(member: Member, path: str) -> str:
    """Return the name that Helm gives a template: the chart's name, then the path in the chart."""
    folder = member.chart.folder
    return f"{member.name}/{path.removeprefix(f'{folder}/' if folder else '')}"


def _enabled(chart: Chart, values: Cell, name: str, top: Cell) -> Iterator[Member]:
    """Yield the chart and those below it that are on."""
    yield Member(chart, name, values)
    off = {each.shown for each in chart.declared if each.is_on(values, top) is False}
    entries = values.data if isinstance(values.data, dict) else {}
    for sub in chart.subcharts:
        if sub.name not in off:
            yield from _enabled(sub, entries[sub.name], f"{name}/charts/{sub.name}", top)


def _missing(members: Iterable[Member], top: Cell) -> Iterator[tuple[Chart, Dependency]]:
    """Yield the dependencies that are on and not there."""
    for member in members:
        for each in member.chart.missing:
            if each.is_on(member.values, top) is not False:
                yield member.chart, each


_META = {
    "Version": "version", "AppVersion": "appVersion", "Description": "description", "Type": "type", "Home": "home",
    "Icon": "icon", "KubeVersion": "kubeVersion", "APIVersion": "apiVersion", "Condition": "condition", "Tags": "tags",
}  # fmt: skip


def _chart_cell(member: Member, top: Cell, *, is_root: bool) -> Cell:
    chart = member.chart
    entries = {name: _meta_text(chart, key) for name, key in _META.items()}
    for name, key in (("Annotations", "annotations"), ("Keywords", "keywords"), ("Sources", "sources")):
        entries[name] = chart.meta.get(key, Cell({} if name == "Annotations" else []))
    entries.update({"Name": Cell(chart.name), "IsRoot": Cell(is_root), "Deprecated": Cell(data=False)})
    entries["Maintainers"] = chart.meta.get("maintainers", Cell([]))
    entries["Dependencies"] = Cell(
        [_dependency_cell(each) for each in chart.declared if each.is_on(member.values, top)]
    )
    return Cell(entries)


def _dependency_cell(dependency: Dependency) -> Cell:
    texts = {
        "Name": dependency.shown,
        "Alias": dependency.alias,
        "Version": dependency.version,
        "Repository": dependency.repository,
        "Condition": dependency.condition,
    }
    entries = {name: Cell(text, dependency.at) for name, text in texts.items()}
    return Cell({**entries, "Tags": Cell([Cell(tag) for tag in dependency.tags]), "Enabled": Cell(data=True)})


def _meta_text(chart: Chart, key: str) -> Cell:
    cell = chart.meta.get(key)
    if cell is None or cell.data is None:
        return Cell("")
    return cell if isinstance(cell.data, str) else Cell(str(cell.data), cell.origin)


def _release_cell(name: Cell, namespace: Cell) -> Cell:
    return Cell(
        {
            "Name": name,
            "Namespace": namespace,
            "Service": Cell("Helm"),
            "IsInstall": Cell(data=True),
            "IsUpgrade": Cell(data=False),
            "Revision": Cell(1),
        }
    )


def _capabilities() -> Cell:
    """Return what the cluster can do, as ``helm template`` has it: a fixed version and its own API groups."""
    version = str(fact("helm", "kubernetes_version").value)
    groups = frozenset(fact("helm", "api_versions").value)
    major, minor, _ = version_of(version).numbers
    kubernetes = Native(
        {
            "Version": Cell(version),
            "GitVersion": Cell(version),
            "Major": Cell(str(major)),
            "Minor": Cell(str(minor)),
        },
        shown=version,
    )
    helm = Native({"Version": Cell(str(fact("helm", "helm_version").value))})
    versions = Native(methods={"Has": lambda words: Cell(text_of(words[0]) in groups)}, shown=str(sorted(groups)))
    return Cell(
        Native({"KubeVersion": Cell(kubernetes), "APIVersions": Cell(versions), "HelmVersion": Cell(helm)}),
    )


# -- files of the chart --------------------------------------------------------------------------------------------


def _files(tree: SourceTree, chart: Chart) -> Cell:
    prefix = f"{chart.folder}/" if chart.folder else ""
    paths = {path.removeprefix(prefix): path for path in chart.files}

    def content(name: str) -> Cell:
        if name not in paths:
            return Cell("")
        file = tree.open(paths[name])
        if isinstance(file, SourceFile):
            return Cell(file.text, whole_file(file.path))
        return Cell(Undecided(f"{paths[name]} cannot be read: {file.message}"))

    def found(words: Sequence[Cell]) -> Cell:
        pattern = text_of(words[0])
        names = [name for name in paths if _matches(name, pattern)]
        return Cell(_group({name: content(name) for name in names}))

    methods: dict[str, Callable[[Sequence[Cell]], Cell]] = {
        "Get": lambda words: content(text_of(words[0])),
        "GetBytes": lambda words: content(text_of(words[0])),
        "Glob": found,
        "Lines": lambda words: _lines(content(text_of(words[0]))),
    }
    return Cell(Native(methods=methods))


def _group(files: dict[str, Cell]) -> Native:
    def config(_: Sequence[Cell]) -> Cell:
        entries = {posixpath.basename(name): each for name, each in files.items()}
        return _yaml(entries)

    def secrets(_: Sequence[Cell]) -> Cell:
        entries = {posixpath.basename(name): _encoded(each) for name, each in files.items()}
        return _yaml(entries)

    methods: dict[str, Callable[[Sequence[Cell]], Cell]] = {
        "AsConfig": config,
        "AsSecrets": secrets,
        "Get": lambda words: files.get(text_of(words[0]), Cell("")),
    }
    return Native(files, methods, is_mapping=True)


def _yaml(entries: dict[str, Cell]) -> Cell:
    undecided = next((each for each in entries.values() if isinstance(each.data, Undecided)), None)
    if undecided is not None:
        return undecided
    return Cell(yaml_text(Cell(entries), lambda each: each.why)) if entries else Cell("")


def _encoded(cell: Cell) -> Cell:
    if not isinstance(cell.data, str):
        return cell
    return Cell(base64.b64encode(cell.data.encode()).decode(), cell.origin)


def _lines(cell: Cell) -> Cell:
    if not isinstance(cell.data, str):
        return cell
    return Cell([Cell(line, cell.origin) for line in cell.data.removesuffix("\n").split("\n")])


def _matches(name: str, pattern: str) -> bool:
    """Match a path with a pattern in which a star stops at a slash and two do not."""
    parts, wanted = name.split("/"), pattern.split("/")
    return _parts_match(parts, wanted)


def _parts_match(parts: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return any(_parts_match(parts[index:], wanted[1:]) for index in range(len(parts) + 1))
    if not parts:
        return False
    alternatives = _alternatives(wanted[0])
    return any(fnmatch.fnmatchcase(parts[0], each) for each in alternatives) and _parts_match(parts[1:], wanted[1:])


def _alternatives(pattern: str) -> list[str]:
    head, brace, rest = pattern.partition("{")
    inner, closing, tail = rest.partition("}")
    return [head + each + tail for each in inner.split(",")] if brace and closing else [pattern]
