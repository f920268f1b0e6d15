"""Reads the pipelines of GitLab CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.pipelines.commands import Doings, read_shell
from infraaudit.readers.pipelines.expressions import COMPUTED, filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Node

_RESERVED = frozenset({"include", "stages", "variables", "workflow", "spec", "image", "services", "cache", "pages"})
_SCRIPTS = ("before_script", "script", "after_script")


def read_gitlab(document: Node, doings: Doings) -> None:
    """Read the jobs of one definition. Hidden jobs that others extend are read as they stand."""
    if not document["include"].is_absent:
        doings.may_write("what it includes may write a tag", document["include"].at)
    values = _values(document["variables"], {})
    for key in _SCRIPTS:
        _read_lines(document[key], values, doings)
    for name, job in document.items():
        if name in _RESERVED or name in _SCRIPTS or not job.is_mapping:
            continue
        if not job["trigger"].is_absent:
            doings.may_write(f"{name} starts another pipeline", job["trigger"].at)
        own = _values(job["variables"], values)
        for key in _SCRIPTS:
            _read_lines(job[key], own, doings)


def _values(node: Node, above: Mapping[str, str]) -> dict[str, str]:
    values = dict(above)
    for name, value in node.items():
        text = known_value((value["value"] if value.is_mapping else value).string())
        values[name] = COMPUTED if text is None else filled(text, values)
    return values


def _read_lines(node: Node, values: Mapping[str, str], doings: Doings) -> None:
    """Read the lines of a script: together, for a variable of one is that of the next."""
    lines = node.each() if node.is_list else (() if node.is_absent else (node,))
    texts = [known_value(each.string()) for each in lines]
    if None in texts:
        doings.may_write("a part of a script is taken from elsewhere", node.at)
    text = "\n".join(each for each in texts if each is not None)
    if text:
        read_shell(text, values, doings, lines[0].at)
