"""Sites that are whole files without a grammar of their own: files of variables, and the state of Terraform."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from infraaudit.facts.secrets import find_secrets
from infraaudit.model import EnvironmentFileSite, StateFileSite
from infraaudit.readers.credentials.slots import Draft, Slot, plain_texts
from infraaudit.source.span import Span, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile

_LINE = re.compile(r"[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_][\w.\-]{0,200})[ \t]*=[ \t]*(?P<value>[^\n]*)")
_STATE_NAME = re.compile(r"(?:.*\.)?(?:terraform|errored)?[\w.\-]*\.tfstate(?:\.\d+)?(?:\.backup)?")
_PLAN_NAME = re.compile(r".*\.tfplan|tfplan|.*\.plan\.out")


def is_environment_file(path: str) -> bool:
    """Tell whether a file is one of variables for processes: ``.env``, ``.env.production``, ``database.env``."""
    name = path.rsplit("/", 1)[-1].lower()
    return (name == ".env" or name.startswith(".env.") or name.endswith(".env")) and name != ".envrc"


def environment_file_draft(file: SourceFile) -> Draft:
    """Return the variables of a file by line; quotes around a value and a comment behind it are no part of it."""
    slots: list[Slot] = []
    written = [(hit.group("key"), _unquoted(hit.group("value"))) for hit in map(_LINE.match, file.lines) if hit]
    beside = plain_texts(written)
    for number, line in enumerate(file.lines, start=1):
        hit = _LINE.match(line)
        if hit is None:
            continue
        value = _unquoted(hit.group("value"))
        column = hit.start("value") + 1
        at = Span(file.path, number, column, number, column + len(hit.group("value").rstrip()))
        slots.append(Slot(hit.group("key"), value, at, beside=beside))
    name = file.path.rsplit("/", 1)[-1]
    return Draft(
        type=EnvironmentFileSite,
        address=f"environment file {file.path}",
        kind="environment file",
        name=file.path,
        at=whole_file(file.path),
        slots=tuple(slots),
        names=(name,),
    )


def _unquoted(written: str) -> str:
    text = written.strip()
    if text[:1] in {"'", '"'} and text.find(text[0], 1) > 0:
        return text[1 : text.index(text[0], 1)]
    return re.split(r"\s#", text, maxsplit=1)[0].rstrip()


# -- state ---------------------------------------------------------------------------------------------------------


def is_state_file(path: str) -> bool:
    """Tell whether a file is a state of Terraform or a saved plan by its name."""
    name = path.rsplit("/", 1)[-1].lower()
    return _STATE_NAME.fullmatch(name) is not None or is_plan_file(path)


def is_plan_file(path: str) -> bool:
    """Tell whether a file is a saved plan by its name."""
    return _PLAN_NAME.fullmatch(path.rsplit("/", 1)[-1].lower()) is not None


def state_draft(file: SourceFile) -> Draft | None:
    """Return the state in a file with the number of sensitive values in it; ``None`` where it is no state."""
    if '"lineage"' not in file.text and '"serial"' not in file.text:
        return None
    try:
        document = json.loads(file.text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "serial" not in document:
        return None
    instances = list(_instances(document))
    counted = sum(_sensitive_count(each) for each in instances) + _sensitive_outputs(document)
    found = find_secrets(file.text)
    return Draft(
        type=StateFileSite,
        address=f"state {file.path}",
        kind="Terraform state",
        name=file.path,
        at=whole_file(file.path),
        slots=(),
        names=(file.path.rsplit("/", 1)[-1],),
        sensitive=counted + len(found),
    )


def plan_draft(path: str) -> Draft:
    """Return the saved plan in a file: it holds the values of a configuration, in a form that only Terraform reads."""
    return Draft(
        type=StateFileSite,
        address=f"plan {path}",
        kind="saved Terraform plan",
        name=path,
        at=whole_file(path),
        slots=(),
        names=(path.rsplit("/", 1)[-1],),
        sensitive=0,
    )


def _instances(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    resources = document.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        instances = resource.get("instances") if isinstance(resource, dict) else None
        yield from (each for each in instances or () if isinstance(each, dict))


def _sensitive_count(instance: dict[str, Any]) -> int:
    marked = instance.get("sensitive_attributes")
    return len(marked) if isinstance(marked, list) else 0


def _sensitive_outputs(document: dict[str, Any]) -> int:
    outputs = document.get("outputs")
    if not isinstance(outputs, dict):
        return 0
    return sum(isinstance(each, dict) and each.get("sensitive") is True for each in outputs.values())
