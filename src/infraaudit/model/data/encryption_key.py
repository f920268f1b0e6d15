"""Keys that a cloud keeps for the encryption of data: deleting one deletes everything that it encrypts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What a key encrypts: an address in the same deployment, and the place that names the key there."""

    address: str
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionKey(Entity):
    """A key that encrypts what others store.

    ``rotated`` is whether new material is made for it by itself, absent for keys of which the platform rotates none
    (asymmetric ones, imported material). ``ends`` is whether a day is written after which it is of no use any more,
    ``None`` where its keeper knows none. ``deletion_window`` is how many days lie between the order to delete it and
    its end. ``guarded`` is whether the configuration refuses to destroy it. Whom it admits is told by a
    ``ResourcePolicy``. ``users`` are the entities that name
    it as their key, ``identifiers`` its literal names. ``vault`` is the address of what keeps it, empty where it
    stands by itself.
    """

    enabled: Value[bool]
    rotated: Maybe[bool]
    ends: Value[bool] | None = None
    deletion_window: Value[int]
    guarded: Value[bool]
    users: tuple[KeyUse, ...] = ()
    identifiers: tuple[str, ...] = ()
    vault: str = ""
