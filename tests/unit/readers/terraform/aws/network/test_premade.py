from __future__ import annotations

import pytest

from infraaudit.model import PremadeNetwork, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

LOOKED_UP = """\
data.aws_vpc.v: {default: %s}
data.aws_subnets.s: {filter: [{name: vpc-id, values: [ref(data.aws_vpc.v.id)]}]}
aws_lb.web: {subnets: ref(data.aws_subnets.s.ids)}
aws_instance.other: {subnet_id: subnet-1}
"""


@pytest.mark.parametrize(("default", "premade"), [("true", True), ("false", False), ("unknown(var.default)", None)])
def test_what_names_subnets_that_are_looked_up_stands_in_their_network(default: str, premade: bool | None) -> None:  # noqa: FBT001 - a case
    network = only(LOOKED_UP % default, PremadeNetwork)
    assert known_value(network.premade) is premade
    assert [each.address for each in network.users] == ["aws_lb.web"]


def test_a_network_that_is_looked_up_by_its_name_is_another_one() -> None:
    assert lifted("data.aws_vpc.v: {tags: {Name: main}}\n", PremadeNetwork) == ()


def test_a_default_subnet_lies_in_the_network_that_was_taken_over() -> None:
    network = only(
        "aws_default_vpc.v: {}\naws_default_subnet.s: {}\n"
        "aws_instance.web: {subnet_id: ref(aws_default_subnet.s.id)}\n",
        PremadeNetwork,
    )
    assert [each.address for each in network.users] == ["aws_instance.web"]
