"""Buckets and containers: what is left of an object that is overwritten, and what deletes objects by itself."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from infraaudit.model.data.datastore import Datastore

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


class BucketRole(StrEnum):
    """What a bucket is there for, told from its name or from who uses it."""

    STATE = "state of Terraform"
    BACKUP = "backups"
    UPLOADS = "uploads"
    LOGS = "logs"
    OTHER = "other"


class PublicAccess(StrEnum):
    """What anybody may do with the objects of a bucket."""

    NONE = "nothing with"
    READ = "read"
    WRITE = "read and write"


@dataclass(frozen=True, slots=True)
class Expiration:
    """A rule that deletes current objects. ``days`` is their age; ``everything`` that no filter limits the rule."""

    days: Value[int]
    everything: Value[bool]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectStore(Datastore):
    """A bucket, or an account of containers.

    ``versioning`` tells that an object which is overwritten or deleted can be had back. ``expirations`` are the rules
    that delete current objects, ``expirations_doubt`` why there may be others. ``public`` is what anybody may do, and
    ``site`` tells that the bucket is set up for others to read: it serves a web site, or readers pay.
    ``locked`` is whether objects cannot be deleted before their time, ``None`` where that is not read.
    ``old_versions`` is after how many days versions that were overwritten are deleted, absent where they are kept
    for ever. ``unfinished`` is after how many days the parts of an upload that never ended are thrown away, absent
    where they stay; ``None`` where that is not read.
    """

    role: BucketRole
    versioning: Value[bool]
    expirations: tuple[Expiration, ...] = ()
    expirations_doubt: Maybe[str] | None = None
    public: Value[PublicAccess] | None = None
    site: bool = False
    locked: Maybe[bool] | None = None
    old_versions: Maybe[int] | None = None
    unfinished: Maybe[int] | None = None

    @staticmethod
    def of(store: Datastore, **more: Any) -> ObjectStore:  # noqa: ANN401 - the fields of this class
        """Return a store with what belongs to a bucket."""
        return ObjectStore(**{each.name: getattr(store, each.name) for each in fields(store)}, **more)
