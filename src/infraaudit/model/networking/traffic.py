"""What a mesh does with requests to a service: how long it waits, how often it tries, whom it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a request is tried again, how long each try may take in milliseconds, and after which failures."""

    attempts: Maybe[int]
    per_try: Maybe[int]
    conditions: Maybe[str]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPolicy(Entity):
    """The rules of a mesh for connections to one service. Times are in milliseconds.

    ``service`` is the address of the service; ``dialect`` the mesh whose object this is. ``timeout`` and ``retries``
    are those of whole requests. ``tls`` is the word that the mesh uses for the encryption of this hop. ``breaker``
    says whether copies that fail are left out for a while.
    """

    namespace: str = ""
    dialect: str
    service: Value[str]
    host: Maybe[str]
    timeout: Maybe[int]
    retries: Maybe[Retries]
    connect_timeout: Maybe[int]
    idle_timeout: Maybe[int]
    max_connections: Maybe[int]
    max_pending: Maybe[int]
    breaker: Value[bool]
    tls: Maybe[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportSecurity(Entity):
    """Whether pods of a namespace take plain connections beside those of the mesh: ``STRICT``, ``PERMISSIVE`` ..."""

    namespace: str = ""
    dialect: str
    mode: Maybe[str]
    whole_namespace: bool
