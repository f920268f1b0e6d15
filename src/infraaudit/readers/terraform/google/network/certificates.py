"""Lifts the certificates by which the doors of Google show who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, ServerCertificate, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, literals, may_be_present
from infraaudit.readers.terraform.lifting.pointing import means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPES = (
    "google_compute_managed_ssl_certificate",
    "google_certificate_manager_certificate",
    "google_compute_ssl_certificate",
    "google_compute_region_ssl_certificate",
)


def lift_certificates(resources: Resources) -> Iterator[ServerCertificate]:
    """Lift certificates that Google renews, whose names are written, and those that somebody brings along."""
    for resource in resources.of_type(*_TYPES):
        domains = argument(resource, "managed.domains")
        managed = may_be_present(argument(resource, "managed"))
        names: list[Value[str]] = [text for each in domains.each() if not isinstance(text := each.string(), Absent)]
        yield ServerCertificate(
            **resource.head,
            names=tuple(each.map(_without_root) for each in names),
            names_complete=managed and domains.complete,
            renewed=Known(value=managed, at=resource.at),
            validated=Known(value=True, at=resource.at),
            region=Absent(resource.at),
            identifiers=literals(argument(resource, "name").string()),
        )


def _without_root(name: str) -> str:
    return name.removesuffix(".")


def certificates_of(proxy: Resource, resources: Resources) -> tuple[tuple[Value[str], ...], bool]:
    """Return the certificates that a proxy names, and whether these are all; a map of them may hold any."""
    lists = [argument(proxy, name) for name in ("ssl_certificates", "certificate_manager_certificates")]
    found = tuple(_certificate(each, resources) for node in lists for each in node.each())
    complete = all(node.complete for node in lists) and argument(proxy, "certificate_map").is_absent
    return found, complete


def _certificate(node: Node, resources: Resources) -> Value[str]:
    for each in resources.of_type(*_TYPES):
        if means(resources, node, each, "name"):
            return Known(each.address, node.at)
    written = node.string()
    if isinstance(written, Known):
        return written
    return Unknown("a certificate of the proxy is not in the scan", node.at)
