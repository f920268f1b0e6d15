"""Lifts what machines of EC2 tell about themselves, and the images that they are started from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, MachineImage, MachineImageUse, MetadataService, Unknown, default
from infraaudit.readers.terraform.aws.compute.capacity import template_of
from infraaudit.readers.terraform.aws.compute.machines import public_of_machine, public_of_template
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, may_be_present, reason
from infraaudit.readers.terraform.lifting.lifecycle import ignores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_MACHINES = ("aws_instance", "aws_spot_instance_request")
_TEMPLATES = ("aws_launch_template", "aws_launch_configuration")
_ACCOUNT = "aws_ec2_instance_metadata_defaults"
_IMAGE = "aws_ami"
_NAMES = ("ami", "image_id")
_TABLE = "aws_defaults"
_REQUIRED = "required"


def lift_metadata_services(resources: Resources) -> Iterator[MetadataService]:
    """Lift the options of machines and templates. A machine that says nothing has those of its template."""
    for resource in resources.of_type(*_TEMPLATES):
        yield _service(resource, resources, public_of_template(resource, resource.at))
    for resource in resources.of_type(*_MACHINES):
        template = template_of(resource, resources)
        if template is None or may_be_present(argument(resource, "metadata_options")):
            yield _service(resource, resources, public_of_machine(resource, resources))


def _service(resource: Resource, resources: Resources, public: Maybe[bool]) -> MetadataService:
    options = "metadata_options"
    endpoint = argument(resource, f"{options}.http_endpoint")
    return MetadataService(
        address=f"{resource.address}#metadata",
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        enabled=string_or_default(endpoint, "metadata_options.http_endpoint").map(lambda text: text != "disabled"),
        sessions=_sessions(resource, resources),
        hops=argument(resource, f"{options}.http_put_response_hop_limit").integer(),
        public=public,
    )


def _sessions(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a session is asked for: by the machine, else by the account, else as EC2 does it."""
    written = argument(resource, "metadata_options.http_tokens").string()
    if not isinstance(written, Absent):
        return written.map(_asks)
    for account in resources.of_type(_ACCOUNT):
        of_account = argument(account, "http_tokens").string()
        if not isinstance(of_account, Absent):
            return of_account.map(_asks)
    stated = fact(_TABLE, "metadata_options.http_tokens")
    return default(stated.value == _REQUIRED, written.at, stated.words)


def _asks(tokens: str) -> bool:
    return tokens == _REQUIRED


# -- images ------------------------------------------------------------------------------------------------------


def lift_machine_images(resources: Resources) -> Iterator[MachineImage]:
    """Lift the images that are looked up: data sources, which nobody else reads."""
    images = [each for each in resources.members if each.data and each.type == _IMAGE]
    holders = resources.of_type(*_MACHINES, *_TEMPLATES) if images else ()
    for image in images:
        yield MachineImage(
            **image.head,
            newest=boolean_or_default(argument(image, "most_recent"), f"{_IMAGE}.most_recent"),
            owned=_owned(image),
            users=tuple(_uses(image, holders)),
        )


def _owned(image: Resource) -> Value[bool]:
    """Return whether a publisher is named; the filters of a name or an id may name one as well."""
    owners = argument(image, "owners")
    if may_be_present(owners):
        return Known(value=True, at=owners.at) if is_present(owners) else Unknown(reason(owners), owners.at)
    filters = argument(image, "filter")
    for each in filters.each():
        if each["name"].content in {"owner-id", "owner-alias", "image-id"}:
            return Known(value=True, at=each.at)
        if each["name"].is_unknown:
            return Unknown("what the image is looked up by cannot be told", each.at)
    if filters.open or filters.is_unknown:
        return Unknown("what the image is looked up by cannot be told", filters.at)
    return Known(value=False, at=image.at)


def _uses(image: Resource, holders: tuple[Resource, ...]) -> Iterator[MachineImageUse]:
    for holder in holders:
        for name in _NAMES:
            node = argument(holder, name)
            if image.address in node.mentions:
                yield MachineImageUse(holder.address, node.at, _replaced(holder, name))


def _replaced(holder: Resource, name: str) -> Value[bool]:
    """Return whether another image replaces a machine: one by itself; those of a template are left as they are."""
    if holder.type not in _MACHINES:
        return Known(value=False, at=holder.at)
    ignored = ignores(holder, name)
    return Known(not ignored.value, ignored.at) if isinstance(ignored, Known) else ignored
