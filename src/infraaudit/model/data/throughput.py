"""Throughput that is paid ahead: how much a store takes in and gives out before it refuses requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True)
class Share:
    """One number of units that is kept for one purpose.

    ``name`` says of what, in words that read after "the": ``reads of the table``, ``writes of index by-day``.
    ``units`` is how many at first, ``scaled`` whether something changes the number with the load, between ``least``
    and ``most``, which are ``None`` where no such bounds are read. ``reset`` tells whether each apply puts the number
    back to what is written, ``None`` where nothing is written.
    """

    name: str
    units: Maybe[int]
    scaled: Value[bool]
    least: Maybe[int] | None = None
    most: Maybe[int] | None = None
    reset: Value[bool] | None = None


@dataclass(frozen=True, slots=True)
class Throughput:
    """How the throughput of a store is bought.

    ``fixed`` is whether a number of units is bought ahead, rather than each request paid for; ``setting`` is the
    attribute that decides it. ``shares`` are the units where they are fixed, ``complete`` being false where there may
    be others. ``unit`` is the platform's word for one of them.
    """

    fixed: Value[bool]
    setting: str
    unit: str
    shares: tuple[Share, ...] = ()
    complete: bool = True
