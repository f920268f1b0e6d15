"""What takes the logs of a service of a cloud to where they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDelivery(Entity):
    """A setting, written by itself, that sends the logs of one resource somewhere.

    ``of`` is the address of the resource or its literal name. ``categories`` are the kinds of logs in the platform's
    words (``AuditEvent``, ``allLogs`` ...), ``categories_complete`` being false where others may be sent too.
    ``destinations`` are the addresses of where they are kept, or literal names.
    """

    of: Value[str]
    categories: tuple[Value[str], ...] = ()
    categories_complete: bool = True
    destinations: tuple[Value[str], ...] = ()
