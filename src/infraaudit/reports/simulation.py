"""What a simulated change comes to, as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import infraaudit
from infraaudit.model import Known
from infraaudit.reports.growth import ceiling_words
from infraaudit.reports.masking import Masks
from infraaudit.reports.places import location
from infraaudit.reports.printable import count, visible, wrap
from infraaudit.reports.style import Ink
from infraaudit.reports.text_finding import finding_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.engine.result import Result
    from infraaudit.engine.simulate import Simulation, Stop
    from infraaudit.engine.verdict import ReportedFinding
    from infraaudit.reports.places import Json
    from infraaudit.reports.style import Style


def render(simulation: Simulation, result: Result, style: Style) -> str:
    """Return the text: what is lost, what stops with it, which doors still answer, and which findings come and go."""
    paragraphs = [
        [*_lost(simulation, style)],
        [*_stopping(simulation, style)],
        [*_doors(simulation, style)],
        [*_doubts(simulation, style)],
        *([*finding_lines(each, result.tree, Masks(result.estate), style)] for each in simulation.appearing),
        [*_changing(simulation, style)],
        [*_vanishing(simulation, style)],
        [*_passed(simulation, style)],
        [*_sums(simulation)],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def _lost(simulation: Simulation, style: Style) -> Iterator[str]:
    for stop in simulation.stops:
        if stop.need is None:
            yield f"{style.paint('lost', Ink.HIGH)}: {visible(str(stop.component))}"


def _stopping(simulation: Simulation, style: Style) -> Iterator[str]:
    followers = [stop for stop in simulation.stops if stop.need is not None]
    if followers:
        yield style.paint("stops with it:", Ink.STRONG)
    for stop in followers:
        yield from wrap(_words(stop), style.width, "  ", "      ")


def _words(stop: Stop) -> str:
    need = stop.need
    return f"{stop.component}: {need.why} ({need.at})" if need is not None else str(stop.component)


def _doors(simulation: Simulation, style: Style) -> Iterator[str]:
    for entrance, answers in simulation.entrances:
        word, ink = ("still answers", Ink.GOOD) if answers else ("fails, at least in part", Ink.HIGH)
        yield f"{visible(str(entrance))} {style.paint(word, ink)}"


def _doubts(simulation: Simulation, style: Style) -> Iterator[str]:
    if simulation.doubts:
        yield style.paint("cannot be told:", Ink.STRONG)
    for entity, why in simulation.doubts:
        yield from wrap(f"{entity}: {why}", style.width, "  ", "      ")


def _vanishing(simulation: Simulation, style: Style) -> Iterator[str]:
    if simulation.vanishing:
        yield style.paint("no longer found:", Ink.STRONG)
    for each in simulation.vanishing:
        yield from wrap(_headline(each), style.width, "  ", "      ")


def _changing(simulation: Simulation, style: Style) -> Iterator[str]:
    if simulation.changing:
        yield style.paint("still found, with other numbers:", Ink.STRONG)
    for before, after in simulation.changing:
        yield from wrap(_headline(after), style.width, "  ", "      ")
        yield from wrap(f"before: {before.sum or before.message}", style.width, "      ", "      ")
        yield from wrap(f"with it: {after.sum or after.message}", style.width, "      ", "      ")


def _passed(simulation: Simulation, style: Style) -> Iterator[str]:
    if simulation.passed:
        yield style.paint("grows beyond what holds it:", Ink.STRONG)
    for growth, ceiling in simulation.passed:
        yield from wrap(f"{growth.workload}, {ceiling_words(ceiling)}", style.width, "  ", "      ")


def _headline(finding: ReportedFinding) -> str:
    return f"{finding.severity.word}[{finding.policy.id}]: {finding.message}"


def _sums(simulation: Simulation) -> Iterator[str]:
    if simulation.entrances:
        answering = sum(answers for _, answers in simulation.entrances)
        stopped = sum(stop.need is not None for stop in simulation.stops)
        doors = f"{answering} of {count(len(simulation.entrances), 'entrance')}"
        yield f"{count(stopped, 'component')} would stop; {doors} would still answer in full"
    if simulation.settings:
        new, gone = len(simulation.appearing), len(simulation.vanishing)
        yield f"with {', '.join(simulation.settings)}: {count(new, 'finding')} would come, {gone} would go"


def render_json(simulation: Simulation) -> str:
    """Return the same as one JSON object with a line end."""
    document: Json = {
        "tool": {"name": "infraaudit", "version": infraaudit.__version__},
        "lost": [_component(stop) for stop in simulation.stops if stop.need is None],
        "stops": [_component(stop) for stop in simulation.stops if stop.need is not None],
        "entrances": [
            {"entrance": str(entrance), "address": entrance.opens.address, "answers": answers}
            for entrance, answers in simulation.entrances
        ],
        "unknown": [{"address": entity.address, "why": why} for entity, why in simulation.doubts],
        "settings": list(simulation.settings),
        "appearing": [_finding(each) for each in simulation.appearing],
        "changing": [{"before": _finding(before), "after": _finding(after)} for before, after in simulation.changing],
        "vanishing": [_finding(each) for each in simulation.vanishing],
        "passed": [
            {"address": growth.workload.address, "what": each.what, "copies": each.copies.value, "sum": each.sum}
            for growth, each in simulation.passed
            if isinstance(each.copies, Known)
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _component(stop: Stop) -> Json:
    document: Json = {"address": stop.component.address, "deployment": stop.component.deployment.id}
    if stop.need is not None:
        document |= {"because": stop.need.why, "location": location(stop.need.at)}
    return document


def _finding(finding: ReportedFinding) -> Json:
    return {
        "policy": finding.policy.id,
        "severity": finding.severity.word,
        "message": finding.message,
        "sum": finding.sum,
        "resource": finding.resource,
        "fingerprint": finding.fingerprint,
    }
