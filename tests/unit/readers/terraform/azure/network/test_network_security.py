from __future__ import annotations

import pytest

from infraaudit.model import Absent, Attachment, Direction, FirewallGroup, FirewallRule, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only, start

GROUP = """\
azurerm_network_security_group.web:
  name: web
  security_rule:
    - name: ssh
      priority: 200
      direction: Inbound
      access: Allow
      protocol: Tcp
      source_port_range: "*"
      destination_port_range: "22"
      source_address_prefix: "*"
      destination_address_prefix: "*"
"""
DENY = """\
    - name: nobody
      priority: 100
      direction: Inbound
      access: Deny
      protocol: "*"
      source_port_range: "*"
      destination_port_range: 20-30
      source_address_prefix: Internet
      destination_address_prefix: "*"
"""


def test_a_group_and_its_rule() -> None:
    group, rule = only(GROUP, FirewallGroup), only(GROUP, FirewallRule)
    assert (rule.name, rule.direction) == ("web ssh", Direction.INGRESS)
    assert known_value(rule.group) == group.address
    assert (known_value(rule.protocol), known_value(rule.from_port), known_value(rule.to_port)) == ("tcp", 22, 22)
    assert [known_value(each) for each in rule.sources] == ["0.0.0.0/0"]
    assert start(rule.sources[0].at) == (11, 30)


@pytest.mark.parametrize("word", ["'*'", "Internet", "Any", "0.0.0.0/0"])
def test_the_words_for_everybody(word: str) -> None:
    rule = only(GROUP.replace('source_address_prefix: "*"', f"source_address_prefix: {word}"), FirewallRule)
    assert [known_value(each) for each in rule.sources] == ["0.0.0.0/0"]


def test_a_service_tag_is_nobody_of_the_internet() -> None:
    rule = only(GROUP.replace('source_address_prefix: "*"', "source_address_prefix: VirtualNetwork"), FirewallRule)
    assert [known_value(each) for each in rule.sources] == ["VirtualNetwork"]


def test_an_earlier_refusal_wins() -> None:
    assert not lifted(GROUP + DENY, FirewallRule)


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ("priority: 100", "priority: 300"),
        ("source_address_prefix: Internet", "source_address_prefix: 192.0.2.0/24"),
        ("20-30", "80"),
        ('access: Deny\n      protocol: "*"', "access: Deny\n      protocol: Udp"),
        ("priority: 100\n      direction: Inbound", "priority: 100\n      direction: Outbound"),
    ],
)
def test_a_later_or_other_refusal_does_not(change: str, by: str) -> None:
    rule = only(GROUP + DENY.replace(change, by), FirewallRule)
    assert isinstance(rule.from_port, Known)


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ("priority: 100", "priority: unknown(var.priority)"),
        ("access: Deny", "access: unknown(var.access)"),
        ("20-30", "unknown(var.ports)"),
        ("Internet", "unknown(var.sources)"),
        ('destination_address_prefix: "*"', "destination_address_prefix: 10.0.1.0/24"),
    ],
)
def test_a_refusal_that_cannot_be_told_leaves_the_ports_unknown(change: str, by: str) -> None:
    rules = lifted(GROUP + DENY.replace(change, by), FirewallRule)
    assert isinstance(rules[0].from_port, Unknown)


def test_a_refusal_takes_its_ports_out_of_all_protocols() -> None:
    wide = GROUP.replace("protocol: Tcp", 'protocol: "*"').replace(
        'destination_port_range: "22"', 'destination_port_range: "*"'
    )
    rules = lifted(wide + DENY, FirewallRule)
    opened = {(known_value(each.protocol), known_value(each.from_port), known_value(each.to_port)) for each in rules}
    assert opened == {("tcp", 0, 19), ("tcp", 31, 65535), ("udp", 0, 19), ("udp", 31, 65535)}
    assert len({each.address for each in rules}) == 4
    alone = only(wide, FirewallRule)
    assert known_value(alone.protocol) == "all"
    assert isinstance(alone.from_port, Absent)


def test_rules_as_resources_of_their_own() -> None:
    text = """\
azurerm_network_security_group.web: {name: web}
azurerm_network_security_rule.ssh:
  network_security_group_name: ref(azurerm_network_security_group.web.name)
  priority: 100
  direction: Inbound
  access: Allow
  protocol: Tcp
  destination_port_ranges: ["22", "8000-8080"]
  source_address_prefixes: [192.0.2.0/24, unknown(var.office)]
"""
    first, second = lifted(text, FirewallRule)
    assert first.address == "azurerm_network_security_rule.ssh"
    assert known_value(first.group) == "azurerm_network_security_group.web"
    assert [known_value(each.to_port) for each in (first, second)] == [22, 8080]
    assert not first.sources_complete


def test_a_group_is_found_by_its_literal_name() -> None:
    text = """\
azurerm_network_security_group.web: {name: web}
azurerm_network_security_rule.out:
  {network_security_group_name: web, direction: Outbound, access: Allow, protocol: "*", destination_port_range: "*"}
"""
    rule = only(text, FirewallRule)
    assert (known_value(rule.group), rule.direction) == ("azurerm_network_security_group.web", Direction.EGRESS)


def test_rules_that_cannot_be_told_are_one_unknown_rule() -> None:
    rule = only("azurerm_network_security_group.web: {security_rule: unknown(var.rules)}\n", FirewallRule)
    assert isinstance(rule.protocol, Unknown)
    assert not rule.sources_complete


INTERFACE = """\
azurerm_network_security_group.web: {name: web}
azurerm_subnet.main: {name: main}
azurerm_network_interface.web:
  ip_configuration: [{subnet_id: ref(azurerm_subnet.main.id), public_ip_address_id: ref(azurerm_public_ip.web.id)}]
"""
BY_INTERFACE = """\
azurerm_network_interface_security_group_association.web:
  network_interface_id: ref(azurerm_network_interface.web.id)
  network_security_group_id: ref(azurerm_network_security_group.web.id)
"""
BY_SUBNET = """\
azurerm_subnet_network_security_group_association.web:
  subnet_id: ref(azurerm_subnet.main.id)
  network_security_group_id: ref(azurerm_network_security_group.web.id)
"""


@pytest.mark.parametrize("association", [BY_INTERFACE, BY_SUBNET, BY_INTERFACE + BY_SUBNET])
def test_an_interface_with_a_group(association: str) -> None:
    attachment = only(INTERFACE + association, Attachment)
    assert attachment.groups == ("azurerm_network_security_group.web",)
    assert (attachment.kind, known_value(attachment.public)) == ("azurerm_network_interface", True)


def test_an_interface_without_an_address() -> None:
    private = INTERFACE.replace(", public_ip_address_id: ref(azurerm_public_ip.web.id)", "")
    assert known_value(only(private + BY_INTERFACE, Attachment).public) is False
    balanced = (
        private
        + BY_INTERFACE
        + """\
azurerm_network_interface_nat_rule_association.web:
  network_interface_id: ref(azurerm_network_interface.web.id)
"""
    )
    assert isinstance(only(balanced, Attachment).public, Unknown)


def test_a_subnet_of_which_nothing_else_is_known() -> None:
    text = (
        """\
azurerm_network_security_group.web: {name: web}
azurerm_subnet.main: {name: main}
"""
        + BY_SUBNET
    )
    attachment = only(text, Attachment)
    assert (attachment.kind, isinstance(attachment.public, Unknown)) == ("azurerm_subnet", True)


def test_a_scale_set() -> None:
    text = """\
azurerm_network_security_group.web: {name: web}
azurerm_linux_virtual_machine_scale_set.web:
  network_interface:
    - network_security_group_id: ref(azurerm_network_security_group.web.id)
      ip_configuration: [{public_ip_address: [{name: public}]}]
"""
    assert known_value(only(text, Attachment).public) is True
