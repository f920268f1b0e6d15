"""Lifts what sets something off: jobs of Cloud Scheduler, triggers of Eventarc, and what buckets tell topics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Trigger, TriggerKind, Unknown, default
from infraaudit.readers.terraform.google.defaults import TABLE, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, may_be_present
from infraaudit.readers.terraform.lifting.pointing import certain, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CLOCK, _EVENTS, _OBJECTS = "google_cloud_scheduler_job", "google_eventarc_trigger", "google_storage_notification"
_STARTED = (
    "google_cloud_run_v2_job",
    "google_cloud_run_v2_service",
    "google_cloud_run_service",
    "google_cloudfunctions2_function",
    "google_cloudfunctions_function",
    "google_workflows_workflow",
)
"""What answers at an address that a clock calls."""

_JOB = re.compile(r"/jobs/(?P<name>[^/:]+):run$")
_WORKFLOW = re.compile(r"/workflows/(?P<name>[^/:]+)/executions$")


def lift_triggers(resources: Resources) -> Iterator[Trigger]:
    """Lift the clocks, what Eventarc hands on, and the notifications of buckets."""
    for resource in resources.of_type(_CLOCK):
        yield _of_clock(resource, resources)
    for resource in resources.of_type(_EVENTS):
        yield _of_events(resource, resources)
    for resource in resources.of_type(_OBJECTS):
        yield Trigger(
            **resource.head,
            sets_off=Known(TriggerKind.OBJECTS, resource.at),
            schedule=Absent(resource.at),
            starts=pointed(resources, argument(resource, "topic")),
            enabled=Known(value=True, at=resource.at),
        )


# -- the clock ------------------------------------------------------------------------------------------------


def _of_clock(job: Resource, resources: Resources) -> Trigger:
    return Trigger(
        **job.head,
        sets_off=Known(TriggerKind.CLOCK, job.at),
        schedule=argument(job, "schedule").string(),
        starts=_started(job, resources),
        enabled=_enabled(job),
        retries=integer_or_default(argument(job, "retry_config.retry_count"), f"{_CLOCK}.retry_count"),
    )


def _enabled(job: Resource) -> Value[bool]:
    written = argument(job, "paused").boolean()
    if isinstance(written, Absent):
        stated = fact(TABLE, f"{_CLOCK}.enabled")
        return default(bool(stated.value), job.at, stated.words)
    return written.map(_is_not)


def _is_not(answer: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not answer


def _started(job: Resource, resources: Resources) -> Maybe[str]:
    """Return what a clock calls: the topic that it tells, or what answers at the address that it asks."""
    topic = argument(job, "pubsub_target.topic_name")
    if may_be_present(topic):
        return pointed(resources, topic)
    address = argument(job, "http_target.uri")
    found = mentioned(resources, address, *_STARTED)
    if len(found) == 1:
        return Known(found[0].address, address.at)
    text = address.string()
    if isinstance(text, Known):
        return _named(text.value, resources, address)
    if address.is_absent:
        return Absent(job.at)
    return Unknown("what answers at its address cannot be told", address.at)


def _named(address: str, resources: Resources, node: Node) -> Maybe[str]:
    """Return the job or workflow that an address of the cloud names, else the address itself."""
    for pattern, type_ in ((_JOB, "google_cloud_run_v2_job"), (_WORKFLOW, "google_workflows_workflow")):
        match = pattern.search(address)
        for each in resources.of_type(type_) if match is not None else ():
            if match is not None and argument(each, "name").content == match["name"]:
                return Known(each.address, node.at)
    return Known(address, node.at)


# -- events ---------------------------------------------------------------------------------------------------


def _of_events(trigger: Resource, resources: Resources) -> Trigger:
    criteria, complete = blocks(argument(trigger, "matching_criteria"))
    heard = [each["value"].string() for each in criteria if each["attribute"].content == "type"]
    known = tuple(each.value for each in heard if isinstance(each, Known))
    return Trigger(
        **trigger.head,
        sets_off=Known(TriggerKind.EVENTS, trigger.at),
        schedule=Absent(trigger.at),
        starts=_destination(trigger, resources),
        enabled=Known(value=True, at=trigger.at),
        hears=known,
        hears_complete=complete and len(known) == len(heard),
    )


def _destination(trigger: Resource, resources: Resources) -> Maybe[str]:
    for path in ("cloud_run_service.service", "workflow", "http_endpoint.uri"):
        node = argument(trigger, f"destination.{path}")
        if may_be_present(node):
            found = mentioned(resources, node, *_STARTED)
            if len(found) == 1:
                return Known(found[0].address, node.at)
            return _by_name(certain(resources, node, "nothing is named"), resources)
    return Absent(first(argument(trigger, "destination")).at)


def _by_name(name: Value[str], resources: Resources) -> Maybe[str]:
    """Return the address of the service of a literal name, else the name."""
    if isinstance(name, Known):
        for each in resources.of_type(*_STARTED):
            if argument(each, "name").content == name.value:
                return Known(each.address, name.at)
    return name
