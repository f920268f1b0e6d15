"""Reads the parts of a managed store that tables tell for its type: disk, credits of its machine, flags, guard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Disk, Known, MachineCredit, Unknown, Upkeep, default
from infraaudit.readers.terraform.lifting.arguments import argument, is_present
from infraaudit.readers.terraform.lifting.capacities import capacity_of

if TYPE_CHECKING:
    from infraaudit.facts import Row
    from infraaudit.model import Datastore, Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource

_GIB = 2**30
_NO_SETTING = "administrator that the platform chooses"


def with_parts(store: Datastore, resource: Resource) -> Datastore:
    """Return a store with the parts that the tables have for the type of its resource."""
    return replace(
        store,
        disk=store.disk or disk_of(resource),
        capacity=capacity_of(resource),
        credit=credit_of(resource, store.instance_class),
        upkeep=upkeep_of(resource),
        guarded=guard_of(resource),
        administrator=administrator_of(resource, store.engine),
    )


def administrator_of(resource: Resource, engine: str) -> Maybe[str] | None:
    """Return the login that may do everything in a store, ``None`` for kinds of which the facts know none."""
    row = table("administrators").get(resource.type)
    if row is None:
        return None
    node = argument(resource, str(row.get("setting", _NO_SETTING)))
    written = node.string()
    named = row.get("engines", {}).get(engine)
    if isinstance(written, Absent) and named is not None:
        return default(str(named), resource.at, row.words)
    return written


def guard_of(resource: Resource) -> Value[bool]:
    """Return whether the configuration refuses to destroy a resource; Terraform takes nothing but literals there."""
    return argument(resource, "lifecycle.prevent_destroy").boolean_or(fallback=False, fact=_UNGUARDED)


_UNGUARDED = "Terraform documentation, prevent_destroy: a resource may be destroyed unless it is set (2026-08)"


# -- the disk -------------------------------------------------------------------------------------------------


def disk_of(resource: Resource) -> Disk | None:
    """Return the disk of a store, ``None`` for kinds whose owner chooses none."""
    row = table("disks").get(resource.type)
    if row is None:
        return None
    size = _bytes(resource, row["size"], row)
    kind = _kind(resource, row)
    return Disk(
        size=size,
        grows=_grows(resource, row),
        setting=row.get("grows", ""),
        largest=_bytes(resource, row["largest"], row) if "largest" in row.columns else Absent(resource.at),
        type=kind,
        sustained=_sustained(kind, size, _operations(resource, row)),
    )


def _bytes(resource: Resource, path: str, row: Row) -> Maybe[int]:
    return argument(resource, path).integer().map(int(row["unit"]).__mul__)


def _grows(resource: Resource, row: Row) -> Value[bool] | None:
    if "grows" not in row.columns:
        return None
    node = argument(resource, row["grows"])
    written = node.integer().map(_above_zero) if row.get("reads") == "positive" else node.boolean()
    return default(bool(row["absent"]), node.at, row.words) if isinstance(written, Absent) else written


def _above_zero(number: int) -> bool:
    return number > 0


def _kind(resource: Resource, row: Row) -> Maybe[str]:
    """Return the kind of a disk; where none is written, what is bought for it may tell it."""
    if "type" not in row.columns:
        return Absent(resource.at)
    written = argument(resource, row["type"]).string()
    if not isinstance(written, Absent) or "kind" not in row.columns:
        return written
    if "bought" in row.columns:
        operations = argument(resource, row["operations"])
        if is_present(operations):
            return default(str(row["bought"]), written.at, row.words)
        if operations.is_unknown:
            return Unknown(f"the kind of disk follows {row['operations']}", operations.at)
    return default(str(row["kind"]), written.at, row.words)


def _operations(resource: Resource, row: Row) -> Maybe[int]:
    if "operations" not in row.columns:
        return Absent(resource.at)
    return argument(resource, row["operations"]).integer()


def _sustained(kind: Maybe[str], size: Maybe[int], bought: Maybe[int]) -> Maybe[int] | None:
    """Return the operations that a disk bears for good, ``None`` where its kind is not among the facts."""
    if isinstance(kind, Unknown):
        return Unknown(kind.why, kind.at)
    row = table("disk_kinds").get(kind.value) if isinstance(kind, Known) else None
    if row is None:
        return None
    if not isinstance(bought, Absent) or row.get("bought"):
        return bought
    if "fixed" in row.columns:
        return default(int(row["fixed"]), kind.at, row.words)
    if isinstance(size, Known):
        number = max(int(row["a_gib"]) * size.value // _GIB, int(row["least"]))
        return default(number, size.at, row.words)
    return size


# -- the machine ------------------------------------------------------------------------------------------------


def credit_of(resource: Resource, machine: Maybe[str] | None) -> MachineCredit | None:
    """Return whether the machine of a store spends credits, ``None`` where that is not told for its kind."""
    row = table("machine_credits").get(resource.type)
    if row is None:
        return None
    written = argument(resource, row["setting"]).string() if machine is None else machine
    if isinstance(written, Absent):
        return None
    starts = tuple(row["starts"])
    burstable = written.map(lambda name: name.lower().startswith(starts))
    return MachineCredit(burstable, row["setting"], bool(row.get("unsupported")))


# -- the flags --------------------------------------------------------------------------------------------------


def upkeep_of(resource: Resource) -> Upkeep | None:
    """Return the flags by which changes of a store are let through, ``None`` for kinds that have none."""
    row = table("upkeep").get(resource.type)
    if row is None:
        return None
    return Upkeep(
        immediate=_flag(resource, row, "immediate"),
        major=_flag(resource, row, "major"),
        minor=_flag(resource, row, "minor"),
        window=argument(resource, row["window"]).string() if "window" in row.columns else None,
        expired=_expired(resource, row),
    )


def _expired(resource: Resource, row: Row) -> Maybe[str] | None:
    """Return the authority of a certificate where that has ended; what is not written is one that has not."""
    if "authority" not in row.columns:
        return None
    written = argument(resource, row["authority"]).string()
    if isinstance(written, Known) and written.value not in row["ended"]:
        return Absent(written.at)
    return written


def _flag(resource: Resource, row: Row, column: str) -> Value[bool] | None:
    if column not in row.columns:
        return None
    absent = bool(row.get(f"{column}_absent"))
    return argument(resource, row[column]).boolean_or(absent, row.words)
