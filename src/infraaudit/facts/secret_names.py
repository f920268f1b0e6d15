"""Tells which names are those of secrets, and which values under them are secrets written out."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from infraaudit.facts.secret_detector import has_credential
from infraaudit.facts.secret_values import (
    bare,
    compact,
    is_identifier,
    is_password_hash,
    is_placeholder,
    is_plain_scalar,
    is_prose,
    is_reference,
    looks_random,
    ordered_words,
    words,
)

_LONGEST_NAME = 256
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,30}://\S*")


def _words_of(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name))


def _holds_pair(parts: tuple[str, ...], row: str) -> bool:
    pairs = words(row)
    return any(f"{left} {right}" in pairs for left, right in pairwise(parts))


@lru_cache(maxsize=8192)
def is_secret_name(name: str) -> bool:
    """Tell whether the value under a key of this name is meant to be secret.

    Whole words count (``passthrough`` holds no ``pass``), and a name that ends in ``_file``, ``_name``, ``_rotation``
    and the like speaks about a secret and does not hold one.
    """
    if not name or len(name) > _LONGEST_NAME or name == "PWD":
        return False
    return _is_telling(name) and not _is_harmless(name) and not _is_harmless(re.split(r"[./]", name)[-1])


def _is_telling(name: str) -> bool:
    parts = _words_of(name)
    whole = name.lower()
    if whole in words("name.whole") or whole in words("name.password_whole"):
        return True
    if any(part in words("name.words") or part in words("name.password_words") for part in parts):
        return True
    return _holds_pair(parts, "name.pairs") or _holds_pair(parts, "name.password_pairs")


def _is_harmless(name: str) -> bool:
    parts, joined = _words_of(name), compact(name)
    if not parts:
        return False
    return (
        parts[-1] in words("name.harmless_last_words")
        or joined in words("name.harmless_whole")
        or joined.startswith(ordered_words("name.harmless_starts"))
        or joined.endswith(ordered_words("name.harmless_ends"))
    )


def is_password_name(name: str) -> bool:
    """Tell whether a secret-like name is one of a password, which may be short and may be a word."""
    parts = _words_of(name)
    return (
        name.lower() in words("name.password_whole")
        or any(part in words("name.password_words") for part in parts)
        or _holds_pair(parts, "name.password_pairs")
    )


# -- names with values ---------------------------------------------------------------------------------------------


def is_secret_literal(name: str, value: str) -> bool:
    """Tell whether a value under a name is a secret written out.

    A password may be any word that is not a placeholder, a reference or a plain scalar; a weak one counts, and
    :func:`is_weak` tells it. A token or key must look generated: 20 hexadecimal digits, or 16 mixed characters.
    """
    text = bare(value)
    return is_secret_name(name) and (has_credential(text) or (not _is_harmless_value(text) and _is_told_by(name, text)))


def _is_harmless_value(text: str) -> bool:
    return (
        is_placeholder(text)
        or is_reference(text)
        or is_plain_scalar(text)
        or is_prose(text)
        or bool(_URL.fullmatch(text))
    )


def _is_told_by(name: str, text: str) -> bool:
    parts = _words_of(name)
    if any(part in words("name.connections") for part in parts) or _holds_pair(parts, "name.connections"):
        return False
    if is_password_hash(text):
        return True
    if _names_itself(parts, text):
        return False
    return looks_random(text) or (is_password_name(name) and not _is_dotted(text))


def _names_itself(parts: tuple[str, ...], value: str) -> bool:
    """Tell a secret's name where its value could stand: ``app/db/password``, ``DB_PASSWORD``, ``my-db-password``."""
    if not is_identifier(value):
        return False
    of_value = _words_of(value)
    return len(of_value) > 1 and (of_value[-1] in parts or of_value == parts)


def _is_dotted(value: str) -> bool:
    return re.fullmatch(r"[A-Za-z_]+(?:\.[A-Za-z_]+)+", value) is not None
