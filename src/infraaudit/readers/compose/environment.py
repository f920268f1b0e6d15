"""The variables that a container of a service gets: from files of variables, then from the service itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import EnvironmentVariable, Known, Node, Unknown

if TYPE_CHECKING:
    from infraaudit.model import Maybe
    from infraaudit.readers.compose.files import Files
    from infraaudit.readers.compose.loader import Project
    from infraaudit.source.yaml_tree import Scalar

_OLD_OCTAL = re.compile(r"[-+]?0[0-7]+")
_EXPONENT_FROM = 1e21
"""From here on Go writes a float with an exponent."""


def environment_of(service: Node, project: Project, files: Files) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    """Return the variables in force by name, and whether they are all that there are.

    What the service writes wins over its files, and a later file over an earlier one.
    """
    found: dict[str, EnvironmentVariable] = {}
    complete = _from_files(service["env_file"], project, files, found)
    written = service["environment"]
    if isinstance(written.content, dict):
        for name, node in written.content.items():
            found[name] = EnvironmentVariable(name, _value(name, node, project), node.key_at or node.at)
    return tuple(found.values()), complete and written.complete


def _from_files(listed: Node, project: Project, files: Files, found: dict[str, EnvironmentVariable]) -> bool:
    complete = listed.complete
    for item in listed.each():
        path = item["path"].content
        if not isinstance(path, str):
            complete = False
            continue
        raw = item["format"].content == "raw"
        read = files.environment(path, project.variables, raw=raw)
        if read is None:
            complete = complete and item["required"].content is False
            continue
        complete = complete and not read.problems
        for entry in read.entries:
            at = entry.at.via("env_file", item["path"].at)
            value: Maybe[str] = Unknown(entry.why, at) if entry.text is None else Known(entry.text, at)
            found[entry.name] = EnvironmentVariable(entry.name, value, at)
    return complete


def _value(name: str, node: Node, project: Project) -> Maybe[str]:
    """Return the value of a variable; one without a value is taken from the variables of the project."""
    if not node.is_absent:
        return node.value(lambda scalar: _text(scalar, node.text), "text")
    setting = project.variables.get(name)
    if setting is None:
        return Unknown(f"the variable {name} is passed on from the shell that starts the project", node.at)
    if setting.text is None:
        return Unknown(setting.why, node.at)
    return Known(setting.text, node.at.via(setting.step.what, setting.step.at))


def _text(scalar: Scalar, written: str | None) -> str | None:
    """Return the text that a process sees: the client writes numbers and truth values anew in the manner of Go."""
    if isinstance(scalar, bool):
        return str(scalar).lower()
    if isinstance(scalar, int):
        return str(int(written, 8)) if written is not None and _OLD_OCTAL.fullmatch(written) else str(scalar)
    if isinstance(scalar, float):
        return str(int(scalar)) if scalar.is_integer() and abs(scalar) < _EXPONENT_FROM else repr(scalar)
    return scalar
