"""Certificates that a cloud keeps: for which names, and whether they are renewed by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCertificate(Entity):
    """A certificate by which the doors of gateways show who they are.

    ``names`` are those that it is for, ``*.`` standing for one label, ``names_complete`` being false where some cannot
    be told. ``renewed`` is whether the platform renews it by itself; one that was brought in somebody has to replace.
    ``validated`` is whether the configuration waits until it is issued. ``region`` is where it is kept, absent where
    it is kept for every region. ``told`` is whether its keeper writes to somebody before it ends, ``None`` where that
    is not read. ``identifiers`` are its literal names.
    """

    names: tuple[Value[str], ...] = ()
    names_complete: bool = True
    renewed: Value[bool]
    validated: Value[bool]
    region: Maybe[str]
    told: Value[bool] | None = None
    identifiers: tuple[str, ...] = ()
