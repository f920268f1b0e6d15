"""Lifts Kubernetes objects into the entities of the model, wherever the objects were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Opaque, Workload
from infraaudit.readers.kubernetes.api_versions import api_uses_of
from infraaudit.readers.kubernetes.kinds import ALONE, WITH_NEIGHBOURS
from infraaudit.readers.kubernetes.neighbours import Neighbours
from infraaudit.readers.kubernetes.observing.files import KEEPERS, kept_files_of
from infraaudit.readers.kubernetes.observing.prometheus import rule_set_of
from infraaudit.readers.kubernetes.pods.templates import lent_out
from infraaudit.readers.kubernetes.routes import GATEWAY_API, ROUTE_KINDS, orphan_route_of, parents_of
from infraaudit.readers.kubernetes.scaling import KNATIVE, knative_autoscaler_of
from infraaudit.readers.kubernetes.schemas import checked_objects_of
from infraaudit.readers.kubernetes.telemetry import agent_of, alarms_of
from infraaudit.readers.kubernetes.workloads import found_workloads_of, workload_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Entity
    from infraaudit.readers.kubernetes.manifest import Manifest

_OWN_GROUPS = frozenset({"", "apps", "extensions", "batch", "autoscaling", "policy"})


def lift_manifests(manifests: Sequence[Manifest], release: str | None = None) -> Iterator[Entity]:
    """Yield the entities that objects stand for, in the order of the objects.

    What an object names is looked up among the objects of the same deployment only. An object of a kind that is no
    idea of the model becomes opaque, so that it can still be the end of an edge. ``release`` is the release of
    Kubernetes whose schemas the objects are held against, the newest where it is empty; ``None`` for objects that
    somebody else checks.
    """
    neighbours = Neighbours.of(manifests)
    lenders = {id(lender) for each in manifests if (lender := lent_out(each, neighbours)) is not None}
    yield from api_uses_of(manifests, release or "")
    if release is not None:
        yield from checked_objects_of(manifests, release)
    for manifest in manifests:
        lifted = [] if id(manifest) in lenders else list(_lift(manifest, neighbours))
        yield from lifted or (_opaque(manifest),)
        agent = agent_of(manifest, tuple(each for each in lifted if isinstance(each, Workload)))
        if agent is not None:
            yield agent


def _lift(manifest: Manifest, neighbours: Neighbours) -> Iterator[Entity]:
    key = (manifest.group, manifest.kind)
    workload = workload_of(manifest, neighbours)
    if workload is not None:
        yield workload
        if manifest.group == KNATIVE:
            yield knative_autoscaler_of(manifest)
    elif key in ALONE:
        yield ALONE[key](manifest)
        if key in KEEPERS:
            yield from kept_files_of(manifest)
    elif key in WITH_NEIGHBOURS:
        yield WITH_NEIGHBOURS[key](manifest, neighbours)
    elif key == ("monitoring.coreos.com", "PrometheusRule"):
        alarms = list(alarms_of(manifest))
        yield rule_set_of(manifest, alarms)
        yield from alarms
    elif manifest.group == GATEWAY_API and manifest.kind in ROUTE_KINDS:
        if not parents_of(manifest, neighbours):
            yield orphan_route_of(manifest, neighbours)
    else:
        yield from found_workloads_of(manifest, neighbours)


def _opaque(manifest: Manifest) -> Opaque:
    own = manifest.group in _OWN_GROUPS or manifest.group.endswith(".k8s.io")
    return Opaque(
        **manifest.head,
        type=manifest.kind if own else f"{manifest.api_version} {manifest.kind}",
        mentions=manifest.body.mentions,
    )
