"""Reads Kubernetes manifests: finds the files, groups them into deployments, and lifts their objects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.readers.kubernetes.charts import chart_files
from infraaudit.readers.kubernetes.delivery.releases import delivering_of
from infraaudit.readers.kubernetes.documents import FORMAT, ManifestFile, read_manifest_file
from infraaudit.readers.kubernetes.grouping import groups_of
from infraaudit.readers.kubernetes.kustomizations import find_kustomizations
from infraaudit.readers.kubernetes.lift import lift_manifests
from infraaudit.readers.kubernetes.manifest import Manifest
from infraaudit.readers.kubernetes.schemas import notes_of, schema_rows
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Deployment
    from infraaudit.readers.kubernetes.documents import KubernetesObject
    from infraaudit.readers.kubernetes.grouping import Group
    from infraaudit.source.file import SourceTree

_ENDINGS = (".yaml", ".yml", ".json")
_OF_OTHERS = ("compose", "docker-compose")


@dataclass(frozen=True, slots=True)
class DeliveredFolder:
    """Files that an object of a cluster keeps applied; they are then judged as its deployment and no other.

    ``space`` is the namespace of objects that name none.
    """

    files: frozenset[str]
    deployment: Deployment
    space: str


def read(tree: SourceTree, release: str = "", delivered: tuple[DeliveredFolder, ...] = ()) -> Reading:
    """Read all manifests of a tree but those of charts and kustomizations, which have readers of their own.

    ``release`` is the release of Kubernetes whose schemas they are held against, the newest where it is empty.
    """
    overlays = find_kustomizations(tree)
    claimed = {path for overlay in overlays for path in (overlay.path, *overlay.claims)}
    files = tuple(_manifest_files(tree, {*chart_files(tree), *claimed}))
    elsewhere = {path for each in delivered for path in each.files}
    own = tuple(file for file in files if file.path not in elsewhere)
    groups = groups_of(own, frozenset(overlay.folder for overlay in overlays))
    manifests = [manifest for group in groups for manifest in _manifests_of_group(group)]
    for each in delivered:
        objects = (found for file in files if file.path in each.files for found in file.objects)
        manifests.extend(_manifests_of(objects, each.deployment, each.space))
    entities = tuple(lift_manifests(manifests, release))
    problems = (
        *(problem for file in files for problem in file.problems),
        *(problem for group in groups for problem in _repetitions(group)),
        *notes_of(entities),
    )
    return Reading(
        entities=entities,
        problems=problems,
        files=tuple(sorted((file.row for file in files), key=lambda row: row.path)),
        units=schema_rows(manifests, release),
        delivering=delivering_of(manifests),
    )


def _manifest_files(tree: SourceTree, accounted: set[str]) -> Iterator[ManifestFile]:
    for path in tree.paths:
        if path in accounted or not path.endswith(_ENDINGS):
            continue
        file = tree.open(path)
        if not isinstance(file, Problem):
            read_file = read_manifest_file(file)
            if read_file is not None:
                yield read_file
        elif not path.endswith(".json") and not path.rpartition("/")[2].startswith(_OF_OTHERS):
            yield ManifestFile((), FileRow(path, FORMAT, FileState.FAILED, file.message), (file,))


def _manifests_of_group(group: Group) -> Iterator[Manifest]:
    """Yield the objects of a group; what belongs to no namespace belongs to each of its deployments."""
    deployments = group.deployments()
    scoped = fact("kustomize", "cluster_scoped", "kinds").value
    for name, deployment in deployments.items():
        members = (
            each
            for each in group.objects()
            if deployments.get(each.namespace, deployments[""]) is deployment or (name and each.kind in scoped)
        )
        yield from _manifests_of(members, deployment)


def _manifests_of(
    objects: Iterable[KubernetesObject], deployment: Deployment, space: str = "default"
) -> Iterator[Manifest]:
    """Yield the objects of a deployment; of several under one address the last is the one that is applied."""
    placed = (each if each.namespace else replace(each, namespace=space) for each in objects)
    for address, each in {each.address: each for each in placed}.items():
        yield Manifest(address, each.kind, each.name, each.namespace, each.body, each.at, deployment)


def _repetitions(group: Group) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for each in group.objects():
        key = (each.at.path, each.address)
        if key in seen:
            message = f"{each.kind} {each.name} stands in this file more than once; the last one is judged"
            yield Problem(ProblemKind.NOTE, each.at, message)
        seen.add(key)
