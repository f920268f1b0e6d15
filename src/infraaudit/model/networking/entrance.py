"""Where requests from outside come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.entity import Key
    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance(Entity):
    """A door of the system: a gateway, a service with a load balancer of its own, or a published port.

    ``opens`` is the identity of that gateway, service or workload, whose kind and name the entrance has. ``public``
    tells whether the internet reaches it.
    """

    opens: Key
    public: Value[bool]
