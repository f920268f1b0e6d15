"""What the policies on firewalls share: which rules they judge, and how much it weighs what a rule protects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.analysis.packet_filters import refused_before
from infraaudit.model import Attachment, Datastore, Direction, EdgeKind, Gateway, Known, Unknown
from infraaudit.policy.finding import Severity
from infraaudit.policy.grades import at_most
from infraaudit.policy.scopes import Exclusion, Reason

if TYPE_CHECKING:
    from infraaudit.model import Estate, FirewallRule
    from infraaudit.policy.finding import Factor


def admitting(rule: FirewallRule, _: Estate) -> Exclusion | None:
    """Hold the rules that let something in."""
    if rule.direction is not Direction.INGRESS:
        return Exclusion(Reason.MANAGED, "it speaks of outgoing traffic")
    return None


def of_a_network(rule: FirewallRule, estate: Estate) -> Exclusion | None:
    """Leave out the rules of a store's own firewall; ends the check where the store cannot be told."""
    if not rule.of_store:
        return None
    group = rule.group.settled()
    if isinstance(group, Known) and estate.beside(rule, group.value, Datastore) is not None:
        return Exclusion(Reason.MANAGED, "it belongs to a store, and is judged with the store's public address")
    return None


def attached_weight(rule: FirewallRule, estate: Estate) -> tuple[Factor, ...]:
    """Return what it weighs to what the group of a rule is attached."""
    kinds = (Datastore, Gateway, Attachment)
    members = [member for kind in kinds for member in estate.targets(rule, EdgeKind.PROTECTS, kind)]
    if isinstance(rule.group, Unknown):
        return (at_most(Severity.MEDIUM, "what its group is attached to cannot be told"),)
    if not members:
        return (at_most(Severity.LOW, "nothing in the scan attaches the group"),)
    refusing = refused_before(rule, estate)
    if refusing is not None:
        return (at_most(Severity.LOW, f"{refusing} refuses it at the subnets"),)
    addresses = [member.public for member in members if isinstance(member, Attachment | Gateway)]
    if addresses and all(isinstance(public, Known) and not public.value for public in addresses):
        return (at_most(Severity.MEDIUM, "what it protects has no public address"),)
    return ()
