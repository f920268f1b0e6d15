"""The one door to the credential detector: what in a text is secret, which names are, which values, and how to hide it.

Everything here is pure: a text goes in, places or answers come out, and no value is kept.
"""

from infraaudit.facts.redaction import MASK, is_hidden_name, mask_line, mask_text
from infraaudit.facts.secret_assignments import Assignment, may_assign_secrets, secret_assignments
from infraaudit.facts.secret_detector import find_secrets, has_credential
from infraaudit.facts.secret_files import is_secret_file
from infraaudit.facts.secret_grades import (
    WELL_KNOWN,
    Grade,
    certain_in,
    grade,
    is_plain_switch,
    is_signing_name,
    signing_weakness,
    weakness,
)
from infraaudit.facts.secret_match import Family, Match, key_name
from infraaudit.facts.secret_names import is_password_name, is_secret_literal, is_secret_name
from infraaudit.facts.secret_structures import decode_base64
from infraaudit.facts.secret_values import is_password_hash, is_placeholder, is_reference, is_weak

__all__ = [
    "MASK",
    "WELL_KNOWN",
    "Assignment",
    "Family",
    "Grade",
    "Match",
    "certain_in",
    "decode_base64",
    "find_secrets",
    "grade",
    "has_credential",
    "is_hidden_name",
    "is_password_hash",
    "is_password_name",
    "is_placeholder",
    "is_plain_switch",
    "is_reference",
    "is_secret_file",
    "is_secret_literal",
    "is_secret_name",
    "is_signing_name",
    "is_weak",
    "key_name",
    "mask_line",
    "mask_text",
    "may_assign_secrets",
    "secret_assignments",
    "signing_weakness",
    "weakness",
]
