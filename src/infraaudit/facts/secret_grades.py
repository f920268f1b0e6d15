"""Grades what is written in a slot that calls for a secret: a literal, a default, a placeholder or a reference."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.facts.secret_detector import find_secrets
from infraaudit.facts.secret_names import is_password_name, is_secret_literal, is_secret_name
from infraaudit.facts.secret_values import (
    bare,
    compact,
    is_encrypted,
    is_placeholder,
    is_plain_scalar,
    is_prose,
    is_reference,
    is_weak,
    looks_random,
)
from infraaudit.facts.table import table

if TYPE_CHECKING:
    from infraaudit.facts.secret_match import Match

WELL_KNOWN = "a well-known default"

_SHORTEST_KEY = 32
_FEWEST_CHARACTERS = 5
_SHORTEST_PASSWORD = 8


class Grade(StrEnum):
    """What a value is, by its form and the name that it stands under."""

    CERTAIN = "a credential by its form"
    LITERAL = "a literal secret"
    WEAK = "a well-known default"
    PLACEHOLDER = "a placeholder"
    REFERENCE = "a reference"
    ENCRYPTED = "encrypted"
    HARMLESS = "nothing secret"


def grade(name: str, value: str, *, sensitive: bool = False) -> Grade:  # noqa: PLR0911 - one line for each grade
    """Grade a value under a name. In a ``sensitive`` slot a generated value is secret whatever it is named."""
    text = bare(value)
    if is_encrypted(text):
        return Grade.ENCRYPTED
    if certain_in(name, text) is not None:
        return Grade.CERTAIN
    if is_reference(text):
        return Grade.REFERENCE
    if is_secret_name(name):
        if is_secret_literal(name, text):
            return Grade.WEAK if is_weak(text) and not looks_random(text) else Grade.LITERAL
        if is_placeholder(text):
            return Grade.PLACEHOLDER
        return Grade.HARMLESS
    if sensitive and looks_random(text) and not is_prose(text) and not is_plain_scalar(text):
        return Grade.LITERAL
    return Grade.HARMLESS


def certain_in(name: str, text: str) -> Match | None:
    """Return what the form of a value tells to be a credential, with the help of the name that it stands under."""
    together = find_secrets(f"{name}={text}")
    return next((match for match in together if match.start > len(name)), None)


def weakness(name: str, value: str) -> str:
    """Say why a value that takes effect as a password protects little, ``""`` where it may protect.

    A stand-in that asks to be replaced in its own words (``<password>``, ``your-password``) is no default.
    """
    text = bare(value)
    if not text or not is_password_name(name) or is_reference(text) or is_plain_switch(text):
        return ""
    if _asks_to_be_filled(text):
        return ""
    if looks_random(text):
        return ""
    if is_weak(text):
        return WELL_KNOWN
    if is_plain_scalar(text) and not text.isdigit():
        return ""
    return f"shorter than {_SHORTEST_PASSWORD} characters" if len(text) < _SHORTEST_PASSWORD else ""


def is_plain_switch(text: str) -> bool:
    """Tell the words that switch something and are no password."""
    return text.lower() in {"true", "false", "yes", "no", "on", "off", "null", "none", "nil", "~"}


def _asks_to_be_filled(text: str) -> bool:
    core = compact(text)
    bracketed = text[0] + text[-1] in {"<>", "[]", "{}"}
    return bracketed or not core or core.startswith(_ASKING)


_ASKING = ("your", "replace", "insert", "put", "enter", "fillin", "xxx", "todo")


def is_signing_name(name: str) -> bool:
    """Tell whether a framework signs sessions or tokens with the value under this name."""
    last = name.rsplit(".", 1)[-1]
    if last.islower() and compact(last) == "secretkey":
        return False  # the usual name of the second half of a key for object storage
    return compact(last) in table("secret_slots")["signing.names"]["words"]


def signing_weakness(value: str) -> str:
    """Say why a value is too weak to sign with, ``""`` where it may do."""
    text = bare(value)
    if not text or is_reference(text) or is_plain_switch(text) or is_encrypted(text) or _asks_to_be_filled(text):
        return ""
    reasons = (
        (text.startswith("django-insecure-"), "the one that Django generates for development"),
        (is_weak(text), WELL_KNOWN),
        (len(set(text)) < _FEWEST_CHARACTERS, f"made of fewer than {_FEWEST_CHARACTERS} different characters"),
        (len(text) < _SHORTEST_KEY, f"shorter than {_SHORTEST_KEY} characters"),
    )
    return next((why for holds, why in reasons if holds), "")
