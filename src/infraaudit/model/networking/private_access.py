"""Ways between private networks and services that do not lead through the internet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateEndpoint(Entity):
    """A door in a network to a service of the cloud.

    ``service`` is the service in the platform's short word (``s3``, ``ecr.api``, ``logs``). ``network`` is the address
    of the network. ``subnets`` are those whose addresses it takes, absent where it stands in route tables instead,
    which are ``tables`` then. ``firewalls`` are its rule groups. ``named`` is whether the public name of the service
    leads to it inside of the network. ``target`` is the address of the one resource that it leads to, ``None`` where it
    leads to a whole service.
    """

    service: Value[str]
    network: Maybe[str]
    subnets: Maybe[tuple[str, ...]]
    tables: tuple[Value[str], ...] = ()
    tables_complete: bool = True
    firewalls: tuple[str, ...] = ()
    firewalls_complete: bool = True
    named: Maybe[bool]
    target: Maybe[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLink(Entity):
    """A way from one private network to another one: ``networks`` are addresses, or literal names of foreign ones."""

    networks: tuple[Value[str], ...]
