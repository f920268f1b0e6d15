"""Slots that call for a secret, as they are found in a file, and what is kept of them: everything but the value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import (
    Family,
    Grade,
    certain_in,
    grade,
    is_secret_name,
    is_signing_name,
    secret_assignments,
    signing_weakness,
    weakness,
)
from infraaudit.model import EntryState, SecretClass, SecretEntry, SecretSite
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.source.file import SourceFile

CLASS_OF_FAMILY = {
    Family.TOKEN: SecretClass.PROVIDER_TOKEN,
    Family.PRIVATE_KEY: SecretClass.PRIVATE_KEY,
    Family.CONNECTION: SecretClass.CONNECTION_URL,
    Family.SESSION: SecretClass.SESSION_TOKEN,
}
_LENGTHS = ((16, "<16"), (32, "16-31"), (64, "32-63"))
_LONGEST_WORD = 40
_STATES = {
    Grade.CERTAIN: EntryState.LITERAL,
    Grade.LITERAL: EntryState.LITERAL,
    Grade.WEAK: EntryState.WEAK,
    Grade.PLACEHOLDER: EntryState.PLACEHOLDER,
    Grade.REFERENCE: EntryState.REFERENCE,
    Grade.ENCRYPTED: EntryState.ENCRYPTED,
}


def length_bucket(value: str) -> str:
    """Return the bucket that a value's length falls into; the length itself is told to nobody."""
    return next((words for limit, words in _LENGTHS if len(value) < limit), "64+")


@dataclass(frozen=True, slots=True)
class Slot:
    """One key with the text written for it. ``name`` is the part of the key that calls for a secret.

    ``sensitive`` marks a slot that is secret whatever its name. ``state`` is set where the text alone cannot tell it.
    ``beside`` are the plain texts that stand next to it, such as the name of the user.
    """

    name: str
    text: str
    at: Span
    key: str = ""
    sensitive: bool = False
    state: EntryState | None = None
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A site before its slots are graded. ``names`` are words that may tell the environment, the surest first."""

    type: type[SecretSite]
    address: str
    kind: str
    name: str
    at: Span
    slots: tuple[Slot, ...]
    names: tuple[str, ...] = ()
    sensitive: int | None = None


@dataclass
class Marks:
    """Numbers the distinct values of a run in the order in which they are met, and goes with the values."""

    _numbers: dict[str, int] = field(default_factory=dict)

    def of(self, value: str) -> int:
        """Return the number of a value: the same for the same value, and nothing that could be turned back."""
        return self._numbers.setdefault(value, len(self._numbers) + 1)


def entry_of(slot: Slot) -> SecretEntry | None:
    """Return what is kept of a slot, ``None`` where nothing in it is or stands for a secret."""
    key = slot.key or slot.name
    if slot.state is not None:
        return SecretEntry(key=key, at=slot.at, state=slot.state)
    graded = grade(slot.name, slot.text, sensitive=slot.sensitive)
    signing = is_signing_name(slot.name)
    weak = signing_weakness(slot.text) if signing else weakness(slot.name, slot.text)
    if not weak and graded is Grade.LITERAL and slot.text.lower() in slot.beside:
        weak = "the same as a name beside it"
    state = _STATES.get(graded)
    if state is None:
        if not weak:
            return None
        state = EntryState.WEAK
    elif weak and state is EntryState.LITERAL and graded is Grade.LITERAL:
        state = EntryState.WEAK
    certain = certain_in(slot.name, slot.text)
    return SecretEntry(
        key=key,
        at=slot.at,
        state=state,
        form=CLASS_OF_FAMILY[certain.family] if certain is not None else None,
        length=length_bucket(slot.text) if state is EntryState.LITERAL else "",
        weakness=weak,
        signing=signing,
    )


def plain_texts(texts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the short texts under names that do not call for a secret, in lower case."""
    short = ((name, text) for name, text in texts if 1 < len(text) <= _LONGEST_WORD)
    return frozenset(text.lower() for name, text in short if not is_secret_name(name))


def slots_in_text(text: str, file: SourceFile, at: Span, *, prefix: str = "", options: bool = False) -> Iterator[Slot]:
    """Yield the assignments to secret-like names inside a text that stands somewhere in a file."""
    for each in secret_assignments(text, options=options):
        value = text[each.start : each.end]
        key = f"{prefix}{each.key}"
        yield Slot(each.key, value, place_in_block(file, at, text, each.start, each.end), key)


def place_in_block(file: SourceFile, at: Span, text: str, start: int, end: int) -> Span:
    """Return where a part of a block of text stands in its file, or the whole block where that cannot be told."""
    value = text[start:end]
    line = text.count("\n", 0, start)
    for number in range(at.start_line + line - 1, at.start_line + line + 2):
        column = file.lines[number - 1].find(value) if 0 < number <= len(file.lines) else -1
        if column >= 0:
            return Span(file.path, number, column + 1, number, column + len(value) + 1)
    return at
