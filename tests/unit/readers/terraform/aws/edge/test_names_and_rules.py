# ruff: noqa: E501 - configurations are written as text, a line of text for a block

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, NameRecord, Unknown, WebFirewall, known_value
from tests.unit.readers.terraform.aws.builder import only

ALIAS = """\
aws_route53_record.shop:
  zone_id: ref(aws_route53_zone.main.zone_id)
  name: shop.example
  type: A
  alias: [{name: ref(aws_lb.public.dns_name), evaluate_target_health: true}]
aws_route53_zone.main: {}
aws_lb.public: {}
"""


def test_an_alias_leads_to_what_it_names() -> None:
    record = only(ALIAS, NameRecord)
    assert [known_value(each) for each in record.targets] == ["aws_lb.public"]
    assert known_value(record.host) == "shop.example"
    assert known_value(record.checked) is True
    assert known_value(record.public) is True
    assert isinstance(record.routing, Absent)
    assert isinstance(record.ttl, Absent)


def test_a_zone_of_a_network_is_private() -> None:
    private = ALIAS.replace("zone.main: {}", "zone.main: {vpc: [{vpc_id: vpc-1}]}")
    assert known_value(only(private, NameRecord).public) is False
    assert isinstance(only(ALIAS.replace("ref(aws_route53_zone.main.zone_id)", "Z1"), NameRecord).public, Unknown)


FAILOVER = """\
aws_route53_record.first:
  name: shop.example
  type: A
  ttl: 60
  records: [192.0.2.1]
  failover_routing_policy: [{type: PRIMARY}]
"""


def test_failover_without_a_check_finds_no_failure() -> None:
    record = only(FAILOVER, NameRecord)
    assert (known_value(record.routing), known_value(record.role)) == ("failover", "PRIMARY")
    assert known_value(record.checked) is False
    assert known_value(record.ttl) == 60
    checked = only(FAILOVER + "  health_check_id: ref(aws_route53_health_check.a.id)\n", NameRecord)
    assert known_value(checked.checked) is True
    assert isinstance(only(FAILOVER + "  health_check_id: unknown(var.check)\n", NameRecord).checked, Unknown)


RULES = """\
aws_wafv2_web_acl.edge:
  default_action: [{allow: [{}]}]
  rule:
    - {name: core, override_action: [{none: [{}]}], statement: [{managed_rule_group_statement: [{}]}]}
    - {name: rate, action: [{block: [{}]}], statement: [{rate_based_statement: [{limit: 100}]}]}
    - {name: trial, override_action: [{count: [{}]}], statement: [{managed_rule_group_statement: [{}]}]}
    - {name: open, action: unknown(var.action), statement: [{geo_match_statement: [{}]}]}
"""


def test_rules_block_or_count() -> None:
    firewall = only(RULES, WebFirewall)
    assert [(each.name, known_value(each.blocks), each.rate) for each in firewall.rules] == [
        ("core", True, False),
        ("rate", True, True),
        ("trial", False, False),
        ("open", None, False),
    ]
    assert known_value(firewall.blocks_others) is False
    assert known_value(firewall.logged) is False


@pytest.mark.parametrize(("arn", "logged"), [("ref(aws_wafv2_web_acl.edge.arn)", True), ("unknown(var.acl)", None)])
def test_decisions_are_logged_by_another_resource(arn: str, *, logged: bool | None) -> None:
    text = RULES + f"aws_wafv2_web_acl_logging_configuration.a: {{resource_arn: {arn}}}\n"
    assert known_value(only(text, WebFirewall).logged) is logged


def test_an_association_names_what_rules_stand_before() -> None:
    text = (
        RULES
        + "aws_wafv2_web_acl_association.a: {web_acl_arn: ref(aws_wafv2_web_acl.edge.arn), resource_arn: ref(aws_lb.public.arn)}\n"
        + "aws_lb.public: {}\n"
    )
    assert only(text, WebFirewall).protects[0] == Known("aws_lb.public", only(text, WebFirewall).protects[0].at)
