"""Which pods may talk with whom, as the cluster's own firewall says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.labels import Selector
    from infraaudit.model.networking.network import Direction
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom a rule lets through: pods of some namespaces, or a range of addresses.

    With neither selector it is a range. An absent ``namespaces`` means the policy's own namespace, an absent ``pods``
    every pod of the namespaces that are meant.
    """

    pods: Maybe[Selector]
    namespaces: Maybe[Selector]
    addresses: Maybe[str]
    at: Span
    excepted: tuple[Value[str], ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyPort:
    """A port that a rule lets through: a number, the first of a range, or the name of a container's port.

    An absent ``port`` means every port of the protocol.
    """

    protocol: Value[str]
    port: Maybe[str]
    end: Maybe[int]
    at: Span


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule: its peers at its ports. Without peers it means everybody, without ports every port."""

    direction: Direction
    peers: tuple[Peer, ...]
    ports: tuple[PolicyPort, ...]
    at: Span
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPolicy(Entity):
    """A policy for the pods that a selector means in its own namespace.

    For the directions that it names, those pods are reached or reach others only as its rules and those of other
    policies say. ``complete`` is false where some rules or directions cannot be told. ``dialect`` is empty for the
    platform's own kind, else the name of the project whose kind it is; its rules are then not told here.
    """

    namespace: str = ""
    selector: Maybe[Selector]
    directions: tuple[Direction, ...]
    rules: tuple[PolicyRule, ...] = ()
    complete: bool = True
    dialect: str = ""
