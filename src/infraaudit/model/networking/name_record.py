"""Names in the DNS, what they lead to, and what decides between several answers for one name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecord(Entity):
    """One record. ``host`` is the name that it answers for, ``type`` the kind of answer (``A``, ``CNAME`` ...).

    ``targets`` are addresses of entities in the same deployment that it leads to, or what is written as the answer;
    ``targets_complete`` is false where some cannot be told. ``routing`` is how one of several answers is chosen
    (``failover``, ``weighted``, ``latency`` ...), absent where there is one for everybody, and ``role`` the part of
    this one (``PRIMARY``, ``SECONDARY``), absent where answers have no parts. ``checked`` is whether an answer that
    does not work is left out. ``ttl`` is in seconds, absent where the target decides it. ``public`` is whether the
    internet may ask for it.
    """

    host: Value[str]
    type: Value[str]
    targets: tuple[Value[str], ...] = ()
    targets_complete: bool = True
    routing: Maybe[str]
    role: Maybe[str]
    checked: Value[bool]
    ttl: Maybe[int]
    public: Maybe[bool]
