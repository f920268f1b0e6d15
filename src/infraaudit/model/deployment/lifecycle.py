"""Until when somebody maintains what a system is built upon."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from datetime import date

    from infraaudit.model.entity import Key
    from infraaudit.model.values import Maybe, Value


class Purpose(StrEnum):
    """What a product is to a system."""

    SYSTEM = "operating system"
    LANGUAGE = "language"
    STORE = "store"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductVersion(Entity):
    """A line of releases of a product that an image, a function or a store is built upon.

    ``cycle`` is the line as its maker names it. ``ends`` is the last day on which it is mended for everybody, unknown
    for a line that the facts do not have. ``extended`` is the last day on which it is mended for a fee. ``carrier``
    says in words what is built upon it, ``owner`` is its key. ``build_only`` marks what only a build uses.
    """

    purpose: Purpose
    product: str
    cycle: Value[str]
    ends: Value[date]
    extended: Maybe[date]
    carrier: str
    owner: Key
    managed: bool = False
    build_only: bool = False
