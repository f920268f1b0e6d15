from __future__ import annotations

import pytest

from infraaudit.model import Known, MachineImage, MetadataService, Unknown, VirtualMachines, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only


@pytest.mark.parametrize(
    ("body", "sessions"),
    [
        ("{}", False),
        ("{metadata_options: [{http_tokens: required}]}", True),
        ("{metadata_options: [{http_tokens: optional}]}", False),
        ("{metadata_options: [{http_endpoint: enabled}]}", False),
        ("{metadata_options: [{http_tokens: unknown(var.tokens)}]}", None),
        ("{metadata_options: unknown(var.options)}", None),
    ],
)
@pytest.mark.parametrize("type_", ["aws_instance", "aws_launch_template", "aws_launch_configuration"])
def test_sessions_are_asked_for_where_it_says_so(type_: str, body: str, sessions: bool | None) -> None:  # noqa: FBT001 - a case
    service = only(f"{type_}.web: {body}\n", MetadataService)
    assert known_value(service.sessions) is sessions


def test_what_the_account_asks_for_holds_where_nothing_is_written() -> None:
    text = "aws_ec2_instance_metadata_defaults.a: {http_tokens: required}\naws_instance.web: %s\n"
    assert known_value(only(text % "{}", MetadataService).sessions) is True
    own = only(text % "{metadata_options: [{http_tokens: optional}]}", MetadataService)
    assert known_value(own.sessions) is False


def test_a_machine_that_says_nothing_is_told_by_its_template() -> None:
    services = lifted(
        "aws_launch_template.t: {metadata_options: [{http_tokens: required}]}\n"
        "aws_instance.web: {launch_template: [{id: ref(aws_launch_template.t.id)}]}\n",
        MetadataService,
    )
    assert [each.address for each in services] == ["aws_launch_template.t#metadata"]


def test_a_machine_keeps_its_place_beside_what_it_tells() -> None:
    assert only("aws_instance.web: {}\n", VirtualMachines).address == "aws_instance.web"


IMAGE = """\
data.aws_ami.linux: %s
aws_instance.web: {ami: ref(data.aws_ami.linux.id)%s}
aws_launch_template.t: {image_id: ref(data.aws_ami.linux.id)}
aws_instance.other: {ami: ami-1}
"""


@pytest.mark.parametrize(
    ("body", "newest", "owned"),
    [
        ("{}", False, False),
        ("{most_recent: true, owners: [amazon]}", True, True),
        ("{most_recent: unknown(var.newest), owners: unknown(var.owners)}", None, None),
        ("{filter: [{name: owner-id, values: ['123']}]}", False, True),
        ("{filter: unknown(var.filters)}", False, None),
    ],
)
def test_an_image_is_told_by_its_publisher_and_its_age(body: str, newest: bool | None, owned: bool | None) -> None:  # noqa: FBT001 - cases
    image = only(IMAGE % (body, ""), MachineImage)
    assert (known_value(image.newest), known_value(image.owned)) == (newest, owned)


@pytest.mark.parametrize(
    ("lifecycle", "replaced"),
    [
        ("", True),
        (", lifecycle: [{ignore_changes: [ami]}]", False),
        (", lifecycle: [{ignore_changes: unknown(var.left)}]", None),
    ],
)
def test_another_image_replaces_a_machine_and_leaves_those_of_a_template(lifecycle: str, replaced: bool | None) -> None:  # noqa: FBT001 - a case
    image = only(IMAGE % ("{most_recent: true}", lifecycle), MachineImage)
    machine, template = image.users
    assert (machine.address, template.address) == ("aws_instance.web", "aws_launch_template.t")
    assert isinstance(machine.replaced, Known | Unknown)
    assert known_value(machine.replaced) is replaced
    assert known_value(template.replaced) is False
