"""Which programs are in an image."""

from __future__ import annotations

from dataclasses import dataclass


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
