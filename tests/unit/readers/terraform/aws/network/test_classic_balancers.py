from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    Gateway,
    Known,
    Probe,
    ProbeKind,
    Service,
    Unknown,
    VirtualMachines,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import only

ELB = """\
aws_elb.web:
  name: web
  listener: [{lb_port: 443, lb_protocol: HTTPS, instance_port: 8000, instance_protocol: HTTP}]
"""
NEGOTIATED = (
    "aws_lb_ssl_negotiation_policy.p: {load_balancer: ref(aws_elb.web.id), lb_port: 443, attribute: [ATTRIBUTE]}\n"
)


@pytest.mark.parametrize(
    ("beside", "word"),
    [
        ("", "ELBSecurityPolicy-2016-08"),
        (
            NEGOTIATED.replace("ATTRIBUTE", "{name: Reference-Security-Policy, value: ELBSecurityPolicy-TLS-1-2-2017}"),
            "ELBSecurityPolicy-TLS-1-2-2017",
        ),
        (NEGOTIATED.replace("ATTRIBUTE", "{name: Protocol-TLSv1, value: 'true'}"), "Protocol-TLSv1"),
        (NEGOTIATED.replace("ATTRIBUTE", "{name: Protocol-TLSv1, value: 'false'}"), "Protocol-TLSv1.2"),
        (NEGOTIATED.replace("[ATTRIBUTE]", "unknown(var.attributes)"), Unknown),
        (
            (
                "aws_load_balancer_listener_policy.l: {load_balancer_name: web, load_balancer_port: 443, "
                "policy_names: [ref(aws_load_balancer_policy.p.policy_name)]}\n"
                "aws_load_balancer_policy.p: {load_balancer_name: web, policy_type_name: SSLNegotiationPolicyType, "
                "policy_attribute: [{name: Protocol-TLSv1.1, value: 'true'}]}\n"
            ),
            "Protocol-TLSv1.1",
        ),
    ],
)
def test_what_an_encrypted_door_takes(beside: str, word: str | type[object]) -> None:
    (door,) = only(ELB + beside, Gateway).listeners
    assert door.tls_policy is not None
    if isinstance(word, str):
        assert known_value(door.tls_policy) == word
    else:
        assert isinstance(door.tls_policy, word)


@pytest.mark.parametrize(
    ("beside", "sticky"),
    [
        ("", None),
        ("aws_lb_cookie_stickiness_policy.s: {load_balancer: ref(aws_elb.web.id), lb_port: 443}\n", True),
        ("aws_app_cookie_stickiness_policy.s: {load_balancer: web, lb_port: 443, cookie_name: sid}\n", True),
        ("aws_lb_cookie_stickiness_policy.s: {load_balancer: other, lb_port: 443}\n", None),
        (
            (
                "aws_load_balancer_policy.s: {load_balancer_name: ref(aws_elb.web.name), "
                "policy_type_name: LBCookieStickinessPolicyType}\n"
            ),
            True,
        ),
    ],
)
def test_whether_clients_stay_with_their_machine(beside: str, sticky: bool | None) -> None:  # noqa: FBT001 - a case
    found = only(ELB + beside, Service).sticky
    assert found is not None
    assert known_value(found) is sticky


@pytest.mark.parametrize(
    ("target", "kind", "port"),
    [("HTTP:8000/health", ProbeKind.HTTP, "8000"), ("TCP:22", ProbeKind.TCP, "22")],
)
def test_the_check_of_the_machines(target: str, kind: ProbeKind, port: str) -> None:
    check = only(f"{ELB}  health_check: [{{target: '{target}', interval: 10, unhealthy_threshold: 3}}]\n", Service)
    probe = known_value(check.health_check or Absent(check.at))
    assert isinstance(probe, Probe)
    assert (probe.kind, known_value(probe.port or Absent(check.at))) == (kind, port)


@pytest.mark.parametrize(
    "beside",
    [
        "aws_autoscaling_group.g: {load_balancers: [ref(aws_elb.web.name)], min_size: 2, max_size: 4}\n",
        (
            "aws_autoscaling_attachment.a: {autoscaling_group_name: ref(aws_autoscaling_group.g.name), "
            "elb: ref(aws_elb.web.id)}\naws_autoscaling_group.g: {min_size: 2, max_size: 4}\n"
        ),
        (
            "aws_instance.m: {ami: ami-1}\naws_elb_attachment.a: {elb: ref(aws_elb.web.id), "
            "instance: ref(aws_instance.m.id)}\n"
        ),
        "aws_instance.m: {ami: ami-1}\naws_elb.other: {instances: [ref(aws_instance.m.id)]}\n",
    ],
)
def test_machines_register_at_a_classic_load_balancer(beside: str) -> None:
    (target,) = only(ELB + beside, VirtualMachines).targets
    assert isinstance(target.service, Known)
    assert target.service.value in {"aws_elb.web#targets", "aws_elb.other#targets"}
