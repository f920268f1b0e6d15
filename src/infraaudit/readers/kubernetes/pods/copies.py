"""How many copies of a pod an object asks for, and how many more run while they are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Unknown, default, known_value, or_default

if TYPE_CHECKING:
    from infraaudit.facts import Row
    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.pods.templates import Shape

ONCE = frozenset({"Job", "CronJob", "ScaledJob"})
_JOBS = frozenset({"Job", "CronJob"})
_COUNTED = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})
_NEVER_REPLACED = frozenset({"Pod", "ReplicaSet", "ReplicationController", *ONCE})


def replicas_of(manifest: Manifest, shape: Shape) -> Value[int]:
    """Return the number of copies that is asked for."""
    if shape.found:
        return _beside(manifest, shape.owner)
    if manifest.kind == "DaemonSet" or shape.tells("per_node"):
        return Unknown("it runs one copy on each node, and the number of nodes is not written here", manifest.at)
    if shape.row is not None:
        return _of_row(manifest, shape.row)
    return _of_own_kind(manifest)


def _beside(manifest: Manifest, owner: Node) -> Value[int]:
    written = owner["replicas"].integer()
    if isinstance(written, Absent):
        return Unknown(f"no replicas are written beside its pod template in the {manifest.kind}", written.at)
    return written


def _of_row(manifest: Manifest, row: Row) -> Value[int]:
    stated = manifest.body["spec"]["replicas"].integer()
    if row.get("replicas") is not None:
        return or_default(stated, row["replicas"], row.words)
    return Unknown(f"how many copies a {manifest.kind} runs is not known", stated.at)


def _of_own_kind(manifest: Manifest) -> Value[int]:
    spec = manifest.body["spec"]
    if manifest.kind == "Pod":
        row = fact("defaults", "kubernetes.pod_copies")
        return default(row.value, manifest.at, row.words)
    if manifest.kind in _JOBS:
        row = fact("defaults", "kubernetes.job_parallelism")
        job = spec if manifest.kind == "Job" else spec["jobTemplate"]["spec"]
        return job["parallelism"].integer_or(row.value, row.words)
    stated = spec["replicas"].integer()
    if isinstance(stated, Absent) and manifest.kind not in _COUNTED:
        return Unknown(f"no replicas are written, and their default belongs to {manifest.kind}", stated.at)
    row = fact("defaults", "kubernetes.replicas")
    return or_default(stated, row.value, row.words)


def count_reset_of(manifest: Manifest) -> Value[bool] | None:
    """Tell whether the number of copies is written, and not among the changes that Terraform ignores."""
    stated = manifest.body["spec"]["replicas"]
    if manifest.kind not in _COUNTED:
        return None
    if stated.is_absent:
        return Known(value=False, at=manifest.at)
    ignored = manifest.body["lifecycle"]["ignoreChanges"]
    names = (ignored, *ignored.each())
    if any("replicas" in text or text in {"all", "spec"} for text in filter(None, map(_text, names))):
        return Known(value=False, at=ignored.at)
    return Known(value=True, at=stated.at)


def _text(node: Node) -> str | None:
    return known_value(node.string())


def surge_of(manifest: Manifest, shape: Shape, *, recreate: bool) -> Maybe[str]:
    """Return how many more copies may run while a rollout replaces them."""
    spec = shape.owner
    untold: Maybe[str] = Unknown(f"how a {manifest.kind} replaces its copies is not known", manifest.at)
    if recreate:
        return Known("0", spec["strategy"]["type"].at)
    if shape.found:
        return untold
    if shape.row is not None:
        return untold if shape.row.get("surge") is None else _surge_of_row(spec, shape.row)
    match manifest.kind:
        case "Deployment":
            row = fact("defaults", "kubernetes.max_surge")
            surge: Maybe[str] = spec["strategy"]["rollingUpdate"]["maxSurge"].string_or(row.value, row.words)
        case "StatefulSet":
            row = fact("defaults", "kubernetes.stateful_surge")
            surge = default(row.value, manifest.at, row.words)
        case "DaemonSet":
            row = fact("defaults", "kubernetes.daemon_surge")
            surge = spec["updateStrategy"]["rollingUpdate"]["maxSurge"].string_or(row.value, row.words)
        case kind:
            surge = Absent(manifest.at) if kind in _NEVER_REPLACED else untold
    return surge


def _surge_of_row(spec: Node, row: Row) -> Maybe[str]:
    """Return how many more copies a custom kind runs; a switch between two full sets runs as many again."""
    canary, switch = spec["strategy"]["canary"], spec["strategy"]["blueGreen"]
    if switch.is_mapping:
        return Known("100%", switch.key_at or switch.at)
    if not canary["dynamicStableScale"].is_absent:
        return Unknown("the old copies are taken away as the new ones get their share of requests", canary.at)
    if not canary["trafficRouting"].is_absent:
        return Known("100%", canary["trafficRouting"].key_at or canary.at)
    written = spec["updateStrategy"]["maxSurge"] if canary.is_absent else canary["maxSurge"]
    return written.string_or(row["surge"], row.words)
