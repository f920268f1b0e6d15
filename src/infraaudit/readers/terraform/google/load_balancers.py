"""Lifts the backend services of Google's load balancers: what stands before groups of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Service, known_value
from infraaudit.readers.terraform.arguments import argument
from infraaudit.readers.terraform.google.defaults import integer_or_default, string_or_default

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.resource import Resource, Resources

BACKEND_SERVICES = ("google_compute_backend_service", "google_compute_region_backend_service")
"""The resource types that are backend services."""


def lift_backend_services(resources: Resources) -> Iterator[Service]:
    """Lift global and regional backend services."""
    for resource in resources.of_type(*BACKEND_SERVICES):
        yield Service(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            selector=(),
            ports_complete=False,
            exposure="load balancer",
            internal=_is_internal(resource),
            drain=integer_or_default(
                argument(resource, "connection_draining_timeout_sec"), "google_compute_backend_service.drain"
            ),
        )


def _is_internal(resource: Resource) -> bool:
    row = "scheme" if resource.type == BACKEND_SERVICES[0] else "regional_scheme"
    scheme = string_or_default(argument(resource, "load_balancing_scheme"), f"google_compute_backend_service.{row}")
    return (known_value(scheme) or "").startswith("INTERNAL")
