"""JSON and YAML texts as Terraform writes them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.functions.declare import NotComputedError
from infraaudit.readers.terraform.language.values import number_text

if TYPE_CHECKING:
    from infraaudit.readers.terraform.language.values import Plain

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SIMPLE_INDENT = "  "


def json_text(value: Plain, *, escape_html: bool = True) -> str:
    """Return JSON without blanks, members sorted by name, ``<``, ``>`` and ``&`` escaped as Terraform does."""
    if isinstance(value, dict):
        members = (f"{json_text(key)}:{json_text(child)}" for key, child in sorted(value.items()))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(json_text(child) for child in value) + "]"
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False).replace("\\b", "\\u0008").replace("\\f", "\\u000c")
        return re.sub(r"[<>&\u2028\u2029]", lambda match: _HTML[match[0]], text) if escape_html else text
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    text_of_number = number_text(value)
    if text_of_number is None:
        message = "the text of a long fraction is not computed"
        raise NotComputedError(message)
    return text_of_number


def yaml_text(value: Plain) -> str:
    """Return YAML as ``yamlencode`` writes it: every name and text in double quotes, an end behind a bare word."""
    if value is None or isinstance(value, bool | int | float):
        return f"{_yaml_scalar(value)}\n...\n"
    return "\n".join(_yaml_lines(value)) + "\n"


def _yaml_lines(value: Plain) -> list[str]:
    if isinstance(value, dict) and value:
        lines: list[str] = []
        for key, child in sorted(value.items()):
            lines.extend(_yaml_member(json_text(key, escape_html=False) + ":", child))
        return lines
    if isinstance(value, list) and value:
        lines = []
        for child in value:
            first, *others = _yaml_lines(child)
            lines.append(f"- {first}")
            lines.extend(_SIMPLE_INDENT + other for other in others)
        return lines
    return [_yaml_scalar(value)]


def _yaml_member(head: str, value: Plain) -> list[str]:
    lines = _yaml_lines(value)
    if isinstance(value, dict) and value:
        return [head, *(_SIMPLE_INDENT + line for line in lines)]
    if isinstance(value, list) and value:
        return [head, *lines]
    return [f"{head} {lines[0]}"]


def _yaml_scalar(value: Plain) -> str:
    if isinstance(value, str):
        if "\n" in value:
            message = "the YAML of a text of several lines is not written"
            raise NotComputedError(message)
        return json_text(value, escape_html=False)
    return json_text(value)
