# ruff: noqa: E501 - configurations are written as text, a line of text for a block

from __future__ import annotations

import pytest

from infraaudit.model import Absent, FacetName, Gateway, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

API = """\
aws_api_gateway_rest_api.shop: {}
aws_api_gateway_resource.orders:
  rest_api_id: ref(aws_api_gateway_rest_api.shop.id)
  parent_id: ref(aws_api_gateway_rest_api.shop.root_resource_id)
  path_part: orders
aws_api_gateway_resource.one:
  rest_api_id: ref(aws_api_gateway_rest_api.shop.id)
  parent_id: ref(aws_api_gateway_resource.orders.id)
  path_part: "{id}"
aws_api_gateway_method.get:
  rest_api_id: ref(aws_api_gateway_rest_api.shop.id)
  resource_id: ref(aws_api_gateway_resource.one.id)
  http_method: GET
  authorization: AWS_IAM
aws_lambda_function.order: {}
"""
INTEGRATION = """\
aws_api_gateway_integration.get:
  rest_api_id: ref(aws_api_gateway_rest_api.shop.id)
  resource_id: ref(aws_api_gateway_resource.one.id)
  http_method: GET
  type: AWS_PROXY
  uri: ref(aws_lambda_function.order.invoke_arn)
"""


def test_an_integration_is_a_route_to_its_function() -> None:
    gateway = only(API + INTEGRATION, Gateway)
    assert known_value(gateway.proxy) == "api-gateway-rest"
    (route,) = gateway.routes
    assert (known_value(route.service), route.method, route.path) == (
        "aws_lambda_function.order",
        "GET",
        "/orders/{id}",
    )
    assert isinstance(route.backend_timeout, Known)
    assert (route.backend_timeout.value, route.backend_timeout.stated) == (29000, False)
    assert route.authorization is not None
    assert known_value(route.authorization) == "aws_iam"


def test_a_stated_timeout_comes_before_the_default() -> None:
    timed = INTEGRATION + "  timeout_milliseconds: 5000\n"
    (route,) = only(API + timed, Gateway).routes
    assert isinstance(route.backend_timeout, Known)
    assert (route.backend_timeout.value, route.backend_timeout.stated) == (5000, True)
    (open_,) = only(API + INTEGRATION + "  timeout_milliseconds: unknown(var.limit)\n", Gateway).routes
    assert isinstance(open_.backend_timeout, Unknown)


def test_what_api_gateway_answers_itself_or_outside_is_no_route() -> None:
    assert only(API + INTEGRATION.replace("AWS_PROXY", "MOCK"), Gateway).routes == ()
    outside = INTEGRATION.replace("ref(aws_lambda_function.order.invoke_arn)", "https://pay.example/orders")
    assert only(API + outside, Gateway).routes == ()


@pytest.mark.parametrize(
    ("uri", "more"),
    [
        ("unknown(the region; aws_lambda_function.order)", ""),
        (
            "ref(aws_lambda_alias.live.invoke_arn)",
            "aws_lambda_alias.live: {function_name: ref(aws_lambda_function.order.arn)}\n",
        ),
    ],
)
def test_a_function_is_found_in_its_address_and_behind_its_alias(uri: str, more: str) -> None:
    text = API + INTEGRATION.replace("ref(aws_lambda_function.order.invoke_arn)", uri) + more
    (route,) = only(text, Gateway).routes
    assert known_value(route.service) == "aws_lambda_function.order"


def test_a_function_that_is_named_by_its_text_keeps_its_name() -> None:
    uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:order/invocations"
    (route,) = only(API + INTEGRATION.replace("ref(aws_lambda_function.order.invoke_arn)", uri), Gateway).routes
    assert known_value(route.service) == "order"


def test_a_private_link_leads_to_its_load_balancer() -> None:
    text = (
        API
        + INTEGRATION.replace("AWS_PROXY", "HTTP_PROXY").replace(
            "uri: ref(aws_lambda_function.order.invoke_arn)",
            "uri: http://shop.internal/\n  connection_type: VPC_LINK\n  connection_id: ref(aws_api_gateway_vpc_link.in.id)",
        )
        + "aws_api_gateway_vpc_link.in: {target_arns: [ref(aws_lb.inner.arn)]}\naws_lb.inner: {load_balancer_type: network}\n"
    )
    shop = next(each for each in lifted(text, Gateway) if each.name == "shop")
    assert [known_value(each.service) for each in shop.routes] == ["aws_lb.inner"]


DESCRIBED = """\
aws_api_gateway_rest_api.shop:
  body: '{"paths": {"/pay": {"post": {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri":
    "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:pay/invocations",
    "timeoutInMillis": 9000}}, "options": {"x-amazon-apigateway-integration": {"type": "mock"}}}}}'
"""


def test_an_openapi_document_is_read() -> None:
    (route,) = only(DESCRIBED, Gateway).routes
    assert (known_value(route.service), route.method, route.path) == ("pay", "POST", "/pay")
    assert route.backend_timeout is not None
    assert known_value(route.backend_timeout) == 9000
    assert isinstance(route.authorization, Absent)


def test_a_document_that_cannot_be_told_leaves_a_route_open() -> None:
    (route,) = only("aws_api_gateway_rest_api.shop: {body: unknown(var.openapi)}\n", Gateway).routes
    assert isinstance(route.service, Unknown)


@pytest.mark.parametrize(
    ("types", "public"),
    [("[EDGE]", True), ("[PRIVATE]", False), ("[unknown(var.type)]", None)],
)
def test_a_private_api_is_not_public(types: str, *, public: bool | None) -> None:
    text = f"aws_api_gateway_rest_api.shop: {{endpoint_configuration: [{{types: {types}}}]}}\n"
    assert known_value(only(text, Gateway).public) is public


STAGE = "aws_api_gateway_stage.prod: {{rest_api_id: ref(aws_api_gateway_rest_api.shop.id){}}}\n"


def logged(text: str) -> object:
    facet = only(text, Gateway).facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    return known_value(facet.holds)


def test_stages_tell_whether_requests_are_written_down() -> None:
    on = STAGE.format(", access_log_settings: [{destination_arn: a, format: b}]")
    off = STAGE.format("").replace(".prod", ".test")
    assert logged(API + on) is True
    assert logged(API + on + off) is False
    assert logged(API) is None


def test_rules_before_a_stage_stand_before_the_api() -> None:
    tied = "aws_wafv2_web_acl_association.a: {resource_arn: ref(aws_api_gateway_stage.prod.arn), web_acl_arn: ref(aws_wafv2_web_acl.a.arn)}\n"
    firewall = only(API + STAGE.format("") + tied, Gateway).web_firewall
    assert firewall is not None
    assert known_value(firewall) == "aws_wafv2_web_acl.a"
    assert isinstance(only(API + STAGE.format(""), Gateway).web_firewall, Absent)
    assert isinstance(only(API, Gateway).web_firewall, Unknown)


@pytest.mark.parametrize(("rate", "kind"), [("50", Known), ("-1", Absent), ("unknown(var.rate)", Unknown)])
def test_the_settings_of_all_methods_bound_the_requests(rate: str, kind: type) -> None:
    settings = (
        "aws_api_gateway_method_settings.all: {rest_api_id: ref(aws_api_gateway_rest_api.shop.id), "
        f"method_path: '*/*', settings: [{{throttling_rate_limit: {rate}}}]}}\n"
    )
    assert isinstance(only(API + STAGE.format("") + settings, Gateway).throttle, kind)


@pytest.mark.parametrize(
    ("stages", "traced"),
    [
        ("", None),
        ("aws_api_gateway_stage.s: {rest_api_id: ref(aws_api_gateway_rest_api.shop.id)}\n", False),
        (
            "aws_api_gateway_stage.s: {rest_api_id: ref(aws_api_gateway_rest_api.shop.id), xray_tracing_enabled: true}\n",
            True,
        ),
        (
            "aws_api_gateway_stage.s: {rest_api_id: ref(aws_api_gateway_rest_api.shop.id), xray_tracing_enabled: unknown(var.x)}\n",
            None,
        ),
    ],
)
def test_an_api_is_traced_where_all_its_stages_are(stages: str, traced: bool | None) -> None:  # noqa: FBT001 - a column
    facet = only(API + stages, Gateway).facet(FacetName.TRACED)
    assert facet is not None
    assert known_value(facet.holds) is traced
