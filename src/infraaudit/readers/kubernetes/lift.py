"""Lifts Kubernetes objects into the entities of the model, wherever the objects were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Opaque, known_value
from infraaudit.readers.kubernetes.ingresses import ingress_of
from infraaudit.readers.kubernetes.neighbours import Neighbours
from infraaudit.readers.kubernetes.routes import (
    ROUTE_KINDS,
    gateway_of,
    orphan_route_of,
    parents_of,
    virtual_service_of,
)
from infraaudit.readers.kubernetes.scaling import horizontal_autoscaler_of, resource_defaults_of, scaled_object_of
from infraaudit.readers.kubernetes.services import service_of
from infraaudit.readers.kubernetes.telemetry import agent_of, alarms_of
from infraaudit.readers.kubernetes.workloads import workload_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Entity
    from infraaudit.readers.kubernetes.manifest import Manifest

_GATEWAY_API = "gateway.networking.k8s.io"
_OWN_GROUPS = frozenset({"", "apps", "extensions", "batch", "autoscaling", "policy"})


def lift_manifests(manifests: Sequence[Manifest]) -> Iterator[Entity]:
    """Yield the entities that objects stand for, in the order of the objects.

    What an object names is looked up among the objects of the same deployment only. An object of a kind that is no
    idea of the model becomes opaque, so that it can still be the end of an edge.
    """
    neighbours = Neighbours.of(manifests)
    for manifest in manifests:
        workload = workload_of(manifest, neighbours)
        lifted = [workload] if workload is not None else list(_lift(manifest, neighbours))
        yield from lifted or (_opaque(manifest),)
        agent = agent_of(manifest, workload)
        if agent is not None:
            yield agent


def _lift(manifest: Manifest, neighbours: Neighbours) -> Iterator[Entity]:
    match _group_of(manifest), manifest.kind:
        case "", "Service":
            yield service_of(manifest)
        case "", "LimitRange":
            yield resource_defaults_of(manifest)
        case (("networking.k8s.io" | "extensions"), "Ingress"):
            yield ingress_of(manifest, neighbours)
        case "autoscaling", "HorizontalPodAutoscaler":
            yield horizontal_autoscaler_of(manifest, neighbours)
        case "keda.sh", "ScaledObject":
            yield scaled_object_of(manifest, neighbours)
        case "networking.istio.io", "VirtualService":
            yield virtual_service_of(manifest, neighbours)
        case group, "Gateway" if group == _GATEWAY_API:
            yield gateway_of(manifest, neighbours)
        case group, kind if group == _GATEWAY_API and kind in ROUTE_KINDS and not parents_of(manifest, neighbours):
            yield orphan_route_of(manifest, neighbours)
        case "monitoring.coreos.com", "PrometheusRule":
            yield from alarms_of(manifest)
        case _:
            return


def _group_of(manifest: Manifest) -> str:
    group, slash, _ = (known_value(manifest.body["apiVersion"].string()) or "").partition("/")
    return group if slash else ""


def _opaque(manifest: Manifest) -> Opaque:
    group = _group_of(manifest)
    version = known_value(manifest.body["apiVersion"].string()) or ""
    own = group in _OWN_GROUPS or group.endswith(".k8s.io")
    return Opaque(
        address=manifest.address,
        kind=manifest.kind,
        name=manifest.name,
        at=manifest.at,
        deployment=manifest.deployment,
        type=manifest.kind if own else f"{version} {manifest.kind}",
        mentions=manifest.body.mentions,
    )
