from __future__ import annotations

import pytest

from infraaudit.model import Absent, FacetName, Gateway, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted

TEXT = """\
aws_cloudfront_distribution.shop:
  origin:
    - origin_id: api
      domain_name: ref(aws_lb.public.dns_name)
      custom_origin_config: [{origin_read_timeout: 45}]
    - {origin_id: files, domain_name: ref(aws_s3_bucket.files.bucket_regional_domain_name)}
    - {origin_id: pay, domain_name: pay.example, custom_origin_config: [{http_port: 80}]}
  default_cache_behavior: [{target_origin_id: api, viewer_protocol_policy: redirect-to-https}]
  ordered_cache_behavior:
    - {path_pattern: /files/*, target_origin_id: files, viewer_protocol_policy: allow-all}
    - {path_pattern: /pay/*, target_origin_id: pay, viewer_protocol_policy: https-only}
  viewer_certificate: [{acm_certificate_arn: a}]
aws_lb.public: {}
aws_s3_bucket.files: {}
"""


def distribution(text: str) -> Gateway:
    (found,) = (each for each in lifted(text, Gateway) if each.kind == "aws_cloudfront_distribution")
    return found


def test_behaviours_are_routes_to_origins_of_the_configuration() -> None:
    assert [(known_value(each.service), each.path) for each in distribution(TEXT).routes] == [
        ("aws_lb.public", ""),
        ("aws_s3_bucket.files", "/files/*"),
    ]


def test_the_shortest_time_of_an_origin_counts() -> None:
    gateway = distribution(TEXT)
    assert isinstance(gateway.response_limit, Known)
    assert (gateway.response_limit.value, gateway.response_limit.stated) == (30, False)
    assert known_value(gateway.idle_timeout) == 5
    first = gateway.routes[0].backend_timeout
    assert isinstance(first, Known)
    assert (first.value, first.stated) == (45000, True)


def test_times_that_cannot_be_told_stay_open() -> None:
    gateway = distribution(TEXT.replace("origin_read_timeout: 45", "origin_read_timeout: unknown(var.wait)"))
    assert isinstance(gateway.response_limit, Unknown)
    assert isinstance(gateway.routes[0].backend_timeout, Unknown)


def test_members_of_an_origin_group_stand_in_for_each_other() -> None:
    grouped = TEXT.replace(
        "  default_cache_behavior: [{target_origin_id: api",
        "  origin_group: [{origin_id: both, member: [{origin_id: api}, {origin_id: files}]}]\n"
        "  default_cache_behavior: [{target_origin_id: both",
    )
    services = [known_value(each.service) for each in distribution(grouped).routes if not each.path]
    assert services == ["aws_lb.public", "aws_s3_bucket.files"]


def test_plain_doors_redirect_or_do_not() -> None:
    doors = [(known_value(each.protocol), known_value(each.redirects)) for each in distribution(TEXT).listeners]
    assert doors == [("https", False), ("http", True), ("http", False)]


def test_an_own_certificate_allows_old_protocols_unless_told_otherwise() -> None:
    door = distribution(TEXT).listeners[0].tls_policy
    assert isinstance(door, Known)
    assert (door.value, door.stated) == ("TLSv1", False)
    usual = TEXT.replace("acm_certificate_arn: a", "cloudfront_default_certificate: true")
    assert distribution(usual).listeners[0].tls_policy is None


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ("", False),
        ("  logging_config: [{bucket: b}]\n", True),
        ("  logging_config: unknown(var.logging)\n", None),
    ],
)
def test_requests_are_written_down_or_not(more: str, *, holds: bool | None) -> None:
    facet = distribution(TEXT.replace("  viewer_certificate", more + "  viewer_certificate")).facet(
        FacetName.ACCESS_LOGGED
    )
    assert facet is not None
    assert known_value(facet.holds) is holds


DELIVERY = """\
aws_cloudwatch_log_delivery_source.a: {resource_arn: ref(aws_cloudfront_distribution.shop.arn)}
aws_cloudwatch_log_delivery.a: {delivery_source_name: ref(aws_cloudwatch_log_delivery_source.a.name)}
"""


def test_a_delivery_writes_them_down_too() -> None:
    facet = distribution(TEXT + DELIVERY).facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is True


def test_rules_before_it_are_named_by_it() -> None:
    assert isinstance(distribution(TEXT).web_firewall, Absent)
    ruled = distribution(TEXT.replace("  viewer_cert", "  web_acl_id: ref(aws_wafv2_web_acl.a.arn)\n  viewer_cert"))
    assert ruled.web_firewall is not None
    assert known_value(ruled.web_firewall) == "aws_wafv2_web_acl.a"
