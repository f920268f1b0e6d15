"""Lifts the images that are looked up for machines of Compute Engine.

A family that a machine names itself is not among them: the provider takes any image of it for the same one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, MachineImage, MachineImageUse, Unknown
from infraaudit.readers.terraform.google.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, may_be_present, reason
from infraaudit.readers.terraform.lifting.lifecycle import ignores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_IMAGE = "google_compute_image"
_MACHINE = "google_compute_instance"
_TEMPLATES = ("google_compute_instance_template", "google_compute_region_instance_template")
_BOOTS_FROM = "boot_disk[0].initialize_params[0].image"


def lift_machine_images(resources: Resources) -> Iterator[MachineImage]:
    """Lift the data sources. Their publisher is the project that they name, or the own one, and no stranger."""
    images = [each for each in resources.members if each.data and each.type == _IMAGE]
    holders = resources.of_type(_MACHINE, *_TEMPLATES) if images else ()
    for image in images:
        yield MachineImage(
            **image.head,
            newest=_newest(image),
            owned=Known(value=True, at=argument(image, "project").at),
            users=tuple(_uses(image, holders)),
        )


def _newest(image: Resource) -> Value[bool]:
    """Return whether the newest that fits is taken, as it is of a family."""
    family = argument(image, "family")
    if may_be_present(family):
        return Unknown(reason(family), family.at) if family.open else Known(value=True, at=family.at)
    return boolean_or_default(argument(image, "most_recent"), f"{_IMAGE}.most_recent")


def _uses(image: Resource, holders: tuple[Resource, ...]) -> Iterator[MachineImageUse]:
    for holder in holders:
        for node in _named_by(holder):
            if image.address in node.mentions:
                yield MachineImageUse(holder.address, node.at, _replaced(holder))


def _named_by(holder: Resource) -> Iterator[Node]:
    if holder.type != _MACHINE:
        yield from (each["source_image"] for each in blocks(argument(holder, "disk"))[0])
        return
    yield first(argument(holder, "boot_disk.initialize_params"))["image"]


def _replaced(holder: Resource) -> Value[bool]:
    """Return whether another image replaces a machine: one by itself; those of a template are left as they are."""
    if holder.type != _MACHINE:
        return Known(value=False, at=holder.at)
    ignored = ignores(holder, _BOOTS_FROM)
    return Known(not ignored.value, ignored.at) if isinstance(ignored, Known) else ignored
