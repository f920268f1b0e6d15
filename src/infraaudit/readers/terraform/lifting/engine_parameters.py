"""Turns what resources say of an engine's settings into parameters, with the platform's own value where none is set."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, Parameter, Parameters, Unknown, default
from infraaudit.model.node import as_integer
from infraaudit.readers.terraform.lifting.arguments import reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource

_MAJOR = re.compile(r"(?:[A-Za-z]+_)?([0-9]{1,4})(?![0-9])")


def of_pairs(at: Node, pairs: Iterable[tuple[Node, Node]], *, complete: bool, why: str) -> Parameters:
    """Return the settings of pairs of a name and a value. ``why`` says what cannot be told where some are missing."""
    found: list[Parameter] = []
    place = at.key_at or at.at
    for name, value in pairs:
        word = name.string()
        complete = complete and isinstance(word, Known)
        if isinstance(word, Known):
            found.append(Parameter(word.value.lower(), _setting(value)))
    return Parameters(place, tuple(found), None if complete else Unknown(why, place))


def _setting(node: Node) -> Value[str]:
    """Return what is written for a setting, unknown where nothing is."""
    value = node.string()
    return value if isinstance(value, Known | Unknown) else Unknown(reason(node), node.at)


def with_defaults(parameters: Parameters, resource: Resource) -> Parameters:
    """Return the settings with what the platform sets where nothing is written, if the facts say so."""
    row = table("engine_defaults").get(resource.type)
    if row is None or parameters.doubt is not None:
        return parameters
    added = (Parameter(name, default(str(value), parameters.at, row.words)) for name, value in row["sets"].items())
    return replace(parameters, members=(*parameters.members, *added))


def number_of(parameters: Parameters, name: str) -> Maybe[int]:
    """Return a setting that is a number, absent where it is not set."""
    written = parameters.get(name)
    if isinstance(written, Absent):
        return written
    if isinstance(written, Unknown):
        return Unknown(written.why, written.at)
    number = as_integer(written.value)
    return Unknown(f"{name} is a formula here and not a number", written.at) if number is None else written.map(int)


def major_of(version: Maybe[str]) -> Maybe[int]:
    """Return the major version in what a provider calls a version: ``16.4``, ``8.0.mysql_aurora``, ``POSTGRES_16``."""
    if isinstance(version, Absent):
        return version
    if isinstance(version, Unknown):
        return Unknown(version.why, version.at)
    match = _MAJOR.match(version.value)
    if match is None:
        return Unknown(f"{version.value} does not tell a major version", version.at)
    return Known(int(match[1]), version.at)
