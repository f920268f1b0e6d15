from __future__ import annotations

import pytest

from infraaudit.model import Absent, Attachment, Direction, FirewallGroup, FirewallRule, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only, start

INLINE = """\
aws_security_group.web:
  ingress:
    - from_port: 22
      to_port: 22
      protocol: tcp
      cidr_blocks: [10.0.0.0/8, 0.0.0.0/0]
      ipv6_cidr_blocks: ["::/0"]
"""


def test_a_group_and_its_inline_rules() -> None:
    group, rule = only(INLINE, FirewallGroup), only(INLINE, FirewallRule)
    assert group.address == "aws_security_group.web"
    assert rule.address == "aws_security_group.web/ingress/0"
    assert (known_value(rule.group), rule.direction) == (group.address, Direction.INGRESS)
    assert (known_value(rule.protocol), known_value(rule.from_port), known_value(rule.to_port)) == ("tcp", 22, 22)
    assert [known_value(each) for each in rule.sources] == ["10.0.0.0/8", "0.0.0.0/0", "::/0"]
    assert start(rule.sources[1].at) == (6, 33)
    assert rule.sources_complete


def test_every_protocol_has_no_ports() -> None:
    text = "aws_security_group.web: {egress: [{from_port: 0, to_port: 0, protocol: '-1', cidr_blocks: [0.0.0.0/0]}]}\n"
    rule = only(text, FirewallRule)
    assert known_value(rule.protocol) == "all"
    assert isinstance(rule.from_port, Absent)
    assert isinstance(rule.to_port, Absent)
    assert rule.direction is Direction.EGRESS


@pytest.mark.parametrize(("written", "protocol"), [("TCP", "tcp"), ("17", "udp"), ("-1", "all"), ("all", "all")])
def test_protocols_have_one_name(written: str, protocol: str) -> None:
    text = f"aws_vpc_security_group_ingress_rule.r: {{ip_protocol: {written}, cidr_ipv4: 0.0.0.0/0}}\n"
    assert known_value(only(text, FirewallRule).protocol) == protocol


def test_rules_that_cannot_be_told_are_one_unknown_rule() -> None:
    text = "aws_security_group.web:\n  ingress: unknown(a dynamic block over var.rules)\n"
    rule = only(text, FirewallRule)
    assert isinstance(rule.protocol, Unknown)
    assert "var.rules" in rule.protocol.why
    assert not rule.sources_complete


@pytest.mark.parametrize(
    ("sources", "complete"),
    [
        ("cidr_blocks: [unknown(var.office has no default)]", False),
        ("cidr_blocks: unknown(var.ranges)", False),
        ("security_groups: [ref(aws_security_group.lb.id)]", True),
        ("prefix_list_ids: [pl-0123]", False),
        ("prefix_list_ids: [ref(aws_ec2_managed_prefix_list.office.id)]", True),
    ],
)
def test_sources_that_cannot_be_told_are_said_so(sources: str, *, complete: bool) -> None:
    text = f"""\
aws_security_group.web: {{ingress: [{{from_port: 22, to_port: 22, protocol: tcp, {sources}}}]}}
aws_ec2_managed_prefix_list.office: {{entry: [{{cidr: 192.0.2.0/24}}]}}
"""
    rule = only(text, FirewallRule)
    assert rule.sources_complete is complete
    assert any(isinstance(each, Unknown) for each in rule.sources) is not complete


def test_a_prefix_list_of_the_configuration_is_looked_up() -> None:
    text = """\
aws_vpc_security_group_ingress_rule.ssh:
  security_group_id: ref(aws_security_group.web.id)
  ip_protocol: tcp
  prefix_list_id: ref(aws_ec2_managed_prefix_list.any.id)
aws_ec2_managed_prefix_list.any: {entry: [{cidr: 0.0.0.0/0}]}
"""
    rule = only(text, FirewallRule)
    assert [known_value(each) for each in rule.sources] == ["0.0.0.0/0"]
    assert start(rule.sources[0].at) == (4, 19)


def test_rules_of_their_own_name_their_group() -> None:
    text = """\
aws_security_group.web: {}
aws_security_group_rule.ssh:
  type: ingress
  security_group_id: ref(aws_security_group.web.id)
  protocol: tcp
  from_port: 22
  to_port: 22
  cidr_blocks: [0.0.0.0/0]
aws_vpc_security_group_egress_rule.out:
  security_group_id: ref(aws_security_group.web.id)
  ip_protocol: tcp
  from_port: 443
  to_port: 443
  cidr_ipv6: ::/0
"""
    ssh, out = lifted(text, FirewallRule)
    assert (ssh.address, known_value(ssh.group)) == ("aws_security_group_rule.ssh", "aws_security_group.web")
    assert (out.direction, [known_value(each) for each in out.sources]) == (Direction.EGRESS, ["::/0"])


def test_a_group_elsewhere_is_unknown_or_literal() -> None:
    rule = "aws_vpc_security_group_ingress_rule.r: {ip_protocol: tcp, security_group_id: %s}\n"
    assert isinstance(only(rule % "unknown(var.group)", FirewallRule).group, Unknown)
    assert known_value(only(rule % "sg-0123", FirewallRule).group) == "sg-0123"


def test_a_rule_without_a_known_direction_is_left_out() -> None:
    assert lifted("aws_security_group_rule.r: {type: unknown(each.value.type), protocol: tcp}\n", FirewallRule) == ()


@pytest.mark.parametrize(
    ("access", "source"),
    [
        ("[{ec2_ssh_key: ops}]", "0.0.0.0/0"),
        ("[{ec2_ssh_key: ops, source_security_group_ids: [sg-1]}]", None),
    ],
)
def test_remote_access_to_nodes_opens_ssh_unless_groups_are_named(access: str, source: str | None) -> None:
    text = f"aws_eks_node_group.main: {{remote_access: {access}}}\n"
    rule = only(text, FirewallRule)
    assert (known_value(rule.from_port), known_value(rule.to_port)) == (22, 22)
    assert [known_value(each) for each in rule.sources] == ([source] if source else [])
    assert only(text, Attachment).groups == (known_value(rule.group),)


def test_nodes_without_a_key_have_no_remote_access() -> None:
    assert lifted("aws_eks_node_group.main: {remote_access: []}\n", FirewallRule) == ()


@pytest.mark.parametrize(
    ("resource", "public"),
    [
        ("aws_instance.a: {vpc_security_group_ids: [%s], associate_public_ip_address: true}", True),
        ("aws_instance.a: {vpc_security_group_ids: [%s]}", None),
        ("aws_lb.a: {security_groups: [%s]}", True),
        ("aws_lb.a: {security_groups: [%s], internal: true}", False),
        ("aws_db_instance.a: {vpc_security_group_ids: [%s]}", False),
        ("aws_ecs_service.a: {network_configuration: [{security_groups: [%s], assign_public_ip: true}]}", True),
        ("aws_ecs_service.a: {network_configuration: [{security_groups: [%s]}]}", False),
        ("aws_elasticache_cluster.a: {security_group_ids: [%s]}", False),
        ("aws_lambda_function.a: {vpc_config: [{security_group_ids: [%s]}]}", False),
        ("aws_launch_template.a: {network_interfaces: [{security_groups: [%s]}]}", None),
    ],
)
def test_what_a_group_is_attached_to(resource: str, *, public: bool | None) -> None:
    text = resource % "ref(aws_security_group.g.id)" + "\naws_security_group.g: {}\n"
    attachment = only(text, Attachment)
    assert attachment.address == f"{resource.partition(':')[0]}#attachment"
    assert attachment.groups == ("aws_security_group.g",)
    assert known_value(attachment.public) is public


@pytest.mark.parametrize(
    ("more", "public"),
    [
        ("aws_subnet.a: {map_public_ip_on_launch: true}", True),
        ("aws_subnet.a: {}", False),
        ("aws_subnet.a: {map_public_ip_on_launch: unknown(var.public)}", None),
        ("aws_subnet.a: {}\naws_eip.a: {instance: ref(aws_instance.a.id)}", True),
        ("aws_vpc.a: {}", None),
    ],
)
def test_the_subnet_or_an_elastic_address_makes_a_machine_public(more: str, *, public: bool | None) -> None:
    text = f"""\
aws_instance.a: {{vpc_security_group_ids: [ref(aws_security_group.g.id)], subnet_id: ref(aws_subnet.a.id)}}
aws_security_group.g: {{}}
{more}
"""
    assert known_value(only(text, Attachment).public) is public


def test_a_cluster_is_as_public_as_its_instances() -> None:
    text = """\
aws_neptune_cluster.a: {vpc_security_group_ids: [ref(aws_security_group.g.id)]}
aws_neptune_cluster_instance.a: {cluster_identifier: ref(aws_neptune_cluster.a.id), publicly_accessible: true}
aws_security_group.g: {}
"""
    assert known_value(only(text, Attachment).public) is True


def test_what_names_no_group_of_the_files_is_not_attached() -> None:
    assert lifted("aws_instance.a: {vpc_security_group_ids: [sg-0123]}\naws_lb.b: {}\n", Attachment) == ()


@pytest.mark.parametrize(("major", "public"), [(5, True), (6, False)])
def test_redshift_was_public_before_provider_6(major: int, *, public: bool) -> None:
    text = (
        "aws_redshift_cluster.a: {vpc_security_group_ids: [ref(aws_security_group.g.id)]}\naws_security_group.g: {}\n"
    )
    value = only(text, Attachment, major).public
    assert isinstance(value, Known)
    assert (value.value, value.stated) == (public, False)


@pytest.mark.parametrize(
    ("written", "peers"),
    [
        ("security_groups: [ref(aws_security_group.lb.id), sg-0123]", ["aws_security_group.lb", "sg-0123"]),
        ("self: true", ["aws_security_group.web"]),
        ("self: false", []),
        ("security_groups: unknown(var.groups)", [None]),
        ("cidr_blocks: [10.0.0.0/8]", []),
    ],
)
def test_the_groups_that_a_rule_admits(written: str, peers: list[str | None]) -> None:
    text = (
        f"aws_security_group.web: {{ingress: [{{from_port: 80, to_port: 80, protocol: tcp, {written}}}]}}\n"
        "aws_security_group.lb: {name: lb}\n"
    )
    rule = only(text, FirewallRule)
    assert [known_value(each) for each in rule.peers] == peers
    assert rule.peers_complete == (None not in peers)


@pytest.mark.parametrize(
    ("written", "peer"),
    [
        ("aws_security_group_rule.r: {type: ingress, security_group_id: sg-1, protocol: tcp, self: true}", "sg-1"),
        (
            (
                "aws_security_group_rule.r: {type: ingress, protocol: tcp, source_security_group_id: "
                "ref(aws_security_group.lb.id)}\naws_security_group.lb: {name: lb}"
            ),
            "aws_security_group.lb",
        ),
        ("aws_vpc_security_group_egress_rule.r: {ip_protocol: tcp, referenced_security_group_id: sg-2}", "sg-2"),
    ],
)
def test_the_group_that_a_rule_of_its_own_admits(written: str, peer: str) -> None:
    (found,) = only(written + "\n", FirewallRule).peers
    assert known_value(found) == peer


@pytest.mark.parametrize(
    ("lifecycle", "complete"),
    [("", True), ("lifecycle: {ignore_changes: [ingress]}", False), ("lifecycle: {ignore_changes: [tags]}", True)],
)
def test_whether_others_may_change_the_rules_of_a_group(lifecycle: str, complete: bool) -> None:  # noqa: FBT001 - a case
    assert only(f"aws_security_group.web: {{{lifecycle}}}\n", FirewallGroup).rules_complete is complete
