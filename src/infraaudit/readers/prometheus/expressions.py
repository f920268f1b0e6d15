"""Expressions of Prometheus: which metrics they look at."""

from __future__ import annotations

import re

from infraaudit.readers.placeholders import is_template

_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`")
_MATCHERS = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)")
_NAME = re.compile(r"(?<![\w:.])([a-zA-Z_:][\w:]*)(?![\w:]*\s*\()")
_WORDS = frozenset({"and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring", "group_left",
                    "group_right", "inf", "nan", "atan2", "start", "end"})  # fmt: skip


def metric_names(expression: str) -> tuple[str, ...]:
    """Return the names of the metrics in an expression of Prometheus, in order and each once."""
    if is_template(expression):
        return ()
    text = _STRING.sub('""', expression)
    for pattern in (_MATCHERS, _GROUPING):
        text = pattern.sub(" ", text)
    return tuple(dict.fromkeys(name for name in _NAME.findall(text) if name.lower() not in _WORDS))
