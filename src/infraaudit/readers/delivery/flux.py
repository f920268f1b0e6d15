"""Follows the Kustomizations and HelmReleases of Flux."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value
from infraaudit.readers.delivery.plan import ElsewhereError
from infraaudit.readers.delivery.settings import settings_of
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.helm.cells import Cell, ChartError
from infraaudit.readers.helm.inputs import DeliveredChart
from infraaudit.readers.helm.parameters import cell_from_node
from infraaudit.readers.helm.values import overlaid, read_values
from infraaudit.readers.kubernetes.reader import DeliveredFolder
from infraaudit.readers.kubernetes.texts import literal
from infraaudit.readers.kustomize.reader import DeliveredOverlay
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.readers.delivery.plan import Place, Plan
    from infraaudit.readers.reading import Delivering

_TOOL = "flux"
_GIT = "GitRepository"
_ENDINGS = (".yaml", ".yml", ".json")
_FIELDS = ("namePrefix", "nameSuffix", "patches", "patchesStrategicMerge", "patchesJson6902", "components")

Sources = Mapping[tuple[str, str], "Delivering"]
"""The repositories that are declared, by namespace and name."""


def repositories_of(objects: Iterable[Delivering]) -> Sources:
    """Return the repositories that are declared, by namespace and name."""
    return {(each.namespace, each.name): each for each in objects if each.kind == _GIT}


def follow_kustomization(kustomization: Delivering, sources: Sources, place: Place, plan: Plan) -> None:
    """Note what a Kustomization leads to."""
    spec = kustomization.body["spec"]
    path = Node("./", spec.at) if spec["path"].is_absent else spec["path"]
    try:
        folder = place.folder(_address(kustomization, spec["sourceRef"], sources), path)
    except ElsewhereError as error:
        plan.leave(kustomization, error)
        return
    space = known_value(literal(spec["targetNamespace"])) or ""
    deployment = deployment_of(_TOOL, folder, kustomization.name, space, detail=kustomization.name)
    overlay = place.kustomization(folder)
    settings = settings_of(spec, _FIELDS)
    if space:
        own = settings or Node({}, spec.at)
        settings = replace(own, content={**dict(own.items()), "namespace": spec["targetNamespace"]})
    words = f"Kustomization {kustomization.name} of Flux"
    inner = [overlay] if overlay is not None else _topmost(place, folder)
    plan.overlays.extend(DeliveredOverlay(each, settings, deployment, space or "default", words) for each in inner)
    if overlay is None:
        files = frozenset(each for each in place.tree.below(folder) if each.endswith(_ENDINGS))
        plan.folders.append(DeliveredFolder(files, deployment, space or "default"))
    plan.follow(kustomization, 0, folder)


def _topmost(place: Place, folder: str) -> list[str]:
    """Return the kustomizations below a folder that has none itself, without those below others."""
    found: list[str] = []
    for path in place.tree.below(folder):
        here = posixpath.dirname(path)
        within = any(here.startswith(f"{posixpath.dirname(each)}/") for each in found)
        if place.kustomization(here) == path and not within:
            found.append(path)
    return found


def follow_helm_release(release: Delivering, sources: Sources, place: Place, plan: Plan) -> None:
    """Note what a HelmRelease leads to."""
    try:
        folder = _chart_folder(release, sources, place)
        chart = _chart(release, folder, place)
    except ElsewhereError as error:
        plan.leave(release, error)
    except ChartError as error:
        plan.leave(release, ElsewhereError(error.message, error.at or release.at, failed=True))
    else:
        plan.charts.append(chart)
        plan.follow(release, 0, folder)


def _chart_folder(release: Delivering, sources: Sources, place: Place) -> str:
    spec = release.body["spec"]
    chart = spec["chart"]["spec"]
    if chart.is_absent:
        message = "it takes a chart that another object fetches"
        raise ElsewhereError(message, spec["chartRef"].at)
    folder = place.folder(_address(release, chart["sourceRef"], sources), chart["chart"])
    if folder not in place.charts:
        message = f"{folder or '.'} holds no chart"
        raise ElsewhereError(message, chart["chart"].at, failed=True)
    return folder


def _chart(release: Delivering, folder: str, place: Place) -> DeliveredChart:
    spec = release.body["spec"]
    files: list[str] = []
    values = Cell({})
    for each in spec["chart"]["spec"]["valuesFiles"].each():
        path = posixpath.normpath((known_value(literal(each)) or "").lstrip("/"))
        file = place.tree.open(path) if path in place.tree.known else None
        if not isinstance(file, SourceFile):
            message = f"the values file {path}, which it names, is not in the scanned folder"
            raise ElsewhereError(message, each.at)
        read = read_values(file)
        if isinstance(read, Problem):
            raise ChartError(read.message, at=read.at)
        files.append(path)
        values = overlaid(values, read, keep=True)
    if not spec["values"].is_absent:
        values = overlaid(values, cell_from_node(spec["values"]), keep=True)
    target = known_value(literal(spec["targetNamespace"]))
    name = known_value(literal(spec["releaseName"])) or (f"{target}-{release.name}" if target else release.name)
    return DeliveredChart(
        chart=folder,
        name=Cell(name),
        space=Cell(target or release.namespace),
        values=values,
        files=tuple(files),
        deployment=deployment_of(_TOOL, folder, release.name, target or release.namespace, detail=release.name),
        words=f"HelmRelease {release.name}",
        doubt="its HelmRelease takes further values from objects of the cluster" if spec["valuesFrom"].each() else "",
    )


def _address(asker: Delivering, reference: Node, sources: Sources) -> Node:
    """Return the address of the repository that an object names. Raises ``ElsewhereError`` where that is not told."""
    kind, name = known_value(reference["kind"].string()), known_value(literal(reference["name"]))
    if kind != _GIT:
        message = f"what its {kind or 'source'} {name or ''} brings is not in the scanned folder and is never fetched"
        raise ElsewhereError(message, reference.key_at or reference.at)
    space = known_value(literal(reference["namespace"])) or asker.namespace
    found = sources.get((space, name or ""))
    if found is None:
        message = f"its GitRepository {name} is not in the scanned folder"
        raise ElsewhereError(message, reference.key_at or reference.at)
    return found.body["spec"]["url"]
