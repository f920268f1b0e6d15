"""Loads a chart of the tree with its subcharts: folders and archives beside it, and charts elsewhere in the tree."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, ChartError, Open
from infraaudit.readers.helm.dependencies import LOCAL, Dependency, dependencies_of
from infraaudit.readers.helm.ignoring import kept
from infraaudit.readers.helm.values import at_path, overlaid, read_values, text_at
from infraaudit.source.archive import archive_around, is_archive
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.source.file import SourceTree

CHART = "Chart.yaml"
VALUES = "values.yaml"
SCHEMA = "values.schema.json"
_OLDER = "requirements.yaml"
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. ``meta`` is its Chart.yaml; ``dependency`` is how its parent declares it.

    ``missing`` are the dependencies that are nowhere in the tree, ``broken`` what in ``charts/`` cannot be read, with
    the reason. ``found`` names the folder that stands in for a dependency that would be fetched, by its name.
    """

    folder: str
    name: str
    meta: dict[str, Cell]
    values: Cell
    templates: tuple[str, ...]
    files: tuple[str, ...]
    schema: str = ""
    subcharts: tuple[Chart, ...] = ()
    declared: tuple[Dependency, ...] = ()
    missing: tuple[Dependency, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    found: tuple[tuple[str, str], ...] = ()
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


@dataclass
class Charts:
    """Loads the charts of one tree; ``folders`` are those that hold a Chart.yaml. Each is read once."""

    tree: SourceTree
    folders: tuple[str, ...] = ()
    _loaded: dict[str, Chart | ChartError] = field(default_factory=dict)
    _named: dict[str, list[tuple[str, str]]] | None = None

    def load(self, folder: str, above: tuple[str, ...] = ()) -> Chart:
        """Load the chart of a folder. Raises ``ChartError`` where a file of it cannot be read."""
        if folder in above or len(above) > _DEEPEST:
            message = "its dependencies go round in a circle"
            raise ChartError(message)
        done = self._loaded.get(folder)
        if done is None:
            try:
                done = self._load(folder, above)
            except ChartError as error:
                done = error
            self._loaded[folder] = done
        if isinstance(done, ChartError):
            raise ChartError(done.message, done.place)
        return done

    def _load(self, folder: str, above: tuple[str, ...]) -> Chart:
        paths = tuple(self._paths(folder))
        meta = self._mapping(posixpath.join(folder, CHART))
        older = posixpath.join(folder, _OLDER)
        listed = self._mapping(older) if "dependencies" not in meta and older in paths else meta
        declared = tuple(dependencies_of(listed))
        chart = Chart(
            folder=folder,
            name=text_at(meta, "name") or posixpath.basename(folder) or "chart",
            meta=meta,
            values=self._defaults(posixpath.join(folder, VALUES), paths),
            templates=tuple(_templates(folder, paths)),
            files=tuple(_files(folder, paths)),
            schema=next((path for path in paths if path == posixpath.join(folder, SCHEMA)), ""),
            declared=declared,
        )
        return self._with_subcharts(chart, tuple(_places(folder, paths)), (*above, folder))

    def _with_subcharts(self, chart: Chart, places: tuple[str, ...], way: tuple[str, ...]) -> Chart:
        """Put the subcharts in: those that an entry names, and those that are only there, which are always on."""
        there: list[Chart] = []
        broken: list[tuple[str, str]] = []
        for place in places:
            try:
                there.append(self.load(self._root(place), way))
            except ChartError as error:
                broken.append((place, error.message))
        subcharts: list[Chart] = []
        missing: list[Dependency] = []
        found: list[tuple[str, str]] = []
        used: set[str] = set()
        for each in chart.declared:
            named = [sub for sub in there if sub.name == each.name]
            sub = next((sub for sub in named if each.accepts(sub.name, text_at(sub.meta, "version"))), None)
            if sub is None and not named:
                elsewhere = self._elsewhere(chart.folder, each)
                sub = None if elsewhere is None else self.load(elsewhere, way)
                if elsewhere is None:
                    missing.append(each)
                elif not each.repository.startswith(LOCAL):
                    found.append((each.shown, elsewhere))
            if sub is not None:
                used.add(sub.folder)
                subcharts.append(replace(sub, name=each.shown, dependency=each))
        # Helm takes a chart whose version no entry accepts for one that nobody declared.
        subcharts.extend(sub for sub in there if sub.folder not in used)
        return replace(
            chart,
            subcharts=tuple(subcharts),
            missing=tuple(missing),
            broken=tuple(broken),
            found=tuple(found),
        )

    def _root(self, place: str) -> str:
        """Return the folder of a chart: of an archive, the one that it holds."""
        if not is_archive(place):
            return place
        members = self.tree.members(place)
        if isinstance(members, Problem):
            raise ChartError(members.message)
        inner = (path.removesuffix(f"/{CHART}") for path in members if path.endswith(f"/{CHART}"))
        root = next((path for path in inner if path.count("/") == place.count("/") + 1), None)
        if root is None:
            message = "it holds no chart"
            raise ChartError(message)
        return root

    def _elsewhere(self, folder: str, dependency: Dependency) -> str | None:
        """Return the folder of a dependency elsewhere in the tree: at its local path, else of its name and version."""
        if dependency.repository.startswith(LOCAL):
            place = posixpath.normpath(posixpath.join(folder, dependency.repository.removeprefix(LOCAL)))
            place = "" if place == "." else place
            return place if posixpath.join(place, CHART) in self.tree.known else None
        if self._named is None:
            self._named = {}
            for each in self.folders:
                meta = self._quietly(posixpath.join(each, CHART))
                self._named.setdefault(text_at(meta, "name"), []).append((each, text_at(meta, "version")))
        fitting = [
            place
            for place, version in self._named.get(dependency.name, ())
            if place != folder and dependency.accepts(dependency.name, version)
        ]
        beside = [place for place in fitting if posixpath.dirname(place) == posixpath.dirname(folder)]
        chosen = beside if len(beside) == 1 else fitting
        return chosen[0] if len(chosen) == 1 else None

    def _quietly(self, path: str) -> dict[str, Cell]:
        try:
            return self._mapping(path)
        except ChartError:
            return {}

    def _paths(self, folder: str) -> Iterator[str]:
        """Yield the paths of a chart that Helm would load; a packed chart was filtered when it was packed."""
        around = archive_around(f"{folder}/")
        if around is None:
            yield from kept(self.tree, folder, self.tree.below(folder))
            return
        members = self.tree.members(around)
        prefix = f"{folder}/"
        yield from () if isinstance(members, Problem) else (each for each in members if each.startswith(prefix))

    def _mapping(self, path: str) -> dict[str, Cell]:
        file = self.tree.open(path)
        if not isinstance(file, SourceFile):
            message = f"{path}: {file.message}"
            raise ChartError(message)
        values = read_values(file)
        if isinstance(values, Problem):
            message = f"{values.at.path} line {values.at.start_line}: {values.message}"
            raise ChartError(message)
        return values.data if isinstance(values.data, dict) else {}

    def _defaults(self, path: str, paths: tuple[str, ...]) -> Cell:
        return Cell(self._mapping(path)) if path in paths else Cell({})


def _places(folder: str, paths: Iterable[str]) -> Iterator[str]:
    """Yield the folders and archives in ``charts/``."""
    prefix = posixpath.join(folder, "charts") + "/"
    for path in paths:
        inner = path.removeprefix(prefix)
        if path.startswith(prefix) and inner.count("/") == 1 and inner.endswith(f"/{CHART}"):
            yield posixpath.dirname(path)
        elif path.startswith(prefix) and "/" not in inner and is_archive(inner):
            yield path


def _templates(folder: str, paths: Iterable[str]) -> Iterator[str]:
    prefix = posixpath.join(folder, "templates") + "/"
    return (path for path in paths if path.startswith(prefix))


def _files(folder: str, paths: Iterable[str]) -> Iterator[str]:
    """Yield the files that templates may read."""
    prefix = f"{folder}/" if folder else ""
    for path in paths:
        inner = path.removeprefix(prefix)
        if not inner.startswith(("charts/", "crds/", "templates/")) and inner not in {CHART, VALUES, SCHEMA}:
            yield path


def effective_values(chart: Chart, over: Cell, *, given: bool = False) -> Cell:
    """Return the values of a chart and of all below it: those laid over the defaults, globals handed down.

    ``given`` tells of a subchart that a user gave values to; the nulls of its own are then left as they are.
    """
    sections = frozenset(each.name for each in chart.subcharts)
    base = overlaid(chart.values, over, sections=sections)
    entries = dict(base.data) if isinstance(base.data, dict) else {}
    if given and isinstance(chart.values.data, dict):
        entries.update((key, chart.values.data[key]) for key in entries if key not in _mapping_of(over))
    handed = entries.get("global", Cell({}))
    for missing in chart.missing:
        own = entries.get(missing.shown, Cell({}))
        if isinstance(own.data, dict) and missing.is_on(base, base) is not False:
            why = f"the dependency {missing.shown}, whose values it reads, is not in the scanned folder"
            entries[missing.shown] = _opened(own, why)
    for sub in chart.subcharts:
        own = entries.get(sub.name, Cell({}))
        inner = dict(_mapping_of(own))
        inner["global"] = overlaid(inner.get("global", Cell({})), handed)
        is_given = sub.name in _mapping_of(over)
        entries[sub.name] = replace(effective_values(sub, Cell(inner, own.origin), given=is_given), key=own.key)
    return _with_imports(chart, Cell(entries, base.origin, base.key))


def _opened(cell: Cell, why: str) -> Cell:
    """Return values of which every mapping may hold more: what a missing chart has by itself is laid under them."""
    if not isinstance(cell.data, dict):
        return cell
    return replace(cell, data=Open({key: _opened(each, why) for key, each in cell.data.items()}, why))


def _mapping_of(cell: Cell) -> dict[str, Cell]:
    return cell.data if isinstance(cell.data, dict) else {}


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
