"""Secrets and settings that a manager keeps: known by their path, never by their value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


class SecretManager(StrEnum):
    """Who keeps the secret."""

    SECRETS_MANAGER = "AWS Secrets Manager"
    PARAMETER_STORE = "AWS Parameter Store"
    GOOGLE = "Google Secret Manager"
    KEY_VAULT = "Azure Key Vault"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSecret(Entity):
    """One secret of a manager.

    ``path`` is the name under which the manager keeps it, absent where the manager makes one up. ``admits`` tells that
    a policy of its own says who may read it, beside what identities are permitted. ``deletion_window`` is how many days
    lie between the order to delete it and its end; ``None`` where its manager knows no such time. ``rotation`` is after
    how many days it is changed by itself, absent where nothing changes it, and ``None`` where that is not read.
    ``ends`` is whether a day is written after which it is not valid any more, ``None`` where its manager knows none.
    ``sources`` are the addresses of what its value is taken from, ``opens`` those of the stores to which it is the key.
    """

    manager: SecretManager
    path: Maybe[str]
    admits: bool = False
    deletion_window: Value[int] | None = None
    rotation: Maybe[int] | None = None
    ends: Value[bool] | None = None
    sources: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSetting(Entity):
    """One value that a store of settings keeps, which may or may not be a secret.

    ``path`` is its name there. ``encrypted`` is whether reading it takes the right to use a key as well. ``secrecy`` is
    what tells that the value is a secret, in words that complete "it is a secret, for ..."; absent where nothing does.
    """

    path: Maybe[str]
    encrypted: Value[bool]
    secrecy: Maybe[str]
