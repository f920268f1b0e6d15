"""Reads the disks of machines: those that they are started with, and those that are attached to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Facet, FacetName, Known, PodVolume, Unknown, VolumeKind, Weight, default, known_value
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_present, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_OF_MACHINES = ("root_block_device", "ebs_block_device")
_SWITCH = "aws_ebs_encryption_by_default"


def disk_facets(machine: Resource, template: Resource | None, resources: Resources) -> tuple[Facet, ...]:
    """Return whether the disks of a machine are encrypted, where any of its disks is described."""
    answers = [_encrypted(each, resources) for holder in (machine, template) if holder for each in _disks(holder)]
    if not answers:
        return ()
    plain = next((each for each in answers if isinstance(each, Known) and not each.value), None)
    unknown = next((each for each in answers if isinstance(each, Unknown)), None)
    answer = plain or unknown or answers[0]
    return (Facet(FacetName.ENCRYPTED_AT_REST, answer, "encrypted", Weight.LESS, ("CKV_AWS_8", "AVD-AWS-0008")),)


def _disks(holder: Resource) -> Iterator[Node]:
    """Yield the described disks of a machine, or of the template that it is started from."""
    for name in _OF_MACHINES:
        yield from blocks(argument(holder, name))[0]
    for mapping in blocks(argument(holder, "block_device_mappings"))[0]:
        disk = first(mapping["ebs"])
        if is_present(disk):
            yield disk


def _encrypted(disk: Node, resources: Resources) -> Value[bool]:
    """Return whether a disk is encrypted: what it says, else what its snapshot or its account does."""
    written = disk["encrypted"]
    if not written.is_absent:
        value = written.boolean()
        return value if isinstance(value, Known | Unknown) else Unknown(reason(written), written.at)
    if may_be_present(disk["snapshot_id"]):
        return Unknown("whether a disk from a snapshot is encrypted, the snapshot decides", disk["snapshot_id"].at)
    switches = resources.of_type(_SWITCH)
    if switches:
        return boolean_or_default(argument(switches[0], "enabled"), f"{_SWITCH}.enabled")
    stated = fact("aws_defaults", "aws_instance.disk_encrypted")
    return default(bool(stated.value), disk.key_at or disk.at, stated.words)


def attached_volumes(machine: Resource, resources: Resources) -> tuple[PodVolume, ...]:
    """Return the volumes that are attached to a machine."""
    return tuple(
        PodVolume(
            name=known_value(argument(each, "device_name").string()) or each.name,
            kind=Known(VolumeKind.PERSISTENT, each.at),
            type="ebs",
            source=pointed(resources, argument(each, "volume_id")),
            at=each.at,
        )
        for each in resources.of_type("aws_volume_attachment")
        if machine in mentioned(resources, argument(each, "instance_id"))
    )
