"""Ties firewall rules to what they protect, and names the well-known ports that they open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import (
    Absent,
    Attachment,
    Datastore,
    Door,
    DoorKind,
    Edge,
    EdgeKind,
    FirewallRule,
    Gateway,
    Key,
    Known,
    Unknown,
    known_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate, Maybe

_KINDS = {"admin": DoorKind.ADMIN, "datastore": DoorKind.DATASTORE}


def join_firewalls(estate: Estate) -> Estate:
    """Add the edges rule to resource, and fill the doors of every rule."""
    rules = (replace(rule, doors=_doors(rule)) for rule in estate.of(FirewallRule))
    return estate.with_edges(_rules(estate)).with_entities(rules)


def _doors(rule: FirewallRule) -> Maybe[tuple[Door, ...]]:
    protocol, low, high = rule.protocol, rule.from_port, rule.to_port
    for value in (protocol, low, high):
        if isinstance(value, Unknown):
            return Unknown(value.why, value.at)
    every_port = isinstance(low, Absent) or isinstance(high, Absent) or known_value(protocol) == "all"
    if known_value(protocol) not in {"all", "tcp", "udp"}:
        return Known((), protocol.at)
    first, last = (0, 65535) if every_port else (known_value(low) or 0, known_value(high) or 0)
    return Known(
        tuple(
            Door(int(number), row["name"], _KINDS[row["kind"]])
            for number, row in table("ports").items()
            if first <= int(number) <= last
        ),
        low.at,
    )


def _rules(estate: Estate) -> Iterator[Edge]:
    protected: dict[Key, list[Datastore | Gateway | Attachment]] = {}
    guarded: list[Datastore | Gateway] = [*estate.of(Datastore), *estate.of(Gateway)]
    for each in guarded:
        for group in each.firewalls:
            protected.setdefault(Key(each.deployment.id, group), []).append(each)
    for attachment in estate.of(Attachment):
        for group in attachment.groups:
            protected.setdefault(Key(attachment.deployment.id, group), []).append(attachment)
    for rule in estate.of(FirewallRule):
        group_name = known_value(rule.group) or ""
        for member in protected.get(Key(rule.deployment.id, group_name), ()):
            yield Edge(EdgeKind.PROTECTS, rule.key, member.key, f"{group_name} is attached to {member}", rule.at)
