"""Lifts the trails of AWS CloudTrail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import AuditTrail, Known, Unknown, default
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.observability.log_groups import group_named
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "aws_cloudtrail"
_CATEGORY, _MANAGEMENT = "eventCategory", "Management"
_OF_TYPE, _OBJECTS = "resources.type", "AWS::S3::Object"


def lift_trails(resources: Resources) -> Iterator[AuditTrail]:
    """Lift ``aws_cloudtrail``."""
    for resource in resources.of_type(_TYPE):
        yield AuditTrail(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            records=_switch(resource, "enable_logging"),
            management=_management(resource),
            data=_data(resource),
            every_region=_switch(resource, "is_multi_region_trail"),
            global_services=_switch(resource, "include_global_service_events"),
            sealed=_switch(resource, "enable_log_file_validation"),
            bucket=pointed(resources, argument(resource, "s3_bucket_name")),
            log_group=group_named(resources, argument(resource, "cloud_watch_logs_group_arn")),
            identifiers=literals(argument(resource, "name").string()),
        )


def _switch(resource: Resource, name: str) -> Value[bool]:
    return boolean_or_default(argument(resource, name), f"{_TYPE}.{name}")


def _management(resource: Resource) -> Value[bool]:
    """Return whether the calls that manage resources are taken in: by default, unless selectors choose others."""
    plain, all_plain = blocks(resource.body["event_selector"])
    advanced, all_advanced = blocks(resource.body["advanced_event_selector"])
    choices = [boolean_or_default(each["include_management_events"], f"{_TYPE}.management") for each in plain]
    choices += [_chosen(each) for each in advanced]
    taken = next((each for each in choices if isinstance(each, Known) and each.value), None)
    if taken is not None:
        return taken
    unknown = next((each for each in choices if isinstance(each, Unknown)), None)
    if unknown is not None or not all_plain or not all_advanced:
        return unknown or Unknown("which events it takes in cannot be told", resource.at)
    stated = fact("aws_defaults", f"{_TYPE}.management")
    return choices[0] if choices else default(bool(stated.value), resource.at, stated.words)


def _data(resource: Resource) -> Value[bool]:
    """Return whether the calls that read or write objects of buckets are taken in; only selectors choose them."""
    plain, all_plain = blocks(resource.body["event_selector"])
    advanced, all_advanced = blocks(resource.body["advanced_event_selector"])
    kinds = [each["type"] for selector in plain for each in blocks(selector["data_resource"])[0]]
    for selector in advanced:
        for field in blocks(selector["field_selector"])[0]:
            if field["field"].content == _OF_TYPE:
                kinds.extend(field["equals"].each())
    named = next((each for each in kinds if each.content == _OBJECTS), None)
    if named is not None:
        return Known(value=True, at=named.at)
    if not all_plain or not all_advanced or any(each.is_unknown for each in kinds):
        return Unknown("which events it takes in cannot be told", resource.at)
    return Known(value=False, at=resource.at)


def _chosen(selector: Node) -> Value[bool]:
    """Return whether a selector by fields is for the calls that manage resources."""
    fields, complete = blocks(selector["field_selector"])
    for field in fields:
        if field["field"].content == _CATEGORY:
            values = [each.content for each in field["equals"].each()]
            if field["equals"].complete and not any(each.is_unknown for each in field["equals"].each()):
                return Known(_MANAGEMENT in values, field["equals"].at)
            return Unknown("the category of its events cannot be told", field.at)
    at = selector.key_at or selector.at
    return Known(value=False, at=at) if complete else Unknown("some of its fields cannot be told", at)
