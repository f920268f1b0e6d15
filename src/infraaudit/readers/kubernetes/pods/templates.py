"""Where the pod templates of an object stand: at the path that its kind is known for, or where they are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import known_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Node
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

_PATHS = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "ScaledJob": ("spec", "jobTargetRef", "template"),
}
_USUAL = ("spec", "template")
_TEMPLATED = frozenset(
    {*_PATHS, "Job", "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DaemonSet"},
)
_ARGO = ("argoproj.io", "Rollout")
_GIVING_UP = frozenset({"onsuccess", "progressively"})
_DEEPEST = 12
_MOST = 20
"""Templates of one object; more are a list of something else."""

_NEVER_RUN = frozenset({"apiextensions.k8s.io", "kyverno.io", "policies.kyverno.io"})
"""Groups whose objects hold the shape of pods that others run."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One pod template. ``owner`` is what holds it and may hold the number of its copies beside it.

    ``row`` is what the facts say of the kind. ``found`` tells that the path is not known for the kind. ``words`` tell
    several templates of one object apart.
    """

    template: Node
    owner: Node
    row: Row | None = None
    found: bool = False
    words: str = ""

    def tells(self, column: str) -> bool:
        """Tell whether the facts say something of the kind."""
        return self.row is not None and bool(self.row.get(column))


def known_shape_of(manifest: Manifest, neighbours: Neighbours) -> Shape | None:
    """Return the pod template at the path that the kind is known for, if there is one."""
    row = table("workload_kinds").get(f"{manifest.group} {manifest.kind}")
    for template in _known_places(manifest, row):
        containers = template["spec"]["containers"]
        # Of a kind that surely has a template it is enough that its containers cannot be told.
        if containers.is_list or (containers.is_unknown and (row or manifest.kind in _TEMPLATED)):
            return Shape(template, manifest.body["spec"], row)
    lender = _lender_of(manifest, neighbours)
    return None if lender is None else Shape(lender.body.path(*_USUAL), manifest.body["spec"], row)


def _known_places(manifest: Manifest, row: Row | None) -> Iterator[Node]:
    if row is None:
        yield manifest.body.path(*_PATHS.get(manifest.kind, _USUAL))
        return
    for path in row["templates"]:
        yield manifest.body.path(*path.split("."))


def _lender_of(manifest: Manifest, neighbours: Neighbours) -> Manifest | None:
    """Return the Deployment whose pod template a Rollout of Argo takes for its own."""
    if (manifest.group, manifest.kind) != _ARGO:
        return None
    reference = manifest.body["spec"]["workloadRef"]
    found = neighbours.find(manifest, known_value(reference["kind"].string()) or "", reference["name"])
    return found if found is not None and found.body.path(*_USUAL, "spec", "containers").is_list else None


def lent_out(manifest: Manifest, neighbours: Neighbours) -> Manifest | None:
    """Return the object that a Rollout takes its template from and that runs no copies of its own any more."""
    lender = _lender_of(manifest, neighbours)
    if lender is None:
        return None
    given_up = known_value(manifest.body.path("spec", "workloadRef", "scaleDown").string()) in _GIVING_UP
    return lender if given_up or known_value(lender.body["spec"]["replicas"].integer()) == 0 else None


def found_shapes_of(manifest: Manifest) -> tuple[Shape, ...]:
    """Return the pod templates of an object whose kind is not known, wherever in it they stand."""
    if manifest.group in _NEVER_RUN or manifest.group.endswith("gatekeeper.sh"):
        return ()
    shapes = tuple(_found(manifest.body["spec"], "", 0))
    return shapes if len(shapes) <= _MOST else ()


def _found(node: Node, path: str, depth: int) -> Iterator[Shape]:
    """Search below a node; what has a version and a kind within an object is an object for somebody else to read."""
    if depth > _DEEPEST:
        return
    for number, each in enumerate(node.each()):
        yield from _found(each, f"{path}[{number}]", depth + 1)
    if not node.is_mapping or {"apiVersion", "kind"} <= dict(node.items()).keys():
        return
    for key, child in node.items():
        if key.lower().endswith("template") and _is_pod_template(child):
            yield Shape(child, node, found=True, words=path)
        else:
            yield from _found(child, f"{path}.{key}" if path else key, depth + 1)


def _is_pod_template(node: Node) -> bool:
    containers = node["spec"]["containers"].each() if node.is_mapping else ()
    return bool(containers) and all(
        each.is_mapping and not each["name"].is_absent and not each["image"].is_absent for each in containers
    )
