"""The deployments of one system side by side: which components each of them has, and in how many copies."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from infraaudit.analysis.copies import least_copies, most_copies
from infraaudit.model import Workload, known_value
from infraaudit.reports.printable import table_lines
from infraaudit.reports.style import Ink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.analysis.components import Component, Landscape
    from infraaudit.model import Datastore, Deployment, Estate
    from infraaudit.reports.style import Style

_MOST_COLUMNS = 6
_UNTOLD = "?"
_NOT_THERE = "-"


def landscape_lines(landscape: Landscape, estate: Estate, style: Style) -> Iterator[str]:
    """Yield a table of the components that more than one deployment has: a column for each deployment."""
    shown = landscape.deployments[:_MOST_COLUMNS]
    labels = _labels(landscape.deployments)
    head = ("component", *labels[: len(shown)])
    yield style.paint(f"Side by side: {landscape.name}", Ink.STRONG)
    yield from table_lines(head, [_row(each, shown, estate) for each in landscape.components])
    if len(labels) > len(shown):
        yield f"  and in {', '.join(labels[len(shown) :])}"


def _labels(deployments: tuple[Deployment, ...]) -> list[str]:
    """Return what tells each deployment from the others of its system, in as few words as do."""
    details = [each.id.partition(f":{each.folder}")[2].lstrip(":") for each in deployments]
    short = [detail or posixpath.basename(each.folder) for each, detail in zip(deployments, details, strict=True)]
    return short if len(set(short)) == len(short) else [each.id.partition(":")[2] for each in deployments]


def _row(component: Component, deployments: tuple[Deployment, ...], estate: Estate) -> tuple[str, ...]:
    found = {each.deployment.id: each for each in component.members}
    # The shortest name is the one without a word for an environment in it.
    name = min((str(each) for each in component.members), key=len)
    return (name, *(_cell(found.get(each.id), estate) for each in deployments))


def _cell(member: Workload | Datastore | None, estate: Estate) -> str:
    if member is None:
        return _NOT_THERE
    return copies_of(member, estate) if isinstance(member, Workload) else "yes"


def copies_of(workload: Workload, estate: Estate) -> str:
    """Return the words for how many copies run."""
    least, most = known_value(least_copies(workload, estate)), known_value(most_copies(workload, estate))
    fewest, highest = (_UNTOLD if each is None else str(each) for each in (least, most))
    return fewest if fewest == highest else f"{fewest} to {highest}"
