"""How many copies may be taken away on purpose at one time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.labels import Selector
    from infraaudit.model.values import Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class DisruptionBudget(Entity):
    """A limit on voluntary disruptions of the pods that a selector means, in its own namespace.

    ``min_available`` and ``max_unavailable`` are counts, or shares written with a percent sign; at most one of them is
    stated. ``unhealthy_policy`` is what happens to pods that are not ready (``IfHealthyBudget``, ``AlwaysAllow``).
    An absent selector means no pod in policy/v1; an empty one means every pod of the namespace.
    """

    namespace: str = ""
    selector: Maybe[Selector]
    min_available: Maybe[str]
    max_unavailable: Maybe[str]
    unhealthy_policy: Maybe[str]
