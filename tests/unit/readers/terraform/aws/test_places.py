"""Where things of AWS are placed: the zones and subnets behind their arguments, and the way out of a subnet."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    Egress,
    Function,
    Known,
    Maybe,
    NatGateway,
    NodePool,
    Subnet,
    Unknown,
    VirtualMachines,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

SUBNETS = """\
aws_subnet.a: {availability_zone: eu-west-1a, cidr_block: 10.0.1.0/24}
aws_subnet.b: {availability_zone: eu-west-1b, cidr_block: 10.0.2.0/24}
aws_subnet.other: {availability_zone: eu-west-1a, cidr_block: 10.0.3.0/24}
aws_subnet.open: {cidr_block: 10.0.4.0/24}
"""


def zones(subnets: str) -> Maybe[tuple[str, ...]]:
    function = only(f"{SUBNETS}aws_lambda_function.f: {{vpc_config: [{{subnet_ids: {subnets}}}]}}\n", Function)
    assert function.location is not None
    return function.location.zones


@pytest.mark.parametrize(
    ("subnets", "expected"),
    [
        ("[ref(aws_subnet.a.id), ref(aws_subnet.b.id)]", ("eu-west-1a", "eu-west-1b")),
        ("[ref(aws_subnet.a.id), ref(aws_subnet.other.id)]", ("eu-west-1a",)),
        ("[ref(aws_subnet.open.id)]", ("the zone of aws_subnet.open",)),
        ("[subnet-1]", ("the zone of subnet-1",)),
    ],
)
def test_zones_are_those_of_the_subnets(subnets: str, expected: tuple[str, ...]) -> None:
    assert known_value(zones(subnets)) == expected


@pytest.mark.parametrize(
    "subnets",
    [
        "unknown(var.subnets has no default)",
        "[ref(aws_subnet.a.id), subnet-1]",
        "[ref(aws_subnet.a.id), ref(aws_subnet.open.id)]",
        "[unknown(var.subnet has no default)]",
        "ref(aws_mq_broker.queue.subnet_ids)",
        "ref(data.aws_subnets.private.ids)",
    ],
)
def test_zones_are_unknown_where_a_subnet_or_their_number_is(subnets: str) -> None:
    assert isinstance(zones(subnets), Unknown)


def test_a_function_outside_of_networks_chooses_no_zone() -> None:
    function = only("aws_lambda_function.f: {function_name: f}\n", Function)
    assert function.location is not None
    assert isinstance(function.location.zones, Absent)


ROUTES = """\
aws_subnet.s: {cidr_block: 10.0.1.0/24}
aws_route_table_association.s: {subnet_id: ref(aws_subnet.s.id), route_table_id: ref(aws_route_table.t.id)}
"""


@pytest.mark.parametrize(
    ("table", "egress"),
    [
        ("{route: [{cidr_block: 0.0.0.0/0, gateway_id: ref(aws_internet_gateway.g.id)}]}", Egress.DIRECT),
        ("{route: [{cidr_block: 0.0.0.0/0, nat_gateway_id: ref(aws_nat_gateway.n.id)}]}", Egress.TRANSLATED),
        ("{route: [{cidr_block: 0.0.0.0/0, transit_gateway_id: tgw-1}]}", Egress.ELSEWHERE),
        ("{route: [{cidr_block: 10.1.0.0/16, gateway_id: pcx-1}]}", Egress.NONE),
        ("{vpc_id: vpc-1}", Egress.NONE),
    ],
)
def test_the_default_route_is_the_way_out(table: str, egress: Egress) -> None:
    subnet = only(f"{ROUTES}aws_route_table.t: {table}\n", Subnet)
    assert known_value(subnet.egress) is egress


def test_the_way_out_is_unknown_without_a_route_table() -> None:
    assert isinstance(only("aws_subnet.s: {cidr_block: 10.0.1.0/24}\n", Subnet).egress, Unknown)


@pytest.mark.parametrize(("written", "usable"), [("10.0.1.0/24", 251), ("10.0.1.0/28", 11), ("fd00::/125", 3)])
def test_five_addresses_of_a_subnet_are_kept(written: str, usable: int) -> None:
    assert known_value(only(f"aws_subnet.s: {{cidr_block: '{written}'}}\n", Subnet).usable) == usable


def test_what_is_no_range_has_no_number_of_addresses() -> None:
    assert isinstance(only("aws_subnet.s: {cidr_block: everything}\n", Subnet).usable, Unknown)


def test_a_regional_gateway_stands_in_no_zone_of_its_own() -> None:
    text = "aws_nat_gateway.n: {availability_mode: regional}\n"
    assert isinstance(only(text, NatGateway).zone, Absent)


POOL = """\
aws_eks_cluster.shop: {name: shop}
time_sleep.ready: {triggers: {name: ref(aws_eks_cluster.shop.name)}}
aws_eks_node_group.nodes:
  cluster_name: ref(time_sleep.ready.triggers)
  scaling_config: [{min_size: 1, max_size: 4, desired_size: 2}]
"""


def test_a_pool_finds_its_cluster_through_what_waits_for_it() -> None:
    assert known_value(only(POOL, NodePool).cluster) == "aws_eks_cluster.shop"


def test_a_pool_has_the_defaults_of_eks() -> None:
    pool = only(POOL, NodePool)
    machine = pool.machines[0]
    assert isinstance(machine, Known)
    assert (machine.value.name, machine.value.cpu, machine.value.memory, machine.stated) == (
        "t3.medium",
        2000,
        4 * 2**30,
        False,
    )
    assert pool.interruptible is not None
    assert known_value(pool.interruptible) is False


@pytest.mark.parametrize(
    ("machine", "size"),
    [
        ("m6i.large", (2000, 8)),
        ("c7g.4xlarge", (16000, 32)),
        ("r5.24xlarge", (96000, 768)),
        ("t4g.nano", (2000, 0.5)),
        ("m6g.medium", (1000, 4)),
    ],
)
def test_sizes_follow_the_family(machine: str, size: tuple[int, float]) -> None:
    found = only(f"{POOL}  instance_types: [{machine}]\n", NodePool).machines[0]
    assert isinstance(found, Known)
    assert (found.value.cpu, found.value.memory / 2**30) == size


@pytest.mark.parametrize("machine", ["m6i.metal", "p4d.24xlarge", "m6i", "unknown(var.machine has no default)"])
def test_a_size_that_the_facts_do_not_have_is_unknown(machine: str) -> None:
    assert isinstance(only(f"{POOL}  instance_types: [{machine}]\n", NodePool).machines[0], Unknown)


GROUP = """\
aws_autoscaling_group.g: {min_size: 2, max_size: 4, mixed_instances_policy: [{instances_distribution: [%s]}]}
"""


@pytest.mark.parametrize(
    ("distribution", "spot"),
    [
        ("{on_demand_percentage_above_base_capacity: 0}", True),
        ("{on_demand_base_capacity: 1, on_demand_percentage_above_base_capacity: 0}", False),
        ("{on_demand_base_capacity: 0}", False),
        ("{on_demand_percentage_above_base_capacity: unknown(var.share has no default)}", None),
    ],
)
def test_a_group_can_be_taken_back_where_nothing_of_it_is_on_demand(distribution: str, spot: object) -> None:
    (group,) = lifted(GROUP % distribution, VirtualMachines)
    assert group.interruptible is not None
    assert known_value(group.interruptible) is spot


def test_a_group_that_a_capacity_provider_names_is_a_pool() -> None:
    text = GROUP % "{}" + (
        "aws_ecs_capacity_provider.p:\n"
        "  auto_scaling_group_provider: [{auto_scaling_group_arn: ref(aws_autoscaling_group.g.arn)}]\n"
    )
    assert len(lifted(text, NodePool)) == 1
