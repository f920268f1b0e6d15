from __future__ import annotations

import pytest

from infraaudit.model import CloudResource, FacetName, Gateway, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

GRAPH = """\
aws_appsync_graphql_api.shop: {name: shop, authentication_type: AMAZON_COGNITO_USER_POOLS}
aws_lambda_function.carts: {function_name: carts}
aws_appsync_datasource.carts:
  api_id: ref(aws_appsync_graphql_api.shop.id)
  name: carts
  lambda_config: [{function_arn: ref(aws_lambda_function.carts.arn)}]
"""
ACCELERATOR = """\
aws_globalaccelerator_accelerator.shop: {name: shop, attributes: [{flow_logs_enabled: true}]}
aws_globalaccelerator_listener.shop: {accelerator_arn: ref(aws_globalaccelerator_accelerator.shop.id)}
aws_globalaccelerator_endpoint_group.shop:
  listener_arn: ref(aws_globalaccelerator_listener.shop.id)
  endpoint_configuration: [{endpoint_id: ref(aws_lb.web.arn), weight: 100}]
aws_lb.web: {name: web}
"""


def gateway(text: str, kind: str) -> Gateway:
    return next(each for each in lifted(text, Gateway) if each.kind == kind)


def logged(of: Gateway) -> bool | None:
    facet = of.facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    return known_value(facet.holds)


def test_a_graph_api_hands_requests_to_its_sources() -> None:
    api = gateway(GRAPH, "aws_appsync_graphql_api")
    (route,) = api.routes
    assert (known_value(route.service), route.path) == ("aws_lambda_function.carts", "carts")
    assert route.authorization is not None
    assert known_value(route.authorization) == "amazon_cognito_user_pools"
    assert (known_value(api.public), logged(api)) == (True, False)


def test_a_private_graph_api_with_a_log() -> None:
    text = "aws_appsync_graphql_api.a: {visibility: PRIVATE, log_config: [{field_log_level: ERROR}]}\n"
    api = only(text, Gateway)
    assert (known_value(api.public), logged(api)) == (False, True)


def test_an_accelerator_hands_connections_to_load_balancers() -> None:
    found = gateway(ACCELERATOR, "aws_globalaccelerator_accelerator")
    (route,) = found.routes
    assert known_value(route.service) == "aws_lb.web"
    assert logged(found) is True


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("aws_kinesis_firehose_delivery_stream.a: {name: a, destination: extended_s3}", False),
        (
            (
                "aws_kinesis_firehose_delivery_stream.a:"
                " {extended_s3_configuration: [{cloudwatch_logging_options: [{enabled: true}]}]}"
            ),
            True,
        ),
        (
            (
                "aws_kinesis_firehose_delivery_stream.a:"
                " {http_endpoint_configuration: [{cloudwatch_logging_options: [{enabled: unknown(var.x)}]}]}"
            ),
            None,
        ),
        ("aws_networkfirewall_firewall.a: {name: a}", False),
        (
            (
                "aws_networkfirewall_firewall.a: {name: a}\n"
                "aws_networkfirewall_logging_configuration.l: {firewall_arn: ref(aws_networkfirewall_firewall.a.arn)}"
            ),
            True,
        ),
    ],
)
def test_whether_deliveries_and_firewalls_write_down_what_they_do(text: str, *, written: bool | None) -> None:
    facet = only(f"{text}\n", CloudResource).facet(FacetName.LOGS_WRITTEN)
    assert facet is not None
    assert known_value(facet.holds) is written
