from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, NetworkLink, PrivateEndpoint, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

NETWORK = "aws_vpc.main: {}\naws_subnet.a: {vpc_id: ref(aws_vpc.main.id)}\naws_route_table.a: {}\n"


def test_an_endpoint_of_route_tables_has_no_name_of_its_own() -> None:
    text = NETWORK + (
        "aws_vpc_endpoint.s3: {vpc_id: ref(aws_vpc.main.id), service_name: com.amazonaws.eu-west-1.s3,"
        " route_table_ids: [ref(aws_route_table.a.id)]}\n"
    )
    endpoint = only(text, PrivateEndpoint)
    assert known_value(endpoint.service) == "s3"
    assert known_value(endpoint.network) == "aws_vpc.main"
    assert [known_value(each) for each in endpoint.tables] == ["aws_route_table.a"]
    assert isinstance(endpoint.named, Absent)
    assert isinstance(endpoint.subnets, Absent)


INTERFACE = (
    "aws_vpc_endpoint.ecr: {vpc_id: ref(aws_vpc.main.id), service_name: com.amazonaws.eu-west-1.ecr.api,"
    " vpc_endpoint_type: Interface, subnet_ids: [ref(aws_subnet.a.id)]"
)


@pytest.mark.parametrize(("more", "named"), [("", False), (", private_dns_enabled: true", True)])
def test_an_interface_takes_addresses_and_perhaps_the_name(more: str, *, named: bool) -> None:
    endpoint = only(NETWORK + INTERFACE + more + "}\n", PrivateEndpoint)
    assert known_value(endpoint.service) == "ecr.api"
    assert endpoint.subnets == Known(("aws_subnet.a",), endpoint.subnets.at)
    assert endpoint.named is not None
    assert known_value(endpoint.named) is named


def test_what_cannot_be_told_stays_open() -> None:
    text = NETWORK + "aws_vpc_endpoint.x: {service_name: unknown(var.s), route_table_ids: unknown(var.tables)}\n"
    endpoint = only(text, PrivateEndpoint)
    assert isinstance(endpoint.service, Unknown)
    assert not endpoint.tables_complete


def test_a_peering_links_two_networks() -> None:
    text = NETWORK + "aws_vpc_peering_connection.p: {vpc_id: ref(aws_vpc.main.id), peer_vpc_id: vpc-2}\n"
    assert [known_value(each) for each in only(text, NetworkLink).networks] == ["aws_vpc.main", "vpc-2"]
