"""The estate as JSON: every entity with what is known, absent and unknown of it, and every edge with its evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import infraaudit
from infraaudit.analysis.ceilings import growths
from infraaudit.analysis.components import landscapes
from infraaudit.analysis.signals import Signal, signal_grid
from infraaudit.facts.secrets import is_secret_name, mask_line
from infraaudit.model import (
    Absent,
    BuildArgument,
    Entity,
    EnvironmentVariable,
    Key,
    Known,
    Node,
    Script,
    Unknown,
)
from infraaudit.reports.places import Json, JsonValue, location
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from infraaudit.analysis.ceilings import Growth
    from infraaudit.analysis.components import Landscape
    from infraaudit.analysis.signals import SignalRow
    from infraaudit.model import Deployment, Edge, Estate

HIDDEN = "(hidden: its name is that of a secret)"
"""What stands for the value of a variable whose name says that it is secret."""

_USERINFO = re.compile(r"(://[^:/?#\s@]*:)[^@/\s]+(@)")
_COMMON = frozenset({"address", "kind", "name", "at", "deployment"})


def render(estate: Estate) -> str:
    """Return the model as one JSON object with a line end. Secrets are in it nowhere."""
    deployments = {entity.deployment.id: entity.deployment for entity in estate.entities}
    document: Json = {
        "tool": {"name": "infraaudit", "version": infraaudit.__version__},
        "deployments": [_deployment(deployments[identity]) for identity in sorted(deployments)],
        "entities": [_entity(entity) for entity in estate.entities],
        "edges": [_edge(edge) for edge in estate.edges],
        "growth": [_growth(row) for row in growths(estate)],
        "signals": [_signals(row) for row in signal_grid(estate)],
        "landscapes": [_landscape(each) for each in landscapes(estate)],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _growth(row: Growth) -> Json:
    """Return what ends the growth of one workload, the lowest ceiling first."""
    return {
        "subject": plain(row.workload.key),
        "present": plain(row.present),
        "ceilings": [plain(each) for each in row.ceilings],
    }


def _signals(row: SignalRow) -> Json:
    """Return what is seen of one workload or store: a cell for each signal, with the reason."""
    return {
        "subject": plain(row.subject.key),
        "cells": {signal.value: plain(cell) for signal, cell in zip(Signal, row.cells, strict=True)},
    }


def _landscape(landscape: Landscape) -> Json:
    """Return the deployments of one system, and of each of its components where they describe it."""
    return {
        "name": landscape.name,
        "deployments": [each.id for each in landscape.deployments],
        "components": [[plain(member.key) for member in each.members] for each in landscape.components],
    }


def _deployment(deployment: Deployment) -> Json:
    return {
        "id": deployment.id,
        "folder": deployment.folder,
        "environment": deployment.environment.value,
        "evidence": deployment.evidence,
        "local": deployment.local,
    }


def _entity(entity: Entity) -> Json:
    return {
        "type": type(entity).__name__,
        "address": entity.address,
        "kind": entity.kind,
        "name": entity.name,
        "deployment": entity.deployment.id,
        "location": location(entity.at),
        "fields": {each.name: plain(getattr(entity, each.name)) for each in fields(entity) if each.name not in _COMMON},
    }


def _edge(edge: Edge) -> Json:
    return {
        "kind": edge.kind.value,
        "source": plain(edge.source),
        "target": plain(edge.target),
        "purpose": edge.purpose,
        "evidence": _clean(edge.evidence),
        "location": location(edge.at),
        "pool": plain(edge.pool),
        "port": plain(edge.port),
    }


def plain(thing: Any) -> JsonValue:  # noqa: ANN401, PLR0911 - any part of the model, one line for each shape of it
    """Return any part of the model as JSON."""
    match thing:
        case None | bool() | int() | float():
            return thing
        case Enum():
            return plain(thing.value)
        case str():
            return _clean(thing)
        case Key():
            return {"deployment": thing.deployment, "address": thing.address}
        case tuple() | frozenset():
            return [plain(part) for part in (thing if isinstance(thing, tuple) else sorted(thing))]
        case Mapping():
            return {str(key): plain(value) for key, value in thing.items()}
        case Span():
            return location(thing)
        case Known() | Absent() | Unknown():
            return _value(thing)
    return _composite(thing)


def _composite(thing: Any) -> JsonValue:  # noqa: ANN401 - any dataclass of the model
    match thing:
        case Entity():
            return _entity(thing)
        case EnvironmentVariable() if is_secret_name(thing.name):
            return {**_fields(thing), "value": _hidden(thing.value)}
        case BuildArgument() if is_secret_name(thing.name):
            return {**_fields(thing), "default": _hidden(thing.default)}
        case Script():
            return {"path": thing.path}
        case Node():
            return {"location": location(thing.at)}
    return _fields(thing) if is_dataclass(thing) else type(thing).__name__


def _fields(thing: Any) -> Json:  # noqa: ANN401 - any dataclass of the model
    return {each.name: plain(getattr(thing, each.name)) for each in fields(thing)}


def _value(value: Known[object] | Absent | Unknown[object]) -> Json:
    match value:
        case Known():
            document: Json = {"state": "known", "value": plain(value.value), "stated": value.stated}
            if value.fact:
                document["fact"] = value.fact
        case Absent():
            document = {"state": "absent"}
        case Unknown():
            document = {"state": "unknown", "why": _clean(value.why)}
            if value.candidates:
                document["candidates"] = [plain(each) for each in value.candidates]
            if value.mentions:
                document["mentions"] = list(value.mentions)
    document["location"] = location(value.at)
    if value.at.trail:
        document["trail"] = [{"what": step.what, "location": location(step.at)} for step in value.at.trail]
    return document


def _hidden(value: Known[str] | Absent | Unknown[str]) -> Json:
    """Return a secret variable's value without its text: that it is there, and where."""
    document = _value(value)
    document.pop("candidates", None)
    if "value" in document:
        document["value"] = HIDDEN
    return document


def _clean(text: str) -> str:
    """Return a text without what looks like a secret in any of its lines."""
    return _USERINFO.sub(r"\1***\2", "\n".join(mask_line(line) for line in text.split("\n")))
