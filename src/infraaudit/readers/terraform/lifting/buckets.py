"""Tells what a bucket is there for from the words of its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import BucketRole
from infraaudit.readers.terraform.lifting.naming import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_TERRAFORM = frozenset({"terraform", "tf"})
_STATE = frozenset({"tfstate", "tfstates"})
_ROLES = (
    (BucketRole.BACKUP, frozenset({"backup", "backups", "dump", "dumps", "snapshots"})),
    (BucketRole.LOGS, frozenset({"log", "logs", "logging", "cloudtrail", "flowlogs", "audit"})),
    (BucketRole.UPLOADS, frozenset({"upload", "uploads", "media", "attachments", "documents", "photos", "avatars"})),
)


def role_of(names: Iterable[str]) -> BucketRole:
    """Return the role that names tell."""
    words = words_of(names)
    if words & _STATE or (words & _TERRAFORM and words & {"state", "states"}):
        return BucketRole.STATE
    return next((role for role, telling in _ROLES if words & telling), BucketRole.OTHER)
