"""Tells whether a plan of AWS Backup selects a resource, by reference, by wildcard or by tag."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

SELECTION = "aws_backup_selection"
_SERVICES = {
    "aws_db_instance": "arn:aws:rds:::db:",
    "aws_rds_cluster": "arn:aws:rds:::cluster:",
    "aws_docdb_cluster": "arn:aws:rds:::cluster:",
    "aws_neptune_cluster": "arn:aws:rds:::cluster:",
    "aws_dynamodb_table": "arn:aws:dynamodb:::table/",
    "aws_efs_file_system": "arn:aws:elasticfilesystem:::file-system/",
    "aws_fsx_windows_file_system": "arn:aws:fsx:::file-system/",
    "aws_fsx_ontap_file_system": "arn:aws:fsx:::file-system/",
    "aws_fsx_openzfs_file_system": "arn:aws:fsx:::file-system/",
    "aws_fsx_lustre_file_system": "arn:aws:fsx:::file-system/",
    "aws_ebs_volume": "arn:aws:ec2:::volume/",
    "aws_redshift_cluster": "arn:aws:redshift:::cluster:",
    "aws_s3_bucket": "arn:aws:s3:::",
    "aws_timestreaminfluxdb_db_instance": "",
}
"""The resource types that AWS Backup can select, and how their ARNs begin when account and region are left out."""

SELECTABLE = tuple(_SERVICES)
_SETTINGS = "aws_backup_region_settings"
_OPT_IN = {
    "aws_db_instance": "RDS",
    "aws_rds_cluster": "Aurora",
    "aws_docdb_cluster": "DocumentDB",
    "aws_neptune_cluster": "Neptune",
    "aws_dynamodb_table": "DynamoDB",
    "aws_efs_file_system": "EFS",
    "aws_ebs_volume": "EBS",
    "aws_redshift_cluster": "Redshift",
    "aws_s3_bucket": "S3",
    "aws_fsx_windows_file_system": "FSx",
    "aws_fsx_ontap_file_system": "FSx",
    "aws_fsx_openzfs_file_system": "FSx",
    "aws_fsx_lustre_file_system": "FSx",
}
"""How the settings of a region call the kinds that they may leave out."""


def covered(resource: Resource, resources: Resources, native: Value[bool]) -> Value[bool]:
    """Return whether a resource is backed up, natively or by a plan; unknown where a selection cannot be read."""
    if resource.type not in _SERVICES or (isinstance(native, Known) and native.value):
        return native
    doubt: Value[bool] | None = None
    for selection in resources.of_type(SELECTION):
        answer = selects(selection, resource, resources)
        if isinstance(answer, Known) and answer.value:
            return answer
        if isinstance(answer, Unknown):
            doubt = doubt or answer
    return native if doubt is None else doubt


def told_by_tag(resource: Resource, resources: Resources) -> Value[bool] | None:
    """Return that a tag speaks of copies, by which a plan elsewhere surely selects; ``None`` where none does.

    A tag by which something among these files selects speaks of that alone.
    """
    sought = {str(each["key"].content) for one in resources.of_type(SELECTION) for each in blocks(_by_tags(one))[0]}
    sought |= {key for one in resources.of_type(_SCHEDULE) for key, _ in argument(one, _SOUGHT).items()}
    for name, node in argument(resource, "tags").items():
        if name not in sought and any(word in name.lower() for word in _TELLING):
            return Unknown(f"its tag {name} speaks of a plan that is not among these files", node.at)
    return None


def _by_tags(selection: Resource) -> Node:
    return selection.body["selection_tag"]


_SCHEDULE = "aws_dlm_lifecycle_policy"
_SOUGHT = "policy_details.target_tags"
_TELLING = ("backup", "snapshot", "dlm")


def selects(selection: Resource, resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a selection takes in a resource."""
    left_out = _left_out(resource, resources)
    named = argument(selection, "resources")
    for node in named.each():
        if any(each.address == resource.address for each in mentioned(resources, node)):
            return Known(value=True, at=node.at)
        text = node.string()
        if isinstance(text, Known) and "*" in text.value and _matches(text.value, resource):
            return left_out or _unconditional(selection, node)
    if not named.complete or any(_is_foreign(node, resources) for node in named.each()):
        return Unknown(f"{selection.address} selects resources that cannot be told", named.at)
    return left_out or _by_tag(selection, resource)


def _left_out(resource: Resource, resources: Resources) -> Value[bool] | None:
    """Return that the settings of the region leave a kind out of every selection that does not name it."""
    word = _OPT_IN.get(resource.type)
    for settings in resources.of_type(_SETTINGS) if word is not None else ():
        chosen = argument(settings, "resource_type_opt_in_preference")[word or ""].boolean()
        if isinstance(chosen, Unknown):
            return Unknown(chosen.why, chosen.at)
        if isinstance(chosen, Known) and not chosen.value:
            return chosen
    return None


def _is_foreign(node: Node, resources: Resources) -> bool:
    return node.is_unknown and not mentioned(resources, node)


def _unconditional(selection: Resource, node: Node) -> Value[bool]:
    if argument(selection, "condition").is_absent and argument(selection, "not_resources").is_absent:
        return Known(value=True, at=node.at)
    return Unknown(f"{selection.address} selects by a wildcard with conditions", node.at)


def _matches(pattern: str, resource: Resource) -> bool:
    """Tell whether a wildcard takes in every resource of this type, whatever its region, account and name."""
    if pattern == "*":
        return True
    parts = pattern.split(":", 5)
    wanted = _SERVICES[resource.type].split(":", 5)
    if len(parts) < len(wanted) or parts[2] != wanted[2]:
        return False
    return fnmatchcase(wanted[5] + "anything", parts[5])


def _by_tag(selection: Resource, resource: Resource) -> Value[bool]:
    members, complete = blocks(selection.body["selection_tag"])
    for member in members:
        answer = _has_tag(resource, member)
        if not isinstance(answer, Known) or answer.value:
            return answer
    if not complete or is_present(argument(selection, "condition")):
        return Unknown(f"{selection.address} selects by tags that cannot be told", selection.at)
    return Known(value=False, at=selection.at)


def _has_tag(resource: Resource, wanted: Node) -> Value[bool]:
    key, value = wanted["key"].string(), wanted["value"].string()
    tags = argument(resource, "tags")
    if not isinstance(key, Known) or not isinstance(value, Known):
        return Unknown("a backup plan selects by a tag that cannot be told", wanted.at)
    stated = tags[key.value].string()
    if isinstance(stated, Unknown):
        return Unknown(f"a backup plan selects by the tag {key.value}, and {stated.why}", stated.at)
    return Known(isinstance(stated, Known) and stated.value == value.value, wanted.at)
