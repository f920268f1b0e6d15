"""Lifts the records of Cloud DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, NameRecord, Unknown
from infraaudit.readers.terraform.google.defaults import string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, is_present, may_be_present
from infraaudit.readers.terraform.lifting.pointing import address_of, means, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ZONE = "google_dns_managed_zone"
_PRIVATE = "private"
_ROUTINGS = {"primary_backup": "failover", "wrr": "weighted", "geo": "geolocation"}


def lift_names(resources: Resources) -> Iterator[NameRecord]:
    """Lift ``google_dns_record_set``. A policy holds all of its answers in one record, so none plays a part."""
    for resource in resources.of_type("google_dns_record_set"):
        policy = block(resource, "routing_policy")
        answers, complete = _answers(resource, policy)
        yield NameRecord(
            **resource.head,
            host=_required(argument(resource, "name")),
            type=_required(argument(resource, "type")),
            targets=tuple(_target(each, resources) for each in answers),
            targets_complete=complete,
            routing=_routing(policy),
            role=Absent(resource.at),
            checked=_checked(resource, policy),
            ttl=argument(resource, "ttl").integer(),
            public=_public(resource, resources),
        )


def _required(node: Node) -> Value[str]:
    written = node.string()
    if isinstance(written, Known):
        return written.map(_without_root)
    return Unknown("nothing is written", written.at) if isinstance(written, Absent) else written


def _without_root(name: str) -> str:
    """Return a name without the point by which Cloud DNS ends it."""
    return name.removesuffix(".")


def _answers(resource: Resource, policy: Node) -> tuple[tuple[Node, ...], bool]:
    """Return the answers of a record, and whether these are all of them; checked targets are load balancers."""
    if not may_be_present(policy):
        node = argument(resource, "rrdatas")
        return node.each(), node.complete
    found: list[Node] = []
    complete = not policy.is_unknown
    for name in ("wrr", "geo", "primary_backup"):
        members, all_told = blocks(policy[name])
        complete = complete and all_told
        for member in members:
            found += member["rrdatas"].each()
            complete = complete and member["rrdatas"].complete
            complete = complete and not any(may_be_present(member[each]) for each in _CHECKED)
    return tuple(found), complete


_CHECKED = ("health_checked_targets", "primary", "backup_geo")
"""The blocks whose answers are addresses of load balancers."""


def _target(node: Node, resources: Resources) -> Value[str]:
    reference = reference_of(node)
    if reference is not None:
        return Known(address_of(resources, reference.target), node.at)
    written = node.string()
    if isinstance(written, Unknown):
        mentions = tuple(dict.fromkeys(address_of(resources, each) for each in node.mentions))
        return Unknown(written.why, written.at, mentions=mentions)
    return Unknown("no answer is written", written.at) if isinstance(written, Absent) else written.map(_without_root)


def _routing(policy: Node) -> Maybe[str]:
    if policy.is_unknown or policy.open:
        return Unknown("how an answer is chosen cannot be told", policy.at)
    for name, routing in _ROUTINGS.items():
        if may_be_present(policy[name]):
            return Known(routing, policy[name].key_at or policy[name].at)
    return Absent(policy.at)


def _checked(resource: Resource, policy: Node) -> Value[bool]:
    """Return whether an answer that does not work is left out, which Cloud DNS does where it checks the answers."""
    if policy.is_unknown or policy.open:
        return Unknown("whether answers are checked cannot be told", policy.at)
    if is_present(policy["health_check"]) or may_be_present(policy["primary_backup"]):
        return Known(value=True, at=policy.at)
    members = [each for name in ("wrr", "geo") for each in blocks(policy[name])[0]]
    checked = any(may_be_present(each["health_checked_targets"]) for each in members)
    return Known(value=checked, at=policy.key_at or resource.at)


def _public(resource: Resource, resources: Resources) -> Maybe[bool]:
    """Return whether the internet may ask, which the zone says."""
    node = argument(resource, "managed_zone")
    for zone in resources.of_type(_ZONE):
        if means(resources, node, zone, "name"):
            kind = string_or_default(argument(zone, "visibility"), f"{_ZONE}.visibility")
            return kind.map(_is_public)
    return Unknown("its zone is not in the scan", node.at, mentions=node.mentions)


def _is_public(visibility: str) -> bool:
    return visibility != _PRIVATE
