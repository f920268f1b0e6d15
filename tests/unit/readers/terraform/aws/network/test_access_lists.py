from __future__ import annotations

import pytest

from infraaudit.model import Absent, Direction, PacketFilter, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

SUBNET = "aws_subnet.a: {cidr_block: 10.0.1.0/24}\n"


def test_a_list_with_entries_inside_and_beside_it() -> None:
    text = (
        "aws_network_acl.n:\n"
        "  subnet_ids: [ref(aws_subnet.a.id)]\n"
        "  ingress: [{rule_no: 100, action: deny, protocol: tcp, from_port: 22, to_port: 22, cidr_block: 0.0.0.0/0}]\n"
        "aws_network_acl_rule.r:\n"
        "  network_acl_id: ref(aws_network_acl.n.id)\n"
        "  rule_number: 200\n"
        "  rule_action: allow\n"
        "  egress: true\n"
        "  protocol: '-1'\n"
        "  ipv6_cidr_block: '::/0'\n" + SUBNET
    )
    found = only(text, PacketFilter)
    assert (found.subnets, found.subnets_complete, found.entries_complete) == (("aws_subnet.a",), True, True)
    first, second = found.entries
    assert [known_value(each) for each in (first.number, first.allows, first.protocol, first.range)] == [
        100,
        False,
        "tcp",
        "0.0.0.0/0",
    ]
    assert (known_value(first.direction), known_value(second.direction)) == (Direction.INGRESS, Direction.EGRESS)
    assert isinstance(second.from_port, Absent)
    assert known_value(second.allows) is True


@pytest.mark.parametrize(
    ("written", "complete"),
    [
        ("ingress: unknown(var.rules)", False),
        ("lifecycle: {ignore_changes: [ingress]}", False),
        ("tags: {a: b}", True),
    ],
)
def test_whether_there_may_be_more_entries(written: str, complete: bool) -> None:  # noqa: FBT001 - a case
    assert only(f"aws_network_acl.n: {{{written}}}\n", PacketFilter).entries_complete is complete


def test_a_rule_of_an_unknown_list_may_be_of_any() -> None:
    text = (
        "aws_network_acl.n: {}\n"
        "aws_network_acl_rule.r: {network_acl_id: unknown(var.acl), rule_number: 1, rule_action: allow}\n"
    )
    assert not only(text, PacketFilter).entries_complete


def test_an_association_names_a_subnet_and_an_action_may_be_unknown() -> None:
    text = (
        "aws_default_network_acl.n:\n"
        "  ingress: [{rule_no: 1, action: unknown(var.what), protocol: tcp, from_port: 1, to_port: 2, "
        "cidr_block: 0.0.0.0/0}]\n"
        "aws_network_acl_association.x: {network_acl_id: ref(aws_default_network_acl.n.id), "
        "subnet_id: ref(aws_subnet.a.id)}\n" + SUBNET
    )
    found = only(text, PacketFilter)
    assert found.subnets == ("aws_subnet.a",)
    assert isinstance(found.entries[0].allows, Unknown)
