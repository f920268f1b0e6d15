"""The one door to the credential detector: what in a text is secret, which names are, which values, and how to hide it.

Everything here is pure: a text goes in, places or answers come out, and no value is kept.
"""

from infraaudit.facts.redaction import MASK, mask_line, mask_text
from infraaudit.facts.secret_detector import find_secrets, has_credential
from infraaudit.facts.secret_match import Family, Match, key_name
from infraaudit.facts.secret_names import is_password_name, is_secret_literal, is_secret_name
from infraaudit.facts.secret_structures import decode_base64
from infraaudit.facts.secret_values import is_password_hash, is_placeholder, is_reference, is_weak

__all__ = [
    "MASK",
    "Family",
    "Match",
    "decode_base64",
    "find_secrets",
    "has_credential",
    "is_password_hash",
    "is_password_name",
    "is_placeholder",
    "is_reference",
    "is_secret_literal",
    "is_secret_name",
    "is_weak",
    "key_name",
    "mask_line",
    "mask_text",
]
