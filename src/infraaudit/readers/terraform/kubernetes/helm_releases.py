"""Renders the charts that ``helm_release`` resources install, where they are in the tree."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.helm.cells import Cell, ChartError, Undecided
from infraaudit.readers.helm.installed import install
from infraaudit.readers.kubernetes.manifest import Manifest
from infraaudit.readers.reading import UnitRow, UnitState
from infraaudit.readers.terraform.kubernetes.helm_values import values_of
from infraaudit.readers.terraform.language.values import why_unknown
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from infraaudit.model.node import Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.file import SourceTree

TYPE = "helm_release"
_CHART = "Chart.yaml"


@dataclass(slots=True)
class Releases:
    """The objects of all releases of a root, and what became of each."""

    manifests: list[Manifest] = field(default_factory=list)
    units: list[UnitRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def releases_of(resources: Resources, tree: SourceTree, folder: str) -> Releases:
    """Render every release of a root; one that cannot be is a gap, and stays an opaque node."""
    releases = Releases()
    for resource in resources.of_type(TYPE):
        state, why = UnitState.RESOLVED, ""
        try:
            chart = _folder_of(resource, tree, folder)
            _render(resource, tree, chart, releases)
        except _RemoteError as error:
            state, why = UnitState.MISSING, str(error)
        except ChartError as error:
            state, why = UnitState.FAILED, f"its chart cannot be rendered: {error.message}"
        releases.units.append(UnitRow("chart", resource.address, resource.at.path, state, why))
        if why:
            releases.problems.append(Problem(ProblemKind.NOT_RENDERED, resource.at, f"{resource.address}: {why}"))
    return releases


class _RemoteError(Exception):
    """A chart that is not in the tree."""


def _folder_of(resource: Resource, tree: SourceTree, folder: str) -> str:
    """Return the folder of the chart. Raises ``_RemoteError`` for one that is elsewhere."""
    chart, repository = resource.body["chart"], resource.body["repository"]
    name = chart.content
    if not isinstance(name, str):
        message = f"which chart it installs cannot be told: {why_unknown(chart)}"
        raise _RemoteError(message)
    path = posixpath.normpath(posixpath.join(folder or ".", name))
    path = "" if path == "." else path
    if repository.is_absent and posixpath.join(path, _CHART) in tree.known:
        return path
    source = "" if repository.is_absent else f" of {known_value(repository.string()) or 'a repository'}"
    message = f"the chart {name}{source} is not in the tree"
    raise _RemoteError(message)


def _render(resource: Resource, tree: SourceTree, chart: str, releases: Releases) -> None:
    body = resource.body
    namespace = body["namespace"]
    shown = _namespace(namespace)
    installed = install(tree, chart, values_of(body), _text(body["name"], resource.name), _text(namespace, "default"))
    releases.problems.extend(installed.problems)
    found = {f"{each.kind}/{each.namespace or shown}/{each.name}": each for each in installed.objects}
    releases.manifests.extend(
        Manifest(
            f"{resource.address}/{local}",
            each.kind,
            each.name,
            each.namespace or shown,
            each.body,
            each.at,
            resource.deployment,
        )
        for local, each in found.items()
    )


def _text(node: Node, otherwise: str) -> Cell:
    if node.is_absent:
        return Cell(otherwise)
    known = known_value(node.string())
    return Cell(known, node.at) if known is not None else Cell(Undecided(why_unknown(node)), node.at)


def _namespace(node: Node) -> str:
    """Return the namespace; one that cannot be told goes by what it refers to, so that equal references agree."""
    if node.is_absent:
        return "default"
    return known_value(node.string()) or next(iter(node.mentions), "?")
