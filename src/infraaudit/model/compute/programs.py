"""Which programs are in an image, and for which processors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Programs:
    """Which programs an image holds, as far as that is told, and which it surely lacks; of any other nothing is said.

    ``shell`` is false where there is no shell at all. ``base`` is the image that it starts from, ``fact`` the citation.
    """

    present: frozenset[str]
    absent: frozenset[str]
    shell: bool
    base: str
    fact: str


@dataclass(frozen=True, slots=True)
class BuiltFor:
    """The processors that an image is built for, as ``amd64`` and ``arm64``, and what says so."""

    architectures: frozenset[str]
    why: str
    at: Span
