"""Who may reach what: firewall rules and the groups that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


class Direction(StrEnum):
    """Which way a rule looks."""

    INGRESS = "ingress"
    EGRESS = "egress"


class DoorKind(StrEnum):
    """What usually listens on a port that should not be open to the world."""

    ADMIN = "administration"
    DATASTORE = "datastore"


@dataclass(frozen=True, slots=True)
class Door:
    """A well-known port among those that a rule opens."""

    number: int
    name: str
    kind: DoorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallRule(Entity):
    """One rule that admits traffic.

    ``group`` is the address of the security group, which entities name as attached. ``protocol`` is lower case,
    ``all`` for every protocol; the ports are absent then. ``sources`` are address ranges in CIDR notation, each with
    its place; ``sources_complete`` is false where some cannot be told. ``doors`` are the well-known ports among
    those that it opens, absent until the ports are looked up. ``of_store`` marks a rule of the firewall that a store
    has of its own, whose group is then the store itself. ``peers`` are the groups whose members it admits or lets be
    reached, by address or literal name, the group itself among them where it names itself; ``peers_complete`` is false
    where some cannot be told.
    """

    group: Maybe[str]
    direction: Direction
    protocol: Value[str]
    from_port: Maybe[int]
    to_port: Maybe[int]
    sources: tuple[Value[str], ...] = ()
    sources_complete: bool = True
    doors: Maybe[tuple[Door, ...]] | None = None
    of_store: bool = False
    peers: tuple[Value[str], ...] = ()
    peers_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallGroup(Entity):
    """A security group: the rules name it, and resources attach it.

    ``rules_complete`` is false where the configuration leaves changes alone that others make to its rules.
    """

    rules_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Entity):
    """A resource of any type to which firewall groups are attached, for telling what a rule protects.

    ``public`` says whether it has an address that the internet can reach, as far as can be told.
    """

    groups: tuple[str, ...]
    public: Maybe[bool]
