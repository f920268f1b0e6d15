"""Lifts the backend services of Google's load balancers: how they check what stands behind, and whom they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Known,
    Probe,
    ProbeKind,
    Service,
    ServiceTarget,
    Unknown,
    default,
    known_value,
)
from infraaudit.readers.terraform.google.defaults import TABLE, integer_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_present
from infraaudit.readers.terraform.lifting.pointing import certain, means, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

BACKEND_SERVICES = ("google_compute_backend_service", "google_compute_region_backend_service")
"""The resource types that are backend services."""

BUCKETS = "google_compute_backend_bucket"
"""The type of what serves the objects of a bucket."""

_OF_CONNECTIONS = frozenset({"NONE", "CLIENT_IP_PORT_PROTO"})
"""The affinities that keep one connection where it is, and no client."""

_EJECTING = {
    BACKEND_SERVICES[0]: frozenset({"EXTERNAL_MANAGED", "INTERNAL_SELF_MANAGED"}),
    BACKEND_SERVICES[1]: frozenset({"EXTERNAL_MANAGED", "INTERNAL_MANAGED"}),
}
"""The balancers that know outlier detection, by their schemes."""

_GROUPS = ("google_compute_region_network_endpoint_group", "google_compute_global_network_endpoint_group")
_CHECKS = ("google_compute_health_check", "google_compute_region_health_check")
_SIMPLE_CHECKS = ("google_compute_http_health_check", "google_compute_https_health_check")
_ASKED = (
    ("http_health_check", ProbeKind.HTTP),
    ("https_health_check", ProbeKind.HTTP),
    ("http2_health_check", ProbeKind.HTTP),
    ("grpc_health_check", ProbeKind.GRPC),
    ("tcp_health_check", ProbeKind.TCP),
    ("ssl_health_check", ProbeKind.TCP),
)


def lift_backend_services(resources: Resources) -> Iterator[Service]:
    """Lift global and regional backend services."""
    for resource in resources.of_type(*BACKEND_SERVICES):
        yield Service(
            **resource.head,
            selector=(),
            ports_complete=False,
            exposure="load balancer",
            health_check=_health(resource, resources),
            internal=_is_internal(resource),
            drain=integer_or_default(
                argument(resource, "connection_draining_timeout_sec"), "google_compute_backend_service.drain"
            ),
            sticky=_sticky(resource),
            ejects=_ejects(resource),
        )


def _scheme(resource: Resource) -> Value[str]:
    row = "scheme" if resource.type == BACKEND_SERVICES[0] else "regional_scheme"
    return string_or_default(argument(resource, "load_balancing_scheme"), f"google_compute_backend_service.{row}")


def _is_internal(resource: Resource) -> bool:
    return (known_value(_scheme(resource)) or "").startswith("INTERNAL")


def _sticky(resource: Resource) -> Maybe[bool]:
    """Return whether a client comes back to the same copy. Connections of UDP have no sessions that could be lost."""
    if argument(resource, "protocol").content == "UDP":
        return Absent(resource.at)
    return argument(resource, "session_affinity").string().map(_keeps_clients)


def _keeps_clients(affinity: str) -> bool:
    return affinity not in _OF_CONNECTIONS


def _ejects(resource: Resource) -> Maybe[bool] | None:
    """Return whether a copy that keeps failing is left out for a while; ``None`` where the balancer cannot do that."""
    scheme = _scheme(resource)
    if isinstance(scheme, Known) and scheme.value not in _EJECTING[resource.type]:
        return None
    node = argument(resource, "outlier_detection")
    if isinstance(scheme, Unknown) or node.is_unknown or node.open:
        return Unknown("whether it leaves out copies that fail cannot be told", node.at)
    return Known(value=True, at=node.at) if is_present(node) else Absent(resource.at)


def _health(resource: Resource, resources: Resources) -> Maybe[Probe]:
    """Return the check of a backend service; one before functions and containers of Google takes none."""
    node = argument(resource, "health_checks")
    found = mentioned(resources, node, *_CHECKS, *_SIMPLE_CHECKS)
    if found:
        return Known(_probe(found[0]), node.at)
    if node.is_absent or (node.complete and not node.each()):
        return Absent(node.at)
    return Unknown("its health check is not in the scan", node.at)


def _probe(check: Resource) -> Probe:
    kind, asked = ProbeKind.HTTP, check.body
    if check.type in _CHECKS:
        found = ((kind, first(check.body[name])) for name, kind in _ASKED if not check.body[name].is_absent)
        kind, asked = next(found, (ProbeKind.TCP, check.body))
    row = "google_compute_health_check"
    return Probe(
        kind,
        check.at,
        port=asked["port"].string(),
        path=string_or_default(asked["request_path"], f"{row}.request_path") if kind is ProbeKind.HTTP else None,
        period=integer_or_default(argument(check, "check_interval_sec"), f"{row}.check_interval_sec"),
        timeout=integer_or_default(argument(check, "timeout_sec"), f"{row}.timeout_sec"),
        failure_threshold=integer_or_default(argument(check, "unhealthy_threshold"), f"{row}.unhealthy_threshold"),
    )


# -- what stands behind --------------------------------------------------------------------------------------


def targets_of_serverless(
    resource: Resource, resources: Resources, block: str, argument_name: str
) -> Iterator[ServiceTarget]:
    """Yield the backend services that lead to a service or function of Google by a group of endpoints that names it.

    ``block`` and ``argument_name`` are where a group names one: ``cloud_run.service``, ``cloud_function.function``.
    """
    for group in resources.of_type(*_GROUPS):
        named = argument(group, f"{block}.{argument_name}")
        if not means(resources, named, resource, "name"):
            continue
        for service in resources.of_type(*BACKEND_SERVICES):
            for backend in blocks(service.body["backend"])[0]:
                if group in mentioned(resources, backend["group"]):
                    at = backend["group"].at
                    why = "its platform tells the container where to listen"
                    yield ServiceTarget(Known(service.address, at), "", Unknown(why, at), at)


def bucket_behind(backend: Resource, resources: Resources) -> Value[str]:
    """Return the bucket of which a backend serves the objects: its address, or its literal name."""
    node = argument(backend, "bucket_name")
    found = next(
        (each for each in resources.of_type("google_storage_bucket") if means(resources, node, each, "name")), None
    )
    return certain(resources, node, "no bucket is named") if found is None else Known(found.address, node.at)


def logs_requests(backend: Resource) -> Value[bool]:
    """Return whether the requests to a backend are written down; those to the objects of a bucket always are."""
    if backend.type == BUCKETS:
        stated = fact(TABLE, f"{BUCKETS}.logged")
        return default(bool(stated.value), backend.at, stated.words)
    written = argument(backend, "log_config.enable").boolean()
    if isinstance(written, Absent):
        stated = fact(TABLE, "google_compute_backend_service.logged")
        return default(bool(stated.value), written.at, stated.words)
    return written
