"""Lifts the names under which APIs are reached, and the servers that take files: doors with their own certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Gateway, Known, Listener, Route, Unknown, default
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.aws.edge.stages import encrypted_door
from infraaudit.readers.terraform.aws.network.certificates import certificate_of
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.regions import region_of
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_REST = "aws_api_gateway_domain_name"
_HTTP = "aws_apigatewayv2_domain_name"
_MAPPINGS = {
    "aws_api_gateway_base_path_mapping": ("domain_name", "api_id", "base_path"),
    "aws_apigatewayv2_api_mapping": ("domain_name", "api_id", "api_mapping_key"),
}
_APIS = ("aws_api_gateway_rest_api", "aws_apigatewayv2_api")
_SERVER = "aws_transfer_server"
_PORTS = {"SFTP": 22, "FTPS": 21, "FTP": 21, "AS2": 5080}


def lift_domains(resources: Resources) -> Iterator[Gateway]:
    """Lift the names of APIs: each is a gateway before them."""
    for resource in resources.of_type(_REST):
        regional = argument(resource, "regional_certificate_arn")
        named = regional if may_be_present(regional) else argument(resource, "certificate_arn")
        everywhere = fact("aws_defaults", "aws_cloudfront_distribution.certificates")
        edge = default(str(everywhere.value), named.at, everywhere.words)
        kept: Value[str] = region_of(resource) if may_be_present(regional) else edge
        yield _domain(resource, resources, _public(argument(resource, "endpoint_configuration.types")), named, "", kept)
    for resource in resources.of_type(_HTTP):
        prefix = "domain_name_configuration."
        named = argument(resource, f"{prefix}certificate_arn")
        public = Known(value=True, at=resource.at)
        yield _domain(resource, resources, public, named, prefix, region_of(resource))


def _public(types: Node) -> Value[bool]:
    if not types.complete or any(each.is_unknown for each in types.each()):
        return Unknown(reason(types) if types.is_unknown else "the kind of its endpoint cannot be told", types.at)
    return Known(all(each.content != "PRIVATE" for each in types.each()), types.at)


def _domain(
    resource: Resource, resources: Resources, public: Value[bool], named: Node, prefix: str, kept: Value[str]
) -> Gateway:
    host = argument(resource, "domain_name").string()
    door = encrypted_door(resource.at)
    policy = argument(resource, f"{prefix}security_policy").string()
    return Gateway(
        **resource.head,
        proxy=Known("api-gateway-domain", resource.at),
        public=public,
        idle_timeout=Absent(resource.at),
        routes=tuple(_routes(resource, resources)),
        listeners=(
            Listener(
                door.port,
                door.protocol,
                door.redirects,
                named.at,
                tls_policy=Unknown("no security policy is written, and AWS chooses one", policy.at)
                if isinstance(policy, Absent)
                else policy,
                certificate=certificate_of(resources, named),
                hosts=() if isinstance(host, Absent) else (host,),
            ),
        ),
        certificates_in=kept,
        identifiers=literals(host),
    )


def _routes(domain: Resource, resources: Resources) -> Iterator[Route]:
    for type_, (named_by, api, path) in _MAPPINGS.items():
        for mapping in resources.of_type(type_):
            if domain not in mentioned(resources, argument(mapping, named_by)):
                continue
            node = argument(mapping, api)
            found = behind(resources, node, *_APIS)
            target: Value[str] = (
                Unknown(reason(node), node.at, mentions=node.mentions)
                if found is None
                else Known(found.address, node.at)
            )
            written = argument(mapping, path).string()
            yield Route(
                target, Absent(node.at), node.at, path=f"/{written.value}" if isinstance(written, Known) else "/"
            )


# -- servers for files ------------------------------------------------------------------------------------------


def lift_file_servers(resources: Resources) -> Iterator[Gateway]:
    """Lift ``aws_transfer_server``: its doors are of the protocols that it speaks."""
    for resource in resources.of_type(_SERVER):
        groups, _ = security_groups(resources, argument(resource, "endpoint_details.security_group_ids"))
        protocols = argument(resource, "protocols")
        names: tuple[Maybe[str], ...] = tuple(each.string() for each in protocols.each())
        if protocols.is_absent:
            names = (string_or_default(protocols, f"{_SERVER}.protocols"),)
        yield Gateway(
            **resource.head,
            proxy=Known("transfer", resource.at),
            public=_server_public(resource),
            idle_timeout=Absent(resource.at),
            firewalls=groups,
            listeners=tuple(_listener(resource, resources, each) for each in names if not isinstance(each, Absent)),
            listeners_complete=protocols.complete,
        )


def _listener(resource: Resource, resources: Resources, protocol: Value[str]) -> Listener:
    name = protocol.value if isinstance(protocol, Known) else ""
    policy = argument(resource, "security_policy_name")
    certificate = argument(resource, "certificate")
    return Listener(
        Known(_PORTS[name], protocol.at) if name in _PORTS else Absent(protocol.at),
        protocol.map(str.lower),
        Known(value=False, at=protocol.at),
        protocol.at if isinstance(protocol, Known) and protocol.stated else resource.at,
        tls_policy=None if name == "FTP" else string_or_default(policy, f"{_SERVER}.security_policy_name"),
        certificate=certificate_of(resources, certificate) if is_present(certificate) else None,
    )


def _server_public(resource: Resource) -> Value[bool]:
    """Return whether the internet reaches a server: in a network it does by addresses that are given to it alone."""
    kind = string_or_default(argument(resource, "endpoint_type"), f"{_SERVER}.endpoint_type")
    if isinstance(kind, Unknown):
        return Unknown(kind.why, kind.at)
    if kind.value == "VPC":
        addresses = argument(resource, "endpoint_details.address_allocation_ids")
        if addresses.is_unknown and not is_present(addresses):
            return Unknown(reason(addresses), addresses.at)
        return Known(may_be_present(addresses), addresses.at)
    return kind.map(_is_public)


def _is_public(kind: str) -> bool:
    return kind == "PUBLIC"
