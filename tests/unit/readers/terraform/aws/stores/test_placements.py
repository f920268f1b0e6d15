from __future__ import annotations

import pytest

from infraaudit.model import Egress, NetworkHub, ResourcePolicy, StorePlacement, Subnet, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

NETWORK = "aws_subnet.a: {}\naws_subnet.b: {}\n"


@pytest.mark.parametrize(
    ("group", "store"),
    [
        ("aws_db_subnet_group", "aws_db_instance.s: {db_subnet_group_name: %s}"),
        ("aws_db_subnet_group", "aws_rds_cluster.s: {db_subnet_group_name: %s}"),
        ("aws_docdb_subnet_group", "aws_docdb_cluster.s: {db_subnet_group_name: %s}"),
        ("aws_elasticache_subnet_group", "aws_elasticache_replication_group.s: {subnet_group_name: %s}"),
        ("aws_redshift_subnet_group", "aws_redshift_cluster.s: {cluster_subnet_group_name: %s}"),
        ("aws_memorydb_subnet_group", "aws_memorydb_cluster.s: {subnet_group_name: %s}"),
    ],
)
@pytest.mark.parametrize("by_name", [True, False])
def test_a_store_stands_in_the_subnets_of_its_group(group: str, store: str, *, by_name: bool) -> None:
    named = "data" if by_name else f"ref({group}.g.name)"
    listed = "[ref(aws_subnet.a.id), ref(aws_subnet.b.id)]"
    text = f"{NETWORK}{group}.g: {{name: data, subnet_ids: {listed}}}\n{store % named}\n"
    assert known_value(only(text, StorePlacement).subnets) == ("aws_subnet.a", "aws_subnet.b")


@pytest.mark.parametrize(
    "store",
    [
        "aws_db_instance.s: {db_subnet_group_name: elsewhere}",
        "aws_db_instance.s: {db_subnet_group_name: unknown(var.group)}",
        "aws_msk_cluster.s: {broker_node_group_info: [{client_subnets: unknown(var.subnets)}]}",
    ],
)
def test_subnets_that_are_not_seen_cannot_be_told(store: str) -> None:
    assert isinstance(only(f"{store}\n", StorePlacement).subnets, Unknown)


@pytest.mark.parametrize("store", ["aws_db_instance.s: {}", "aws_opensearch_domain.s: {}"])
def test_a_store_that_chooses_no_subnets_has_no_placement(store: str) -> None:
    assert lifted(f"{store}\n", StorePlacement) == ()


def test_a_table_that_is_made_the_main_one_counts_for_subnets_without_their_own() -> None:
    subnet = only(
        "aws_vpc.v: {}\n"
        "aws_subnet.a: {vpc_id: ref(aws_vpc.v.id)}\n"
        "aws_internet_gateway.i: {vpc_id: ref(aws_vpc.v.id)}\n"
        "aws_route_table.t: {route: [{cidr_block: 0.0.0.0/0, gateway_id: ref(aws_internet_gateway.i.id)}]}\n"
        "aws_main_route_table_association.m: {vpc_id: ref(aws_vpc.v.id), route_table_id: ref(aws_route_table.t.id)}\n",
        Subnet,
    )
    assert known_value(subnet.egress) is Egress.DIRECT


@pytest.mark.parametrize(
    ("hub", "accepts"),
    [
        ("aws_ec2_transit_gateway.h: {}", False),
        ("aws_ec2_transit_gateway.h: {auto_accept_shared_attachments: enable}", True),
        ("aws_ec2_transit_gateway.h: {auto_accept_shared_attachments: unknown(var.accept)}", None),
        ("aws_vpc_endpoint_service.h: {acceptance_required: true}", False),
        ("aws_vpc_endpoint_service.h: {acceptance_required: false}", True),
        ("aws_vpc_endpoint_service.h: {}", None),
    ],
)
def test_somebody_accepts_unless_it_says_otherwise(hub: str, accepts: bool | None) -> None:  # noqa: FBT001 - a case
    assert known_value(only(f"{hub}\n", NetworkHub).accepts_all) is accepts


def test_only_its_network_reaches_an_endpoint_whatever_its_policy_says() -> None:
    policy = only(
        'aws_vpc_endpoint.e: {policy: \'{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}\'}\n',
        ResourcePolicy,
    )
    assert known_value(policy.barrier) == "only its network reaches an endpoint"
