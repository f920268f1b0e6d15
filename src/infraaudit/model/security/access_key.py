"""Keys by which somebody acts in a cloud from anywhere, until somebody takes them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey(Entity):
    """A long-lived key of an identity.

    ``identity`` is the address of the identity in the same deployment, or its literal name. ``active`` is whether it
    is valid. That its secret half stands in the state is told of the state.
    """

    identity: Maybe[str]
    active: Value[bool]
