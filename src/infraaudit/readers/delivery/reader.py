"""Reads manifests, overlays and charts, and then again as far as objects among them deploy others of the tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Release
from infraaudit.readers.delivery.plan import Lead, Place, Plan
from infraaudit.readers.helm.inputs import HelmInputs
from infraaudit.readers.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Entity
    from infraaudit.readers.reading import Delivering
    from infraaudit.source.file import SourceTree

ROUNDS = 6
"""How deep objects that deploy others may lie within each other; real trees have two or three."""


def read(tree: SourceTree, inputs: HelmInputs | None = None, release: str = "") -> Reading:
    """Read all objects of Kubernetes in a tree, wherever they are written.

    What an Application of Argo CD or an object of Flux leads to is judged as it is deployed by it, and not by itself as
    well. It may lead to further ones, and so everything is read until nothing more is found.
    """
    inputs = inputs or HelmInputs()
    names = [f"/{path.lower()}" for path in tree.paths]
    wanted = (
        any(name.rpartition("/")[2].startswith("kustomization") for name in names),
        bool(inputs.deployments) or any(name.endswith("/chart.yaml") for name in names),
    )
    plan = Plan()
    parts = tuple(_parts(tree, inputs, release, plan, wanted))
    for _ in range(ROUNDS):
        objects = [each for part in parts for each in part.delivering]
        found = _planned(tree, objects) if objects else Plan()
        if found == plan:
            break
        # What is told of sources alone needs no second reading.
        again = (found.charts, found.overlays, found.folders) != (plan.charts, plan.overlays, plan.folders)
        plan = found
        if not again:
            break
        parts = tuple(_parts(tree, inputs, release, plan, wanted))
    return _joined(parts, plan)


def _parts(
    tree: SourceTree, inputs: HelmInputs, release: str, plan: Plan, wanted: tuple[bool, bool]
) -> Iterator[Reading]:
    """Read with each reader that the tree has files for; the others are not even loaded."""
    from infraaudit.readers.kubernetes.reader import read as manifests  # noqa: PLC0415 - see above

    yield manifests(tree, release, tuple(plan.folders))
    if wanted[0]:
        from infraaudit.readers.kustomize.reader import read as overlays  # noqa: PLC0415 - see above

        yield overlays(tree, release, tuple(plan.overlays))
    if wanted[1]:
        from infraaudit.readers.helm.reader import read as charts  # noqa: PLC0415 - see above

        inflated = _inflated(tree) if wanted[0] else frozenset()
        yield charts(tree, replace(inputs, delivered=tuple(plan.charts), inflated=inflated), release)


def _inflated(tree: SourceTree) -> frozenset[str]:
    """Return the charts that overlays take in."""
    from infraaudit.readers.kubernetes.kustomizations import find_kustomizations  # noqa: PLC0415 - see above
    from infraaudit.readers.kustomize.charts import chart_folder  # noqa: PLC0415 - see above
    from infraaudit.readers.kustomize.layer import Layer  # noqa: PLC0415 - see above

    layers = (Layer(tree, each.path, each.body) for each in find_kustomizations(tree) if each.body is not None)
    found = (chart_folder(layer, entry) for layer in layers for entry in layer.body["helmCharts"].each())
    return frozenset(folder for folder in found if folder is not None)


def _planned(tree: SourceTree, objects: list[Delivering]) -> Plan:
    from infraaudit.readers.delivery.application_sets import expanded  # noqa: PLC0415 - few trees have such objects
    from infraaudit.readers.delivery.argo import follow_application  # noqa: PLC0415 - see above
    from infraaudit.readers.delivery.flux import (  # noqa: PLC0415 - see above
        follow_helm_release,
        follow_kustomization,
        repositories_of,
    )

    plan, place, sources = Plan(), Place.of(tree), repositories_of(objects)
    for each in objects:
        match each.kind:
            case "Application":
                follow_application(each, place, plan)
            case "ApplicationSet":
                for application in expanded(each, place, plan):
                    follow_application(application, place, plan)
            case "Kustomization":
                follow_kustomization(each, sources, place, plan)
            case "HelmRelease":
                follow_helm_release(each, sources, place, plan)
    return plan


def _joined(parts: tuple[Reading, ...], plan: Plan) -> Reading:
    rows = {row.path: row for part in reversed(parts) for row in part.files}
    entities = (each for part in parts for each in part.entities)
    return Reading(
        entities=tuple(_led(entities, plan.leads)) if plan.leads else tuple(entities),
        edges=tuple(each for part in parts for each in part.edges),
        problems=(*(each for part in parts for each in part.problems), *plan.problems),
        files=tuple(rows[path] for path in sorted(rows)),
        units=(*(each for part in parts for each in part.units), *plan.units),
    )


def _led(entities: Iterable[Entity], leads: list[Lead]) -> Iterator[Entity]:
    """Yield entities, those that deploy others with the folders that their sources lead to."""
    folders = {(each.deployment, each.address, each.number): each.folder for each in leads}
    for each in entities:
        if not isinstance(each, Release):
            yield each
            continue
        sources = tuple(
            replace(source, folder=folders.get((each.deployment.id, each.address, number), ""))
            for number, source in enumerate(each.sources)
        )
        yield replace(each, sources=sources)
