"""Writes an estate of any size, the same bytes for the same size: a root, the modules it calls, what runs beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench import templates

if TYPE_CHECKING:
    from pathlib import Path

CALLS_IN_A_FILE = 20
MODULES_TO_A_MANIFEST = 4
MODULES_TO_A_COMPOSE_FILE = 20
DATABASE_CLASSES = ("db.t4g.small", "db.t4g.medium", "db.m6g.large", "db.r6g.large")


@dataclass(frozen=True, slots=True)
class Estate:
    """What was written: the number of files and their size in bytes."""

    modules: int
    files: int
    size: int


def write_estate(folder: Path, modules: int) -> Estate:
    """Write an estate of so many modules into an empty folder."""
    files = dict(_root())
    numbers = range(modules)
    for start in range(0, modules, CALLS_IN_A_FILE):
        calls = (_call(number) for number in numbers[start : start + CALLS_IN_A_FILE])
        files[f"terraform/services_{start // CALLS_IN_A_FILE:03}.tf"] = "\n".join(calls)
    for number in numbers:
        files.update(_module(number))
    for number in numbers[::MODULES_TO_A_MANIFEST]:
        files[f"kubernetes/production/{_name(number)}.yaml"] = _manifest(number)
    for number in numbers[::MODULES_TO_A_COMPOSE_FILE]:
        files[f"services/{_name(number)}/compose.yaml"] = _compose(number)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return Estate(modules, len(files), sum(len(text.encode()) for text in files.values()))


def _name(number: int) -> str:
    return f"service-{number:04}"


def _fields(number: int) -> dict[str, str]:
    """Return the words of one service; they differ from service to service, as in a grown estate."""
    return {
        "name": _name(number),
        "label": _name(number).replace("-", "_"),
        "port": str(8000 + number % 50),
        "class": DATABASE_CLASSES[number % len(DATABASE_CLASSES)],
        "backup": str(number % 15),
        "copies": str(1 + number % 4),
        "most": str(2 + number % 9 * 2),
        "workers": str(1 + number % 6),
        "protected": "true" if number % 3 else "false",
        "upstream": f"module.{_name(number - 1).replace('-', '_')}.queue_arn" if number % 5 else "null",
    }


def _module(number: int) -> dict[str, str]:
    folder = f"terraform/modules/{_name(number)}"
    fields = _fields(number)
    return {
        f"{folder}/variables.tf": templates.MODULE_VARIABLES.substitute(fields),
        f"{folder}/main.tf": templates.MODULE_MAIN.substitute(fields),
        f"{folder}/outputs.tf": templates.MODULE_OUTPUTS.substitute(fields),
    }


def _call(number: int) -> str:
    return templates.CALL.substitute(_fields(number))


def _manifest(number: int) -> str:
    return templates.MANIFEST.substitute(_fields(number))


def _compose(number: int) -> str:
    return templates.COMPOSE.substitute(_fields(number))


def _root() -> dict[str, str]:
    return {
        "terraform/main.tf": templates.ROOT,
        "terraform/variables.tf": templates.ROOT_VARIABLES,
        "terraform/terraform.tfvars": templates.ROOT_VALUES,
    }
