"""What Istio and Linkerd do with requests to a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Retries, TrafficPolicy, TransportSecurity, Unknown
from infraaudit.model.quantities import go_milliseconds
from infraaudit.readers.kubernetes.routes import istio_service
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours


def destination_rule_of(manifest: Manifest, neighbours: Neighbours) -> TrafficPolicy:
    """Return a DestinationRule of Istio; what its subsets state for themselves is left out."""
    spec = manifest.body["spec"]
    policy = spec["trafficPolicy"]
    tcp, http = policy["connectionPool"]["tcp"], policy["connectionPool"]["http"]
    breaker = policy["outlierDetection"]
    return TrafficPolicy(
        **manifest.head,
        namespace=manifest.namespace,
        dialect="Istio",
        service=istio_service(manifest, spec["host"], neighbours),
        host=literal(spec["host"]),
        timeout=Absent(policy.at),
        retries=Absent(policy.at),
        connect_timeout=_milliseconds(tcp["connectTimeout"]),
        idle_timeout=_milliseconds(http["idleTimeout"]),
        max_connections=tcp["maxConnections"].integer(),
        max_pending=http["http1MaxPendingRequests"].integer(),
        breaker=_is_there(breaker),
        tls=literal(policy["tls"]["mode"]),
    )


def service_profile_of(manifest: Manifest, neighbours: Neighbours) -> TrafficPolicy:
    """Return a ServiceProfile of Linkerd: it bears the name of its service in the cluster's DNS."""
    spec = manifest.body["spec"]
    routes = spec["routes"].each()
    timeouts = [_milliseconds(each["timeout"]) for each in routes if not each["timeout"].is_absent]
    budget = spec["retryBudget"]
    name = manifest.body["metadata"]["name"]
    again = [each for each in routes if not each["isRetryable"].is_absent]
    return TrafficPolicy(
        **manifest.head,
        namespace=manifest.namespace,
        dialect="Linkerd",
        service=istio_service(manifest, name, neighbours),
        host=literal(name),
        timeout=_alike(timeouts, spec),
        retries=_linkerd_retries(again, budget),
        connect_timeout=Absent(spec.at),
        idle_timeout=Absent(spec.at),
        max_connections=Absent(spec.at),
        max_pending=Absent(spec.at),
        breaker=Known(value=False, at=spec.at),
        tls=Absent(spec.at),
    )


def _alike(timeouts: list[Maybe[int]], spec: Node) -> Maybe[int]:
    """Return the timeout of all routes; where they differ, it depends on the request."""
    if not timeouts:
        return Absent(spec.at)
    values = {each.value for each in timeouts if isinstance(each, Known)}
    if len(values) == 1 and all(isinstance(each, Known) for each in timeouts):
        return timeouts[0]
    return Unknown("its routes have timeouts of their own", timeouts[0].at, tuple(sorted(values)))


def _linkerd_retries(again: list[Node], budget: Node) -> Maybe[Retries]:
    if not again:
        return Absent(budget.at)
    at = again[0]["isRetryable"].at
    why = "a budget bounds how often it is tried again, and not a number"
    return Known(Retries(Unknown(why, at), Absent(at), Absent(at), at), at)


def _milliseconds(node: Node) -> Maybe[int]:
    return node.value(go_milliseconds, "a duration")


def _is_there(node: Node) -> Known[bool] | Unknown[bool]:
    at = node.key_at or node.at
    return (
        Unknown("whether copies that fail are left out cannot be told", at)
        if node.is_unknown
        else Known(not node.is_absent, at)
    )


def peer_authentication_of(manifest: Manifest) -> TransportSecurity:
    """Return a PeerAuthentication of Istio."""
    spec = manifest.body["spec"]
    return TransportSecurity(
        **manifest.head,
        namespace=manifest.namespace,
        dialect="Istio",
        mode=literal(spec["mtls"]["mode"]),
        whole_namespace=spec["selector"].is_absent,
    )
