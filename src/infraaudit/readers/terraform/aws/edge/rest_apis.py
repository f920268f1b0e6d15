"""Lifts the REST APIs of Amazon API Gateway with their methods, integrations and stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, FacetName, Gateway, Known, Route, Unknown, known_value
from infraaudit.readers.terraform.aws.edge.bodies import bodies_of_rest
from infraaudit.readers.terraform.aws.edge.integrations import milliseconds, target_of
from infraaudit.readers.terraform.aws.edge.stages import Stages, encrypted_door
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, document, is_true, literals, reason
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_API = "aws_api_gateway_rest_api"
_RESOURCE = "aws_api_gateway_resource"
_METHOD = "aws_api_gateway_method"
_LINK = "aws_api_gateway_vpc_link"
_EXTENSION = "x-amazon-apigateway-integration"
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"})
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
            routes=(*_integrations(resource, resources), *_described(resource, resources)),
            facets=facets_of(
                resource,
                resources,
                {FacetName.ACCESS_LOGGED: stages.logged(), **bodies_of_rest(resource, resources)},
            ),
            listeners=(encrypted_door(resource.at),),
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
    return Route(
        target,
        Absent(node.at),
        integration.at if node.is_absent else node.at,
        path=_path(argument(integration, "resource_id"), resources, _DEEPEST),
        backend_timeout=milliseconds(
            argument(integration, "timeout_milliseconds"), fact(_TABLE, "aws_api_gateway_integration.timeout")
        ),
        method=_verb(known_value(method.string()) or ""),
        authorization=_authorization(described, integration),
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


# -- integrations of an OpenAPI document ------------------------------------------------------------------------


def _described(api: Resource, resources: Resources) -> Iterator[Route]:
    """Yield the routes of the OpenAPI document of an API, or one that cannot be told for a document that cannot."""
    body = argument(api, "body")
    if body.is_absent:
        return
    described = document(body)["paths"]
    if not described.is_mapping:
        why = reason(body) if body.is_unknown else "the document of the API cannot be read"
        yield Route(Unknown(why, body.at, mentions=body.mentions), Absent(body.at), body.at)
        return
    for path, methods in described.items():
        for verb, operation in methods.items():
            if verb.lower() in _METHODS:
                yield from _operation(operation, path, verb, resources)


def _operation(operation: Node, path: str, verb: str, resources: Resources) -> Iterator[Route]:
    integration = operation[_EXTENSION]
    kind = known_value(integration["type"].string()) or ""
    if kind.lower() == "mock" or integration["uri"].is_absent:
        return
    target = target_of(resources, integration["uri"])
    if target is not None:
        secured = operation["security"]
        yield Route(
            target,
            Absent(integration.at),
            integration["uri"].at,
            path=path,
            backend_timeout=milliseconds(
                integration["timeoutInMillis"], fact(_TABLE, "aws_api_gateway_integration.timeout")
            ),
            method="" if verb.startswith("x-") else verb.upper(),
            authorization=Absent(operation.at) if secured.is_absent else Known("custom", secured.at),
        )


# -- bounds ---------------------------------------------------------------------------------------------------


def _throttle(api: Resource, resources: Resources, stages: Stages) -> Maybe[int]:
    """Return the bound of all methods together: that of the settings for ``*/*``; below 0 there is none."""
    for settings in resources.of_type("aws_api_gateway_method_settings"):
        if behind(resources, argument(settings, "rest_api_id"), _API) != api:
            continue
        if argument(settings, "method_path").content == "*/*":
            rate = argument(settings, "settings.throttling_rate_limit").integer()
            return Absent(rate.at) if isinstance(rate, Known) and rate.value < 0 else rate
    return stages.when_nothing_is_said("which requests a second it takes")
