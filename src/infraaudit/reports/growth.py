"""What ends growth, as text: the ceilings of each workload in order, and those on the way behind each entrance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.analysis.ceilings import bounds_behind
from infraaudit.model import Known, Unknown
from infraaudit.reports.printable import visible, wrap
from infraaudit.reports.style import Ink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.analysis.ceilings import Ceiling, Growth
    from infraaudit.model import Entrance, Estate
    from infraaudit.reports.style import Style

_MOST = 4
"""Ceilings that are shown of an entrance; the first of them is what matters."""


def entrance_lines(entrance: Entrance, estate: Estate, style: Style) -> Iterator[str]:
    """Yield in which order what passes an entrance stops growing."""
    bounds = bounds_behind(entrance, estate)
    for bound in [each for each in bounds if not each.ceiling.counts or each.factor > 1][:_MOST]:
        words = f"{bound.growth.workload}, {ceiling_words(bound.ceiling)}"
        yield from wrap(words, style.width, f"  growth ends at {bound.factor:.3g} times: ", "      ")


def growth_lines(rows: tuple[Growth, ...], style: Style) -> Iterator[str]:
    """Yield the ceilings of each workload, the lowest first."""
    if rows:
        yield style.paint("What ends growth", Ink.STRONG)
    for row in rows:
        yield f"  {visible(str(row.workload))} ({_present(row)})"
        known = [each for each in row.ceilings if isinstance(each.copies, Known)]
        for each in known:
            yield from wrap(ceiling_words(each), style.width, "    ", "      ")
        untold = [f"{each.what}: {each.copies.why}" for each in row.ceilings if isinstance(each.copies, Unknown)]
        if untold:
            yield from wrap("; ".join(untold), style.width, "    cannot be told: ", "      ")


def ceiling_words(ceiling: Ceiling) -> str:
    """Say at how many copies a ceiling is reached, by which arithmetic, and what of that cannot be told."""
    number = ceiling.copies.value if isinstance(ceiling.copies, Known) else "?"
    arithmetic = f": {ceiling.sum}" if ceiling.sum else ""
    less, doubt = (" or less", f"; {ceiling.doubt}") if ceiling.doubt else ("", "")
    return f"at {number}{less}: {ceiling.what}{arithmetic}{doubt}"


def _present(row: Growth) -> str:
    if not isinstance(row.present, Known):
        return "a number of copies that cannot be told"
    return "1 copy now" if row.present.value == 1 else f"{row.present.value} copies now"
