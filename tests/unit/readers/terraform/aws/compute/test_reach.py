"""As whom work acts, behind which rules it stands, and whether it has a public address."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Function, Identity, NodePool, Unknown, VirtualMachines, Workload, known_value
from tests.unit.readers.terraform.aws.builder import only

TASK = """\
aws_ecs_task_definition.app:
  family: app
  requires_compatibilities: [FARGATE]
  task_role_arn: ref(aws_iam_role.app.arn)
  container_definitions: '[{"name": "app", "image": "app:1"}]'
aws_iam_role.app: {name: app}
aws_security_group.app: {name: app}
aws_ecs_service.app:
  task_definition: ref(aws_ecs_task_definition.app.arn)
  launch_type: FARGATE
"""


def test_tasks_act_as_their_task_role_behind_their_groups() -> None:
    text = (
        TASK + "  network_configuration: [{subnets: [subnet-1], security_groups: [ref(aws_security_group.app.id)]}]\n"
    )
    service = only(text, Workload)
    assert known_value(service.identity or Absent(service.at)) == "aws_iam_role.app"
    assert (service.firewalls, service.firewalls_complete) == (("aws_security_group.app",), True)
    assert service.public is not None
    assert known_value(service.public) is False


def test_tasks_that_share_the_network_of_their_machine_have_no_address_of_their_own() -> None:
    assert only(TASK, Workload).public is None


@pytest.mark.parametrize(
    ("groups", "firewalls", "complete"),
    [
        ("[ref(aws_security_group.app.id)]", ("aws_security_group.app",), True),
        ("[ref(aws_security_group.app.id), sg-1]", ("aws_security_group.app",), False),
        ("unknown(var.groups)", (), False),
    ],
)
def test_the_groups_of_a_function(groups: str, firewalls: tuple[str, ...], complete: bool) -> None:  # noqa: FBT001 - a case
    text = (
        "aws_lambda_function.f: {role: ref(aws_iam_role.f.arn), "
        f"vpc_config: [{{subnet_ids: [subnet-1], security_group_ids: {groups}}}]}}\n"
        "aws_security_group.app: {name: app}\naws_iam_role.f: {name: f}\n"
    )
    function = only(text, Function)
    assert (function.firewalls, function.firewalls_complete) == (firewalls, complete)
    assert known_value(function.identity or Absent(function.at)) == "aws_iam_role.f"


PROFILE = "aws_iam_instance_profile.p: {name: app, role: ref(aws_iam_role.app.name)}\naws_iam_role.app: {name: app}\n"


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("iam_instance_profile: ref(aws_iam_instance_profile.p.name)", "aws_iam_role.app"),
        ("iam_instance_profile: app", "aws_iam_role.app"),
        ("iam_instance_profile: another", Unknown),
        ("iam_instance_profile: unknown(var.profile)", Unknown),
        ("ami: ami-1", Absent),
    ],
)
def test_a_machine_acts_as_the_role_of_its_profile(written: str, role: str | type[object]) -> None:
    machine = only(f"aws_instance.m: {{{written}}}\n{PROFILE}", VirtualMachines)
    found = machine.identity
    assert found is not None
    if isinstance(role, str):
        assert known_value(found) == role
    else:
        assert isinstance(found, role)


def test_a_group_of_machines_takes_profile_and_groups_from_its_template() -> None:
    text = (
        "aws_autoscaling_group.g: {min_size: 1, max_size: 2, launch_template: [{id: ref(aws_launch_template.t.id)}]}\n"
        "aws_launch_template.t:\n"
        "  iam_instance_profile: [{arn: ref(aws_iam_instance_profile.p.arn)}]\n"
        "  network_interfaces: [{security_groups: [ref(aws_security_group.g.id)]}]\n"
        "aws_security_group.g: {name: g}\n" + PROFILE
    )
    group = only(text, VirtualMachines)
    assert known_value(group.identity or Absent(group.at)) == "aws_iam_role.app"
    assert (group.firewalls, group.firewalls_complete) == (("aws_security_group.g",), True)


@pytest.mark.parametrize(
    ("written", "bounded", "signs_in"),
    [
        ("{name: ada}", False, True),
        ("{name: ada, permissions_boundary: arn:aws:iam::1:policy/b}", True, True),
        ("{name: eve, permissions_boundary: unknown(var.boundary)}", None, False),
    ],
)
def test_whether_a_user_is_bounded_and_signs_in(written: str, bounded: bool | None, signs_in: bool) -> None:  # noqa: FBT001 - a case
    user = only(f"aws_iam_user.u: {written}\naws_iam_user_login_profile.p: {{user: ada}}\n", Identity)
    assert user.bounded is not None
    assert user.signs_in is not None
    assert (known_value(user.bounded), known_value(user.signs_in)) == (bounded, signs_in)


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ("{node_role_arn: ref(aws_iam_role.n.arn)}", False),
        ("{node_role_arn: ref(aws_iam_role.n.arn), launch_template: [{id: ref(aws_launch_template.t.id)}]}", True),
        ("{node_role_arn: ref(aws_iam_role.n.arn), launch_template: [{id: lt-1}]}", None),
    ],
)
def test_whether_pods_are_answered_as_their_node(written: str, hidden: bool | None) -> None:  # noqa: FBT001 - a case
    pool = only(
        f"aws_eks_node_group.g: {written}\naws_iam_role.n: {{name: n}}\n"
        "aws_launch_template.t: {metadata_options: [{http_put_response_hop_limit: 1}]}\n",
        NodePool,
    )
    assert pool.hides_node is not None
    assert known_value(pool.hides_node) is hidden
    assert known_value(pool.identity or Absent(pool.at)) == "aws_iam_role.n"


@pytest.mark.parametrize(
    ("zones", "known"),
    [
        ("[unknown(later; data.aws_availability_zones.a), unknown(later; data.aws_availability_zones.a)]", 2),
        ("unknown(later; data.aws_availability_zones.a)", None),
        ("[unknown(later; data.aws_subnet.a), unknown(later; data.aws_subnet.b)]", None),
        ("[eu-west-1a, eu-west-1b]", 2),
    ],
)
def test_zones_that_aws_lists_are_as_many_as_are_picked(zones: str, known: int | None) -> None:
    group = only(
        f"aws_autoscaling_group.g: {{min_size: 1, max_size: 2, availability_zones: {zones}}}\n", VirtualMachines
    )
    assert group.location is not None
    found = known_value(group.location.zones)
    assert (None if found is None else len(found)) == known
