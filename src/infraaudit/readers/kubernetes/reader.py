"""Reads Kubernetes manifests: finds the files, groups them into deployments, and lifts their objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.kubernetes import kustomizations
from infraaudit.readers.kubernetes.charts import find_charts
from infraaudit.readers.kubernetes.documents import FORMAT, ManifestFile, read_manifest_file
from infraaudit.readers.kubernetes.grouping import groups_of
from infraaudit.readers.kubernetes.lift import lift_manifests
from infraaudit.readers.kubernetes.manifest import Manifest
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.kubernetes.grouping import Group
    from infraaudit.source.file import SourceTree

_ENDINGS = (".yaml", ".yml", ".json")
_OF_OTHERS = ("compose", "docker-compose")


def read(tree: SourceTree) -> Reading:
    """Read all manifests of a tree."""
    charts = find_charts(tree)
    overlays = kustomizations.find_kustomizations(tree)
    patches = frozenset(path for overlay in overlays for path in overlay.patches)
    accounted = {row.path for row in (*charts.files, *(overlay.row for overlay in overlays))} | patches
    files = tuple(_manifest_files(tree, accounted))
    groups = groups_of(files, overlays)
    manifests = [manifest for group in groups for manifest in _manifests_of(group)]
    rows = (
        *charts.files,
        *(overlay.row for overlay in overlays),
        *(FileRow(path, FORMAT, FileState.SKIPPED, kustomizations.PATCH) for path in patches),
        *(file.row for file in files),
    )
    problems = (
        *charts.problems,
        *(problem for overlay in overlays for problem in overlay.problems),
        *(problem for file in files for problem in file.problems),
        *(problem for group in groups for problem in _repetitions(group)),
    )
    return Reading(
        entities=tuple(lift_manifests(manifests)),
        problems=problems,
        files=tuple(sorted(rows, key=lambda row: row.path)),
        units=(*charts.units, *(overlay.unit for overlay in overlays)),
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


def _manifests_of(group: Group) -> Iterator[Manifest]:
    """Yield the objects of a deployment; of several under one address the last is the one that is applied."""
    deployment = group.deployment()
    for address, each in {each.address: each for each in group.objects()}.items():
        namespace = each.namespace or "default"
        yield Manifest(address, each.kind, each.name, namespace, each.body, each.at, deployment)


def _repetitions(group: Group) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for each in group.objects():
        key = (each.at.path, each.address)
        if key in seen:
            message = f"{each.kind} {each.name} stands in this file more than once; the last one is judged"
            yield Problem(ProblemKind.NOTE, each.at, message)
        seen.add(key)
