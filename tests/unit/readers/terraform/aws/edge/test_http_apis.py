# ruff: noqa: E501 - configurations are written as text, a line of text for a block

from __future__ import annotations

from infraaudit.model import Absent, FacetName, Gateway, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

API = "aws_apigatewayv2_api.shop: {protocol_type: HTTP}\n"
ROUTE = """\
aws_apigatewayv2_integration.order:
  api_id: ref(aws_apigatewayv2_api.shop.id)
  integration_uri: ref(aws_lambda_function.order.invoke_arn)
aws_apigatewayv2_route.order:
  api_id: ref(aws_apigatewayv2_api.shop.id)
  route_key: POST /orders
  target: unknown(integrations/ and an id; aws_apigatewayv2_integration.order)
aws_lambda_function.order: {}
"""


def test_a_route_leads_through_its_integration() -> None:
    gateway = only(API + ROUTE, Gateway)
    assert known_value(gateway.proxy) == "api-gateway-http"
    (route,) = gateway.routes
    assert (known_value(route.service), route.method, route.path) == ("aws_lambda_function.order", "POST", "/orders")
    assert isinstance(route.backend_timeout, Known)
    assert (route.backend_timeout.value, route.backend_timeout.stated) == (30000, False)
    assert isinstance(route.authorization, Absent)


def test_a_websocket_api_waits_for_a_second_less() -> None:
    (route,) = only(API.replace("HTTP", "WEBSOCKET") + ROUTE, Gateway).routes
    assert route.backend_timeout is not None
    assert known_value(route.backend_timeout) == 29000


def test_a_route_whose_integration_cannot_be_told_stays_open() -> None:
    (route,) = only(API + ROUTE.replace("; aws_apigatewayv2_integration.order", ""), Gateway).routes
    assert isinstance(route.service, Unknown)


def test_an_api_may_name_its_target_itself() -> None:
    text = "aws_apigatewayv2_api.shop: {protocol_type: HTTP, target: ref(aws_lambda_function.order.arn)}\naws_lambda_function.order: {}\n"
    (route,) = only(text, Gateway).routes
    assert known_value(route.service) == "aws_lambda_function.order"


def test_a_listener_stands_for_its_load_balancer() -> None:
    text = (
        API
        + ROUTE.replace("ref(aws_lambda_function.order.invoke_arn)", "ref(aws_lb_listener.in.arn)")
        + "aws_lb_listener.in: {load_balancer_arn: ref(aws_lb.inner.arn)}\naws_lb.inner: {}\n"
    )
    shop = next(each for each in lifted(text, Gateway) if each.name == "shop")
    assert [known_value(each.service) for each in shop.routes] == ["aws_lb.inner"]


def test_authorization_is_read() -> None:
    (route,) = only(API + ROUTE.replace("  route_key", "  authorization_type: JWT\n  route_key"), Gateway).routes
    assert route.authorization is not None
    assert known_value(route.authorization) == "jwt"


def test_the_lowest_bound_of_a_stage_counts() -> None:
    stage = "aws_apigatewayv2_stage.{}: {{api_id: ref(aws_apigatewayv2_api.shop.id), default_route_settings: [{{throttling_rate_limit: {}}}]}}\n"
    gateway = only(API + stage.format("a", 100) + stage.format("b", 20), Gateway)
    assert gateway.throttle is not None
    assert known_value(gateway.throttle) == 20
    assert isinstance(only(API + stage.format("a", "unknown(var.r)"), Gateway).throttle, Unknown)
    facet = gateway.facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is False
