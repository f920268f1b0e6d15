from __future__ import annotations

import pytest

from infraaudit.model import FacetName, Snapshot, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only


def shared(text: str) -> bool | None:
    facet = only(text, Snapshot).facet(FacetName.SHARED)
    assert facet is not None
    return known_value(facet.holds)


@pytest.mark.parametrize(
    ("accounts", "everybody"),
    [
        ("[all]", True),
        ('["1"]', False),
        ("[]", False),
        ("unknown(var.accounts)", None),
        ("[unknown(var.account)]", None),
    ],
)
def test_a_snapshot_is_shared_with_the_accounts_of_its_list(accounts: str, everybody: bool | None) -> None:  # noqa: FBT001 - a case
    assert shared(f"aws_db_snapshot.a: {{db_instance_identifier: a, shared_accounts: {accounts}}}\n") is everybody


def test_a_snapshot_knows_what_it_is_a_copy_of() -> None:
    text = "aws_db_snapshot.a: {db_instance_identifier: ref(aws_db_instance.b.identifier), db_snapshot_identifier: x}\n"
    snapshot = only(text, Snapshot)
    assert known_value(snapshot.source) == "aws_db_instance.b"
    assert snapshot.identifiers == ("x",)
    assert shared(text) is False


IMAGE = """\
aws_ami_copy.a: {name: a, source_ami_id: ami-1}
aws_ami_launch_permission.a: {image_id: ref(aws_ami_copy.a.id), %s}
"""


@pytest.mark.parametrize(
    ("written", "everybody"), [("group: all", True), ('account_id: "1"', False), ("group: unknown(var.group)", None)]
)
def test_a_permission_shares_the_image_that_it_names(written: str, everybody: bool | None) -> None:  # noqa: FBT001 - a case
    assert shared(IMAGE % written) is everybody


@pytest.mark.parametrize(
    ("state", "everybody"), [("block-new-sharing", False), ("unblocked", True), ("unknown(var.s)", None)]
)
def test_a_switch_of_the_account_forbids_it(state: str, everybody: bool | None) -> None:  # noqa: FBT001 - a case
    assert shared(IMAGE % "group: all" + f"aws_ec2_image_block_public_access.a: {{state: {state}}}\n") is everybody


def test_a_permission_for_what_is_made_elsewhere_stands_for_itself() -> None:
    (snapshot,) = lifted("aws_snapshot_create_volume_permission.a: {snapshot_id: snap-1, account_id: all}\n", Snapshot)
    assert known_value(snapshot.source) == "snap-1"
    facet = snapshot.facet(FacetName.SHARED)
    assert facet is not None
    assert known_value(facet.holds) is True
