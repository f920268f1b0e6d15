"""What a change would do: components lost, numbers set, and the findings that come and go with them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from infraaudit.analysis.ceilings import growths
from infraaudit.analysis.copies import most_copies
from infraaudit.analysis.dependencies import Dependencies
from infraaudit.analysis.losses import LossKind, loss_of, names_of
from infraaudit.engine.group import group
from infraaudit.engine.run import judge
from infraaudit.engine.verdict import Verdict
from infraaudit.model import Autoscaler, EdgeKind, Entity, Entrance, Known, Service
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from infraaudit.analysis.ceilings import Ceiling, Growth
    from infraaudit.analysis.dependencies import Need
    from infraaudit.analysis.losses import Loss
    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.engine.verdict import ReportedFinding
    from infraaudit.model import Estate, Key


class ChangeError(Exception):
    """A change that cannot be made: ``word`` is what names nothing, ``known`` what could stand there."""

    def __init__(self, message: str, word: str = "", known: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.word = word
        self.known = tuple(known)


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that stops, and the need that it loses; ``None`` for what is lost itself."""

    component: Entity
    need: Need | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What the changes come to.

    ``stops`` are in the order in which the loss spreads. ``doubts`` are those of which it cannot be told whether they
    are lost. ``appearing`` and ``vanishing`` are findings of the changed system and of the system as it is;
    ``changing`` are those of both that say something else, with what they said before. ``passed`` are the ceilings that
    workloads of the changed system pass with their copies, and not of the system as it is.
    """

    stops: tuple[Stop, ...]
    doubts: tuple[tuple[Entity, str], ...]
    entrances: tuple[tuple[Entrance, bool], ...]
    settings: tuple[str, ...]
    appearing: tuple[ReportedFinding, ...]
    vanishing: tuple[ReportedFinding, ...]
    changing: tuple[tuple[ReportedFinding, ReportedFinding], ...]
    passed: tuple[tuple[Growth, Ceiling], ...] = ()


def simulate(
    estate: Estate, policies: tuple[PackedPolicy, ...], lose: Iterable[str] = (), settings: Iterable[str] = ()
) -> Simulation:
    """Lose what ``KIND:NAME`` names, set what ``NAME.FIELD=VALUE`` sets, and compare.

    Raises :class:`ChangeError` for words that are of another form or name nothing of the estate.
    """
    losses = tuple(_loss(word, estate) for word in lose)
    stopped = estate.derived(Dependencies.of).stopped_by(each for loss in losses for each in loss.gone)
    words = tuple(settings)
    changed = estate
    for word in words:
        changed = _set(word, changed)
    before, after = (_findings(policies, each) for each in (estate, changed)) if words else ({}, {})
    return Simulation(
        stops=tuple(_stops(stopped, estate)),
        doubts=tuple(doubt for loss in losses for doubt in loss.doubts if doubt[0].key not in stopped),
        entrances=tuple((each, each.opens not in stopped) for each in estate.of(Entrance)) if losses else (),
        settings=words,
        appearing=tuple(each for mark, each in after.items() if mark not in before),
        vanishing=tuple(each for mark, each in before.items() if mark not in after),
        changing=tuple(
            (before[mark], each)
            for mark, each in after.items()
            if mark in before and (each.message, each.sum) != (before[mark].message, before[mark].sum)
        ),
        passed=tuple(_passed(estate, changed)) if words else (),
    )


def _passed(estate: Estate, changed: Estate) -> Iterator[tuple[Growth, Ceiling]]:
    """Yield the ceilings that are passed with the changes alone, each with the growth that it belongs to."""
    before = {(growth.workload.key, ceiling.what) for growth, ceiling in _too_low(estate)}
    for growth, ceiling in _too_low(changed):
        if (growth.workload.key, ceiling.what) not in before:
            yield growth, ceiling


def _too_low(estate: Estate) -> Iterator[tuple[Growth, Ceiling]]:
    for growth in growths(estate):
        most = most_copies(growth.workload, estate)
        for ceiling in growth.ceilings:
            limit = ceiling.copies
            if isinstance(most, Known) and isinstance(limit, Known) and not ceiling.counts and limit.value < most.value:
                yield growth, ceiling


def _stops(stopped: dict[Key, Need | None], estate: Estate) -> Iterator[Stop]:
    """Yield what stops, without the services: they are addresses, and stop with what is behind them."""
    for key, need in stopped.items():
        entity = estate.get(key, Entity)
        if entity is not None and not isinstance(entity, Service):
            yield Stop(entity, need)


def _findings(policies: tuple[PackedPolicy, ...], estate: Estate) -> dict[tuple[str, str], ReportedFinding]:
    verdicts = (each for each in judge(policies, estate) if isinstance(each, Verdict))
    return {(each.fingerprint, each.severity.word): each for each in group(verdicts)}


# -- losses --------------------------------------------------------------------------------------------------------


def _loss(word: str, estate: Estate) -> Loss:
    kind_word, colon, name = word.partition(":")
    kinds = [kind.value for kind in LossKind]
    if not colon or not name or kind_word not in kinds:
        message = f"what is lost is written KIND:NAME, with {' or '.join(kinds)} as kind, not {word!r}"
        raise ChangeError(message, kind_word, kinds)
    kind = LossKind(kind_word)
    loss = loss_of(kind, name, estate)
    if not loss.gone and not loss.doubts:
        message = f"no {kind.value} is called {name!r}"
        raise ChangeError(message, name, names_of(kind, estate))
    return loss


# -- settings ------------------------------------------------------------------------------------------------------


def _set(word: str, estate: Estate) -> Estate:
    target, equals, text = word.partition("=")
    name, dot, field = target.rpartition(".")
    if not equals or not dot or not name:
        message = f"what is set is written NAME.FIELD=VALUE, not {word!r}"
        raise ChangeError(message)
    named = [each for each in estate.entities if name in {each.name, each.address, str(each)}]
    if not named:
        message = f"nothing is called {name!r}"
        raise ChangeError(message, name, sorted({each.name for each in estate.entities}))
    changed = [each for entity in named for each in _changed(entity, field, text, word, estate)]
    if not changed:
        settable = sorted({each for entity in named for each in _settable(entity)})
        message = f"{named[0]} has no number {field!r} to set"
        raise ChangeError(message, field, settable)
    return estate.with_entities(changed)


def _changed(entity: Entity, field: str, text: str, word: str, estate: Estate) -> Iterator[Entity]:
    """Yield the entity with the field set, and what would set the field again: an autoscaler of a number of copies."""
    if field not in _settable(entity):
        return
    try:
        value = _settable(entity)[field](text)
    except ValueError:
        message = f"{text!r} cannot be the {field} of {entity}"
        raise ChangeError(message) from None
    known = Known(value, Span(f"--set {word}", 1, 1, 1, 1))
    change: dict[str, Any] = {field: known}
    yield replace(entity, **change)
    if field == "replicas":
        for autoscaler in estate.sources(entity, EdgeKind.SCALES, Autoscaler):
            bounds: dict[str, Any] = {"minimum": known, "maximum": known}
            yield replace(autoscaler, **bounds)


def _settable(entity: Entity) -> dict[str, Callable[[str], object]]:
    """Return the fields that hold a number or a yes, known or not, and how such a one is read from a text."""
    readings = {name: _reading(str(field.type)) for field in fields(entity) if (name := field.name)}
    return {name: read for name, read in readings.items() if read is not None}


def _reading(annotation: str) -> Callable[[str], object] | None:
    if annotation.startswith(("Value[int]", "Maybe[int]")):
        return int
    return _boolean if annotation.startswith(("Value[bool]", "Maybe[bool]")) else None


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"
