"""Renders a chart of the tree as a release that something else installs, with the values that it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.helm.chart import Charts
from infraaudit.readers.helm.documents import documents_of
from infraaudit.readers.helm.places import Lines
from infraaudit.readers.helm.reader import anchors_of, is_test, lacking, refusals_of
from infraaudit.readers.helm.release import Renderer
from infraaudit.readers.kubernetes.charts import chart_folders
from infraaudit.readers.kubernetes.documents import KubernetesObject, objects_of
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from infraaudit.readers.helm.cells import Cell
    from infraaudit.source.file import SourceTree


@dataclass(slots=True)
class Installed:
    """The objects of a release, and what of it could not be told."""

    objects: list[KubernetesObject] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def install(
    tree: SourceTree, folder: str, values: Cell, name: Cell, namespace: Cell, *, tests: bool = False
) -> Installed:
    """Render the chart of a folder with values laid over its own. Raises ``ChartError`` where helm would fail.

    ``tests`` keeps the objects that exist only while ``helm test`` runs.
    """
    chart = Charts(tree, chart_folders(tree)).load(folder)
    release = Renderer(tree, chart, name, namespace).render(values)
    lines = Lines(anchors_of(release))
    installed = Installed(problems=[lacking(parent, dependency, lines) for parent, dependency in release.missing])
    installed.problems.extend(refusals_of(chart, release, lines))
    for output in release.outputs:
        for found in documents_of(output, release, lines):
            if isinstance(found, Problem):
                installed.problems.append(found)
                continue
            for each in objects_of(found):
                if isinstance(each, str):
                    installed.problems.append(Problem(ProblemKind.NOT_RENDERED, found["kind"].at, each))
                elif tests or not is_test(each.body):
                    installed.objects.append(each)
    return installed
