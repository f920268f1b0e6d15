from __future__ import annotations

import pytest

from infraaudit.model import CrossOriginRule, WebFirewall, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

HEADERS = """\
aws_cloudfront_response_headers_policy.p:
  cors_config:
    - access_control_allow_credentials: true
      access_control_allow_origins: [{items: ['*']}]
      access_control_allow_methods: [{items: [ALL]}]
      access_control_allow_headers: [{items: [Authorization]}]
"""


@pytest.mark.parametrize(
    ("text", "owner", "methods"),
    [
        (
            "aws_apigatewayv2_api.a: {cors_configuration: [{allow_origins: ['*'], allow_methods: [post]}]}\n",
            "aws_apigatewayv2_api.a",
            ("POST",),
        ),
        (
            (
                "aws_lambda_function.f: {}\n"
                "aws_lambda_function_url.u: {function_name: ref(aws_lambda_function.f.function_name),"
                " cors: [{allow_origins: ['*']}]}\n"
            ),
            "aws_lambda_function.f",
            (),
        ),
        (
            (
                "aws_s3_bucket_cors_configuration.c: {bucket: files,"
                " cors_rule: [{allowed_origins: ['*'], allowed_methods: [PUT]}]}\n"
            ),
            "files",
            ("PUT",),
        ),
        (HEADERS, "aws_cloudfront_response_headers_policy.p", ("*",)),
    ],
)
def test_each_way_of_writing_it_says_who_may_send(text: str, owner: str, methods: tuple[str, ...]) -> None:
    rule = only(text, CrossOriginRule)
    assert known_value(rule.owner) == owner
    assert [known_value(each) for each in rule.origins] == ["*"]
    assert tuple(known_value(each) for each in rule.methods) == methods


def test_cookies_are_sent_along_where_it_says_so() -> None:
    assert known_value(only(HEADERS, CrossOriginRule).credentials) is True
    plain = only("aws_apigatewayv2_api.a: {cors_configuration: [{allow_origins: ['*']}]}\n", CrossOriginRule)
    assert known_value(plain.credentials) is False


def test_sites_that_cannot_be_told_are_not_complete() -> None:
    rule = only("aws_apigatewayv2_api.a: {cors_configuration: [{allow_origins: [unknown(var.o)]}]}\n", CrossOriginRule)
    assert not rule.origins_complete


def test_nothing_written_is_no_rule() -> None:
    assert lifted("aws_apigatewayv2_api.a: {}\n", CrossOriginRule) == ()


@pytest.mark.parametrize(
    ("more", "complete"),
    [
        ("", True),
        ("aws_wafv2_web_acl_rule_group_association.r: {web_acl_arn: ref(aws_wafv2_web_acl.w.arn)}\n", False),
    ],
)
def test_rules_that_another_resource_adds_are_not_all_here(more: str, complete: bool) -> None:  # noqa: FBT001 - a case
    text = "aws_wafv2_web_acl.w: {default_action: [{allow: [{}]}]}\n" + more
    assert only(text, WebFirewall).rules_complete is complete
    left = "aws_wafv2_web_acl.w: {default_action: [{allow: [{}]}], lifecycle: [{ignore_changes: [rule]}]}\n"
    assert not only(left, WebFirewall).rules_complete
