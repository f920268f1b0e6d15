"""Loads a chart of the tree with its subcharts, as far as they are on disk."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, ChartError, Open
from infraaudit.readers.helm.values import at_path, overlaid, read_values, without_nulls
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceTree

CHART = "Chart.yaml"
VALUES = "values.yaml"
_DEEPEST = 10
_LOCAL = "file://"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of ``dependencies``. ``alias`` is the name that the parent's values use."""

    name: str
    alias: str
    condition: str
    tags: tuple[str, ...]
    repository: str
    imports: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. ``meta`` is its Chart.yaml; ``dependency`` is how its parent declares it."""

    folder: str
    name: str
    meta: dict[str, Cell]
    values: Cell
    templates: tuple[str, ...]
    files: tuple[str, ...]
    subcharts: tuple[Chart, ...] = ()
    missing: tuple[str, ...] = ()
    dependency: Dependency | None = None

    @property
    def path(self) -> str:
        """The path of its Chart.yaml."""
        return posixpath.join(self.folder, CHART)

    @property
    def is_library(self) -> bool:
        """Whether it only defines templates for others."""
        return text_at(self.meta, "type") == "library"

    def everything(self) -> Iterator[Chart]:
        """Yield the chart and all charts below it."""
        yield self
        for each in self.subcharts:
            yield from each.everything()


def load_chart(tree: SourceTree, folder: str, above: tuple[str, ...] = ()) -> Chart:
    """Load the chart of a folder. Raises ``ChartError`` where a file of it cannot be read."""
    if folder in above or len(above) > _DEEPEST:
        message = "its dependencies go round in a circle"
        raise ChartError(message)
    meta = _mapping(tree, posixpath.join(folder, CHART))
    dependencies = list(_dependencies(tree, folder, meta))
    on_disk = _on_disk(tree, folder)
    subcharts: list[Chart] = []
    missing: list[str] = []
    for dependency in dependencies:
        place = on_disk.get(dependency.name) or _local(tree, folder, dependency)
        if place is None:
            missing.append(dependency.alias or dependency.name)
            continue
        sub = load_chart(tree, place, (*above, folder))
        subcharts.append(replace(sub, name=dependency.alias or sub.name, dependency=dependency))
    declared = {each.name for each in dependencies}
    subcharts.extend(
        load_chart(tree, place, (*above, folder)) for name, place in on_disk.items() if name not in declared
    )
    values_path = posixpath.join(folder, VALUES)
    values = without_nulls(Cell(_mapping(tree, values_path))) if values_path in tree.known else Cell({})
    templates, files = _files(tree, folder)
    name = text_at(meta, "name") or posixpath.basename(folder) or "chart"
    return Chart(folder, name, meta, values, templates, files, tuple(subcharts), tuple(missing))


def text_at(meta: dict[str, Cell], key: str) -> str:
    """Return a text of Chart.yaml; an empty one where there is none."""
    cell = meta.get(key)
    return cell.data if cell is not None and isinstance(cell.data, str) else ""


def _mapping(tree: SourceTree, path: str) -> dict[str, Cell]:
    file = tree.open(path)
    if not isinstance(file, SourceFile):
        message = f"{path}: {file.message}"
        raise ChartError(message)
    values = read_values(file)
    if isinstance(values, Problem):
        message = f"{values.at.path} line {values.at.start_line}: {values.message}"
        raise ChartError(message)
    return values.data if isinstance(values.data, dict) else {}


def _dependencies(tree: SourceTree, folder: str, meta: dict[str, Cell]) -> Iterator[Dependency]:
    cell = meta.get("dependencies")
    older = posixpath.join(folder, "requirements.yaml")
    if cell is None and older in tree.known:
        cell = _mapping(tree, older).get("dependencies")
    for each in cell.data if cell is not None and isinstance(cell.data, list) else ():
        entry = each.data if isinstance(each.data, dict) else {}
        tags = entry.get("tags", Cell([])).data
        if text_at(entry, "name"):
            yield Dependency(
                text_at(entry, "name"),
                text_at(entry, "alias"),
                text_at(entry, "condition"),
                tuple(str(tag.data) for tag in tags) if isinstance(tags, list) else (),
                text_at(entry, "repository"),
                tuple(_imports(entry.get("import-values", Cell([])))),
            )


def _imports(cell: Cell) -> Iterator[tuple[str, str]]:
    """Yield which path of the child's values goes to which path of the parent's; the root is a dot."""
    for each in cell.data if isinstance(cell.data, list) else ():
        if isinstance(each.data, str):
            yield f"exports.{each.data}", "."
        elif isinstance(each.data, dict):
            yield text_at(each.data, "child"), text_at(each.data, "parent")


def _on_disk(tree: SourceTree, folder: str) -> dict[str, str]:
    """Return the folders of the charts in ``charts/`` by the names that they give themselves."""
    prefix = posixpath.join(folder, "charts") + "/"
    found: dict[str, str] = {}
    for path in tree.below(prefix):
        inner = path.removeprefix(prefix)
        if inner.count("/") == 1 and inner.endswith(f"/{CHART}"):
            place = posixpath.dirname(path)
            found[text_at(_mapping(tree, path), "name") or posixpath.basename(place)] = place
    return found


def _local(tree: SourceTree, folder: str, dependency: Dependency) -> str | None:
    if not dependency.repository.startswith(_LOCAL):
        return None
    place = posixpath.normpath(posixpath.join(folder, dependency.repository.removeprefix(_LOCAL)))
    place = "" if place == "." else place
    return place if posixpath.join(place, CHART) in tree.known else None


def _files(tree: SourceTree, folder: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths of the templates, and of the other files that templates may read."""
    templates: list[str] = []
    others: list[str] = []
    prefix = f"{folder}/" if folder else ""
    for path in tree.below(folder):
        inner = path.removeprefix(prefix)
        if inner.startswith("templates/"):
            templates.append(path)
        elif not inner.startswith(("charts/", "crds/")) and inner not in {CHART, VALUES, "values.schema.json"}:
            others.append(path)
    return tuple(templates), tuple(others)


def effective_values(chart: Chart, over: Cell) -> Cell:
    """Return the values of a chart and of all below it: the given ones over the defaults, globals handed down."""
    base = overlaid(chart.values, over)
    entries = dict(base.data) if isinstance(base.data, dict) else {}
    handed = entries.get("global", Cell({}))
    for missing in chart.missing:
        given = entries.get(missing, Cell({}))
        if isinstance(given.data, dict):
            why = f"the dependency {missing}, whose values it reads, is not in the scanned folder"
            entries[missing] = replace(given, data=Open(given.data, why))
    for sub in chart.subcharts:
        given = entries.get(sub.name, Cell({}))
        inner = dict(given.data) if isinstance(given.data, dict) else {}
        inner["global"] = overlaid(inner.get("global", Cell({})), handed)
        entries[sub.name] = replace(effective_values(sub, Cell(inner, given.origin)), key=given.key)
    return _with_imports(chart, Cell(entries, base.origin, base.key))


def _with_imports(chart: Chart, values: Cell) -> Cell:
    """Lay the values over those that the chart imports of its dependencies."""
    for sub in chart.subcharts:
        for child, parent in sub.dependency.imports if sub.dependency is not None else ():
            found = at_path(values, f"{sub.name}.{child}")
            if found is None or not isinstance(found.data, dict):
                continue
            imported = found
            for name in reversed(parent.split(".") if parent.strip(".") else ()):
                imported = Cell({name: imported})
            values = overlaid(imported, values)
    return values
