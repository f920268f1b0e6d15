"""The system at a glance: the way behind each entrance, how each store takes losses, and what would be seen of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.analysis.ceilings import growths
from infraaudit.analysis.components import landscapes
from infraaudit.analysis.recovery import recoveries
from infraaudit.analysis.request_paths import request_path
from infraaudit.analysis.sight import Sight
from infraaudit.analysis.signals import Signal, signal_grid
from infraaudit.analysis.zones import zones_of
from infraaudit.model import Datastore, Entrance, Unknown, Workload
from infraaudit.reports.growth import entrance_lines, growth_lines
from infraaudit.reports.landscape import copies_of, landscape_lines
from infraaudit.reports.printable import count, table_lines, visible, wrap
from infraaudit.reports.style import Ink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.analysis.recovery import Recovery
    from infraaudit.analysis.request_paths import RequestPath, SinglePoint
    from infraaudit.analysis.sight import Cell
    from infraaudit.analysis.signals import SignalRow
    from infraaudit.model import Estate, Value
    from infraaudit.reports.style import Style

_UNTOLD = "?"
"""What stands for a value that cannot be told."""


def render(estate: Estate, style: Style, deployment: str = "") -> str:
    """Return the text, ending in a line end. ``deployment`` limits it to one."""
    entrances = [each for each in estate.of(Entrance) if deployment in {"", each.deployment.id}]
    stores = [each for each in recoveries(estate) if deployment in {"", each.store.deployment.id}]
    paragraphs = [
        *([*_entrance_lines(request_path(each, estate), estate, style)] for each in entrances),
        [*growth_lines(tuple(row for row in growths(estate) if deployment in {"", row.workload.deployment.id}), style)],
        [*_store_lines(stores, style)],
        [*_signal_lines([row for row in signal_grid(estate) if deployment in {"", row.subject.deployment.id}], style)],
        *([*landscape_lines(each, estate, style)] for each in (landscapes(estate) if not deployment else ())),
        [f"{count(len(entrances), 'entrance')}, {count(len(stores), 'store')}"],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


# -- entrances -------------------------------------------------------------------------------------------------------


def _entrance_lines(path: RequestPath, estate: Estate, style: Style) -> Iterator[str]:
    entrance = path.entrance
    where = visible(f"{entrance.deployment.id}, {_public(entrance)}")
    yield f"{style.paint(visible(str(entrance)), Ink.STRONG)} ({where})"
    rows = [_component_row(each, estate) for each in path.components]
    yield from table_lines(("behind it", "copies", "zones"), rows)
    for single in path.singles:
        yield from wrap(_single_words(single), style.width, f"  {style.paint('no stand-in', Ink.HIGH)}: ", "      ")
    yield from entrance_lines(entrance, estate, style)
    for doubt in path.doubts:
        yield from wrap(f"{doubt.why} ({doubt.at})", style.width, "  cannot be told: ", "      ")


def _public(entrance: Entrance) -> str:
    public = entrance.public
    if isinstance(public, Unknown):
        return "perhaps public"
    return "public" if public.value else "private"


def _component_row(component: Workload | Datastore, estate: Estate) -> tuple[str, ...]:
    if isinstance(component, Datastore):
        return (f"{component} ({component.engine})", "", _survival(component))
    zones = zones_of(component, estate)
    spread = _UNTOLD if zones is None else ", ".join(sorted(zones)) or "those of the region"
    return (str(component), copies_of(component, estate), "" if component.location is None else spread)


def _survival(store: Datastore) -> str:
    return "" if store.failover is None else f"goes on without: {_word(store.failover.survives)}"


def _single_words(single: SinglePoint) -> str:
    stopped = [str(each) for cause in single.consequences for each in (cause.component, *cause.followers)]
    return f"{single.component}" + (f", without which stop: {', '.join(stopped)}" if stopped else "")


# -- stores ------------------------------------------------------------------------------------------------------------


def _store_lines(rows: Iterable[Recovery], style: Style) -> Iterator[str]:
    table = [
        (
            f"{row.store} ({row.store.engine})",
            _word(row.survives),
            _word(row.backed_up),
            _word(row.outlives),
            _word(row.last_copy),
            str(row.dependents),
        )
        for row in rows
    ]
    if table:
        yield style.paint("What the stores survive", Ink.STRONG)
        head = ("store", "goes on after", "backed up", "outlives container", "last copy", "stop without it")
        yield from table_lines(head, table)


# -- what is seen ------------------------------------------------------------------------------------------------------

_SIGHTS = {Sight.YES: "yes", Sight.MISSING: "missing", Sight.UNTOLD: _UNTOLD, Sight.NONE: "-"}


def _signal_lines(rows: list[SignalRow], style: Style) -> Iterator[str]:
    if not rows:
        return
    yield style.paint("What is seen of each", Ink.STRONG)
    head = ("workload or store", *(signal.value for signal in Signal))
    yield from table_lines(head, [(str(row.subject), *(_SIGHTS[cell.sight] for cell in row.cells)) for row in rows])
    for row in rows:
        for signal, cell in zip(Signal, row.cells, strict=True):
            if cell.sight is Sight.MISSING:
                words = f"{signal} of {row.subject}: {cell.why} ({cell.at})"
                yield from wrap(words, style.width, f"  {style.paint('missing', Ink.HIGH)}: ", "      ")
    for (signal, why), alike in _grouped(rows).items():
        where = f"{alike[0].at}" + (f" and {len(alike) - 1} more" if alike[1:] else "")
        yield from wrap(f"{signal}: {why} ({where})", style.width, "  cannot be told: ", "      ")


def _grouped(rows: list[SignalRow]) -> dict[tuple[Signal, str], list[Cell]]:
    """Return the cells that cannot be assessed by their reasons."""
    found: dict[tuple[Signal, str], list[Cell]] = {}
    for row in rows:
        for signal, cell in zip(Signal, row.cells, strict=True):
            if cell.sight is Sight.UNTOLD:
                found.setdefault((signal, cell.why), []).append(cell)
    return dict(sorted(found.items(), key=lambda each: list(Signal).index(each[0][0])))


def _word(value: Value[object] | None) -> str:
    """Return one word for the table: ``-`` where a question makes no sense of a store."""
    if value is None:
        return "-"
    if isinstance(value, Unknown):
        return _UNTOLD
    words = {True: "yes", False: "no"}
    return words[value.value] if isinstance(value.value, bool) else str(value.value)
