"""Lifts the doors of search domains: which versions of encryption they take, and whether the internet reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Gateway, Known, Listener, Unknown
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.aws.edge.stages import encrypted_door
from infraaudit.readers.terraform.lifting.arguments import argument, block, is_present, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DOMAINS = ("aws_opensearch_domain", "aws_elasticsearch_domain")


def lift_search_doors(resources: Resources) -> Iterator[Gateway]:
    """Lift the door of each ``aws_opensearch_domain`` and ``aws_elasticsearch_domain``."""
    for resource in resources.of_type(*_DOMAINS):
        door = encrypted_door(resource.at)
        policy = argument(resource, "domain_endpoint_options.tls_security_policy")
        certificate = argument(resource, "domain_endpoint_options.custom_endpoint_certificate_arn")
        yield Gateway(
            address=f"{resource.address}#door",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            proxy=Known("opensearch", resource.at),
            public=_public(resource),
            idle_timeout=Absent(resource.at),
            listeners=(
                Listener(
                    door.port,
                    door.protocol,
                    door.redirects,
                    door.at,
                    tls_policy=string_or_default(policy, "aws_opensearch_domain.tls_security_policy"),
                    certificate=pointed(resources, certificate) if may_be_present(certificate) else None,
                ),
            ),
        )


def _public(resource: Resource) -> Value[bool]:
    network = block(resource, "vpc_options")
    if network.is_unknown and not is_present(network):
        return Unknown(reason(network), network.at)
    return Known(not may_be_present(network), resource.at if network.is_absent else network.at)
