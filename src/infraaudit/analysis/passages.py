"""Whether firewalls let one thing reach another: by the rules of both, as far as they are all in the scan."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.analysis.openings import holds_range, opens, range_of, world_of
from infraaudit.model import (
    Entity,
    FirewallGroup,
    FirewallRule,
    Key,
    Known,
    Opaque,
    Subnet,
    Unknown,
    known_value,
    may_mean,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraaudit.analysis.openings import IPRange
    from infraaudit.model import Direction, Estate, Location

_RULES = ("security_group_rule", "group_ingress_rule", "group_egress_rule")


def rules_of(groups: Sequence[str], beside: Entity, direction: Direction, estate: Estate) -> tuple[FirewallRule, ...]:
    """Return the rules of groups that look one way."""
    index = estate.derived(_by_group)
    found = (rule for group in groups for rule in index.get(Key(beside.deployment.id, group), ()))
    return tuple(rule for rule in found if rule.direction is direction)


def _by_group(estate: Estate) -> Mapping[Key, Sequence[FirewallRule]]:
    groups: dict[Key, list[FirewallRule]] = defaultdict(list)
    for rule in estate.of(FirewallRule):
        if isinstance(rule.group, Known):
            groups[Key(rule.deployment.id, rule.group.value)].append(rule)
    return groups


def why_more(groups: Sequence[str], beside: Entity, estate: Estate) -> Unknown[bool] | None:
    """Return why groups may have more rules than the scan shows."""
    for name in groups:
        group = estate.beside(beside, name, FirewallGroup)
        if group is None:
            return Unknown(f"the rules of {name} are not in the scan", beside.at)
        if not group.rules_complete:
            return Unknown(f"others may change the rules of {group}", group.at)
        for rule in estate.in_deployment(beside, FirewallRule):
            if may_mean(rule.group, name):
                return Unknown(f"whether {rule} belongs to {group} cannot be told", rule.at)
        for other in estate.in_deployment(beside, Opaque):
            is_rule = any(word in other.type for word in _RULES)
            if name in other.mentions and (is_rule or other.type == "module"):
                return Unknown(f"{other} may add rules to {group}", other.at)
            if is_rule and not other.mentions:
                return Unknown(f"which group {other} belongs to cannot be told", other.at)
    return None


def ranges_of(location: Location | None, beside: Entity, estate: Estate) -> tuple[IPRange, ...] | None:
    """Return the address ranges of the subnets in which something stands; ``None`` where one cannot be told."""
    addresses = known_value(location.subnets) if location is not None else None
    if addresses is None:
        return None
    subnets = [estate.beside(beside, each, Subnet) for each in addresses]
    written = [known_value(each.range) if each is not None else None for each in subnets]
    ranges = [range_of(each) if each is not None else None for each in written]
    return tuple(each for each in ranges if each is not None) if all(ranges) else None


def admits(
    rules: Sequence[FirewallRule], port: int, groups: Sequence[str], ranges: Sequence[IPRange] | None
) -> bool | None:
    """Whether rules let members of groups through at a port, by their groups or by their addresses.

    ``None`` where that cannot be told.
    """
    answers = [_admits(rule, port, groups, ranges) for rule in rules]
    return True if True in answers else None if None in answers else False


def _admits(rule: FirewallRule, port: int, groups: Sequence[str], ranges: Sequence[IPRange] | None) -> bool | None:
    opened = opens(rule, port)
    if opened is False:
        return False
    if any(known_value(each) in groups for each in rule.peers) or isinstance(world_of(rule), Known):
        return opened
    answers = [_within(known_value(each), ranges) for each in rule.sources]
    if True in answers:
        return opened
    some_open = any(isinstance(each, Unknown) for each in rule.peers)
    return None if None in answers or some_open or not rule.peers_complete or not rule.sources_complete else False


def _within(written: str | None, ranges: Sequence[IPRange] | None) -> bool | None:
    """Whether a range holds all of others; ``None`` where it cannot be told, or holds some of them alone."""
    outer = range_of(written) if written is not None else None
    if outer is None or ranges is None:
        return None
    held = [holds_range(outer, each) for each in ranges]
    if held and all(held):
        return True
    return None if any(held) or any(holds_range(each, outer) for each in ranges) else False
