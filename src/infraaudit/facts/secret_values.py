"""Tells what a value looks like: a placeholder, a reference, a plain scalar, a hash, or perhaps a secret."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from itertools import pairwise

from infraaudit.facts.table import table

_REPEATED_FROM = 3
_RUN_FROM = 4
_LONG_RUN = 8
_PROSE_WORDS = 4
_HEX_LENGTH, _HEX_ENTROPY = 20, 3.0
_MIXED_LENGTH, _MIXED_ENTROPY = 16, 3.5


@cache
def words(row: str) -> frozenset[str]:
    """Return one list of the table of names as a set."""
    return frozenset(table("secret_names")[row]["words"])


@cache
def ordered_words(row: str) -> tuple[str, ...]:
    """Return one list of the table of names in its order."""
    return tuple(table("secret_names")[row]["words"])


def compact(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    return re.sub(r"[\W_]", "", text.lower())


def bare(value: str) -> str:
    """Return a value without blanks and one pair of quotes around it."""
    text = value.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].strip()
    return text


# -- placeholders --------------------------------------------------------------------------------------------------


def is_placeholder(value: str) -> bool:
    """Tell whether a value only holds the place of a real one: ``changeme``, ``<token>``, ``***``, nothing."""
    text = bare(value)
    core = compact(text)
    if not core or _is_bracketed(text):
        return True
    if core in words("placeholder.whole") or core.startswith(ordered_words("placeholder.starts")):
        return True
    first = re.split(r"[\W_]", text.lower(), maxsplit=1)
    if len(first) > 1 and first[0] in words("placeholder.first_words") and _is_wordy(text):
        return True
    if any(word in core for word in words("placeholder.inside")):
        return True
    return _is_documented(text) or _is_run(core)


def _is_bracketed(text: str) -> bool:
    return (text[0] == "<" and text[-1] == ">") or (text[0] == "[" and text[-1] == "]")


def _is_wordy(text: str) -> bool:
    """Tell whether a text is made of words: letters and separators, perhaps a short number at the end."""
    return re.fullmatch(r"[A-Za-z]+(?:[\W_]+[A-Za-z]+)*(?:[\W_]*\d{1,4})?", text) is not None


def _is_documented(text: str) -> bool:
    return any(fragment in text for fragment in words("token.documented"))


def _is_run(core: str) -> bool:
    """Tell a repeated character and a run of the keyboard."""
    if len(core) >= _REPEATED_FROM and len(set(core)) == 1:
        return True
    return len(core) >= _RUN_FROM and any(core in run for run in words("placeholder.runs"))


def is_invented_token(payload: str) -> bool:
    """Tell whether what follows a vendor's prefix was typed by hand: a word, few characters, a counted run."""
    if is_placeholder(payload) or is_identifier(payload):
        return True
    core = compact(payload)
    if any(word in core for word in words("token.inside")):
        return True
    enough = min(10, max(4, len(payload) // 4))
    return len(set(payload)) < enough or _has_counted_run(core)


def _has_counted_run(core: str) -> bool:
    length = 1
    for left, right in pairwise(core):
        length = length + 1 if ord(right) - ord(left) == 1 or left + right == "90" else 1
        if length >= _LONG_RUN:
            return True
    return False


def is_weak(value: str) -> bool:
    """Tell whether a password is a well-known default, a placeholder that took effect, or nothing at all."""
    text = bare(value)
    if is_placeholder(text):
        return True
    plain = text.lower().translate(_LEET)
    known = words("weak")
    for candidate in (text.lower(), plain):
        core = compact(candidate)
        letters = re.sub(r"[\d\W_]+$", "", candidate)
        if core in known or compact(letters) in known:
            return True
    return False


_LEET = str.maketrans({"@": "a", "0": "o", "1": "i", "$": "s", "3": "e", "4": "a", "5": "s"})


# -- references ----------------------------------------------------------------------------------------------------

INTERPOLATION = re.compile(
    r"\$\{|\$\(|\{\{|\{%|<%|%\(\w+\)s|\(\([\w./\-]+\)\)|#\{|@@\w|\$\[\[|%[A-Z_]{3,}%"
    r"|(?<![^\s\"'=:/,(\[@.\-])\$[A-Za-z_]\w*|(?<![^\s\"'=])\$\$[A-Za-z_{]\w*",
)
"""What a template, a shell or a client puts a value in place of."""

_WHOLE_REFERENCE = re.compile(
    r"__\w+__|@\w+@|%[sdv]|!(?:Ref|Sub|GetAtt|ImportValue|Join|Select|FindInMap|Split|vault|env|ENV|reference|If)\b.*"
    r"|(?:var|local|data|module|each|self|path|terraform|count|secrets|vars|env|inputs|github)\.[\w.\[\]\"'*\-]+"
    r"|[a-z][a-z0-9]*_[a-z0-9_]+\.[\w\-]+(?:\[[^\]]*\])?(?:\.[\w\-\[\]\"*]+)+"
    r"|projects/[^/]+/secrets/.+|vault:[\w./\-]+(?:[#@?].*)?|https://[\w\-]+\.vault\.(?:azure\.net|usgovcloudapi\.net)/.*"
    r"|(?:string|number|bool|any|object|list|map|set|optional)(?:\(.*\))?|[a-z_][a-z0-9_]*\((?:.*\)|[\[{]?)",
    re.DOTALL,
)
_PATH = re.compile(
    r"(?:~|\.{1,2})?/[\w.@%\-/]*|[A-Za-z]:\\[^\n]*|file:.*|(?:[\w.\-]+/)*[\w.\-]+\.(?:txt|pem|key|json|ya?ml|crt|cer|env|toml)"
)
_HASH = re.compile(
    r"\$\$?(?:2[abxy]?|apr1|1|5|6|7|y|argon2(?:id|i|d)|scrypt|pbkdf2-sha\d+)\$.{10,}|\{SSHA\d*\}.{20,}|SCRAM-SHA-256\$.+|pbkdf2:sha\d+:.+",
)
_SCALAR = re.compile(
    r"true|false|yes|no|on|off|null|nil|none|~"
    r"|[-+]?\d+(?:\.\d+)?|\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+\-]\d{2}:?\d{2})?)?|\d{1,2}/\d{1,2}/\d{4}"
    r"|(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d|w|y))+|v?\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?|\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?",
    re.IGNORECASE,
)


def is_reference(value: str) -> bool:
    """Tell whether a value stands for another: interpolation, expression, path, a manager's address, ciphertext."""
    text = bare(value)
    if is_password_hash(text):
        return False
    if text.startswith((*ordered_words("reference.prefixes"), *ordered_words("encrypted.prefixes"))):
        return True
    return bool(INTERPOLATION.search(text) or _WHOLE_REFERENCE.fullmatch(text) or _PATH.fullmatch(text))


def is_encrypted(value: str) -> bool:
    """Tell a value that a tool encrypted for the repository: SOPS, Ansible Vault, age, Spring, Travis."""
    return bare(value).startswith(ordered_words("encrypted.prefixes"))


def is_plain_scalar(value: str) -> bool:
    """Tell a boolean, null, number, date, duration, version or address."""
    return _SCALAR.fullmatch(bare(value)) is not None


def is_password_hash(value: str) -> bool:
    """Tell a salted hash of a password: bcrypt, crypt, argon2, scrypt, SSHA, SCRAM."""
    return _HASH.fullmatch(bare(value)) is not None


# -- randomness ----------------------------------------------------------------------------------------------------


def entropy(text: str) -> float:
    """Return Shannon's entropy of a text in bits a character."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values()) if size else 0.0


_WORD = r"(?:(?:[A-Z]?[a-z]++)++\d{0,4}|[A-Z]{2,}\d{0,4}|[A-Z]|\d{1,4})"
_IDENTIFIER = re.compile(rf"{_WORD}(?:[-_./:@]{{1,2}}{_WORD})*+")
_UPPER_IDENTIFIER = re.compile(r"[A-Z][A-Z0-9]{0,20}(?:_[A-Z0-9]{1,20})+")
"""Names of variables, some with digits inside of a word: ``STAGING_K8S_CLUSTER_CERT``."""

_LONGEST_IDENTIFIER = 256


def is_identifier(value: str) -> bool:
    """Tell a name: words of one case or of camel case, joined by ``-``, ``_``, ``.``, ``/`` or ``:``."""
    text = bare(value)
    if len(text) > _LONGEST_IDENTIFIER:
        return False
    if _UPPER_IDENTIFIER.fullmatch(text):
        return sum(character.isdigit() for character in text) * 4 <= len(text)
    return _IDENTIFIER.fullmatch(text) is not None


def is_prose(value: str) -> bool:
    """Tell a sentence: four words or more."""
    parts = value.split()
    return len(parts) >= _PROSE_WORDS and sum(part.strip(".,;:()'\"").isalpha() for part in parts) > len(parts) / 2


def looks_random(value: str) -> bool:
    """Tell whether a value has the length and the entropy of a generated token."""
    text = bare(value)
    if re.search(r"[\s{}<>;]", text) or is_identifier(text):
        return False
    if re.fullmatch(r"[0-9a-fA-F]+", text):
        return len(text) >= _HEX_LENGTH and entropy(text) >= _HEX_ENTROPY
    return len(text) >= _MIXED_LENGTH and entropy(text) >= _MIXED_ENTROPY
