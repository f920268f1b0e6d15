"""What a Python project asks for by its own file: ``pyproject.toml`` of any builder, or a ``Pipfile``."""

from __future__ import annotations

import posixpath
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infraaudit.model import PythonPackage
from infraaudit.readers.dockerfile.requirements import (
    LocalProject,
    extras_of,
    normalised,
    read_requirements,
    requirement_of,
)
from infraaudit.source.problem import Problem
from infraaudit.source.span import Span, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infraaudit.source.file import SourceFile, SourceTree

LARGEST = 4 * 1024 * 1024
"""Characters of a project file or lock beyond which it is left out."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its name, what it needs, and what each of its extras adds."""

    path: str
    name: str
    needs: tuple[PythonPackage, ...]
    extras: Mapping[str, tuple[PythonPackage, ...]] = field(default_factory=dict)


def toml_of(file: SourceFile) -> Mapping[str, Any]:
    """Return a TOML file as mappings, and an empty one for a text that is not TOML."""
    if len(file.text) > LARGEST:
        return {}
    try:
        return tomllib.loads(file.text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def mapping_at(document: object, *keys: str) -> Mapping[str, Any]:
    """Return the mapping under a path of keys, an empty one where there is none."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def texts_of(value: object) -> list[str]:
    """Return the texts of a list, or a text as a list of one."""
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def read_project(tree: SourceTree, path: str) -> Project | None:
    """Read a ``pyproject.toml`` or a ``Pipfile``; ``None`` where the tree does not hold it or it cannot be read."""
    file = tree.open(path) if path in tree.known else None
    if file is None or isinstance(file, Problem):
        return None
    document = toml_of(file)
    places = _Places.of(file)
    if posixpath.basename(path) == "Pipfile":
        return Project(path, "", tuple(_of_table(mapping_at(document, "packages"), places)))
    project, poetry = mapping_at(document, "project"), mapping_at(document, "tool", "poetry")
    needs = [
        *_of_list(texts_of(project.get("dependencies")), places),
        *_of_table(mapping_at(poetry, "dependencies"), places),
        *_dynamic(tree, path, document),
    ]
    extras = {
        normalised(name): tuple(_of_list(texts_of(value), places))
        for name, value in mapping_at(project, "optional-dependencies").items()
    }
    optional = {normalised(name): value for name, value in mapping_at(poetry, "dependencies").items()}
    for name, value in mapping_at(poetry, "extras").items():
        wanted = {each: optional[each] for each in map(normalised, texts_of(value)) if each in optional}
        extras[normalised(name)] = tuple(_of_table(wanted, places, optional=True))
    name = str(project.get("name") or poetry.get("name") or "")
    return Project(path, normalised(name), tuple(needs), extras)


def _dynamic(tree: SourceTree, path: str, document: Mapping[str, Any]) -> Iterator[PythonPackage]:
    """Yield what stands in files of requirements that the builder reads the dependencies from."""
    dynamic = mapping_at(document, "tool", "setuptools", "dynamic", "dependencies")
    for name in texts_of(dynamic.get("file")):
        found = read_requirements(tree, posixpath.normpath(posixpath.join(posixpath.dirname(path), name)))
        yield from (each for each in found if not isinstance(each, LocalProject))


def _of_list(texts: Iterable[str], places: _Places) -> Iterator[PythonPackage]:
    for text in texts:
        found = requirement_of(text)
        if found is not None:
            yield PythonPackage(found.name, found.version, places.of_text(text), found.extras)


def _of_table(entries: Mapping[str, Any], places: _Places, *, optional: bool = False) -> Iterator[PythonPackage]:
    """Read the way of Poetry and Pipenv to write it: ``name = "version"`` or ``name = {version = ...}``."""
    for name, value in entries.items():
        fields = value if isinstance(value, dict) else {"version": value}
        if normalised(name) == "python" or (fields.get("optional") is True and not optional):
            continue
        version = str(fields.get("version", ""))
        exact = re.fullmatch(r"={0,3}\s*(\d[\w.+-]*)", version) if version.startswith("==") else None
        extras = extras_of(",".join(texts_of(fields.get("extras"))))
        yield PythonPackage(normalised(name), exact[1] if exact else "", places.of_key(name), extras)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where texts and keys of a TOML file stand, told by its lines."""

    path: str
    texts: Mapping[str, Span]
    keys: Mapping[str, Span]

    @staticmethod
    def of(file: SourceFile) -> _Places:
        texts: dict[str, Span] = {}
        keys: dict[str, Span] = {}
        for number, line in enumerate(file.lines, start=1):
            for match in re.finditer(r"\"([^\"\\]+)\"|'([^']+)'", line[:_LONGEST_LINE]):
                at = Span(file.path, number, match.start() + 1, number, match.end() + 1)
                texts.setdefault(match[1] or match[2], at)
            key = re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", line[:_LONGEST_LINE])
            if key is not None:
                keys.setdefault(normalised(key[1]), Span(file.path, number, key.start(1) + 1, number, key.end(1) + 1))
        return _Places(file.path, texts, keys)

    def of_text(self, text: str) -> Span:
        return self.texts.get(text) or whole_file(self.path)

    def of_key(self, name: str) -> Span:
        return self.keys.get(normalised(name)) or whole_file(self.path)


_LONGEST_LINE = 2000
