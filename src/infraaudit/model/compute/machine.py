"""The machines that work runs on: their size, and those that serve by themselves, alone or in a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.compute.machine_guard import Guarded
from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True)
class MachineType:
    """A size that a cloud rents out. CPU is in thousandths of a core, memory in bytes; ``fact`` says who says so.

    ``pods`` is how many pods the addresses of such a machine serve, where its type decides that.
    """

    name: str
    cpu: int
    memory: int
    fact: str
    pods: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualMachines(Guarded, Faceted):
    """Virtual machines that serve by themselves: one, or a group of equal ones that something keeps at its size.

    ``replaced`` tells whether a machine that fails is replaced without anybody's doing. ``machines`` are the types
    that it may be of, ``machines_complete`` being false where some cannot be told. ``public`` is whether it has an
    address that the internet can reach.
    ``heals`` is whether one that runs but does not answer is replaced too, ``None`` where that is not read.
    ``whole_cloud`` tells that nothing but the permissions of its identity bounds what it may ask for.
    """

    replaced: Value[bool]
    machines: tuple[Value[MachineType], ...] = ()
    machines_complete: bool = True
    public: Value[bool]
    heals: Value[bool] | None = None
    whole_cloud: Value[bool] | None = None
    facets: tuple[Facet, ...] = ()
