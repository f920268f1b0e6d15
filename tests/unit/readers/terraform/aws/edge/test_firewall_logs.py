from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, Unknown, WebFirewall, known_value
from tests.unit.readers.terraform.aws.builder import only

LOG = "aws_wafv2_web_acl_logging_configuration.log"


def firewall(more: str) -> WebFirewall:
    return only(f"aws_wafv2_web_acl.shop: {{name: shop}}\n{more}", WebFirewall)


def test_a_firewall_that_no_configuration_names_is_not_logged() -> None:
    logged = firewall("").logged
    assert isinstance(logged, Known)
    assert (logged.value, logged.stated) == (False, False)


def test_a_configuration_of_a_firewall_that_cannot_be_told_leaves_it_open() -> None:
    assert isinstance(firewall(f"{LOG}: {{resource_arn: unknown(var.acl)}}\n").logged, Unknown)


@pytest.mark.parametrize(
    ("destination", "others", "refused"),
    [
        ("ref(aws_cloudwatch_log_group.a.arn)", "aws_cloudwatch_log_group.a: {name: /waf/shop}\n", "/waf/shop"),
        ("ref(aws_cloudwatch_log_group.a.arn)", "aws_cloudwatch_log_group.a: {name: aws-waf-logs-shop}\n", None),
        ("ref(aws_cloudwatch_log_group.a.arn)", "aws_cloudwatch_log_group.a: {name: unknown(var.n)}\n", None),
        ("ref(aws_s3_bucket.a.arn)", "aws_s3_bucket.a: {bucket_prefix: waf-}\n", "waf-"),
        ("'arn:aws:s3:::waf-shop'", "", "waf-shop"),
        ("'arn:aws:logs:eu-west-1:1:log-group:aws-waf-logs-shop:*'", "", None),
        ("'arn:aws:firehose:eu-west-1:1:deliverystream/waf'", "", "waf"),
        ("unknown(var.destination)", "", None),
    ],
)
def test_destinations_that_are_refused_by_their_names(destination: str, others: str, refused: str | None) -> None:
    log = f"{LOG}: {{resource_arn: ref(aws_wafv2_web_acl.shop.arn), log_destination_configs: [{destination}]}}\n"
    found = firewall(log + others)
    assert found.refused_log is not None
    assert known_value(found.refused_log) == refused
    assert known_value(found.logged) is True
    assert refused is not None or isinstance(found.refused_log, Absent)
