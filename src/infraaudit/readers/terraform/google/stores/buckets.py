"""Lifts the buckets of Cloud Storage with their versions and the rules that delete objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, BucketRole, Expiration, Known, ObjectStore, PublicAccess, Unknown
from infraaudit.readers.terraform.google.defaults import boolean_or_default, integer_or_default
from infraaudit.readers.terraform.google.identity.grants import EVERYBODY, Place, everybody_in, grants_on, thing_of
from infraaudit.readers.terraform.google.observability.sinks import takes_logs
from infraaudit.readers.terraform.google.stores.other_stores import bucket_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, may_be_present
from infraaudit.readers.terraform.lifting.buckets import role_of
from infraaudit.readers.terraform.lifting.pointing import means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_GRANTS = Place("google_storage_bucket", "bucket", "google_storage_bucket")
_ENTRIES = ("google_storage_bucket_access_control", "google_storage_default_object_access_control")
_LISTS = ("google_storage_bucket_acl", "google_storage_default_object_acl")
_PREDEFINED = {
    "publicread": PublicAccess.READ,
    "publicreadwrite": PublicAccess.WRITE,
    "authenticatedread": PublicAccess.READ,
}
"""What the lists of Cloud Storage that have a name let everybody do."""

_WRITES = re.compile(r"admin|creator|user|owner|writer", re.IGNORECASE)
_LIMITS = (
    "matches_prefix", "matches_suffix", "matches_storage_class", "num_newer_versions", "days_since_noncurrent_time",
    "noncurrent_time_before", "custom_time_before", "days_since_custom_time",
)  # fmt: skip


def lift_buckets(resources: Resources) -> Iterator[ObjectStore]:
    """Lift ``google_storage_bucket``."""
    for resource in resources.of_type("google_storage_bucket"):
        store = bucket_of(resource)
        node = argument(resource, "lifecycle_rule")
        rules, complete = blocks(node)
        why = "the rules by which objects are deleted cannot all be told"
        yield ObjectStore.of(
            store,
            role=_role(resource, resources, store.identifiers),
            versioning=_versioning(resource),
            expirations=tuple(each for rule in rules for each in _expirations(rule)),
            expirations_doubt=None if complete else Unknown(why, node.key_at or node.at),
            public=_access(resource, resources),
            locked=_locked(resource),
            old_versions=_old_versions(rules, resource),
            site=may_be_present(argument(resource, "website")) or argument(resource, "requester_pays").content is True,
        )


def _role(resource: Resource, resources: Resources, identifiers: tuple[str, ...]) -> BucketRole:
    """Return what a bucket is there for: for logs where a sink writes to it, else what its names tell."""
    if takes_logs(resource, resources, "name"):
        return BucketRole.LOGS
    return role_of((resource.name, *identifiers))


def _locked(resource: Resource) -> Maybe[bool]:
    """Return whether objects cannot be deleted before their time, by a policy that itself can no longer be changed."""
    policy = argument(resource, "retention_policy")
    if policy.is_unknown or policy.open:
        return Unknown("whether objects are kept for a time cannot be told", policy.at)
    return argument(resource, "retention_policy.is_locked").boolean() if may_be_present(policy) else Absent(policy.at)


def _old_versions(rules: tuple[Node, ...], resource: Resource) -> Maybe[int]:
    """Return after how many days versions that were overwritten are deleted."""
    for rule in rules:
        condition = first(rule["condition"])
        if first(rule["action"])["type"].content != "Delete":
            continue
        days = condition["days_since_noncurrent_time"].integer()
        if not isinstance(days, Absent) and not (isinstance(days, Known) and days.value == 0):
            return days
        if condition["with_state"].content == "ARCHIVED" or not condition["num_newer_versions"].is_absent:
            age = condition["age"].integer()
            return age if not isinstance(age, Absent) else Known(0, condition.key_at or condition.at)
    return Absent(resource.at)


def _access(resource: Resource, resources: Resources) -> Value[PublicAccess]:
    """Return what everybody may do by a membership, unless the bucket keeps the public out whatever is granted."""
    prevention = argument(resource, "public_access_prevention").string()
    if isinstance(prevention, Known) and prevention.value == "enforced":
        return prevention.map(_nobody)
    found = next(_openings(resource, resources), None)
    return Known(PublicAccess.NONE, resource.at) if found is None else found


def _openings(resource: Resource, resources: Resources) -> Iterator[Value[PublicAccess]]:
    """Yield what lets everybody in: a grant, or an entry of a list. Uniform access makes lists count for nothing."""
    for grant in grants_on(_GRANTS, resources):
        member = everybody_in(grant)
        if member is not None and thing_of(grant, _GRANTS, resources) == (resource.address,):
            yield Known(_may(str(grant.role.content)), member.at)
    uniform = argument(resource, "uniform_bucket_level_access").boolean()
    if isinstance(uniform, Known) and uniform.value:
        return
    for entry in resources.of_type(*_ENTRIES):
        entity = argument(entry, "entity")
        if entity.is_scalar and entity.content in EVERYBODY and _is_of(entry, resource, resources):
            yield Known(_may(str(argument(entry, "role").content)), entity.at)
    for list_ in resources.of_type(*_LISTS):
        if _is_of(list_, resource, resources):
            yield from _listed(list_)


def _is_of(entry: Resource, bucket: Resource, resources: Resources) -> bool:
    return means(resources, argument(entry, "bucket"), bucket, "name") is True


def _listed(list_: Resource) -> Iterator[Value[PublicAccess]]:
    """Yield what a whole list lets everybody do: by its name, or by its entries such as ``READER:allUsers``."""
    named = argument(list_, "predefined_acl").string()
    if isinstance(named, Known) and named.value.lower() in _PREDEFINED:
        yield Known(_PREDEFINED[named.value.lower()], named.at)
    for each in argument(list_, "role_entity").each():
        role, _, entity = str(each.content).partition(":")
        if each.is_scalar and entity in EVERYBODY:
            yield Known(_may(role), each.at)


def _may(role: str) -> PublicAccess:
    return PublicAccess.WRITE if _WRITES.search(role) else PublicAccess.READ


def _nobody(_: str) -> PublicAccess:
    return PublicAccess.NONE


def _versioning(resource: Resource) -> Value[bool]:
    """Return whether what was deleted can be had back: as an old version, or for some days by itself."""
    days = integer_or_default(
        argument(resource, "soft_delete_policy.retention_duration_seconds"), "google_storage_bucket.soft_delete"
    )
    versions = boolean_or_default(argument(resource, "versioning.enabled"), "google_storage_bucket.versioning")
    if isinstance(versions, Known) and not versions.value:
        return days.map(_above_zero)
    return versions


def _above_zero(seconds: int) -> bool:
    return seconds > 0


def _expirations(rule: Node) -> Iterator[Expiration]:
    condition = first(rule["condition"])
    action = first(rule["action"])["type"].string()
    age = condition["age"].integer()
    state = condition["with_state"].content
    if not isinstance(action, Known) or action.value != "Delete" or isinstance(age, Absent) or state == "ARCHIVED":
        return
    yield Expiration(age, _everything(condition), age.at)


def _everything(condition: Node) -> Value[bool]:
    for key in _LIMITS:
        node = condition[key]
        if node.is_unknown:
            return Unknown("what the rule is limited to cannot be told", node.at)
        if may_be_present(node) and node.content != 0:
            return Known(value=False, at=node.at)
    return Known(value=True, at=condition.key_at or condition.at)
