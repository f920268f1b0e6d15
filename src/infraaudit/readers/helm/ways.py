"""The ways that a template can take at blocks of which nobody knows whether they run: it is printed in each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import ChartError, Exhausted

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.readers.helm.cells import Place, Text

_MOST_BLOCKS = 12
"""Undecided blocks of one template; of more of them it is not told what they come to."""


@dataclass
class Way:
    """One way: undecided blocks run or do not, those of ``apart`` the other way round. ``met`` are those it came to."""

    inside: bool = False
    apart: frozenset[Place] = frozenset()
    met: dict[Place, str] = field(default_factory=dict)

    def runs(self, block: Place, why: str) -> bool:
        """Tell whether a block runs, and remember that it was met and why it is undecided."""
        self.met.setdefault(block, why)
        return self.inside != (block in self.apart)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a template prints in one way; ``why`` is what the way depends on, nothing where there is only one."""

    text: Text
    why: str = ""


@dataclass(frozen=True, slots=True)
class Printing:
    """What a template prints in each way that it may take; ``lost`` is why that is not told, and for which block."""

    ways: tuple[Printed, ...]
    lost: tuple[Place, str] | None = None


def printed_each_way(render: Callable[[Way], Text], *, tired: bool = False) -> Printing:
    """Print a template: in one way where all is decided, else in every way that one block makes a difference to.

    Those are the ways with every undecided block in and with every block out, and both again for each block, with it
    alone the other way round. ``render`` raises ``ChartError`` for a way in which helm would stop, so that nobody uses
    the chart in it; where it stops in all of them, so does this. ``tired`` allows no way but the first.
    """
    out = Way()
    attempts = [("", _attempt(render, out))]
    if out.met and tired:
        return _lost(out.met)
    if out.met:
        every = Way(inside=True)
        attempts.append((next(iter(out.met.values())), _attempt(render, every)))
        blocks = {**out.met, **every.met}
        if len(blocks) > _MOST_BLOCKS:
            return _lost(blocks)
        for block, why in blocks.items() if len(blocks) > 1 else ():
            attempts.extend((why, _attempt(render, Way(inside, frozenset({block})))) for inside in (False, True))
        if any(isinstance(result, Exhausted) for _, result in attempts):
            return _lost(blocks)
    ways: dict[str, Printed] = {}
    for why, result in attempts:
        if not isinstance(result, ChartError):
            ways.setdefault(str(result), Printed(result, why))
    if not ways and isinstance(attempts[0][1], ChartError):
        raise attempts[0][1]
    return Printing(tuple(ways.values()))


def _lost(blocks: dict[Place, str]) -> Printing:
    where, why = next(iter(blocks.items()))
    return Printing((), (where, f"{why}, and too much depends on it"))


def _attempt(render: Callable[[Way], Text], way: Way) -> Text | ChartError:
    try:
        return render(way)
    except ChartError as error:
        return error
