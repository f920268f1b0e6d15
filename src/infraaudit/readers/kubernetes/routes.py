"""Gateways and routes of the Gateway API and of Istio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Gateway, Known, Retries, Route, Unknown, default, known_value
from infraaudit.model.quantities import go_milliseconds
from infraaudit.readers.kubernetes.mesh.bindings import issuer_of, listener_bindings
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

GATEWAY_API = "gateway.networking.k8s.io"
ROUTE_KINDS = frozenset({"HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"})

_BY_CLASS = {
    "istio": "istio",
    "traefik": "traefik",
    "gke-l7-global-external-managed": "gce",
    "gke-l7-regional-external-managed": "gce",
    "gke-l7-gxlb": "gce",
    "gke-l7-rilb": "gce",
}
_INTERNAL_CLASSES = frozenset({"gke-l7-rilb"})
_SERVICE_PARTS = 2


def gateway_of(manifest: Manifest, neighbours: Neighbours) -> Gateway:
    """Return a Gateway of the Gateway API with the routes of its deployment that name it as their parent."""
    class_name = manifest.body["spec"]["gatewayClassName"].string()
    proxy: Value[str]
    if isinstance(class_name, Known) and class_name.value in _BY_CLASS:
        proxy = class_name.map(_BY_CLASS.__getitem__)
    elif isinstance(class_name, Absent):
        proxy = Unknown("the gateway names no class", manifest.at)
    else:
        proxy = Unknown("the class names a controller that is not told here", class_name.at)
    internal = known_value(class_name) in _INTERNAL_CLASSES
    routes = [
        route
        for each in neighbours.by_address.values()
        if each.kind in ROUTE_KINDS and any(parent is manifest for parent in parents_of(each, neighbours))
        for route in _routes(each, neighbours)
    ]
    return _gateway(manifest, proxy, Known(value=not internal, at=class_name.at), routes)


def parents_of(route: Manifest, neighbours: Neighbours) -> list[Manifest]:
    """Return the gateways of the deployment that a route hangs on."""
    parents = route.body["spec"]["parentRefs"].each()
    found = (neighbours.find(route, "Gateway", each["name"], _namespace(each)) for each in parents)
    return [each for each in found if each is not None]


def orphan_route_of(manifest: Manifest, neighbours: Neighbours) -> Gateway:
    """Return the gateway that stands for a route whose own gateway is not among these manifests."""
    why = "its gateway is not among these manifests"
    proxy: Value[str] = Unknown(why, manifest.at)
    return _gateway(manifest, proxy, Unknown(why, manifest.at), list(_routes(manifest, neighbours)))


def virtual_service_of(manifest: Manifest, neighbours: Neighbours) -> Gateway:
    """Return the routes of a VirtualService as a gateway: Istio's, public where a gateway is named."""
    gateways = manifest.body["spec"]["gateways"]
    row = fact("defaults", "istio.mesh_only")
    named = [known_value(each.string()) for each in gateways.each()]
    public: Value[bool]
    if gateways.is_absent:
        public = default(not row.value, manifest.at, row.words)
    elif not gateways.complete or None in named:
        public = Unknown("the gateways that it is bound to cannot be told", gateways.at)
    else:
        public = Known(any(name != "mesh" for name in named), gateways.at)
    routes = list(_istio_routes(manifest, neighbours))
    return _gateway(manifest, Known("istio", manifest.at), public, routes)


def _gateway(manifest: Manifest, proxy: Value[str], public: Value[bool], routes: list[Route]) -> Gateway:
    listeners = manifest.body["spec"]["listeners"]
    return Gateway(
        **manifest.head,
        namespace=manifest.namespace,
        proxy=proxy,
        public=public,
        idle_timeout=Unknown(proxy.why, proxy.at) if isinstance(proxy, Unknown) else Absent(proxy.at),
        routes=tuple(routes),
        tls=tuple(listener_bindings(listeners)),
        tls_complete=listeners.complete,
        issuer=issuer_of(manifest),
        annotations=labels_of(manifest.annotations),
    )


def _namespace(node: Node) -> str:
    return known_value(node["namespace"].string()) or ""


def _routes(manifest: Manifest, neighbours: Neighbours) -> Iterator[Route]:
    spec = manifest.body["spec"]
    host = next((known_value(literal(each)) or "" for each in spec["hostnames"].each()), "")
    for rule in spec["rules"].each():
        path = next((known_value(each["path"]["value"].string()) or "" for each in rule["matches"].each()), "")
        for backend in rule["backendRefs"].each():
            if (known_value(backend["kind"].string()) or "Service") != "Service":
                continue
            service = neighbours.address(manifest, "Service", backend["name"], _namespace(backend))
            yield Route(
                service,
                backend["port"].string(),
                backend["name"].at,
                host,
                path,
                timeout=rule["timeouts"]["request"].value(go_milliseconds, "a duration"),
                backend_timeout=rule["timeouts"]["backendRequest"].value(go_milliseconds, "a duration"),
                retries=_retries(rule["retry"], per_try=rule["timeouts"]["backendRequest"]),
                weight=backend["weight"].integer(),
            )


def _istio_routes(manifest: Manifest, neighbours: Neighbours) -> Iterator[Route]:
    spec = manifest.body["spec"]
    host = next((known_value(literal(each)) or "" for each in spec["hosts"].each()), "")
    for protocol in ("http", "tls", "tcp"):
        for rule in spec[protocol].each():
            path = next((_istio_path(each["uri"]) for each in rule["match"].each()), "")
            for entry in rule["route"].each():
                target = entry["destination"]
                service = istio_service(manifest, target["host"], neighbours)
                yield Route(
                    service,
                    target["port"]["number"].string(),
                    target["host"].at,
                    host,
                    path,
                    timeout=rule["timeout"].value(go_milliseconds, "a duration"),
                    retries=_retries(rule["retries"], per_try=rule["retries"]["perTryTimeout"]),
                    weight=entry["weight"].integer(),
                )


def _retries(node: Node, *, per_try: Node) -> Maybe[Retries]:
    at = node.key_at or node.at
    if node.is_absent:
        return Absent(at)
    if not node.is_mapping:
        return Unknown("how often it is tried again cannot be told", at)
    conditions = node["retryOn"]
    retries = Retries(
        attempts=node["attempts"].integer(),
        per_try=per_try.value(go_milliseconds, "a duration"),
        conditions=literal(conditions),
        at=at,
    )
    return Known(retries, at)


def _istio_path(uri: Node) -> str:
    return next((known_value(node.string()) or "" for _, node in uri.items()), "")


def istio_service(manifest: Manifest, host: Node, neighbours: Neighbours) -> Value[str]:
    """Return the address of a service from its short name or its name in the cluster's DNS."""
    written = host.string()
    if isinstance(written, Absent) or not isinstance(written, Known):
        return neighbours.address(manifest, "Service", host)
    name, *rest = written.value.split(".")
    namespace = rest[0] if rest and (len(rest) == 1 or rest[1] == "svc") else manifest.namespace
    if len(rest) >= _SERVICE_PARTS and rest[1] != "svc":
        return Unknown(f"{written.value!r} is no name of this cluster", host.at)
    found = neighbours.by_name.get((manifest.deployment.id, "Service", namespace, name))
    return Known(found.address if found is not None else f"Service/{namespace}/{name}", host.at)
