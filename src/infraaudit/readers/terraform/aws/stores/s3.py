"""Lifts the buckets of Amazon S3 with what other resources say of them: versions, and rules that delete objects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Expiration, FacetName, Known, ObjectStore, Unknown, default
from infraaudit.readers.terraform.aws.stores.bucket_guards import https_alone, own_key
from infraaudit.readers.terraform.aws.stores.bucket_parts import about, access_logged, perhaps
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.aws.stores.public_buckets import access_to, is_site
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_present, may_be_present
from infraaudit.readers.terraform.lifting.buckets import role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_BUCKET = StoreKind("aws_s3_bucket", "s3", "bucket", named=True)
_VERSIONING = "aws_s3_bucket_versioning"
_LOCK = "aws_s3_bucket_object_lock_configuration"
_REPLICATION = "aws_s3_bucket_replication_configuration"
_LIFECYCLE = "aws_s3_bucket_lifecycle_configuration"


def lift_buckets(resources: Resources) -> Iterator[ObjectStore]:
    """Lift ``aws_s3_bucket``."""
    for resource in resources.of_type("aws_s3_bucket"):
        rules = list(_rules(resource, resources))
        answers = {
            FacetName.ACCESS_LOGGED: access_logged(resource, resources),
            FacetName.ONE_ZONE: _one_zone(resource, rules),
            FacetName.OWN_KEY: own_key(resource, resources),
            FacetName.HTTPS_ALONE: https_alone(resource, resources),
        }
        store = store_of(resource, resources, _BUCKET, Found(answers=answers))
        store = replace(store, copied_away=_copied_away(resource, resources))
        yield ObjectStore.of(
            store,
            role=role_of((resource.name, *store.identifiers)),
            versioning=_versioning(resource, resources),
            expirations=tuple(each for rule in rules for each in _expirations(rule)),
            expirations_doubt=_doubt(resource, resources),
            public=access_to(resource, resources),
            site=is_site(resource, resources),
            locked=_locked(resource, resources),
            old_versions=_old_versions(resource, resources, rules),
            unfinished=_unfinished(resource, resources, rules),
        )


def _locked(resource: Resource, resources: Resources) -> Maybe[bool]:
    """Return whether a lock keeps objects: one with a rule for those that nobody locks by hand."""
    found = about(resource, resources, _LOCK)
    for each in found:
        retention = argument(each, "rule.default_retention")
        if is_present(retention):
            return Known(value=True, at=retention.at)
    inline = argument(resource, "object_lock_configuration.rule.default_retention")
    if is_present(inline):
        return Known(value=True, at=inline.at)
    maybe = perhaps(resources, _LOCK)
    if maybe is not None or (found and argument(found[0], "rule").is_unknown):
        return Unknown(f"whether a lock keeps the objects of {resource.address} cannot be told", resource.at)
    return Absent(resource.at)


def _copied_away(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a rule in force copies the objects to another bucket."""
    holders = [argument(resource, "replication_configuration.rules")]
    holders += [argument(each, "rule") for each in about(resource, resources, _REPLICATION)]
    for holder in holders:
        rules, complete = blocks(holder)
        for rule in rules:
            if rule["status"].content != "Disabled":
                return Known(value=True, at=rule.key_at or rule.at)
        if not complete:
            return Unknown("the rules by which objects are copied cannot all be told", holder.key_at or holder.at)
    maybe = perhaps(resources, _REPLICATION)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return Known(value=False, at=resource.at)


def _old_versions(resource: Resource, resources: Resources, rules: Sequence[Node]) -> Maybe[int]:
    """Return the days after which a rule in force deletes versions that were overwritten."""
    found: list[Maybe[int]] = []
    for rule in rules:
        if not _in_force(rule):
            continue
        written = first(rule["noncurrent_version_expiration"])
        days = written["noncurrent_days"] if not written["noncurrent_days"].is_absent else written["days"]
        if not days.is_absent:
            found.append(days.integer())
    doubt = _doubt(resource, resources)
    if not found and isinstance(doubt, Unknown):
        return Unknown(doubt.why, doubt.at)
    known = [each for each in found if isinstance(each, Known)]
    return min(known, key=lambda each: each.value, default=found[0] if found else Absent(resource.at))


def _in_force(rule: Node) -> bool:
    return rule["status"].content != "Disabled" and rule["enabled"].content is not False


def _unfinished(resource: Resource, resources: Resources, rules: Sequence[Node]) -> Maybe[int]:
    """Return the days after which a rule in force throws the parts of unfinished uploads away."""
    for rule in rules:
        node = first(rule["abort_incomplete_multipart_upload"])["days_after_initiation"]
        days = node if not node.is_absent else rule["abort_incomplete_multipart_upload_days"]
        if _in_force(rule) and not days.is_absent:
            return days.integer()
    doubt = _doubt(resource, resources)
    return Unknown(doubt.why, doubt.at) if isinstance(doubt, Unknown) else Absent(resource.at)


def _one_zone(resource: Resource, rules: Sequence[Node]) -> Value[bool]:
    """Return whether a rule in force moves objects to a class that keeps them in one zone."""
    for rule in rules:
        for move in blocks(rule["transition"])[0] if _in_force(rule) else ():
            name = move["storage_class"].string()
            if isinstance(name, Unknown):
                return Unknown(name.why, name.at)
            if isinstance(name, Known) and name.value in _SINGLE:
                return Known(value=True, at=name.at)
    return Known(value=False, at=resource.at)


_SINGLE = frozenset({"ONEZONE_IA", "EXPRESS_ONEZONE"})
"""Classes of storage whose objects lie in one zone."""


def _versioning(resource: Resource, resources: Resources) -> Value[bool]:
    for each in about(resource, resources, _VERSIONING):
        status = argument(each, "versioning_configuration.status").string()
        if isinstance(status, Absent):
            return Unknown("whether versions are kept is not written", status.at)
        return status.map(lambda text: text == "Enabled")
    stated = fact("aws_defaults", "aws_s3_bucket.versioning")
    written = argument(resource, "versioning.enabled").boolean()
    maybe = perhaps(resources, _VERSIONING)
    if isinstance(written, Absent) and maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return default(bool(stated.value), resource.at, stated.words) if isinstance(written, Absent) else written


def _rules(resource: Resource, resources: Resources) -> Iterator[Node]:
    yield from blocks(argument(resource, "lifecycle_rule"))[0]
    for each in about(resource, resources, _LIFECYCLE):
        yield from blocks(argument(each, "rule"))[0]


def _doubt(resource: Resource, resources: Resources) -> Maybe[str] | None:
    """Return why there may be other rules than those that can be read."""
    nodes = [argument(resource, "lifecycle_rule")]
    nodes += [argument(each, "rule") for each in about(resource, resources, _LIFECYCLE)]
    for node in nodes:
        if not blocks(node)[1]:
            return Unknown("the rules by which objects are deleted cannot all be told", node.key_at or node.at)
    maybe = perhaps(resources, _LIFECYCLE)
    return None if maybe is None else Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)


def _expirations(rule: Node) -> Iterator[Expiration]:
    """Yield the deletion of current objects that a rule orders, if it is in force and orders any."""
    enabled = rule["enabled"].boolean()
    status = rule["status"].string()
    if (isinstance(enabled, Known) and not enabled.value) or (isinstance(status, Known) and status.value == "Disabled"):
        return
    expiration = first(rule["expiration"])
    days, date = expiration["days"], expiration["date"]
    if days.is_absent and date.is_absent:
        return
    in_force: Value[bool] = Unknown(status.why, status.at) if isinstance(status, Unknown) else _everything(rule)
    at = days.at if not days.is_absent else date.at
    yield Expiration(_age(days, date), in_force, at)


def _age(days: Node, date: Node) -> Value[int]:
    written = days.integer()
    if isinstance(written, Absent):
        return Known(0, date.at)
    return written


def _everything(rule: Node) -> Value[bool]:
    """Return whether no prefix, tag or size limits a rule."""
    limits = [rule["prefix"], rule["tags"], *_filters(first(rule["filter"]))]
    for node in limits:
        if node.is_unknown:
            return Unknown("what the rule is limited to cannot be told", node.at)
        if may_be_present(node) and node.content != "" and not (node.is_mapping and not node.items()):
            return Known(value=False, at=node.at)
    return Known(value=True, at=rule.key_at or rule.at)


def _filters(filter_: Node) -> Iterator[Node]:
    yield from (filter_[key] for key in ("prefix", "tag", "object_size_greater_than", "object_size_less_than"))
    both = first(filter_["and"])
    yield from (both[key] for key in ("prefix", "tags", "object_size_greater_than", "object_size_less_than"))


# -- for how long objects are kept -----------------------------------------------------------------------------


def days_kept(resource: Resource, resources: Resources) -> Maybe[int]:
    """Return the most days that a rule in force leaves to objects, absent where no rule deletes any."""
    found = [each.days for rule in _rules(resource, resources) for each in _expirations(rule)]
    known = [each for each in found if isinstance(each, Known)]
    if known or found:
        return max(known, key=lambda each: each.value, default=found[0])
    doubt = _doubt(resource, resources)
    return Unknown(doubt.why, doubt.at) if isinstance(doubt, Unknown) else Absent(resource.at)


def is_locked(resource: Resource, resources: Resources) -> bool:
    """Whether a lock keeps the objects of a bucket, or may."""
    return not isinstance(_locked(resource, resources), Absent)
