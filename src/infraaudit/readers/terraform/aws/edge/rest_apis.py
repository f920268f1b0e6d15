"""Lifts the REST APIs of Amazon API Gateway with their methods, integrations and stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, FacetName, Gateway, Known, Route, Unknown, known_value
from infraaudit.readers.terraform.aws.edge.authorizers import functions_asked
from infraaudit.readers.terraform.aws.edge.bodies import bodies_of_rest
from infraaudit.readers.terraform.aws.edge.descriptions import described_routes
from infraaudit.readers.terraform.aws.edge.integrations import milliseconds, target_of
from infraaudit.readers.terraform.aws.edge.measures import measured_rest
from infraaudit.readers.terraform.aws.edge.stages import Stages, encrypted_door
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_true, literals, reason
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_API = "aws_api_gateway_rest_api"
_RESOURCE = "aws_api_gateway_resource"
_METHOD = "aws_api_gateway_method"
_LINK = "aws_api_gateway_vpc_link"
_DEEPEST = 32
_TABLE = "aws_defaults"


def lift_rest_apis(resources: Resources) -> Iterator[Gateway]:
    """Lift ``aws_api_gateway_rest_api``."""
    for resource in resources.of_type(_API):
        stages = Stages.of(resource, resources, "aws_api_gateway_stage", "rest_api_id")
        yield Gateway(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            proxy=Known("api-gateway-rest", resource.at),
            public=_public(resource),
            idle_timeout=Unknown("how long API Gateway keeps unused connections is not published", resource.at),
            routes=(
                *_integrations(resource, resources),
                *described_routes(resource, resources, fact(_TABLE, "aws_api_gateway_integration.timeout")),
            ),
            facets=facets_of(
                resource,
                resources,
                {
                    FacetName.ACCESS_LOGGED: stages.logged(),
                    FacetName.TRACED: stages.traced(),
                    **bodies_of_rest(resource, resources),
                    **measured_rest(resource, resources),
                },
            ),
            listeners=(encrypted_door(resource.at),),
            asks=functions_asked(resource, resources),
            throttle=_throttle(resource, resources, stages),
            web_firewall=stages.web_firewall(),
            identifiers=literals(argument(resource, "name").string()),
        )


def _public(resource: Resource) -> Value[bool]:
    """Return whether the internet reaches an API: unless it is private."""
    types = argument(resource, "endpoint_configuration.types")
    if types.is_absent:
        stated = fact(_TABLE, "aws_api_gateway_rest_api.public")
        return Known(bool(stated.value), resource.at, stated=False, fact=stated.words)
    if not types.complete or any(each.is_unknown for each in types.each()):
        return Unknown(reason(types) if types.is_unknown else "the kind of its endpoint cannot be told", types.at)
    return Known(all(each.content != "PRIVATE" for each in types.each()), types.at)


# -- integrations that are resources of their own --------------------------------------------------------------


def _integrations(api: Resource, resources: Resources) -> Iterator[Route]:
    for integration in resources.of_type("aws_api_gateway_integration"):
        if behind(resources, argument(integration, "rest_api_id"), _API) == api:
            target = _target(integration, resources)
            if target is not None:
                yield _route(integration, resources, target)


def _target(integration: Resource, resources: Resources) -> Value[str] | None:
    """Return what an integration leads to; ``None`` where API Gateway answers by itself, or somebody outside does."""
    if argument(integration, "type").content == "MOCK":
        return None
    link = behind(resources, argument(integration, "connection_id"), _LINK)
    if link is not None:
        balancers = argument(link, "target_arns")
        first = next(iter(balancers.each()), balancers)
        return target_of(resources, first)
    integrated = argument(integration, "integration_target")
    uri = integrated if not integrated.is_absent else argument(integration, "uri")
    return Unknown("no address is written", uri.at) if uri.is_absent else target_of(resources, uri)


def _route(integration: Resource, resources: Resources, target: Value[str]) -> Route:
    method = argument(integration, "http_method")
    described = behind(resources, method, _METHOD) or _method_like(integration, resources)
    node = argument(integration, "uri")
    path, verb = _path(argument(integration, "resource_id"), resources, _DEEPEST), known_value(method.string()) or ""
    api = behind(resources, argument(integration, "rest_api_id"), _API)
    written = f"{path.strip('/').replace('/', '~1')}/{verb}"
    return Route(
        target,
        Absent(node.at),
        integration.at if node.is_absent else node.at,
        path=path,
        backend_timeout=milliseconds(
            argument(integration, "timeout_milliseconds"), fact(_TABLE, "aws_api_gateway_integration.timeout")
        ),
        method=_verb(verb),
        authorization=_authorization(described, integration),
        throttle=_bound(api, resources, written) if api is not None else None,
    )


def _verb(written: str) -> str:
    return "" if written == "ANY" else written


def _path(node: Node, resources: Resources, depth: int) -> str:
    """Return the path of a resource of an API, as far as its parts can be told."""
    found = behind(resources, node, _RESOURCE)
    if found is None or not depth:
        return "" if found is not None else ("/" if behind(resources, node, _API) is not None else "")
    part = known_value(argument(found, "path_part").string()) or "?"
    return f"{_path(argument(found, 'parent_id'), resources, depth - 1).rstrip('/')}/{part}"


def _method_like(integration: Resource, resources: Resources) -> Resource | None:
    """Return the method of the same resource with the same verb, where the integration does not refer to it."""
    place = behind(resources, argument(integration, "resource_id"))
    verb = argument(integration, "http_method").content
    return next(
        (
            each
            for each in resources.of_type(_METHOD)
            if argument(each, "http_method").content == verb
            and behind(resources, argument(each, "resource_id")) == place
        ),
        None,
    )


def _authorization(method: Resource | None, integration: Resource) -> Maybe[str]:
    if method is None:
        return Unknown("its method is not in the scan", integration.at)
    written = argument(method, "authorization").string()
    if isinstance(written, Known) and written.value == "NONE":
        if is_true(argument(method, "api_key_required")):
            return Known("key", argument(method, "api_key_required").at)
        return Absent(written.at)
    return written.map(str.lower)


# -- bounds ---------------------------------------------------------------------------------------------------


def _throttle(api: Resource, resources: Resources, stages: Stages) -> Maybe[int]:
    """Return the bound of all methods together: that of the settings for ``*/*``; below 0 there is none.

    Where no settings say anything, the bound of a usage plan holds for those who come with a key of it.
    """
    rate = _bound(api, resources, "*/*")
    if rate is not None:
        return Absent(rate.at) if isinstance(rate, Known) and rate.value < 0 else rate
    planned = _planned(api, resources)
    return stages.when_nothing_is_said("which requests a second it takes") if planned is None else planned


def _bound(api: Resource, resources: Resources, path: str) -> Maybe[int] | None:
    """Return what the settings of a method say, ``None`` where there are none for it."""
    for settings in resources.of_type("aws_api_gateway_method_settings"):
        named = behind(resources, argument(settings, "rest_api_id"), _API) == api
        if named and argument(settings, "method_path").content == path:
            return argument(settings, "settings.throttling_rate_limit").integer()
    return None


def _planned(api: Resource, resources: Resources) -> Maybe[int] | None:
    """Return the bound of the first usage plan that speaks of a stage of an API."""
    for plan in resources.of_type("aws_api_gateway_usage_plan"):
        stages, _ = blocks(plan.body["api_stages"])
        if any(behind(resources, each["api_id"], _API) == api for each in stages):
            rate = argument(plan, "throttle_settings.rate_limit").integer()
            if not isinstance(rate, Absent):
                return rate
    return None
