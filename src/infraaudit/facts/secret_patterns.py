"""Finds tokens of known providers in a text, by the table of their formats."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

from infraaudit.facts.secret_match import Family, Match, around, key_name
from infraaudit.facts.secret_values import INTERPOLATION, entropy, is_invented_token
from infraaudit.facts.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NEAR_LINES = 5
_SIGNATURE_END = re.compile(r"[?&;]se=(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True)
class Pattern:
    """One row of the table. Its expressions are compiled when a text first needs them."""

    id: str
    kind: str
    provider: str
    triggers: tuple[str, ...]
    regex: str
    key: str
    line: str
    beside: tuple[str, ...]
    entropy: float
    restricted: bool

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The format itself."""
        return re.compile(self.regex)


@cache
def patterns() -> tuple[Pattern, ...]:
    """Return all patterns in the order of the table."""
    return tuple(
        Pattern(
            id=name,
            kind=row["kind"],
            provider=row["provider"],
            triggers=tuple(row["triggers"]),
            regex=row["regex"],
            key=row.get("key", ""),
            line=row.get("line", ""),
            beside=tuple(row.get("beside", ())),
            entropy=row.get("entropy", 0.0),
            restricted=row.get("restricted", False),
        )
        for name, row in table("secret_patterns").items()
    )


@cache
def _triggers() -> tuple[tuple[str, str], ...]:
    """Return the fixed words without which there is no match, each with the pattern that it belongs to."""
    return tuple((trigger, pattern.id) for pattern in patterns() for trigger in pattern.triggers)


def find_tokens(text: str) -> list[Match]:
    """Return the tokens in a text, those of one pattern in their order. Examples and placeholders are left out."""
    found: list[Match] = []
    # One plain loop over all fixed words: most texts hold none, and this is asked of every file.
    possible = {identity for trigger, identity in _triggers() if trigger in text}
    for pattern in patterns() if possible else ():
        if pattern.id in possible:
            found.extend(match for match in _of_pattern(pattern, text, found) if not _taken(match, found))
    return _with_complete_pairs(text, found)


def _taken(match: Match, found: Sequence[Match]) -> bool:
    return any(match.overlaps(other) for other in found)


def _of_pattern(pattern: Pattern, text: str, found: Sequence[Match]) -> Iterator[Match]:
    for hit in pattern.expression.finditer(text):
        groups = hit.groupdict()
        part = "secret" if groups.get("secret") else 0
        hint = groups.get("hint") or ""
        start, end = hit.span(part)
        payload = text[start + len(hint) : end]
        if is_invented_token(payload) or INTERPOLATION.search(payload) or entropy(payload) < pattern.entropy:
            continue
        match = Match(
            detector=pattern.id,
            family=Family.TOKEN,
            kind=pattern.kind,
            provider=pattern.provider,
            start=start,
            end=end,
            whole=hit.start(),
            hint=hint,
            restricted=pattern.restricted,
            host=groups.get("host") or "",
            expires=_signature_end(text, hit.start(), end) if pattern.line else None,
        )
        if _stands_where_it_must(pattern, match, text, found):
            yield match


def _stands_where_it_must(pattern: Pattern, match: Match, text: str, found: Sequence[Match]) -> bool:
    if pattern.line and not re.search(pattern.line, around(text, match.whole, match.end)):
        return False
    if not pattern.key:
        return True
    if re.search(pattern.key, key_name(text, match.whole), re.IGNORECASE):
        return True
    return any(other.detector in pattern.beside and _near(text, match, other) for other in found)


def _near(text: str, one: Match, other: Match) -> bool:
    first, last = sorted((one.start, other.start))
    return text.count("\n", first, last) <= _NEAR_LINES


def _with_complete_pairs(text: str, found: list[Match]) -> list[Match]:
    """Lift the restriction of an access key id beside its secret: together they are a complete credential."""
    secrets = [match for match in found if match.detector == "aws-secret-access-key"]
    return [
        replace(match, restricted=False)
        if match.detector == "aws-access-key-id" and any(_near(text, match, secret) for secret in secrets)
        else match
        for match in found
    ]


def _signature_end(text: str, start: int, end: int) -> date | None:
    stated = _SIGNATURE_END.search(around(text, start, end))
    if not stated:
        return None
    try:
        return date(int(stated.group(1)), int(stated.group(2)), int(stated.group(3)))
    except ValueError:
        return None
