"""Inflates the charts that a layer names, where they are in the tree, as Kustomize does with ``--enable-helm``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.helm.cells import Cell, ChartError, Undecided
from infraaudit.readers.helm.installed import install
from infraaudit.readers.helm.parameters import cell_from_node
from infraaudit.readers.helm.values import overlaid, read_values
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.resource import Resource
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.source.span import Span

_HOME = "charts"
_NOT_FOLLOWED = ("kubeVersion", "apiVersions", "nameTemplate")
_ANEW = "its release gets another name on each build"


def chart_folder(layer: Layer, entry: Node) -> str | None:
    """Return the folder of a chart that a layer inflates, ``None`` where it is not in the tree."""
    name, version = known_value(entry["name"].string()) or "", known_value(entry["version"].string()) or ""
    home = known_value(layer.body["helmGlobals"]["chartHome"].string()) or _HOME
    places = (posixpath.join(home, f"{name}-{version}", name), posixpath.join(home, name))
    folders = (layer.joined(place) for place in places if name)
    return next((each for each in folders if posixpath.join(each, "Chart.yaml") in layer.tree.known), None)


def inflated(layer: Layer) -> Iterator[Resource | Problem]:
    """Yield the objects of the charts that a layer names, and what of them cannot be read.

    Raises ``BuildError`` where helm would fail.
    """
    for entry in layer.body["helmCharts"].each():
        folder = chart_folder(layer, entry)
        at = entry["name"].at
        if folder is None:
            name, repository = (known_value(entry[key].string()) for key in ("name", "repo"))
            source = f" of {repository.rpartition('@')[2]}" if repository else ""
            why = f"it inflates the chart {name}{source}, which is not in the scanned folder and is never fetched"
            yield Problem(ProblemKind.NOT_RENDERED, at, why)
            continue
        for field in _NOT_FOLLOWED:
            if not entry[field].is_absent:
                yield Problem(ProblemKind.NOT_RENDERED, entry[field].at, f"the {field} of its chart is not followed")
        yield from _objects(layer, entry, folder, at)


def _objects(layer: Layer, entry: Node, folder: str, at: Span) -> Iterator[Resource | Problem]:
    name, namespace = entry["releaseName"], entry["namespace"]
    skips_tests = known_value(entry["skipTests"].boolean()) is True
    try:
        made = install(
            layer.tree,
            folder,
            _values(layer, entry),
            Cell(Undecided(_ANEW), at) if name.is_absent else cell_from_node(name),
            Cell("default") if namespace.is_absent else cell_from_node(namespace),
            tests=not skips_tests,
        )
    except ChartError as error:
        message = f"its chart {folder} cannot be rendered: {error.message}"
        raise BuildError(message, error.at or at) from error
    yield from made.problems
    if known_value(entry["includeCRDs"].boolean()) is True:
        yield Problem(
            ProblemKind.NOTE, at, f"definitions of kinds in {folder}/crds are left out: nothing is judged of them"
        )
    for each in made.objects:
        yield Resource(body=each.body, at=each.at)


def _values(layer: Layer, entry: Node) -> Cell:
    """Return what is laid over the chart's own values: one file, what stands inline, and further files."""
    written = entry["valuesFile"]
    first = Cell({}) if written.is_absent else _file(layer, written)
    inline = Cell({}) if entry["valuesInline"].is_absent else cell_from_node(entry["valuesInline"])
    match known_value(entry["valuesMerge"].string()):
        case "merge":
            values = overlaid(inline, first, keep=True)
        case "replace":
            values = inline
        case _:
            values = overlaid(first, inline, keep=True)
    for each in entry["additionalValuesFiles"].each():
        values = overlaid(values, _file(layer, each), keep=True)
    return values


def _file(layer: Layer, node: Node) -> Cell:
    values = read_values(layer.file(known_value(node.string()) or "", node.at))
    if isinstance(values, Problem):
        raise BuildError(values.message, values.at)
    return values
