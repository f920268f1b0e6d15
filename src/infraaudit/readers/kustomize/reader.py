"""Reads kustomizations: each one that no other builds upon is built, and its objects are one deployment."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Environment, SparePart
from infraaudit.readers.deployments import deployment_of, environment_in
from infraaudit.readers.kubernetes.delivery.releases import delivering_of
from infraaudit.readers.kubernetes.documents import FORMAT, read_manifest_file
from infraaudit.readers.kubernetes.kustomizations import Kustomization, find_kustomizations
from infraaudit.readers.kubernetes.lift import lift_manifests
from infraaudit.readers.kubernetes.manifest import Manifest
from infraaudit.readers.kubernetes.schemas import notes_of, schema_rows
from infraaudit.readers.kustomize.build import Builder, bases_of
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.layer import Layer
from infraaudit.readers.reading import FileRow, FileState, Reading, UnitRow, UnitState
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Deployment, Node
    from infraaudit.readers.kustomize.build import Built
    from infraaudit.readers.kustomize.resource import Resource
    from infraaudit.source.file import SourceTree

_UNUSED = "of a component that no overlay here uses"


@dataclass(frozen=True, slots=True)
class DeliveredOverlay:
    """A kustomization that an object of a cluster keeps applied; it is then judged as that object applies it.

    ``settings`` are further fields of a kustomization that are laid over it, ``None`` where there are none. ``space``
    is the namespace of objects that name none.
    """

    path: str
    settings: Node | None
    deployment: Deployment
    space: str
    words: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one kustomization."""

    unit: UnitRow
    problems: tuple[Problem, ...] = ()
    manifests: tuple[Manifest, ...] = ()


def read(tree: SourceTree, release: str = "", delivered: tuple[DeliveredOverlay, ...] = ()) -> Reading:
    """Build the kustomizations of a tree; ``release`` is the release of Kubernetes that objects are held against."""
    found = find_kustomizations(tree)
    layers = {each.path: Layer(tree, each.path, each.body) for each in found if each.body is not None}
    used = _used(layers)
    builder = Builder(tree, layers)
    elsewhere = frozenset(each.path for each in delivered)
    outcomes = [_outcome(each, builder, used | elsewhere) for each in found if not _is_component(each, layers)]
    outcomes.extend(_delivered(each, builder) for each in delivered if each.path in layers)
    manifests = [manifest for each in outcomes for manifest in each.manifests]
    components = (each.path for each in found if _is_component(each, layers) and each.path in used)
    units = (
        *(each.unit for each in outcomes),
        *(UnitRow("overlay", posixpath.dirname(path) or ".", path, UnitState.RESOLVED) for path in components),
        *schema_rows(manifests, release),
    )
    rows = {row.path: row for each in found for row in _rows(each, builder, used)}
    notes = (
        problem
        for path in sorted(builder.files)
        if (file := builder.files[path]) is not None
        for problem in file.problems
    )
    entities = tuple(lift_manifests(manifests, release))
    parts = (part for each in found if _is_component(each, layers) for part in _spare_parts(each, builder))
    return Reading(
        entities=(*entities, *parts),
        problems=(*notes, *(problem for each in outcomes for problem in each.problems), *notes_of(entities)),
        files=tuple(rows[path] for path in sorted(rows)),
        units=units,
        delivering=delivering_of(manifests),
    )


def _spare_parts(component: Kustomization, builder: Builder) -> Iterator[SparePart]:
    """Yield what a component would bring into an overlay that takes it in."""
    deployment = deployment_of("kustomize", component.folder)
    words = f"the component {component.folder or '.'}"
    for path in sorted(component.claims):
        file = builder.tree.open(path)
        read_file = builder.files.get(path) or (read_manifest_file(file) if isinstance(file, SourceFile) else None)
        for each in read_file.objects if read_file is not None else ():
            yield SparePart(
                address=each.address, kind=each.kind, name=each.name, at=each.at, deployment=deployment, part=words
            )


def _is_component(kustomization: Kustomization, layers: Mapping[str, Layer]) -> bool:
    layer = layers.get(kustomization.path)
    return layer is not None and layer.is_component


def _used(layers: Mapping[str, Layer]) -> frozenset[str]:
    """Return the kustomizations that others build upon; a component that nobody uses is no user itself."""
    waiting = [path for path, layer in layers.items() if not layer.is_component]
    used: set[str] = set()
    while waiting:
        for inner in bases_of(layers[waiting.pop()]):
            if inner in layers and inner not in used:
                used.add(inner)
                waiting.append(inner)
    return frozenset(used)


def _outcome(kustomization: Kustomization, builder: Builder, used: frozenset[str]) -> _Outcome:
    path = kustomization.path
    name = kustomization.folder or "."
    if kustomization.problem is not None:
        problem = kustomization.problem
        return _Outcome(UnitRow("overlay", name, path, UnitState.FAILED, problem.message), (problem,))
    try:
        built = builder.build(path)
    except BuildError as error:
        return _Outcome(UnitRow("overlay", name, path, UnitState.FAILED, error.problem.message), (error.problem,))
    why = built.gaps[0].message if built.gaps else ""
    state = _state(built)
    deployment = _deployment(built.resources, kustomization.folder)
    manifests = () if path in used else tuple(_manifests(built.resources, deployment))
    return _Outcome(UnitRow("overlay", name, path, state, why), built.gaps, manifests)


def _delivered(delivered: DeliveredOverlay, builder: Builder) -> _Outcome:
    """Build a kustomization as an object of a cluster applies it."""
    name = f"{posixpath.dirname(delivered.path) or '.'} ({delivered.words})"
    try:
        built = builder.build(delivered.path, delivered.settings)
    except BuildError as error:
        return _Outcome(
            UnitRow("overlay", name, delivered.path, UnitState.FAILED, error.problem.message), (error.problem,)
        )
    why = built.gaps[0].message if built.gaps else ""
    manifests = tuple(_manifests(built.resources, delivered.deployment, delivered.space))
    return _Outcome(UnitRow("overlay", name, delivered.path, _state(built), why), built.gaps, manifests)


def _state(built: Built) -> UnitState:
    if not built.gaps:
        return UnitState.RESOLVED
    return UnitState.MISSING if "not in the scanned folder" in built.gaps[0].message else UnitState.FAILED


def _manifests(resources: tuple[Resource, ...], deployment: Deployment, space: str = "default") -> Iterator[Manifest]:
    for each in resources:
        own = each.identity
        namespace = own.namespace or space
        address = f"{own.kind}/{namespace}/{own.name}"
        yield Manifest(address, own.kind, own.name, namespace, each.body, each.at, deployment)


def _deployment(resources: tuple[Resource, ...], folder: str) -> Deployment:
    """Return the deployment, its environment told by the folder's own name before namespaces that agree."""
    namespaces = sorted({each.identity.namespace for each in resources if each.identity.namespace})
    told = {environment_in(name)[0] for name in namespaces} - {Environment.UNKNOWN}
    return deployment_of("kustomize", folder, posixpath.basename(folder), *(namespaces if len(told) == 1 else ()))


def _rows(kustomization: Kustomization, builder: Builder, used: frozenset[str]) -> Iterator[FileRow]:
    path, problem = kustomization.path, kustomization.problem
    if problem is not None:
        yield FileRow(path, FORMAT, FileState.FAILED, problem.message)
        return
    if builder.layers[path].is_component and path not in used:
        yield FileRow(path, FORMAT, FileState.SKIPPED, f"the file {_UNUSED}")
        unread = (each for each in sorted(kustomization.claims) if each not in builder.files)
        yield from (FileRow(each, FORMAT, FileState.SKIPPED, f"a file {_UNUSED}") for each in unread)
        return
    yield FileRow(path, FORMAT, FileState.PARSED)
    for each in sorted(kustomization.claims):
        read_file = builder.files.get(each)
        file = builder.tree.open(each)
        if read_file is not None:
            yield read_file.row
        elif isinstance(file, Problem):
            yield FileRow(each, FORMAT, FileState.FAILED, file.message)
        else:
            yield FileRow(each, FORMAT, FileState.PARSED)
