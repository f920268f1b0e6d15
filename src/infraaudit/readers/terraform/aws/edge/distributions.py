"""Lifts the distributions of Amazon CloudFront with their origins and behaviours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, FacetName, Gateway, Known, Listener, Route, Unknown, default, known_value
from infraaudit.readers.terraform.aws.defaults import integer_or_default, string_or_default
from infraaudit.readers.terraform.aws.edge.answer_headers import strict_transport_of
from infraaudit.readers.terraform.aws.edge.logging import delivered
from infraaudit.readers.terraform.aws.edge.stages import encrypted_door
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.network.certificates import certificate_of
from infraaudit.readers.terraform.lifting.arguments import (
    argument,
    blocks,
    first,
    is_present,
    literals,
    may_be_present,
    reason,
)
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "aws_cloudfront_distribution"
_TABLE = "aws_defaults"
_HTTP = 80
_SECOND = 1000
_ANSWERING = ("aws_lb", "aws_alb", "aws_elb", "aws_s3_bucket", "aws_api_gateway_rest_api", "aws_apigatewayv2_api")
_THROUGH = {
    "aws_s3_bucket_website_configuration": "bucket",
    "aws_api_gateway_stage": "rest_api_id",
    "aws_api_gateway_deployment": "rest_api_id",
    "aws_apigatewayv2_stage": "api_id",
    "aws_lambda_function_url": "function_name",
    "aws_cloudfront_vpc_origin": "vpc_origin_endpoint_config.arn",
}
"""Resources whose name an origin may have, and the argument with what answers there."""


def lift_distributions(resources: Resources) -> Iterator[Gateway]:
    """Lift ``aws_cloudfront_distribution``."""
    for resource in resources.of_type(_TYPE):
        origins, complete = blocks(resource.body["origin"])
        behaviours, all_of_them = _behaviours(resource)
        virginia = fact(_TABLE, f"{_TYPE}.certificates")
        yield Gateway(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            proxy=Known("cloudfront", resource.at),
            public=Known(value=True, at=resource.at),
            idle_timeout=_least(resource, origins, "origin_keepalive_timeout", complete=complete),
            response_limit=_least(resource, origins, "origin_read_timeout", complete=complete),
            routes=tuple(_routes(resource, resources, behaviours)),
            facets=facets_of(resource, resources, {FacetName.ACCESS_LOGGED: _logged(resource, resources)}),
            listeners=tuple(_listeners(resource, resources, behaviours)),
            listeners_complete=all_of_them,
            web_firewall=pointed(resources, argument(resource, "web_acl_id")),
            strict_transport=strict_transport_of(resource, resources),
            certificates_in=default(str(virginia.value), resource.at, virginia.words),
            identifiers=literals(*(each.string() for each in argument(resource, "aliases").each())),
        )


def _behaviours(resource: Resource) -> tuple[tuple[Node, ...], bool]:
    usual, usual_known = blocks(resource.body["default_cache_behavior"])
    ordered, ordered_known = blocks(resource.body["ordered_cache_behavior"])
    return (*usual, *ordered), usual_known and ordered_known


def _least(resource: Resource, origins: Sequence[Node], name: str, *, complete: bool) -> Maybe[int]:
    """Return the shortest time that any origin of its own is given; absent where there are buckets alone."""
    if not complete:
        return Unknown("its origins cannot all be told", resource.at)
    found: list[Value[int]] = []
    for origin in origins:
        settings = first(origin["custom_origin_config"])
        private = first(origin["vpc_origin_config"])
        holder = settings if not settings.is_absent else private
        if not holder.is_absent:
            found.append(integer_or_default(holder[name], f"{_TYPE}.{name}"))
    unknown = next((each for each in found if isinstance(each, Unknown)), None)
    known = [each for each in found if isinstance(each, Known)]
    return unknown or min(known, key=lambda each: each.value, default=Absent(resource.at))


# -- routes ---------------------------------------------------------------------------------------------------


def _routes(resource: Resource, resources: Resources, behaviours: Sequence[Node]) -> Iterator[Route]:
    """Yield a route for each origin of each behaviour; those of one group stand in for each other."""
    for behaviour in behaviours:
        path = known_value(behaviour["path_pattern"].string()) or ""
        for origin in _origins(resource, behaviour["target_origin_id"]):
            target = _target(origin, resources)
            if target is not None:
                settings = first(origin["custom_origin_config"])
                limit = integer_or_default(settings["origin_read_timeout"], f"{_TYPE}.origin_read_timeout")
                yield Route(
                    target,
                    Absent(origin.at),
                    origin["domain_name"].at,
                    path=path,
                    backend_timeout=None if settings.is_absent else limit.map(_in_milliseconds),
                    vouched=_vouched(origin),
                )


def _vouched(origin: Node) -> Value[bool]:
    """Return whether requests to an origin carry a header of the distribution, by which the origin knows them."""
    node = origin["custom_header"]
    members, complete = blocks(node)
    if members or complete:
        return Known(bool(members), node.at)
    return Unknown("the headers that it adds cannot be told", node.at)


def _in_milliseconds(seconds: int) -> int:
    return seconds * _SECOND


def _origins(resource: Resource, wanted: Node) -> Iterator[Node]:
    """Yield the origin of a name, or those of the group of that name."""
    names = [wanted]
    for group in blocks(resource.body["origin_group"])[0]:
        if _same(group["origin_id"], wanted):
            names = [member["origin_id"] for member in blocks(group["member"])[0]]
    for origin in blocks(resource.body["origin"])[0]:
        if any(_same(origin["origin_id"], name) for name in names):
            yield origin


def _same(one: Node, other: Node) -> bool:
    if isinstance(one.content, str) or isinstance(other.content, str):
        return one.content == other.content
    return bool(one.mentions) and one.mentions == other.mentions and one.string() == other.string()


def _target(origin: Node, resources: Resources) -> Value[str] | None:
    """Return what answers at an origin; ``None`` for a host that is not of the configuration."""
    nodes = (first(origin["vpc_origin_config"])["vpc_origin_id"], origin["domain_name"])
    for node in nodes:
        for found in mentioned(resources, node):
            answering = _behind(found, resources)
            if answering is not None:
                return Known(answering.address, node.at)
    name = origin["domain_name"]
    if isinstance(name.content, str):
        return None
    return Unknown(reason(name), name.at, mentions=name.mentions)


def _behind(found: Resource, resources: Resources) -> Resource | None:
    if found.type in _ANSWERING:
        return found
    if found.type not in _THROUGH:
        return None
    behind = mentioned(resources, argument(found, _THROUGH[found.type]))
    return behind[0] if len(behind) == 1 else None


# -- doors, logs ------------------------------------------------------------------------------------------------


def _listeners(resource: Resource, resources: Resources, behaviours: Sequence[Node]) -> Iterator[Listener]:
    """Yield the encrypted door, and for each behaviour that takes plain requests a plain one."""
    door = encrypted_door(resource.at)
    own, policy = _own_certificate(resource)
    yield Listener(
        door.port,
        door.protocol,
        door.redirects,
        door.at,
        tls_policy=policy,
        certificate=None if own is None else certificate_of(resources, own),
        hosts=tuple(
            text for each in argument(resource, "aliases").each() if not isinstance(text := each.string(), Absent)
        ),
    )
    for behaviour in behaviours:
        allowed = behaviour["viewer_protocol_policy"].string()
        at = behaviour["viewer_protocol_policy"].at
        if isinstance(allowed, Known) and allowed.value == "https-only":
            continue
        redirects: Value[bool] = (
            allowed.map(_redirects)
            if not isinstance(allowed, Absent)
            else Unknown("no viewer protocol policy is written", at)
        )
        yield Listener(Known(_HTTP, at), Known("http", at), redirects, at)


def _own_certificate(resource: Resource) -> tuple[Node | None, Maybe[str] | None]:
    """Return the certificate that a distribution names, and the least version of TLS that is then chosen.

    With the certificate of CloudFront itself nothing can be chosen; which one it is may not be told.
    """
    named = next(
        (
            each
            for name in ("acm_certificate_arn", "iam_certificate_id")
            if may_be_present(each := argument(resource, f"viewer_certificate.{name}"))
        ),
        None,
    )
    policy = argument(resource, "viewer_certificate.minimum_protocol_version")
    if named is None:
        return None, None
    if not is_present(named):
        return named, Unknown(reason(named), named.at)
    return named, string_or_default(policy, f"{_TYPE}.minimum_protocol_version")


def _redirects(policy: str) -> bool:
    return policy == "redirect-to-https"


def _logged(resource: Resource, resources: Resources) -> Value[bool]:
    node = argument(resource, "logging_config")
    if is_present(node):
        return Known(value=True, at=node.at)
    if node.is_unknown or node.open:
        return Unknown(reason(node) if node.is_unknown else "its logging cannot be told", node.at)
    answer = delivered(resource, resources)
    stated = fact(_TABLE, f"{_TYPE}.logging")
    plain = isinstance(answer, Known) and not answer.value
    return default(bool(stated.value), resource.at, stated.words) if plain else answer
