"""Facets: what is true of cloud resources of every kind, filled from a table row and judged by one policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Value


class FacetName(StrEnum):
    """The questions that one policy each asks of all resources."""

    ENCRYPTED_AT_REST = "encrypted at rest"
    BACKED_UP = "backed up"
    DELETION_PROTECTED = "deletion protected"
    PUBLIC = "publicly reachable"


class Weight(StrEnum):
    """How much a resource type makes of a facet, as the table that filled it says."""

    FULL = "full"
    LESS = "less"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Facet:
    """One question answered for one resource.

    ``setting`` is the attribute that decides it, in the words of its format, and ``equivalents`` are the checks of
    other tools that ask the same of this resource type.
    """

    name: FacetName
    holds: Value[bool]
    setting: str
    weight: Weight = Weight.FULL
    equivalents: tuple[str, ...] = ()
