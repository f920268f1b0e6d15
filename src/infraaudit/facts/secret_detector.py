"""Finds what is a credential beyond doubt in a text, whatever the name that it stands under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts.secret_patterns import find_tokens
from infraaudit.facts.secret_structures import find_connections, find_private_keys, find_session_tokens

if TYPE_CHECKING:
    from infraaudit.facts.secret_match import Match


def find_secrets(text: str) -> tuple[Match, ...]:
    """Return what is a credential beyond doubt in a text, in the order of the text and without overlaps.

    These are tokens of known providers, private keys, session tokens, and passwords in URLs and connection strings.
    Where two overlap the more telling stays: a GitHub token used as the password of a URL is a GitHub token.
    """
    kept: list[Match] = []
    for match in (*find_private_keys(text), *find_tokens(text), *find_session_tokens(text), *find_connections(text)):
        if not any(match.overlaps(other) for other in kept):
            kept.append(match)
    return tuple(sorted(kept, key=lambda each: each.start))


def has_credential(value: str) -> bool:
    """Tell whether a value holds a credential whatever the name that it stands under."""
    return bool(find_secrets(value))
