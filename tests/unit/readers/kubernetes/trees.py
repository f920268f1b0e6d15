"""Small trees of manifests for the tests of this folder."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, TypeVar

from infraaudit.model import ApiUse, CheckedObject, Entity
from infraaudit.readers.kubernetes.reader import read
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

E = TypeVar("E", bound=Entity)


def read_files(root: Path, **files: str) -> Reading:
    """Read a tree; a keyword is a path, with ``__`` for a slash and ``.yaml`` left out."""
    return read_paths(root, {name.replace("__", "/") + ".yaml": text for name, text in files.items()})


def read_paths(root: Path, files: dict[str, str]) -> Reading:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")
    return read(find_files(root))


def only(reading: Reading, kind: type[E]) -> E:
    (entity,) = all_of(reading, kind)
    return entity


def all_of(reading: Reading, kind: type[E]) -> list[E]:
    return [each for each in reading.entities if isinstance(each, kind)]


def objects(reading: Reading) -> list[Entity]:
    """Return what objects stand for, without what is said of their writing."""
    return [each for each in reading.entities if not isinstance(each, ApiUse | CheckedObject)]


def deployments(reading: Reading) -> dict[str, list[str]]:
    """Return the addresses of the entities by deployment."""
    found: dict[str, list[str]] = {}
    for each in objects(reading):
        found.setdefault(each.deployment.id, []).append(each.address)
    return found


def deployment(name: str, pod: str = "containers: [{name: app, image: app}]", spec: str = "") -> str:
    """Return a Deployment with the given pod spec and further lines of its spec, both in flow style."""
    extra = f"{spec}, " if spec else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\n"
        f"spec: {{{extra}template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{{pod}}}}}}}\n"
    )
