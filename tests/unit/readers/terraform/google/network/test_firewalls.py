from __future__ import annotations

import pytest

from infraaudit.model import Absent, Attachment, Direction, FirewallRule, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only, start

SSH = """\
google_compute_firewall.ssh:
  network: ref(google_compute_network.main.id)
  source_ranges: [0.0.0.0/0]
  target_tags: [bastion]
  allow: [{protocol: tcp, ports: ["22"]}]
google_compute_network.main: {}
google_compute_subnetwork.main: {network: ref(google_compute_network.main.id)}
"""
MACHINE = """\
google_compute_instance.bastion:
  tags: [bastion, web]
  network_interface: [{subnetwork: ref(google_compute_subnetwork.main.id), access_config: [{}]}]
"""


def test_a_rule_and_the_machine_that_it_picks() -> None:
    rule, attachment = only(SSH + MACHINE, FirewallRule), only(SSH + MACHINE, Attachment)
    assert (rule.address, rule.direction) == ("google_compute_firewall.ssh", Direction.INGRESS)
    assert (known_value(rule.protocol), known_value(rule.from_port), known_value(rule.to_port)) == ("tcp", 22, 22)
    assert [known_value(each) for each in rule.sources] == ["0.0.0.0/0"]
    assert start(rule.sources[0].at) == (3, 19)
    assert attachment.groups == (known_value(rule.group),)
    assert known_value(attachment.public) is True


def test_a_machine_without_an_address_or_with_other_tags() -> None:
    hidden = only(SSH + MACHINE.replace(", access_config: [{}]", ""), Attachment)
    assert known_value(hidden.public) is False
    assert not lifted(SSH + MACHINE.replace("[bastion, web]", "[web]"), Attachment)


def test_tags_that_cannot_be_told_leave_the_group_unknown() -> None:
    rule = only(SSH + MACHINE.replace("[bastion, web]", "unknown(var.tags)"), FirewallRule)
    assert isinstance(rule.group, Unknown)


def test_a_rule_without_tags_concerns_clusters_too() -> None:
    text = (
        SSH.replace("  target_tags: [bastion]\n", "")
        + """\
google_container_cluster.main: {network: ref(google_compute_network.main.name)}
"""
    )
    attachment = only(text, Attachment)
    assert (attachment.kind, known_value(attachment.public)) == ("google_container_cluster", True)


@pytest.mark.parametrize(
    ("body", "sources"),
    [
        ("source_tags: [web]", []),
        ("source_ranges: unknown(var.ranges)", [None]),
        ("description: nothing said", ["0.0.0.0/0"]),
    ],
)
def test_sources(body: str, sources: list[str | None]) -> None:
    rule = only(f"google_compute_firewall.r: {{{body}, allow: [{{protocol: tcp, ports: [22]}}]}}\n", FirewallRule)
    assert [known_value(each) for each in rule.sources] == sources


def test_each_range_of_ports_is_a_rule() -> None:
    text = "google_compute_firewall.r: {allow: [{protocol: tcp, ports: ['22', '8000-8080']}, {protocol: icmp}]}\n"
    rules = lifted(text, FirewallRule)
    ports = [(known_value(each.protocol), known_value(each.from_port), known_value(each.to_port)) for each in rules]
    assert ports == [("tcp", 22, 22), ("tcp", 8000, 8080), ("icmp", 0, 65535)]
    assert len({each.address for each in rules}) == 3


def test_every_protocol_has_no_ports() -> None:
    rule = only("google_compute_firewall.r: {allow: [{protocol: all}]}\n", FirewallRule)
    assert known_value(rule.protocol) == "all"
    assert isinstance(rule.from_port, Absent)


def test_what_is_off_or_refuses_is_no_opening() -> None:
    assert not lifted("google_compute_firewall.r: {disabled: true, allow: [{protocol: all}]}\n", FirewallRule)
    assert not lifted("google_compute_firewall.r: {deny: [{protocol: all}]}\n", FirewallRule)


DENY = """\
google_compute_firewall.deny:
  network: ref(google_compute_network.main.id)
  priority: 100
  source_ranges: [0.0.0.0/0]
  deny: [{protocol: tcp, ports: ["20-30"]}]
"""


@pytest.mark.parametrize(
    ("change", "by"),
    [("priority: 100", "priority: 100"), ("priority: 100", "priority: 1000"), ('"20-30"', '"22"')],
)
def test_a_refusal_that_comes_before_closes_the_port(change: str, by: str) -> None:
    assert not lifted(SSH + DENY.replace(change, by), FirewallRule)


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ("priority: 100", "priority: 1001"),
        ("priority: 100", "disabled: true"),
        ("google_compute_network.main.id", "google_compute_network.other.id"),
        ("0.0.0.0/0", "192.0.2.0/24"),
        ("20-30", "80"),
        ("priority: 100", "direction: EGRESS"),
        ("priority: 100", "target_tags: [other]"),
    ],
)
def test_a_refusal_of_something_else_closes_nothing(change: str, by: str) -> None:
    rule = only(SSH + DENY.replace(change, by), FirewallRule)
    assert isinstance(rule.from_port, Known)


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ("priority: 100", "priority: unknown(var.priority)"),
        ('["20-30"]', "unknown(var.ports)"),
        ("ref(google_compute_network.main.id)", "unknown(var.network)"),
        ("[0.0.0.0/0]", "unknown(var.ranges)"),
    ],
)
def test_a_refusal_that_cannot_be_told_leaves_the_ports_unknown(change: str, by: str) -> None:
    assert isinstance(only(SSH + DENY.replace(change, by), FirewallRule).from_port, Unknown)


def test_a_refusal_of_some_ports_leaves_the_others_open() -> None:
    text = SSH.replace('ports: ["22"]', 'ports: ["10-40"]') + DENY
    rules = lifted(text, FirewallRule)
    assert [(known_value(each.from_port), known_value(each.to_port)) for each in rules] == [(10, 19), (31, 40)]
