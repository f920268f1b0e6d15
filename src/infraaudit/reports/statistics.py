"""Statistics as text: how much of what policies read is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.engine.statistics import Resolution

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.engine.statistics import Statistics, Tally

MOST_REASONS = 10


def render(statistics: Statistics) -> str:
    """Return the counts for each format, and the reasons that keep most attributes open."""
    return "\n".join(_lines(statistics)) + "\n"


def _lines(statistics: Statistics) -> Iterator[str]:
    if not statistics.tallies:
        yield "no attribute is read by a policy"
    for kind, tally in statistics.tallies.items():
        yield from _tally(kind, tally)
    if statistics.reasons:
        yield "most attributes are kept open because"
        for why, count in list(statistics.reasons.items())[:MOST_REASONS]:
            yield f"{count:>8,}  {why}"


def _tally(kind: str, tally: Tally) -> Iterator[str]:
    entities = "1 entity" if tally.entities == 1 else f"{tally.entities:,} entities"
    yield f"{kind}: policies read {tally.total:,} attributes of {entities}"
    for resolution in Resolution:
        count = tally.attributes[resolution]
        if count:
            yield f"{count:>8,}  {100 * count / tally.total:5.1f} %  {resolution}"
    if tally.total:
        yield f"          {tally.resolved:5.1f} %  resolved; {tally.told:.1f} % resolved or unknown with a name"
