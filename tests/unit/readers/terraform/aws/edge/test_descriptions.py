"""APIs that are described by OpenAPI: the routes of a description, in whichever way it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Absent, Gateway, Route, Unknown, known_value
from infraaudit.readers.terraform.reader import read
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

OPENAPI = """\
# the shop
openapi: 3.0.1
security:
  - signed: []
paths:
  /orders:
    post:
      x-amazon-apigateway-integration: {type: aws_proxy, uri: "URI", timeoutInMillis: 5000}
    get:
      security: []
      x-amazon-apigateway-integration: {$ref: "#/components/x-amazon-apigateway-integrations/read"}
    options:
      x-amazon-apigateway-integration: {type: mock}
  /keys/{id}:
    x-amazon-apigateway-any-method:
      security: [{key: []}]
      x-amazon-apigateway-integration: {type: aws_proxy, uri: "URI"}
    delete:
      x-amazon-apigateway-auth: {type: AWS_IAM}
      x-amazon-apigateway-integration: {type: aws_proxy, uri: "URI"}
components:
  x-amazon-apigateway-integrations:
    read: {type: aws_proxy, uri: "URI"}
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
    signed: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt}}
"""
FUNCTION = """
resource "aws_lambda_function" "orders" {
  function_name = "orders"
}
"""
ARN = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${uri}/invocations"


def routes(tmp_path: Path, api: str, text: str = OPENAPI) -> tuple[Route, ...]:
    (tmp_path / "openapi.yaml").write_text(text)
    (tmp_path / "main.tf").write_text(FUNCTION + api)
    found = [each for each in read(find_files(tmp_path)).entities if isinstance(each, Gateway)]
    assert len(found) == 1
    return found[0].routes


@pytest.mark.parametrize("type_", ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"])
def test_a_template_in_yaml_with_the_address_of_a_function(tmp_path: Path, type_: str) -> None:
    api = (
        f'resource "{type_}" "shop" {{\n'
        '  body = templatefile("${path.module}/openapi.yaml", { uri = aws_lambda_function.orders.invoke_arn })\n}\n'
    )
    found = routes(tmp_path, api, OPENAPI.replace("URI", "${uri}"))
    assert {known_value(each.service) for each in found} == {"aws_lambda_function.orders"}
    asked = {(each.method, each.path): each.authorization for each in found}
    words = {key: None if value is None else known_value(value) for key, value in asked.items()}
    assert words == {
        ("POST", "/orders"): "jwt",
        ("GET", "/orders"): None,
        ("", "/keys/{id}"): "key",
        ("DELETE", "/keys/{id}"): "aws_iam",
    }
    assert isinstance(asked["GET", "/orders"], Absent)
    timeouts = {
        each.path: known_value(each.backend_timeout or Absent(each.at)) for each in found if each.method == "POST"
    }
    assert timeouts == {"/orders": 5000}


@pytest.mark.parametrize(
    "body",
    [
        'file("${path.module}/openapi.yaml")',
        'yamlencode(yamldecode(file("${path.module}/openapi.yaml")))',
        'jsonencode(yamldecode(file("${path.module}/openapi.yaml")))',
        "<<-EOT\n" + OPENAPI.replace("URI", ARN.replace("${uri}", "orders")) + "EOT",
    ],
)
def test_other_ways_to_write_the_same(tmp_path: Path, body: str) -> None:
    api = f'resource "aws_api_gateway_rest_api" "shop" {{\n  body = {body}\n}}\n'
    found = routes(tmp_path, api, OPENAPI.replace("URI", ARN.replace("${uri}", "orders")))
    assert len(found) == 4
    assert {known_value(each.service) for each in found} == {"orders"}


@pytest.mark.parametrize("text", ["openapi: [", "openapi: 3.0.1\npaths: nothing\n", "just words"])
def test_what_is_no_description_leaves_the_routes_open(tmp_path: Path, text: str) -> None:
    api = 'resource "aws_api_gateway_rest_api" "shop" {\n  body = file("${path.module}/openapi.yaml")\n}\n'
    (found,) = routes(tmp_path, api, text)
    assert isinstance(found.service, Unknown)


def test_the_bound_of_one_route_and_of_a_usage_plan(tmp_path: Path) -> None:
    api = """
resource "aws_apigatewayv2_api" "shop" {
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "live" {
  api_id = aws_apigatewayv2_api.shop.id

  route_settings {
    route_key            = "POST /orders"
    throttling_rate_limit = 20
  }
}

resource "aws_apigatewayv2_integration" "orders" {
  api_id          = aws_apigatewayv2_api.shop.id
  integration_uri = aws_lambda_function.orders.invoke_arn
}

resource "aws_apigatewayv2_route" "orders" {
  for_each  = toset(["POST /orders", "GET /orders"])
  api_id    = aws_apigatewayv2_api.shop.id
  route_key = each.key
  target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
}
"""
    found = {each.method: known_value(each.throttle or Absent(each.at)) for each in routes(tmp_path, api)}
    assert found == {"POST": 20, "GET": None}


def test_a_usage_plan_bounds_an_api_of_which_no_settings_speak(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_api_gateway_rest_api" "shop" {\n  name = "shop"\n}\n'
        'resource "aws_api_gateway_usage_plan" "shop" {\n'
        '  api_stages {\n    api_id = aws_api_gateway_rest_api.shop.id\n    stage = "live"\n  }\n'
        "  throttle_settings {\n    rate_limit = 50\n  }\n}\n"
    )
    (found,) = (each for each in read(find_files(tmp_path)).entities if isinstance(each, Gateway))
    assert known_value(found.throttle or Absent(found.at)) == 50


@pytest.mark.parametrize(
    ("beside", "asked"),
    [
        ("authorizer_uri = aws_lambda_function.orders.invoke_arn", ["aws_lambda_function.orders"]),
        ('type = "COGNITO_USER_POOLS"', []),
        ("authorizer_uri = var.uri", [None]),
    ],
)
def test_an_api_asks_the_function_of_its_authorizer(tmp_path: Path, beside: str, asked: list[str | None]) -> None:
    (tmp_path / "main.tf").write_text(
        FUNCTION + 'variable "uri" {}\nresource "aws_api_gateway_rest_api" "shop" {\n  name = "shop"\n}\n'
        'resource "aws_api_gateway_authorizer" "shop" {\n'
        f"  rest_api_id = aws_api_gateway_rest_api.shop.id\n  {beside}\n}}\n"
    )
    (found,) = (each for each in read(find_files(tmp_path)).entities if isinstance(each, Gateway))
    assert [known_value(each) for each in found.asks] == asked


def test_the_authorizer_of_a_description(tmp_path: Path) -> None:
    text = OPENAPI.replace("{type: jwt}", '{type: request, authorizerUri: "URI"}').replace("URI", "${uri}")
    (tmp_path / "openapi.yaml").write_text(text)
    (tmp_path / "main.tf").write_text(
        FUNCTION + 'resource "aws_apigatewayv2_api" "shop" {\n'
        '  body = templatefile("${path.module}/openapi.yaml", { uri = aws_lambda_function.orders.invoke_arn })\n}\n'
    )
    (found,) = (each for each in read(find_files(tmp_path)).entities if isinstance(each, Gateway))
    assert [known_value(each) for each in found.asks] == ["aws_lambda_function.orders"]
