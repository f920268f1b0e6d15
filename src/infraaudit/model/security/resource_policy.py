"""What a resource itself says about who may use it, beside what identities are permitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.security.identity import Statement
    from infraaudit.model.values import Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePolicy(Entity):
    """The statements that a resource, such as a queue, a key or a function, carries itself.

    ``guards`` is the address of that resource in the same deployment, or its literal name. ``statements_complete`` is
    false where some statements cannot be told. ``barrier`` is what keeps strangers out whatever the statements say, in
    words that complete "strangers are kept out, because ..."; absent where nothing does.
    """

    guards: Maybe[str]
    statements: tuple[Statement, ...] = ()
    statements_complete: bool = True
    barrier: Maybe[str]
