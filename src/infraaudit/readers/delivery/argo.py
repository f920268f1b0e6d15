"""Follows the Applications of Argo CD."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Node, known_value
from infraaudit.readers.delivery.plan import ElsewhereError
from infraaudit.readers.delivery.settings import image_of, settings_of
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.helm.cells import Cell, ChartError
from infraaudit.readers.helm.inputs import DeliveredChart
from infraaudit.readers.helm.parameters import cell_from_node, put, values_in_text, written_value
from infraaudit.readers.helm.values import overlaid, read_values
from infraaudit.readers.kubernetes.reader import DeliveredFolder
from infraaudit.readers.kubernetes.texts import literal
from infraaudit.readers.kustomize.reader import DeliveredOverlay
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Deployment
    from infraaudit.readers.delivery.plan import Place, Plan
    from infraaudit.readers.reading import Delivering

_TOOL = "argo-cd"
_ENDINGS = (".yaml", ".yml", ".json")
_FIELDS = (
    "namePrefix", "nameSuffix", "namespace", "commonLabels", "commonAnnotations", "patches", "components", "replicas",
)  # fmt: skip
_BRACES = re.compile(r"\{([^{}]*)\}")


def follow_application(application: Delivering, place: Place, plan: Plan) -> None:
    """Note what each source of an Application leads to."""
    spec = application.body["spec"]
    nodes = spec["sources"].each() or (spec["source"],)
    named = {name: each["repoURL"] for each in nodes if (name := known_value(each["ref"].string()))}
    for number, node in enumerate(nodes):
        if node["path"].is_absent and node["chart"].is_absent and not node["ref"].is_absent:
            continue
        try:
            _Source(application, node, number, named, place).follow(plan)
        except ElsewhereError as error:
            plan.leave(application, error)
        except ChartError as error:
            plan.leave(application, ElsewhereError(error.message, error.at or node.at, failed=True))


@dataclass(frozen=True, slots=True)
class _Source:
    """One source of an Application; ``named`` are the repositories whose values files it may take."""

    application: Delivering
    node: Node
    number: int
    named: Mapping[str, Node]
    place: Place

    def follow(self, plan: Plan) -> None:
        """Note what it leads to. Raises ``ElsewhereError`` where that is nothing here."""
        self._refuse()
        folder = self.place.folder(self.node["repoURL"], self.node["path"])
        overlay = self.place.kustomization(folder)
        if folder in self.place.charts:
            plan.charts.append(self._chart(folder))
        elif overlay is not None:
            plan.overlays.append(self._overlay(folder, overlay))
        else:
            plan.folders.append(self._files(folder))
        plan.follow(self.application, self.number, folder)

    def _refuse(self) -> None:
        chart, plugin = self.node["chart"], self.node["plugin"]
        if not chart.is_absent:
            name = known_value(literal(chart)) or "a chart"
            message = f"the chart {name} of a repository of charts is not in the scanned folder and is never fetched"
            raise ElsewhereError(message, chart.at)
        if not plugin.is_absent:
            message = "a plugin of Argo CD makes its objects, and that is never started"
            raise ElsewhereError(message, plugin.key_at or plugin.at)

    @property
    def _words(self) -> str:
        return f"Application {self.application.name}"

    def _space(self) -> Cell:
        node = self.application.body["spec"]["destination"]["namespace"]
        return Cell("default", node.at) if node.is_absent else cell_from_node(node)

    def _deployment(self, folder: str, *names: str) -> Deployment:
        destination = self.application.body["spec"]["destination"]
        told = (known_value(literal(destination[name])) or "" for name in ("name", "namespace"))
        detail = f"{self.application.name}[{self.number}]" if self.number else self.application.name
        return deployment_of(_TOOL, folder, self.application.name, *told, *names, detail=detail)

    def _chart(self, folder: str) -> DeliveredChart:
        helm = self.node["helm"]
        files = tuple(self._values_files(folder))
        values = Cell({})
        for path in files:
            values = overlaid(values, self._read(path), keep=True)
        written = helm["values"]
        if not written.is_absent:
            text = known_value(written.string())
            more = cell_from_node(written) if text is None else values_in_text(text, written.at)
            values = overlaid(values, more, keep=True)
        if not helm["valuesObject"].is_absent:
            values = overlaid(values, cell_from_node(helm["valuesObject"]), keep=True)
        values = self._with_parameters(folder, values)
        name = helm["releaseName"]
        return DeliveredChart(
            chart=folder,
            name=Cell(self.application.name) if name.is_absent else cell_from_node(name),
            space=self._space(),
            values=values,
            files=files,
            deployment=self._deployment(folder, *(posixpath.basename(path) for path in files)),
            words=self._words,
        )

    def _with_parameters(self, folder: str, values: Cell) -> Cell:
        for each in self.node["helm"]["fileParameters"].each():
            name, path = known_value(literal(each["name"])), known_value(literal(each["path"]))
            file = self.place.tree.open(posixpath.normpath(posixpath.join(folder, path or "")))
            if name and isinstance(file, SourceFile):
                values = put(values, name, Cell(file.text, each.at))
        for each in self.node["helm"]["parameters"].each():
            name, value = known_value(literal(each["name"])), literal(each["value"])
            if not name:
                message = "the name of a parameter that it sets cannot be told"
                raise ElsewhereError(message, each.at)
            as_text = known_value(each["forceString"].boolean()) is True
            given = (
                written_value(value.value, value.at, as_text=as_text)
                if isinstance(value, Known)
                else cell_from_node(each["value"])
            )
            values = put(values, name, Cell("", each.at) if isinstance(value, Absent) else given)
        return values

    def _values_files(self, folder: str) -> Iterator[str]:
        helm = self.node["helm"]
        lenient = known_value(helm["ignoreMissingValueFiles"].boolean()) is True
        for each in helm["valueFiles"].each():
            path = self._values_path(folder, each)
            if path in self.place.tree.known:
                yield path
            elif not lenient:
                message = f"the values file {path}, which it names, is not in the scanned folder"
                raise ElsewhereError(message, each.at)

    def _values_path(self, folder: str, node: Node) -> str:
        written = known_value(literal(node))
        if written is None:
            message = "which values files it takes cannot be told"
            raise ElsewhereError(message, node.at)
        if not written.startswith("$"):
            return posixpath.normpath(
                written.lstrip("/") if written.startswith("/") else posixpath.join(folder, written)
            )
        name, _, path = written.removeprefix("$").partition("/")
        if name in self.named:
            # The path of a file is looked up as that of its folder, so that another repository is told from this one.
            parent = Node(posixpath.dirname(path) or ".", node.at)
            self.place.folder(self.named[name], parent)
        return posixpath.normpath(path)

    def _read(self, path: str) -> Cell:
        file = self.place.tree.open(path)
        values = read_values(file) if isinstance(file, SourceFile) else file
        if isinstance(values, Problem):
            raise ChartError(values.message, at=values.at)
        return values

    def _overlay(self, folder: str, path: str) -> DeliveredOverlay:
        space = self._space().data
        return DeliveredOverlay(
            path=path,
            settings=settings_of(self.node["kustomize"], _FIELDS, images=image_of),
            deployment=self._deployment(folder),
            space=space if isinstance(space, str) else "default",
            words=self._words,
        )

    def _files(self, folder: str) -> DeliveredFolder:
        directory = self.node["directory"]
        if not directory["jsonnet"].is_absent:
            message = "its objects are made by Jsonnet, which is never started"
            raise ElsewhereError(message, directory["jsonnet"].at)
        deep = known_value(directory["recurse"].boolean()) is True
        taken, left = (tuple(_patterns(directory[name])) for name in ("include", "exclude"))
        prefix = f"{folder}/" if folder else ""
        found = frozenset(
            path
            for path in self.place.tree.below(folder)
            if path.endswith(_ENDINGS)
            and (deep or "/" not in path.removeprefix(prefix))
            and (not taken or _fits(path.removeprefix(prefix), taken))
            and not _fits(path.removeprefix(prefix), left)
        )
        if not found:
            message = f"{folder or '.'} holds no chart, no kustomization and no manifest that it takes"
            raise ElsewhereError(message, self.node["path"].at, failed=True)
        space = self._space().data
        return DeliveredFolder(found, self._deployment(folder), space if isinstance(space, str) else "default")


def _patterns(node: Node) -> Iterator[str]:
    written = known_value(literal(node)) or ""
    braces = _BRACES.search(written)
    for each in braces[1].split(",") if braces else ([""] if written else []):
        yield f"{written[: braces.start()]}{each}{written[braces.end() :]}" if braces else written


def _fits(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)
