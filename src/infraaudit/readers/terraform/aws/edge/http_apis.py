"""Lifts the HTTP and WebSocket APIs of Amazon API Gateway with their routes, integrations and stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, FacetName, Gateway, Known, Route, Unknown, known_value
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.aws.edge.authorizers import functions_asked
from infraaudit.readers.terraform.aws.edge.bodies import bodies_of_stages
from infraaudit.readers.terraform.aws.edge.descriptions import described_routes
from infraaudit.readers.terraform.aws.edge.integrations import milliseconds, target_of
from infraaudit.readers.terraform.aws.edge.measures import measured_stages
from infraaudit.readers.terraform.aws.edge.stages import Stages, encrypted_door
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, literals, reason
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Fact
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_API = "aws_apigatewayv2_api"
_ROUTE = "aws_apigatewayv2_route"
_INTEGRATION = "aws_apigatewayv2_integration"
_WEBSOCKET = "WEBSOCKET"
_TABLE = "aws_defaults"


def lift_http_apis(resources: Resources) -> Iterator[Gateway]:
    """Lift ``aws_apigatewayv2_api``."""
    for resource in resources.of_type(_API):
        stages = Stages.of(resource, resources, "aws_apigatewayv2_stage", "api_id")
        protocol = argument(resource, "protocol_type").string()
        yield Gateway(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            proxy=_proxy(protocol),
            public=Known(value=True, at=resource.at),
            idle_timeout=Unknown("how long API Gateway keeps unused connections is not published", resource.at),
            routes=(
                *_routes(resource, resources, stages),
                *_quick(resource, resources),
                *described_routes(resource, resources, _limit(resource)),
            ),
            facets=facets_of(
                resource,
                resources,
                {
                    FacetName.ACCESS_LOGGED: stages.logged(),
                    **bodies_of_stages(resource, stages.members),
                    **measured_stages(resource, stages.members),
                },
            ),
            listeners=(encrypted_door(resource.at),),
            asks=functions_asked(resource, resources),
            throttle=_throttle(stages),
            identifiers=literals(argument(resource, "name").string()),
        )


def _proxy(protocol: Maybe[str]) -> Value[str]:
    if isinstance(protocol, Known):
        return protocol.map(lambda text: f"api-gateway-{text.lower()}")
    return Unknown("no protocol is written", protocol.at) if isinstance(protocol, Absent) else protocol


def _limit(api: Resource) -> Fact:
    websocket = argument(api, "protocol_type").content == _WEBSOCKET
    return fact(_TABLE, "aws_apigatewayv2_integration.timeout" + (".websocket" if websocket else ""))


def _routes(api: Resource, resources: Resources, stages: Stages) -> Iterator[Route]:
    for route in resources.of_type(_ROUTE):
        if behind(resources, argument(route, "api_id"), _API) != api:
            continue
        node = argument(route, "target")
        integration = behind(resources, node, _INTEGRATION)
        if integration is None and not node.is_absent:
            yield _to(route, Unknown(reason(node), node.at, mentions=node.mentions), None, stages)
        elif integration is not None:
            uri = argument(integration, "integration_uri")
            target = None if uri.is_absent else target_of(resources, uri)
            if target is not None:
                timeout = milliseconds(argument(integration, "timeout_milliseconds"), _limit(api))
                yield _to(route, target, timeout, stages)


def _to(route: Resource, target: Value[str], timeout: Maybe[int] | None, stages: Stages) -> Route:
    key = known_value(argument(route, "route_key").string()) or ""
    method, _, path = key.partition(" ")
    asked = string_or_default(argument(route, "authorization_type"), f"{_ROUTE}.authorization_type")
    open_ = isinstance(asked, Known) and asked.value == "NONE"
    return Route(
        target,
        Absent(route.at),
        argument(route, "target").at,
        path=path or method,
        backend_timeout=timeout,
        method="" if not path or method == "ANY" else method,
        authorization=Absent(asked.at) if open_ else asked.map(str.lower),
        throttle=_bound(stages, key, route),
    )


def _bound(stages: Stages, key: str, route: Resource) -> Maybe[int]:
    """Return the bound that a stage sets for one route, absent where none does."""
    for stage in stages.members:
        for settings in blocks(stage.body["route_settings"])[0]:
            rate = settings["throttling_rate_limit"].integer()
            if settings["route_key"].content == key and not isinstance(rate, Absent):
                return rate
    return Absent(route.at)


def _quick(api: Resource, resources: Resources) -> Iterator[Route]:
    """Yield the one route of an API that names its target itself."""
    node = argument(api, "target")
    if is_present(node) or node.is_unknown:
        target = target_of(resources, node)
        if target is not None:
            stated = _limit(api)
            yield Route(
                target,
                Absent(node.at),
                node.at,
                path=known_value(argument(api, "route_key").string()) or "$default",
                backend_timeout=Known(int(stated.value), node.at, stated=False, fact=stated.words),
                authorization=Absent(node.at),
            )


def _throttle(stages: Stages) -> Maybe[int]:
    """Return the lowest bound that a stage sets for its routes."""
    rates = [argument(each, "default_route_settings.throttling_rate_limit").integer() for each in stages.members]
    known = [each for each in rates if isinstance(each, Known)]
    if known and len(known) == len(rates):
        return min(known, key=lambda each: each.value)
    unknown = next((each for each in rates if isinstance(each, Unknown)), None)
    return unknown or stages.when_nothing_is_said("which requests a second it takes")
