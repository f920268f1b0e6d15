"""Secrets that a manager keeps: known by their path, never by their value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe


class SecretManager(StrEnum):
    """Who keeps the secret."""

    SECRETS_MANAGER = "AWS Secrets Manager"
    PARAMETER_STORE = "AWS Parameter Store"
    GOOGLE = "Google Secret Manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSecret(Entity):
    """One secret of a manager.

    ``path`` is the name under which the manager keeps it, absent where the manager makes one up. ``admits`` tells that
    a policy of its own says who may read it, beside what identities are permitted.
    """

    manager: SecretManager
    path: Maybe[str]
    admits: bool = False
