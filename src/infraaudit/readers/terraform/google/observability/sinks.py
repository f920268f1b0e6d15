"""Lifts the sinks by which Cloud Logging hands logs on, as the records that they keep of who changed what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, AuditTrail, Known, Unknown, default
from infraaudit.readers.terraform.google.defaults import TABLE
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals, reason
from infraaudit.readers.terraform.lifting.pointing import means, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_HOLDERS = ("project", "folder", "organization", "billing_account")
_SINKS = tuple(f"google_logging_{holder}_sink" for holder in _HOLDERS)
LOG_BUCKETS = tuple(f"google_logging_{holder}_bucket_config" for holder in _HOLDERS)
"""The types of what keeps logs within Cloud Logging."""

_BUCKET = "google_storage_bucket"
_AUDIT = "cloudaudit.googleapis.com"
_STORAGE = "storage.googleapis.com/"


def lift_sinks(resources: Resources) -> Iterator[AuditTrail]:
    """Lift the sinks that surely take in what Cloud Audit Logs writes: those that ask for it, and those of all logs."""
    for resource in resources.of_type(*_SINKS):
        wanted = _wanted(resource)
        if wanted is None:
            continue
        yield AuditTrail(
            **resource.head,
            records=_records(resource),
            management=Known("data_access" not in wanted or "activity" in wanted, argument(resource, "filter").at),
            everybody=_everybody(resource),
            bucket=_destination(resource, resources, _STORAGE, (_BUCKET,)),
            log_group=_destination(resource, resources, "logging.googleapis.com/", LOG_BUCKETS),
            identifiers=literals(argument(resource, "name").string()),
        )


def takes_logs(place: Resource, resources: Resources, named_by: str, *, of_audit: bool = False) -> bool:
    """Whether a sink surely hands logs to a bucket of a kind, with ``of_audit`` those that tell who changed what."""
    return any(
        means(resources, argument(sink, "destination"), place, named_by)
        for sink in resources.of_type(*_SINKS)
        if not of_audit or _wanted(sink) is not None
    )


def _wanted(sink: Resource) -> str | None:
    """Return the filter of a sink that takes in audit logs, empty where it takes in all; ``None`` for other ones."""
    written = argument(sink, "filter").string()
    if isinstance(written, Absent):
        return ""
    if not isinstance(written, Known) or (written.value.strip() and _AUDIT not in written.value):
        return None
    return written.value.strip()


def _records(sink: Resource) -> Value[bool]:
    written = argument(sink, "disabled").boolean()
    if isinstance(written, Absent):
        stated = fact(TABLE, "google_logging_sink.records")
        return default(bool(stated.value), sink.at, stated.words)
    return written.map(_is_not)


def _is_not(answer: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not answer


def _everybody(sink: Resource) -> Value[bool]:
    """Return whether what everybody does is taken in: no exclusion leaves out what some account did."""
    node = argument(sink, "exclusions")
    members, complete = blocks(node)
    for member in members:
        text = member["filter"].string()
        if isinstance(text, Unknown):
            return Unknown(reason(member["filter"]), text.at)
        if isinstance(text, Known) and "principalemail" in text.value.lower():
            return Known(value=False, at=text.at)
    return Known(value=True, at=sink.at) if complete else Unknown("what is left out cannot all be told", node.at)


def _destination(sink: Resource, resources: Resources, service: str, types: tuple[str, ...]) -> Maybe[str]:
    """Return the bucket that a sink writes to, where it is one of these types."""
    node = argument(sink, "destination")
    found = mentioned(resources, node, *types)
    if found:
        return Known(found[0].address, node.at)
    text = node.string()
    if isinstance(text, Known):
        name = text.value.rpartition("/")[2]
        return Known(name, node.at) if text.value.startswith(service) else Absent(node.at)
    return Absent(node.at) if node.mentions else Unknown(reason(node), node.at)
