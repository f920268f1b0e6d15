from __future__ import annotations

import pytest

from infraaudit.model import Gateway, Known, ServerCertificate, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only


@pytest.mark.parametrize(
    ("domain", "mapping"),
    [
        (
            (
                "aws_api_gateway_domain_name.d: {domain_name: api.shop.example,"
                " regional_certificate_arn: ref(aws_acm_certificate.c.arn), security_policy: TLS_1_2}"
            ),
            (
                "aws_api_gateway_base_path_mapping.m: {domain_name: ref(aws_api_gateway_domain_name.d.domain_name),"
                " api_id: ref(aws_api_gateway_rest_api.a.id), base_path: v1}\naws_api_gateway_rest_api.a: {}"
            ),
        ),
        (
            (
                "aws_apigatewayv2_domain_name.d: {domain_name: api.shop.example, domain_name_configuration:"
                " [{certificate_arn: ref(aws_acm_certificate.c.arn), security_policy: TLS_1_2}]}"
            ),
            (
                "aws_apigatewayv2_api_mapping.m: {domain_name: ref(aws_apigatewayv2_domain_name.d.id),"
                " api_id: ref(aws_apigatewayv2_api.a.id), api_mapping_key: v1}\n"
                "aws_apigatewayv2_api.a: {protocol_type: HTTP}"
            ),
        ),
    ],
)
def test_a_name_of_an_api_is_a_gateway_before_it(domain: str, mapping: str) -> None:
    gateways = lifted(f"{domain}\n{mapping}\naws_acm_certificate.c: {{domain_name: api.shop.example}}\n", Gateway)
    gateway = next(each for each in gateways if "domain_name" in each.kind)
    (door,) = gateway.listeners
    assert door.certificate is not None
    assert door.tls_policy is not None
    assert known_value(door.certificate) == "aws_acm_certificate.c"
    assert known_value(door.tls_policy) == "TLS_1_2"
    assert [known_value(each) for each in door.hosts] == ["api.shop.example"]
    assert [(known_value(each.service), each.path) for each in gateway.routes] in (
        [("aws_api_gateway_rest_api.a", "/v1")],
        [("aws_apigatewayv2_api.a", "/v1")],
    )


def test_what_aws_chooses_where_no_policy_is_written_cannot_be_told() -> None:
    gateway = only("aws_api_gateway_domain_name.d: {domain_name: a}\n", Gateway)
    assert isinstance(gateway.listeners[0].tls_policy, Unknown)


@pytest.mark.parametrize(
    ("body", "public", "protocols"),
    [
        ("{}", True, ["sftp"]),
        ("{protocols: [FTPS, SFTP]}", True, ["ftps", "sftp"]),
        ("{endpoint_type: VPC}", False, ["sftp"]),
        ("{endpoint_type: VPC, endpoint_details: [{address_allocation_ids: [ref(aws_eip.a.id)]}]}", True, ["sftp"]),
        ("{endpoint_type: unknown(var.kind)}", None, ["sftp"]),
    ],
)
def test_a_server_for_files_has_a_door_for_each_protocol(body: str, public: bool | None, protocols: list[str]) -> None:  # noqa: FBT001 - a case
    gateway = only(f"aws_transfer_server.s: {body}\n", Gateway)
    assert known_value(gateway.public) is public
    assert [known_value(each.protocol) for each in gateway.listeners] == protocols


def test_a_distribution_has_no_choice_with_the_certificate_of_its_platform() -> None:
    text = "aws_cloudfront_distribution.d: {viewer_certificate: [%s]}\n"
    assert only(text % "{cloudfront_default_certificate: true}", Gateway).listeners[0].tls_policy is None
    own = only(text % "{acm_certificate_arn: 'arn:aws:acm:x'}", Gateway).listeners[0]
    assert own.tls_policy is not None
    assert known_value(own.tls_policy) == "TLSv1"
    maybe = only(text % "{acm_certificate_arn: unknown(var.arn)}", Gateway).listeners[0]
    assert isinstance(maybe.tls_policy, Unknown)


@pytest.mark.parametrize(
    ("body", "complete", "renewed"),
    [
        ("{domain_name: a, subject_alternative_names: [b]}", True, True),
        ("{domain_name: a, subject_alternative_names: unknown(var.names)}", False, True),
        ("{domain_name: unknown(var.name)}", False, True),
        ("{private_key: ref(tls_private_key.k.private_key_pem), certificate_body: x}", False, False),
    ],
)
def test_a_certificate_is_for_the_names_that_are_written(body: str, *, complete: bool, renewed: bool) -> None:
    certificate = only(f"aws_acm_certificate.c: {body}\n", ServerCertificate)
    assert certificate.names_complete is complete
    assert known_value(certificate.renewed) is renewed
    assert isinstance(certificate.region, Unknown)


def test_something_waits_until_a_certificate_is_issued() -> None:
    text = "aws_acm_certificate.c: {domain_name: a}\n"
    assert known_value(only(text, ServerCertificate).validated) is False
    waiting = text + "aws_acm_certificate_validation.v: {certificate_arn: ref(aws_acm_certificate.c.arn)}\n"
    assert isinstance(only(waiting, ServerCertificate).validated, Known)
    assert known_value(only(waiting, ServerCertificate).validated) is True


LISTENER = """\
aws_lb.a: {}
aws_acm_certificate.c: {domain_name: a}
aws_acm_certificate.d: {domain_name: b}
aws_acm_certificate_validation.v: {certificate_arn: ref(aws_acm_certificate.c.arn)}
aws_lb_listener.l: {load_balancer_arn: ref(aws_lb.a.arn), port: 443, protocol: HTTPS,
  certificate_arn: ref(aws_acm_certificate_validation.v.certificate_arn)}
aws_lb_listener_certificate.m:
  {listener_arn: ref(aws_lb_listener.l.arn), certificate_arn: ref(aws_acm_certificate.d.arn)}
aws_lb_listener_rule.r:
  listener_arn: ref(aws_lb_listener.l.arn)
  condition: [{host_header: [{values: [a, unknown(var.h)]}]}]
"""


def test_a_listener_knows_all_its_certificates_and_the_hosts_of_its_rules() -> None:
    (door,) = only(LISTENER, Gateway).listeners
    assert door.certificate is not None
    assert known_value(door.certificate) == "aws_acm_certificate.c"
    assert [known_value(each) for each in door.further] == ["aws_acm_certificate.d"]
    assert [known_value(each) for each in door.hosts] == ["a", None]
