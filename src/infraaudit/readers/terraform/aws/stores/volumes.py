"""Lifts the volumes of Amazon EBS, with the account's encryption and the schedules that copy them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, Unknown
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.stores.backup import told_by_tag
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Datastore, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_VOLUME = StoreKind("aws_ebs_volume", "ebs", named=True)
_SCHEDULE = "aws_dlm_lifecycle_policy"


def lift_volumes(resources: Resources) -> Iterator[Datastore]:
    """Lift ``aws_ebs_volume``."""
    for resource in resources.of_type(_VOLUME.type):
        store = store_of(resource, resources, _VOLUME, Found(answers=_answers(resource, resources)))
        yield replace(store, copied_away=_copied_away(resource, resources))


def _answers(resource: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    """Return what others say of a volume: the account may encrypt every one, and a schedule may copy it."""
    answers: dict[FacetName, Value[bool]] = {}
    switches = resources.of_type("aws_ebs_encryption_by_default")
    if switches and argument(resource, "encrypted").is_absent:
        row = "aws_ebs_encryption_by_default.enabled"
        answers[FacetName.ENCRYPTED_AT_REST] = boolean_or_default(argument(switches[0], "enabled"), row)
    copied = _copied(resource, resources) or told_by_tag(resource, resources)
    if copied is not None:
        answers[FacetName.BACKED_UP] = copied
    return answers


def _copied(volume: Resource, resources: Resources) -> Value[bool] | None:
    """Return whether a schedule of the Data Lifecycle Manager copies a volume, or the machine that it belongs to."""
    return _by_schedule(volume, resources, resources.of_type(_SCHEDULE))


def _copied_away(volume: Resource, resources: Resources) -> Value[bool]:
    """Return whether a schedule that copies a volume also brings its copies to another region."""
    abroad = tuple(each for each in resources.of_type(_SCHEDULE) if _goes_abroad(each))
    return _by_schedule(volume, resources, abroad) or Known(value=False, at=volume.at)


def _goes_abroad(schedule: Resource) -> bool:
    schedules, complete = blocks(argument(schedule, "policy_details.schedule"))
    return not complete or any(may_be_present(each["cross_region_copy_rule"]) for each in schedules)


def _by_schedule(volume: Resource, resources: Resources, schedules: Sequence[Resource]) -> Value[bool] | None:
    holders = {"VOLUME": [volume], "INSTANCE": list(_machines(volume, resources))}
    doubt: Value[bool] | None = None
    for schedule in schedules:
        if argument(schedule, "state").content == "DISABLED":
            continue
        kinds = argument(schedule, "policy_details.resource_types").each()
        for holder in (each for kind in kinds for each in holders.get(str(kind.content), ())):
            answer = _selected(holder, schedule)
            if isinstance(answer, Unknown):
                doubt = doubt or answer
            elif answer.value:
                return answer
    return doubt


def _machines(volume: Resource, resources: Resources) -> Iterator[Resource]:
    for each in resources.of_type("aws_volume_attachment"):
        if volume in mentioned(resources, argument(each, "volume_id")):
            yield from mentioned(resources, argument(each, "instance_id"))


def _selected(holder: Resource, schedule: Resource) -> Value[bool]:
    """Return whether any tag that a schedule looks for is among those of a resource."""
    wanted, tags = argument(schedule, "policy_details.target_tags"), argument(holder, "tags")
    if not wanted.complete:
        return Unknown(f"which tags {schedule.address} looks for cannot be told", wanted.at)
    for key, value in wanted.items():
        stated, asked = tags[key], value.string()
        if stated.is_unknown or isinstance(asked, Unknown):
            node = stated if stated.is_unknown else value
            return Unknown(f"{schedule.address} selects by the tag {key}, and {reason(node)}", node.at)
        if isinstance(asked, Known) and stated.content == asked.value:
            return Known(value=True, at=value.at)
    return Known(value=False, at=schedule.at)
