"""Ingresses: the routes of a cluster's proxy, and which proxy that is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Gateway, Known, ObjectReference, Route, Unknown, known_value
from infraaudit.readers.kubernetes.mesh.bindings import ingress_bindings, issuer_of
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

_BY_CLASS = {
    "nginx": "ingress-nginx",
    "webapprouting.kubernetes.azure.com": "ingress-nginx",
    "traefik": "traefik",
    "alb": "alb",
    "gce": "gce",
    "gce-internal": "gce",
    "istio": "istio",
    "azure/application-gateway": "application-gateway",
    "azure-application-gateway": "application-gateway",
    "kong": "kong",
    "haproxy": "haproxy",
    "contour": "contour",
    "cilium": "cilium",
}
_BY_CONTROLLER = {
    "k8s.io/ingress-nginx": "ingress-nginx",
    "traefik.io/ingress-controller": "traefik",
    "ingress.k8s.aws/alb": "alb",
    "k8s.io/ingress-gce": "gce",
    "istio.io/ingress-controller": "istio",
    "azure/application-gateway": "application-gateway",
}
_BY_ANNOTATION = {
    "nginx.ingress.kubernetes.io/": "ingress-nginx",
    "alb.ingress.kubernetes.io/": "alb",
    "traefik.ingress.kubernetes.io/": "traefik",
}
_CLASS = "kubernetes.io/ingress.class"
_INTERNAL_WORDS = re.compile(r"internal|private|intranet")
_ALB_IDLE = re.compile(r"(?:^|,)\s*idle_timeout\.timeout_seconds=(\d+)\s*(?:,|$)")


def ingress_of(manifest: Manifest, neighbours: Neighbours) -> Gateway:
    """Return the gateway that an Ingress asks for."""
    annotations = manifest.body["metadata"]["annotations"]
    class_node = manifest.body["spec"]["ingressClassName"]
    if class_node.is_absent:
        class_node = annotations[_CLASS]
    proxy = _proxy(manifest, class_node, neighbours)
    return Gateway(
        **manifest.head,
        namespace=manifest.namespace,
        proxy=proxy,
        public=_public(manifest, class_node, proxy),
        idle_timeout=_idle_timeout(annotations, proxy),
        routes=tuple(_routes(manifest, neighbours)),
        tls=tuple(ingress_bindings(manifest)),
        tls_complete=manifest.body["spec"]["tls"].complete,
        issuer=issuer_of(manifest),
        annotations=labels_of(annotations),
        references=tuple(_references(manifest)),
    )


def _proxy(manifest: Manifest, class_node: Node, neighbours: Neighbours) -> Value[str]:
    annotations = manifest.body["metadata"]["annotations"]
    class_name = class_node.string()
    if isinstance(class_name, Unknown):
        return class_name
    if isinstance(class_name, Known):
        declared = neighbours.find(manifest, "IngressClass", class_node, "default")
        if declared is not None:
            controller = declared.body["spec"]["controller"].string()
            known = _BY_CONTROLLER.get(known_value(controller) or "")
            if known is not None:
                return Known(known, class_name.at.via(f"IngressClass {declared.name}", controller.at))
        elif class_name.value in _BY_CLASS and not _of_another_nginx(annotations):
            return Known(_BY_CLASS[class_name.value], class_name.at)
    for name, node in annotations.items():
        for prefix, proxy in _BY_ANNOTATION.items():
            if name.startswith(prefix):
                return Known(proxy, node.key_at or node.at)
    if isinstance(class_name, Known):
        return Unknown(f"the class {class_name.value!r} names a controller that is not told here", class_name.at)
    return Unknown("the ingress names no class", manifest.at)


def _of_another_nginx(annotations: Node) -> bool:
    """Tell whether the annotations are those of the controller of F5, which bears the same class name."""
    return any(name.startswith(("nginx.org/", "nginx.com/")) for name, _ in annotations.items())


def _public(manifest: Manifest, class_node: Node, proxy: Value[str]) -> Value[bool]:
    annotations = manifest.body["metadata"]["annotations"]
    name = known_value(class_node.string()) or ""
    if name == "gce-internal":
        return Known(value=False, at=class_node.at)
    if known_value(proxy) == "alb":
        row = fact("defaults", "kubernetes.alb_scheme")
        return annotations["alb.ingress.kubernetes.io/scheme"].string_or(row.value, row.words).map(_is_facing_internet)
    if not annotations["kubernetes.io/ingress.regional-static-ip-name"].is_absent or _INTERNAL_WORDS.search(name):
        return Unknown("who can reach the controller behind its class is not told here", class_node.at)
    return Known(value=True, at=manifest.at)


def _is_facing_internet(scheme: str) -> bool:
    return scheme == "internet-facing"


def _idle_timeout(annotations: Node, proxy: Value[str]) -> Maybe[int]:
    """Return the idle time that is stated; where none is, the proxy's own one is a fact that a join fills in."""
    if isinstance(proxy, Unknown):
        return Unknown(proxy.why, proxy.at)
    attributes = annotations["alb.ingress.kubernetes.io/load-balancer-attributes"].string()
    stated = _ALB_IDLE.search(attributes.value) if isinstance(attributes, Known) else None
    return Known(int(stated[1]), attributes.at) if stated else Absent(proxy.at)


def _references(manifest: Manifest) -> Iterator[ObjectReference]:
    """Yield the Services that the routes lead to."""
    for backend in _backends(manifest.body["spec"]):
        old = backend["serviceName"]
        name = literal(backend["service"]["name"] if old.is_absent else old)
        if not isinstance(name, Absent):
            optional = Known(value=False, at=name.at)
            yield ObjectReference("Service", name, Absent(name.at), optional, "where it sends requests", name.at)


def _backends(spec: Node) -> Iterator[Node]:
    yield from (spec["defaultBackend"], spec["backend"])
    for rule in spec["rules"].each():
        yield from (path["backend"] for path in rule["http"]["paths"].each())


def _routes(manifest: Manifest, neighbours: Neighbours) -> Iterator[Route]:
    spec = manifest.body["spec"]
    for backend in (spec["defaultBackend"], spec["backend"]):
        yield from _route(manifest, backend, neighbours)
    for rule in spec["rules"].each():
        host = known_value(literal(rule["host"])) or ""
        for path in rule["http"]["paths"].each():
            written = known_value(literal(path["path"])) or ""
            yield from _route(manifest, path["backend"], neighbours, host=host, path=written)


def _route(
    manifest: Manifest, backend: Node, neighbours: Neighbours, *, host: str = "", path: str = ""
) -> Iterator[Route]:
    old = backend["serviceName"]
    service = backend["service"]["name"] if old.is_absent else old
    if service.is_absent or not (backend.is_mapping or backend.is_unknown):
        return
    port = backend["service"]["port"]
    number = (
        backend["servicePort"] if not old.is_absent else port["name"] if port["number"].is_absent else port["number"]
    )
    yield Route(neighbours.address(manifest, "Service", service), literal(number), service.at, host, path)
