from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import FacetName, Known, Network, Unknown
from tests.unit.readers.terraform.aws.builder import only

if TYPE_CHECKING:
    from infraaudit.model import Value

NETWORK = "aws_vpc.main: {cidr_block: 10.0.0.0/16}\n"


def logged(more: str) -> Value[bool]:
    facet = only(NETWORK + more, Network).facet(FacetName.FLOWS_LOGGED)
    assert facet is not None
    return facet.holds


@pytest.mark.parametrize(
    "more",
    [
        "aws_flow_log.main: {vpc_id: ref(aws_vpc.main.id)}\n",
        "aws_flow_log.main: {vpc_id: 'unknown(an index; aws_vpc.main)'}\n",
        "aws_subnet.a: {vpc_id: ref(aws_vpc.main.id)}\naws_flow_log.a: {subnet_id: ref(aws_subnet.a.id)}\n",
    ],
)
def test_a_log_of_the_network_or_of_a_subnet_counts(more: str) -> None:
    holds = logged(more)
    assert isinstance(holds, Known)
    assert holds.value


@pytest.mark.parametrize(
    "more",
    ["", "aws_flow_log.eni: {eni_id: eni-1}\n", "aws_vpc_other.b: {}\naws_flow_log.b: {vpc_id: ref(aws_vpc.b.id)}\n"],
)
def test_a_network_that_no_log_names_is_not_logged(more: str) -> None:
    holds = logged(more)
    assert isinstance(holds, Known)
    assert (holds.value, holds.stated) == (False, False)


def test_a_log_of_a_network_that_cannot_be_told_leaves_it_open() -> None:
    assert isinstance(logged("aws_flow_log.main: {vpc_id: unknown(var.vpc)}\n"), Unknown)
