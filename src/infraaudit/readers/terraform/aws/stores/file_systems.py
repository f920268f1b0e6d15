"""Lifts the file systems of Amazon EFS and FSx."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Absent, DataClass, Disk, FacetName, Known, Unknown
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.aws.stores.backup import told_by_tag
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Datastore, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_EFS = StoreKind("aws_efs_file_system", "efs", "creation_token", named=True)
_LUSTRE = "aws_fsx_lustre_file_system"
_FSX = tuple(
    StoreKind(f"aws_fsx_{kind}_file_system", "fsx", groups="security_group_ids", named=True)
    for kind in ("windows", "ontap", "openzfs", "lustre")
)


def lift_file_systems(resources: Resources) -> Iterator[Datastore]:
    """Lift ``aws_efs_file_system``, whose groups stand on its mount targets, and the four kinds of FSx."""
    for resource in resources.of_type(_EFS.type):
        groups = tuple(
            argument(target, "security_groups")
            for target in resources.of_type("aws_efs_mount_target")
            if resource in mentioned(resources, argument(target, "file_system_id"))
        )
        store = store_of(resource, resources, _EFS, Found(answers=_answers(resource, resources), groups=groups))
        yield replace(store, disk=_disk(resource))
    for kind in _FSX:
        for resource in resources.of_type(kind.type):
            yield store_of(resource, resources, kind, Found(data_class=_class_of(resource)))


def _disk(resource: Resource) -> Disk:
    """Return that a file system grows by itself, and how its speed is bought: with its size, by the unit or by use."""
    mode = string_or_default(argument(resource, "throughput_mode"), "aws_efs_file_system.throughput_mode")
    nothing = Absent(resource.at)
    return Disk(size=nothing, grows=None, setting="throughput_mode", largest=nothing, type=mode)


def _answers(resource: Resource, resources: Resources) -> Mapping[FacetName, Value[bool]]:
    for policy in resources.of_type("aws_efs_backup_policy"):
        if resource in mentioned(resources, argument(policy, "file_system_id")):
            status = argument(policy, "backup_policy.status").string()
            if isinstance(status, Known):
                return {FacetName.BACKED_UP: status.map(lambda text: text == "ENABLED")}
            return {FacetName.BACKED_UP: Unknown("the status of the backup policy cannot be told", status.at)}
    tagged = told_by_tag(resource, resources)
    return {} if tagged is None else {FacetName.BACKED_UP: tagged}


def _class_of(resource: Resource) -> DataClass | None:
    """Return that scratch file systems keep nothing, which those of Lustre are unless they are told to persist."""
    if resource.type != _LUSTRE:
        return None
    kind = argument(resource, "deployment_type").string()
    lasting = isinstance(kind, Unknown) or (isinstance(kind, Known) and kind.value.upper().startswith("PERSISTENT"))
    return None if lasting else DataClass.TRANSIENT
