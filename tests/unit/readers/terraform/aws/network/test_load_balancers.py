# ruff: noqa: E501 - configurations are written as text, a line of text for a block

from __future__ import annotations

import pytest

from infraaudit.model import Absent, FacetName, Function, Gateway, Known, ProbeKind, Service, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only, start


def test_a_load_balancer_is_public_unless_told_otherwise() -> None:
    gateway = only("aws_lb.edge: {}\n", Gateway)
    assert isinstance(gateway.public, Known)
    assert (gateway.public.value, gateway.public.stated, gateway.public.at) == (True, False, gateway.at)
    inner = only("aws_lb.edge: {internal: true}\n", Gateway).public
    assert isinstance(inner, Known)
    assert (inner.value, inner.stated) == (False, True)
    assert isinstance(only("aws_lb.edge: {internal: unknown(var.internal)}\n", Gateway).public, Unknown)


@pytest.mark.parametrize(
    ("text", "proxy", "idle"),
    [
        ("aws_lb.edge: {}", "alb", 60),
        ("aws_alb.edge: {idle_timeout: 120}", "alb", 120),
        ("aws_lb.edge: {load_balancer_type: network}", "nlb", None),
        ("aws_elb.edge: {}", "classic-elb", 60),
        ("aws_lb.edge: {load_balancer_type: unknown(var.type)}", None, None),
    ],
)
def test_what_proxies_and_how_long_it_keeps_connections(text: str, proxy: str | None, idle: int | None) -> None:
    gateway = only(text + "\n", Gateway)
    assert known_value(gateway.proxy) == proxy
    assert known_value(gateway.idle_timeout) == idle


def test_only_a_network_load_balancer_certainly_keeps_none() -> None:
    assert isinstance(only("aws_lb.edge: {load_balancer_type: network}\n", Gateway).idle_timeout, Absent)
    assert isinstance(only("aws_lb.edge: {load_balancer_type: unknown(var.type)}\n", Gateway).idle_timeout, Unknown)


LISTENED = """\
aws_lb.edge: {security_groups: [ref(aws_security_group.edge.id)]}
aws_security_group.edge: {}
aws_lb_listener.https:
  load_balancer_arn: ref(aws_lb.edge.arn)
  default_action:
    - {type: forward, target_group_arn: ref(aws_lb_target_group.web.arn)}
aws_lb_listener_rule.api:
  listener_arn: ref(aws_lb_listener.https.arn)
  action:
    - type: forward
      forward: [{target_group: [{arn: ref(aws_lb_target_group.api.arn)}]}]
  condition:
    - path_pattern: [{values: [/api/*]}]
    - host_header: [{values: [shop.example]}]
aws_lb_listener.plain:
  load_balancer_arn: ref(aws_lb.edge.arn)
  default_action: [{type: redirect}]
aws_lb_target_group.web: {port: 8000}
"""


def test_listeners_and_rules_are_routes() -> None:
    gateway = only(LISTENED, Gateway)
    web, api = gateway.routes
    assert (known_value(web.service), known_value(web.port)) == ("aws_lb_target_group.web", "8000")
    assert start(web.at) == (6, 41)
    assert (known_value(api.service), api.host, api.path) == ("aws_lb_target_group.api", "shop.example", "/api/*")
    assert isinstance(api.port, Absent)
    assert gateway.firewalls == ("aws_security_group.edge",)


def test_a_target_group_without_a_block_checks_by_default() -> None:
    service = only("aws_lb_target_group.web: {port: 8000, protocol: HTTP}\n", Service)
    assert (service.kind, service.exposure, service.selector) == ("aws_lb_target_group", "load balancer", ())
    check = service.health_check
    assert isinstance(check, Known)
    assert not check.stated
    assert check.value.kind is ProbeKind.HTTP
    assert isinstance(check.value.path, Known)
    assert (check.value.path.value, check.value.path.stated) == ("/", False)
    port = service.ports[0]
    assert (known_value(port.number), known_value(port.target)) == (8000, "8000")
    assert isinstance(port.health_port, Absent)


def test_a_written_check_is_read() -> None:
    text = """\
aws_lb_target_group.web:
  port: 8000
  health_check:
    - {path: /health, port: 9000, interval: 10}
"""
    service = only(text, Service)
    assert isinstance(service.health_check, Known)
    probe = service.health_check.value
    assert service.health_check.stated
    assert probe.path is not None
    assert known_value(probe.path) == "/health"
    assert probe.period is not None
    assert known_value(probe.period) == 10
    assert service.ports[0].health_port is not None
    assert known_value(service.ports[0].health_port) == "9000"


REGISTERED = """\
aws_lb_target_group.web: {port: 80}
aws_ecs_service.web:
  load_balancer: [{target_group_arn: ref(aws_lb_target_group.web.arn), container_name: web, container_port: 8000}]
"""


def test_the_port_that_a_service_registers_with_is_the_target() -> None:
    port = only(REGISTERED, Service).ports[0]
    assert (known_value(port.number), known_value(port.target)) == (80, "8000")


def test_different_registered_ports_settle_no_target() -> None:
    other = REGISTERED.partition("\n")[2].replace("service.web", "service.api").replace("8000", "9000")
    assert isinstance(only(REGISTERED + other, Service).ports[0].target, Unknown)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{protocol: TCP}", ProbeKind.TCP),
        ("{protocol: TCP, health_check: [{protocol: HTTP}]}", ProbeKind.HTTP),
        ("{protocol: HTTPS}", ProbeKind.HTTP),
    ],
)
def test_the_kind_of_check_follows_the_protocols(body: str, kind: ProbeKind) -> None:
    check = only(f"aws_lb_target_group.web: {body}\n", Service).health_check
    assert isinstance(check, Known)
    assert check.value.kind is kind


def test_a_check_that_is_switched_off_is_absent_at_its_switch() -> None:
    check = only("aws_lb_target_group.web:\n  health_check: [{enabled: false}]\n", Service).health_check
    assert isinstance(check, Absent)
    assert start(check.at) == (2, 28)
    assert isinstance(only("aws_lb_target_group.web: {target_type: lambda}\n", Service).health_check, Absent)


def test_a_check_that_cannot_be_told_is_unknown() -> None:
    text = "aws_lb_target_group.web: {health_check: unknown(a dynamic block)}\n"
    assert isinstance(only(text, Service).health_check, Unknown)


def test_doors_are_encrypted_plain_or_only_send_on() -> None:
    https, plain = only(LISTENED.replace("listener.https:", "listener.https:\n  protocol: HTTPS"), Gateway).listeners
    assert (known_value(https.protocol), known_value(https.redirects)) == ("https", False)
    assert isinstance(https.tls_policy, Known)
    assert (https.tls_policy.value, https.tls_policy.stated) == ("ELBSecurityPolicy-2016-08", False)
    assert (known_value(plain.protocol), known_value(plain.redirects)) == ("http", True)
    assert plain.tls_policy is None


def test_a_door_whose_actions_cannot_be_told_may_hand_on() -> None:
    text = "aws_lb.edge: {}\naws_lb_listener.a: {load_balancer_arn: ref(aws_lb.edge.arn), default_action: unknown(var.a)}\n"
    assert isinstance(only(text, Gateway).listeners[0].redirects, Unknown)


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        ("{}", False),
        ("{access_logs: [{bucket: logs}]}", False),
        ("{access_logs: [{bucket: logs, enabled: true}]}", True),
        ("{access_logs: unknown(var.logs)}", None),
    ],
)
def test_requests_are_written_down_where_that_is_switched_on(body: str, *, holds: bool | None) -> None:
    facet = only(f"aws_lb.edge: {body}\n", Gateway).facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is holds


def test_a_classic_load_balancer_writes_them_down_wherever_a_bucket_is_named() -> None:
    facet = only("aws_elb.edge: {access_logs: [{bucket: logs}]}\n", Gateway).facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is True
    (door,) = only("aws_elb.edge: {listener: [{lb_port: 80, lb_protocol: http}]}\n", Gateway).listeners
    assert (known_value(door.port), known_value(door.protocol)) == (80, "http")


def test_no_rules_for_web_requests_stand_before_a_network_load_balancer() -> None:
    assert only("aws_lb.edge: {load_balancer_type: network}\n", Gateway).web_firewall is None
    assert isinstance(only("aws_lb.edge: {}\n", Gateway).web_firewall, Absent)


def test_a_function_is_registered_by_an_attachment() -> None:
    text = (
        "aws_lb_target_group.f: {target_type: lambda}\naws_lambda_function.f: {}\n"
        "aws_lb_target_group_attachment.f: {target_group_arn: ref(aws_lb_target_group.f.arn), target_id: ref(aws_lambda_function.f.arn)}\n"
    )
    (target,) = only(text, Function).targets
    assert known_value(target.service) == "aws_lb_target_group.f"
    assert isinstance(target.port, Unknown)


@pytest.mark.parametrize(
    ("body", "sticky"),
    [
        ("{protocol: HTTP}", "absent"),
        ("{protocol: HTTP, stickiness: [{type: lb_cookie}]}", True),
        ("{protocol: HTTP, stickiness: [{type: lb_cookie, enabled: false}]}", False),
        ("{protocol: HTTP, stickiness: [{enabled: unknown(var.sticky)}]}", "unknown"),
        ("{protocol: UDP, stickiness: [{type: source_ip}]}", None),
    ],
)
def test_clients_stay_with_their_target_where_it_says_so(body: str, sticky: object) -> None:
    found = only(f"aws_lb_target_group.web: {body}\n", Service).sticky
    told = {Absent: "absent", Unknown: "unknown", type(None): None}
    assert (found.value if isinstance(found, Known) else told[type(found)]) == sticky
