"""Lifts snapshots and images, and tells with whom they are shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, FacetName, Known, Snapshot, Unknown
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ALL = "all"
_PERMISSIONS = {"aws_ami_launch_permission": "image_id", "aws_snapshot_create_volume_permission": "snapshot_id"}
_BLOCKS = {
    "aws_snapshot_create_volume_permission": "aws_ebs_snapshot_block_public_access",
    "aws_ami_launch_permission": "aws_ec2_image_block_public_access",
}
"""What shares a copy with others, the argument that names the copy, and the switch of the account that forbids it."""


def lift_snapshots(resources: Resources) -> Iterator[Snapshot]:
    """Lift the snapshots of databases and volumes, and images of machines."""
    for row in table("snapshots").values():
        for resource in resources.of_type(row.name):
            shared = _shared(resource, resources, row.get("permission", ""))
            answers = {} if shared is None else {FacetName.SHARED: shared}
            yield Snapshot(
                **resource.head,
                source=pointed(resources, _source(resource, row["sources"])),
                identifiers=literals(argument(resource, row.get("identifier", "name")).string()),
                facets=facets_of(resource, resources, answers),
            )


def lift_shared_snapshots(resources: Resources) -> Iterator[Snapshot]:
    """Lift what shares a snapshot or an image that is made elsewhere."""
    made = tuple(table("snapshots"))
    for type_, attribute in _PERMISSIONS.items():
        for resource in resources.of_type(type_):
            node = argument(resource, attribute)
            if mentioned(resources, node, *made):
                continue
            answer = _to_everybody(resource, resources)
            yield Snapshot(
                **resource.head,
                source=pointed(resources, node),
                facets=facets_of(resource, resources, {FacetName.SHARED: answer}),
            )


def _source(resource: Resource, names: list[str]) -> Node:
    nodes = [argument(resource, name) for name in names]
    return next((node for node in nodes if not node.is_absent), nodes[0])


def _shared(resource: Resource, resources: Resources, permission: str) -> Value[bool] | None:
    """Return whether anything shares a copy with everybody: its own list of accounts, or a permission of its own."""
    if not permission:
        return _listed(argument(resource, "shared_accounts"))
    answers = [
        _to_everybody(each, resources)
        for each in resources.of_type(permission)
        if resource in mentioned(resources, argument(each, _PERMISSIONS[permission]))
    ]
    public = next((each for each in answers if isinstance(each, Known) and each.value), None)
    return public or next((each for each in answers if isinstance(each, Unknown)), None)


def _listed(node: Node) -> Value[bool] | None:
    if node.is_absent:
        return None
    names = [each.string() for each in node.each()]
    everybody = next((each for each in names if isinstance(each, Known) and each.value == _ALL), None)
    if everybody is not None:
        return Known(value=True, at=everybody.at)
    if not node.complete or any(isinstance(each, Unknown) for each in names):
        return Unknown("with which accounts it is shared cannot all be told", node.at)
    return Known(value=False, at=node.at)


def _to_everybody(permission: Resource, resources: Resources) -> Value[bool]:
    """Return whether a permission is for everybody, unless a switch of the account forbids that."""
    written: list[Maybe[str]] = [argument(permission, name).string() for name in ("group", "account_id")]
    everybody = next((each for each in written if isinstance(each, Known) and each.value == _ALL), None)
    if everybody is None:
        unknown = argument(permission, "group")
        if unknown.is_unknown and not is_present(unknown):
            return Unknown(reason(unknown), unknown.at)
        return Known(value=False, at=permission.at)
    for block in resources.of_type(_BLOCKS[permission.type]):
        state = argument(block, "state").string()
        if isinstance(state, Unknown):
            return Unknown(f"{block.address} may forbid it: {state.why}", state.at)
        if not isinstance(state, Absent) and state.value.startswith("block"):
            return Known(value=False, at=state.at)
    return Known(value=True, at=everybody.at)
