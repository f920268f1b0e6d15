"""Services: what stands before the copies of a workload inside the cluster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Service, ServicePort, Unknown, known_value
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node
    from infraaudit.readers.kubernetes.manifest import Manifest

_EXPOSURE = {
    "ClusterIP": "cluster",
    "LoadBalancer": "load balancer",
    "NodePort": "node port",
    "ExternalName": "external name",
}
_TARGET_GROUP = (
    "alb.ingress.kubernetes.io/target-group-attributes",
    "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes",
)
_DELAY = re.compile(r"deregistration_delay\.timeout_seconds=([0-9]{1,4})(?![0-9])")
_INTERNAL = {
    "cloud.google.com/load-balancer-type": "internal",
    "networking.gke.io/load-balancer-type": "internal",
    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "service.beta.kubernetes.io/oci-load-balancer-internal": "true",
    "service.beta.kubernetes.io/openstack-internal-load-balancer": "true",
}


def service_of(manifest: Manifest) -> Service:
    """Return a Service."""
    spec = manifest.body["spec"]
    return Service(
        **manifest.head,
        namespace=manifest.namespace,
        ports=tuple(_ports(spec["ports"])),
        ports_complete=_all_told(spec["ports"]),
        selector=labels_of(spec["selector"]),
        exposure=_exposure(spec),
        internal=_is_internal(manifest.annotations),
        labels=labels_of(manifest.labels),
        annotations=labels_of(manifest.annotations),
        drain=_drain(manifest.annotations),
        sticky=literal(spec["sessionAffinity"]).map(_is_sticky),
    )


def _is_sticky(affinity: str) -> bool:
    return affinity == "ClientIP"


def _drain(annotations: Node) -> Maybe[int] | None:
    """Return how long the target group that a controller makes for this service lets requests of a leaving pod end."""
    for name in _TARGET_GROUP:
        written = annotations[name].string()
        if isinstance(written, Unknown):
            return Unknown(written.why, written.at)
        match = _DELAY.search(written.value) if isinstance(written, Known) else None
        if match is not None:
            return Known(int(match[1]), written.at)
    return None


def _ports(node: Node) -> Iterator[ServicePort]:
    row = fact("defaults", "kubernetes.target_port")
    for each in node.each():
        number = each["port"].integer()
        if isinstance(number, Absent):
            continue
        target = literal(each["targetPort"])
        if isinstance(target, Absent):
            as_port = number.map(str)
            target = (
                Known(as_port.value, as_port.at, stated=False, fact=row.words)
                if isinstance(as_port, Known)
                else as_port
            )
        yield ServicePort(number, target, number.at, known_value(literal(each["name"])) or "")


def _all_told(ports: Node) -> bool:
    names = (literal(each["name"]) for each in ports.each())
    return ports.complete and not any(isinstance(name, Unknown) for name in names)


def _exposure(spec: Node) -> str:
    if spec["type"].is_unknown:
        return "unknown"
    type_ = known_value(spec["type"].string()) or "ClusterIP"
    if type_ == "ClusterIP" and known_value(spec["clusterIP"].string()) == "None":
        return "headless"
    return _EXPOSURE.get(type_, "unknown")


def _is_internal(annotations: Node) -> bool:
    return any((known_value(annotations[name].string()) or "").lower() == word for name, word in _INTERNAL.items())
