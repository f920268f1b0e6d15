"""Functions on text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.functions.declare import Function, NotComputedError, pure
from infraaudit.readers.terraform.language.functions.patterns import all_matches, first_match, replace_matches
from infraaudit.readers.terraform.language.functions.printf import formatted, formatted_list

if TYPE_CHECKING:
    from infraaudit.readers.terraform.language.values import Plain

LONGEST_TEXT = 2_000_000
"""Characters beyond which a text is not built."""


def characters(text: str) -> list[str]:
    """Return the characters as a reader counts them: a letter and the accents that follow it are one."""
    if text.isascii():
        return list(text.replace("\r\n", "\n")) if "\r\n" in text else list(text)
    composed = unicodedata.normalize("NFC", text)
    if any(unicodedata.combining(each) or unicodedata.category(each) in {"Cf", "Mn", "Me", "Sk"} for each in composed):
        message = "characters that are joined of several are not counted"
        raise NotComputedError(message)
    return list(composed)


def _substring(text: str, offset: int, length: int) -> str:
    letters = characters(text)
    if int(offset) != offset or int(length) != length:
        raise ValueError
    start = max(0, offset + len(letters)) if offset < 0 else offset
    return "".join(letters[start:] if length < 0 else letters[start : start + length])


def _title(text: str) -> str:
    return re.sub(r"(?<!\w)\w", lambda match: _one_letter(match[0].title(), match[0]), text)


def _one_letter(changed: str, letter: str) -> str:
    """Return a letter in its other case; one that would become several letters stays as it is."""
    return changed if len(changed) == 1 else letter


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(_one_letter(each.upper(), each) for each in text)


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(each.lower()[0] for each in text)


def _indent(spaces: int, text: str) -> str:
    if not 0 <= spaces <= LONGEST_TEXT // max(1, text.count("\n") + 1):
        raise ValueError
    return text.replace("\n", "\n" + " " * spaces)


def _split(separator: str, text: str) -> Plain:
    return list(text.split(separator)) if separator else list(characters(text))


def _join(separator: str, *lists: list[str]) -> str:
    return separator.join(item for items in lists for item in items)


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return replace_matches(text, old[1:-1], new)
    if len(text) * max(1, len(new)) > LONGEST_TEXT:
        message = f"a text of more than {LONGEST_TEXT:,} characters is not built"
        raise NotComputedError(message)
    return text.replace(old, new)


def _trim(text: str, cut: str) -> str:
    return text.strip(cut) if cut else text


def _chomp(text: str) -> str:
    return re.sub(r"(\r\n|\n|\r)+\Z", "", text)


STRINGS: dict[str, Function] = {
    "chomp": pure("string", compute=_chomp),
    "endswith": pure("string", "string", compute=str.endswith),
    "format": pure("string", compute=formatted, rest="any", null=True),
    "formatlist": pure("string", compute=formatted_list, rest="any", makes_a_list=True),
    "indent": pure("number", "string", compute=_indent),
    "join": pure("string", compute=_join, rest="strings"),
    "lower": pure("string", compute=_lower),
    "regex": pure("string", "string", compute=first_match),
    "regexall": pure("string", "string", compute=all_matches, makes_a_list=True),
    "replace": pure("string", "string", "string", compute=_replace),
    "split": pure("string", "string", compute=_split, makes_a_list=True),
    "startswith": pure("string", "string", compute=str.startswith),
    "strcontains": pure("string", "string", compute=str.__contains__),
    "strrev": pure("string", compute=lambda text: "".join(reversed(characters(text)))),
    "substr": pure("string", "number", "number", compute=_substring),
    "title": pure("string", compute=_title),
    "trim": pure("string", "string", compute=_trim),
    "trimprefix": pure("string", "string", compute=str.removeprefix),
    "trimspace": pure("string", compute=str.strip),
    "trimsuffix": pure("string", "string", compute=str.removesuffix),
    "upper": pure("string", compute=_upper),
}
