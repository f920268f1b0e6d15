"""Which files of Terraform may hold a site, and which of their blocks: most hold none, and parsing costs."""

from __future__ import annotations

import re
from functools import cache

from infraaudit.facts.secrets import Grade, grade, is_secret_name, may_assign_secrets, secret_assignments
from infraaudit.facts.table import table
from infraaudit.readers.credentials.hcl_slots import words_of
from infraaudit.source.file import SourceFile


def is_worth_parsing(text: str) -> bool:
    """Tell by its words whether a file may hold anything that is a site: most files do not, and parsing costs."""
    if any(word in text for word in _always_parsed()) and _STORED.search(text):
        return True
    for each in secret_assignments(text):
        value = text[each.start : each.end]
        if each.quoted and grade(each.key, value) not in {Grade.HARMLESS, Grade.REFERENCE}:
            return True
        if not each.quoted and value[:1] in {"{", "["}:
            return True
    return any(is_secret_name(name) for name in _NAMED.findall(text)) or _has_default(text)


def _has_default(text: str) -> bool:
    """Tell whether a variable that is named like a secret has a default."""
    for hit in _VARIABLE.finditer(text) if "default" in text else ():
        if is_secret_name(hit[1]):
            end = text.find("\n}", hit.end())
            if "default" in text[hit.end() : end if end >= 0 else len(text)]:
                return True
    return False


_NAMED = re.compile(
    r"""\bname["']?[ \t]{0,20}[:=][ \t]{0,20}["']([\w.\-/]{3,100})["'],?[ \t\r\n]{1,80}["']?value["']?[ \t]{0,20}[:=]"""
)
_VARIABLE = re.compile(r"""\bvariable"?[ \t:{]{1,20}"?([\w\-]{3,100})""")
_STORED = re.compile(
    r"""\b(?:secret_string|value|secret_data|data_json|plaintext_value|passwords)[ \t]{0,20}=[ \t]{0,20}"""
    r"""(?:"[^"$]|<<|json|\[)|user[_-]data|custom_data|startup[_-]script"""
)


@cache
def _always_parsed() -> tuple[str, ...]:
    slots = (
        *table("secret_slots")["terraform.stores"]["slots"],
        *table("secret_slots")["terraform.credentials"]["slots"],
    )
    types = dict.fromkeys(f'"{slot.partition(" ")[0]}"' for slot in slots)
    return (*types, *(word for word in words_of("terraform.user_data") if word != "startup_script"))


def without_plain_variables(file: SourceFile) -> SourceFile:
    """Return a file with blanks for the variables that hold no word of a secret; everything else keeps its place.

    Files of variables are many and long, often for one default that is empty, and parsing costs more than all else.
    Where a heredoc or a comment over several lines could hide where a block ends, the file is taken as it is.
    """
    if "<<" in file.text or "/*" in file.text:
        return file
    text = _VARIABLE_BLOCK.sub(
        lambda hit: hit[0] if _may_hold_secret(hit[0]) else _FILLED.sub(_blanks, hit[0]), file.text
    )
    return file if text == file.text else SourceFile(file.path, text)


def _blanks(hit: re.Match[str]) -> str:
    return " " * len(hit[0])


def _may_hold_secret(block: str) -> bool:
    return block.count("{") != block.count("}") or may_assign_secrets(block)


_VARIABLE_BLOCK = re.compile(
    r"""^variable[ \t]+"[\w\-]+"[ \t]*\{[ \t]*\r?\n(?:(?!\}).*\n)*+\}[ \t]*\r?$""", re.MULTILINE
)
_FILLED = re.compile(r"[^\r\n]+")
