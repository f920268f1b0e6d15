from __future__ import annotations

import pytest

from infraaudit.model import FacetName, Known, VirtualMachines, VolumeKind, known_value
from tests.unit.readers.terraform.aws.builder import only


def encrypted(text: str) -> object:
    facet = only(text, VirtualMachines).facet(FacetName.ENCRYPTED_AT_REST)
    return "nothing is asked" if facet is None else known_value(facet.holds)


@pytest.mark.parametrize(
    ("disks", "answer"),
    [
        ("", "nothing is asked"),
        ("root_block_device: [{volume_size: 20}]", False),
        ("root_block_device: [{encrypted: true}]", True),
        ("root_block_device: [{encrypted: true}], ebs_block_device: [{encrypted: false}]", False),
        ("root_block_device: [{encrypted: unknown(var.encrypt)}]", None),
        ("ebs_block_device: [{snapshot_id: snap-1}]", None),
    ],
)
def test_described_disks_are_encrypted_or_not(disks: str, answer: object) -> None:
    assert encrypted(f"aws_instance.web: {{{disks}}}\n") == answer


def test_the_account_may_encrypt_every_disk() -> None:
    text = "aws_instance.web: {root_block_device: [{volume_size: 20}]}\naws_ebs_encryption_by_default.all: {}\n"
    assert encrypted(text) is True


def test_the_disks_of_a_template_are_those_of_its_group() -> None:
    text = (
        "aws_autoscaling_group.web: {launch_template: [{id: ref(aws_launch_template.web.id)}]}\n"
        "aws_launch_template.web: {block_device_mappings: [{ebs: [{encrypted: false}]}]}\n"
    )
    assert encrypted(text) is False


def test_attached_volumes_are_volumes_of_the_machine() -> None:
    text = (
        "aws_instance.db: {}\naws_ebs_volume.data: {size: 100}\n"
        "aws_volume_attachment.data: {device_name: /dev/sdf, volume_id: ref(aws_ebs_volume.data.id),"
        " instance_id: ref(aws_instance.db.id)}\n"
    )
    (volume,) = only(text, VirtualMachines).volumes
    assert (volume.name, known_value(volume.source)) == ("/dev/sdf", "aws_ebs_volume.data")
    assert volume.kind == Known(VolumeKind.PERSISTENT, volume.at)
