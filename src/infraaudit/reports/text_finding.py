"""One finding for a person: the head, the lines with the values underlined, the arithmetic, what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.reports.excerpt import Excerpt, Mark
from infraaudit.reports.printable import count, listed, visible, wrap
from infraaudit.reports.style import Ink, ink_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.engine.verdict import Instance, ReportedFinding
    from infraaudit.policy import Factor, Operand, Severity
    from infraaudit.reports.masking import Masks
    from infraaudit.reports.style import Style
    from infraaudit.source.file import SourceTree

_MOST_PLACES = 6
_MOST_INSTANCES = 3

_IN_A_MODULE = "module."
"""How the address of a resource begins that stands in a module, where many are called ``this``."""


def finding_lines(finding: ReportedFinding, tree: SourceTree, masks: Masks, style: Style) -> Iterator[str]:
    """Yield the lines of one finding."""
    ink = ink_of(finding.severity)
    yield from _head(finding, style, ink)
    marks = _marks(finding)
    shown, more = marks[: _MOST_PLACES + 1], marks[_MOST_PLACES + 1 :]
    excerpt = Excerpt(tree, masks, style, shown)
    yield from excerpt.lines(ink)
    yield excerpt.bar()
    if more:
        yield from excerpt.note("see also", listed(tuple(f"{mark.at} ({mark.label})" for mark in more), len(more)))
    for name, text in _notes(finding):
        yield from excerpt.note(name, text)


def _head(finding: ReportedFinding, style: Style, ink: Ink) -> Iterator[str]:
    tag = f"{finding.severity.word}[{finding.policy.id}]"
    for index, line in enumerate(wrap(f"{tag}: {finding.message}", style.width, "", "    ")):
        if index == 0 and line.startswith(tag):
            yield style.paint(tag, ink) + style.paint(line.removeprefix(tag), Ink.STRONG)
        else:
            yield style.paint(line, Ink.STRONG)


def _marks(finding: ReportedFinding) -> tuple[Mark, ...]:
    """Return the main mark, what set its value, and the further places, each stretch of text once."""
    main = Mark(replace(finding.at, trail=()), finding.label, main=True)
    steps = (Mark(step.at, set_by(step.what)) for step in finding.at.trail)
    places = (Mark(replace(place.at, trail=()), place.label) for place in finding.places)
    unique: dict[tuple[object, ...], Mark] = {}
    for mark in (main, *steps, *places):
        unique.setdefault(mark.at.order, mark)
    return tuple(unique.values())


def set_by(what: str) -> str:
    """Return the words for one step of the way that a value took."""
    return what if what.startswith("used in ") else f"set by {what}"


def _notes(finding: ReportedFinding) -> Iterator[tuple[str, str]]:
    if finding.sum:
        yield "sum", finding.sum
    for operand in finding.operands:
        yield operand.name, _operand(operand)
    if finding.factors:
        yield finding.severity.word, weighing(finding.policy.policy.severity, finding.factors)
    if len(finding.instances) > 1:
        yield "affects", _instances(finding.instances)
    elif finding.instances[0].address.startswith(_IN_A_MODULE):
        yield "affects", visible(finding.instances[0].address)
    yield "fix", finding.fix


def _operand(operand: Operand) -> str:
    place = f", {operand.at}" if operand.at is not None and not operand.assumed else ""
    assumed = f", assumed: {operand.assumed}" if operand.assumed else ""
    return f"{operand.value}{place}{assumed}"


def weighing(base: Severity, factors: tuple[Factor, ...]) -> str:
    """Return how the context changed the severity, factor by factor."""
    return ", ".join((f"base {base.word}", *(_factor(factor) for factor in factors)))


def _factor(factor: Factor) -> str:
    if factor.ceiling is not None:
        return f"at most {factor.ceiling.word} because {factor.why}"
    if factor.floor is not None:
        return f"at least {factor.floor.word} because {factor.why}"
    return f"{'raised' if factor.steps > 0 else 'lowered'} because {factor.why}"


def _instances(instances: tuple[Instance, ...]) -> str:
    several = len({each.deployment for each in instances}) > 1
    names = tuple(visible(f"{each.address} of {each.deployment}" if several else each.address) for each in instances)
    return f"{count(len(instances), 'instance')} ({listed(names, _MOST_INSTANCES)})"
