"""The lifts of every cloud: what turns evaluated resources into entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform import aws, azure, google
from infraaudit.readers.terraform.event_logs import lift_topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infraaudit.model import Entity
    from infraaudit.readers.terraform.resource import Resources

LIFTS: tuple[Callable[[Resources], Iterable[Entity]], ...] = (
    *aws.LIFTS,
    *google.LIFTS,
    *azure.LIFTS,
    lift_topics,
)
"""Every lift: given all resources of a root, it yields the entities of its family. What none lifts stays opaque."""
