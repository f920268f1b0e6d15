"""What keeps account of who did what to the resources of an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail(Entity):
    """A record of the calls by which an account, project or subscription is managed.

    ``everybody`` is whether it takes in the calls of all members, ``None`` where nobody can be left out.
    ``records`` is whether it is switched on. ``management`` is whether it takes in the calls that manage resources, and
    not only those that read and write data. ``data`` is whether it takes in those that read and write the objects of
    buckets, ``None`` where that is not read. ``every_region`` is whether it takes in the calls of all regions,
    ``global_services`` those of services without a region, ``sealed`` whether a change of what was recorded can be
    found out; each is ``None`` where the platform leaves no choice. ``bucket`` and ``log_group`` are where it writes,
    by address or literal name. ``identifiers`` are its literal names.
    """

    records: Value[bool]
    management: Value[bool]
    data: Value[bool] | None = None
    every_region: Value[bool] | None = None
    global_services: Value[bool] | None = None
    sealed: Value[bool] | None = None
    everybody: Value[bool] | None = None
    bucket: Maybe[str]
    log_group: Maybe[str]
    identifiers: tuple[str, ...] = ()
