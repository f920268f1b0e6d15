"""How much of what policies read is known: each attribute of the model that one of them looks at, counted once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Container, Entity, Known, Unknown, Workload

if TYPE_CHECKING:
    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.model import Estate

_FOLLOWED = ("infraaudit.policy", "infraaudit.model", "infraaudit_pack_")
_OF_EVERY_ENTITY = frozenset(each.name for each in fields(Entity))
_NAMED = re.compile(r"[\w\]\"]\.[A-Za-z_*\[]|['\"`/]|[A-Za-z]_[A-Za-z]|--\w|\b[A-Z][\w-]*[A-Z]")
"""What in a reason names something: an address, a path, words in quotes, an identifier, an option."""


class Resolution(StrEnum):
    """What became of an attribute."""

    STATED = "a value that is written"
    DEFAULT = "a default of the platform"
    ABSENT = "an absence"
    NAMED = "unknown, with what would settle it"
    UNNAMED = "unknown, and nothing says what would settle it"


@dataclass(slots=True)
class Tally:
    """The attributes of the entities of one format."""

    entities: int = 0
    attributes: Counter[Resolution] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many attributes there are."""
        return self.attributes.total()

    @property
    def told(self) -> float:
        """The percentage that resolves to a value, an absence or an unknown with a name."""
        return 100 * (1 - self.attributes[Resolution.UNNAMED] / self.total) if self.total else 100.0

    @property
    def resolved(self) -> float:
        """The percentage that resolves to a value or an absence."""
        unknown = self.attributes[Resolution.UNNAMED] + self.attributes[Resolution.NAMED]
        return 100 * (1 - unknown / self.total) if self.total else 100.0


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts by format (``terraform``, ``kubernetes``), and how often each reason keeps an attribute open."""

    tallies: Mapping[str, Tally]
    reasons: Mapping[str, int]


def statistics_of(policies: Iterable[PackedPolicy], estate: Estate) -> Statistics:
    """Count what became of the attributes that the policies read."""
    readers = _Readers(policies)
    tallies: dict[str, Tally] = {}
    reasons: Counter[str] = Counter()
    for entity in _all(estate):
        tally = tallies.setdefault(entity.deployment.id.partition(":")[0], Tally())
        found = list(readers.attributes(entity))
        tally.entities += bool(found)
        for value in found:
            tally.attributes[_resolution(value)] += 1
            if isinstance(value, Unknown):
                reasons[value.why] += 1
    ordered = dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))
    return Statistics(dict(sorted(tallies.items())), ordered)


def _all(estate: Estate) -> Iterator[Entity]:
    for entity in estate.entities:
        yield entity
        if isinstance(entity, Workload):
            yield from (*entity.containers, *entity.init_containers)


def _resolution(value: Known[object] | Absent | Unknown[object]) -> Resolution:
    if isinstance(value, Known):
        return Resolution.STATED if value.stated else Resolution.DEFAULT
    if isinstance(value, Absent):
        return Resolution.ABSENT
    return Resolution.NAMED if value.mentions or _NAMED.search(value.why) else Resolution.UNNAMED


class _Readers:
    """Which names the policies read of each type of entity."""

    def __init__(self, policies: Iterable[PackedPolicy]) -> None:
        self._read: list[tuple[type[Entity], frozenset[str]]] = []
        for packed in policies:
            policy = packed.policy
            names = frozenset(name for each in (policy.check, *policy.scopes) for name in _names_of(each))
            self._read.append((policy.subject, names))
            self._read.append((Entity, names if "estate" in names or _takes_estate(names) else frozenset()))
        self._by_type: dict[type, frozenset[str]] = {}

    def attributes(self, entity: Entity) -> Iterator[Known[object] | Absent | Unknown[object]]:
        """Yield the values of an entity that a policy reads."""
        kind = type(entity)
        if kind not in self._by_type:
            names = {name for subject, read in self._read if issubclass(kind, subject) for name in read}
            self._by_type[kind] = frozenset(_with_properties(kind, names)) - _OF_EVERY_ENTITY
        yield from _values(entity, self._by_type[kind])


def _takes_estate(names: frozenset[str]) -> bool:
    """Whether a policy looks at more than its subject."""
    return bool(names & {"edges_from", "edges_to", "targets", "sources", "in_deployment", "beside", "of"})


def _values(thing: object, names: frozenset[str]) -> Iterator[Known[object] | Absent | Unknown[object]]:
    """Yield the values below the fields of these names, those inside of values too."""
    for each in fields(thing) if is_dataclass(thing) else ():
        if each.name in names:
            yield from _unfolded(getattr(thing, each.name), names)


def _unfolded(value: object, names: frozenset[str]) -> Iterator[Known[object] | Absent | Unknown[object]]:
    if isinstance(value, Known | Absent | Unknown):
        yield value
        value = value.value if isinstance(value, Known) else None
    if isinstance(value, tuple):
        for each in value:
            yield from _unfolded(each, names)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _unfolded(each, names)
    elif is_dataclass(value) and not isinstance(value, Container | type):
        yield from _values(value, names)


# -- names that code reads -----------------------------------------------------------------------------------------


def _names_of(function: Callable[..., object]) -> frozenset[str]:
    """Return the names that a function reads, and those read by functions of policies and model which it calls."""
    names: set[str] = set()
    waiting: list[object] = [function]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if id(current) in seen or not isinstance(current, FunctionType):
            continue
        seen.add(id(current))
        here = set(_names_in(current.__code__))
        names |= here
        called = (current.__globals__.get(name) for name in here)
        waiting.extend(each for each in called if _is_followed(each))
        waiting.extend(cell.cell_contents for cell in current.__closure__ or () if _is_function(cell.cell_contents))
    return frozenset(names)


def _is_function(thing: object) -> bool:
    return isinstance(thing, FunctionType)


def _is_followed(thing: object) -> bool:
    return isinstance(thing, FunctionType) and thing.__module__.startswith(_FOLLOWED)


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names_in(each)


def _with_properties(kind: type, names: set[str]) -> set[str]:
    """Return the names with those that properties and methods of a type read which are among them."""
    found, waiting = set(names), list(names)
    while waiting:
        member = getattr(kind, waiting.pop(), None)
        function = member.fget if isinstance(member, property) else member
        if function is not None and _is_followed(function):
            added = _names_of(function) - found
            found |= added
            waiting.extend(added)
    return found
