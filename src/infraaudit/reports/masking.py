"""Keeps secrets out of what is printed: by the shape of a line, and by the places where the detector found them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import mask_line
from infraaudit.model import Credential, EntryState, Known, SecretMaterial, SecretSite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate
    from infraaudit.source.span import Span

_DOT = "\N{BULLET}"


class Masks:
    """Where secrets stand in the files of one scan."""

    def __init__(self, estate: Estate) -> None:
        self._places: dict[str, list[Span]] = defaultdict(list)
        for at in dict.fromkeys(_places(estate)):
            self._places[at.path].append(at)

    def line(self, path: str, number: int, text: str) -> str:
        """Return a line of a file with its secrets replaced, character by character, so that columns stay."""
        masked = mask_line(text)
        for at in self._places.get(path, ()):
            if at.start_line <= number <= at.end_line:
                start = at.start_column - 1 if number == at.start_line else len(masked) - len(masked.lstrip())
                end = min(at.end_column - 1, len(masked)) if number == at.end_line else len(masked)
                masked = masked[:start] + _DOT * max(end - start, 0) + masked[max(end, start) :]
        return masked


def _places(estate: Estate) -> Iterator[Span]:
    """Yield where values stand that protect something, a well-known default in effect among them.

    What a line alone shows to be a placeholder is a password all the same once it takes effect.
    """
    for secret in estate.of(SecretMaterial):
        yield from (secret.at, *secret.places)
    for site in estate.of(SecretSite):
        yield from (each.at for each in site.in_state(EntryState.LITERAL, EntryState.WEAK))
    for credential in estate.of(Credential):
        if isinstance(credential.weakness, Known) and credential.weakness.value:
            yield credential.weakness.at
