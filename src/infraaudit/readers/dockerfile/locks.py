"""What a lock file has settled: ``uv.lock``, ``poetry.lock``, ``pdm.lock`` and ``Pipfile.lock``."""

from __future__ import annotations

import json
import posixpath
import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from infraaudit.model import PythonPackage
from infraaudit.readers.dockerfile.projects import LARGEST, mapping_at, texts_of, toml_of
from infraaudit.readers.dockerfile.requirements import Requirement, extras_of, normalised, requirement_of
from infraaudit.source.problem import Problem
from infraaudit.source.span import Span, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infraaudit.source.file import SourceFile, SourceTree

LOCK_NAMES = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
"""The names of lock files, the one that wins first."""

_MOST_PACKAGES = 3000
_NAME = re.compile(r'name = "([^"]+)"|\s+"([\w.-]+)": \{')


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock. ``local`` marks one that is built from the tree itself."""

    package: PythonPackage
    needs: tuple[Requirement, ...] = ()
    extras: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    local: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """The packages of a lock by name. ``roots`` are what is installed where no project says so."""

    packages: Mapping[str, Locked]
    roots: tuple[Requirement, ...]

    def reached(self, roots: Iterable[Requirement], *, all_extras: bool = False) -> tuple[PythonPackage, ...]:
        """Return what the roots lead to, nearest first; without what is built from the tree itself."""
        waiting = deque((each, all_extras) for each in roots)
        seen: set[tuple[str, str]] = set()
        found: dict[str, PythonPackage] = {}
        while waiting and len(found) < _MOST_PACKAGES:
            wanted, everything = waiting.popleft()
            locked = self.packages.get(wanted.name)
            if locked is None:
                continue
            if not locked.local:
                known = found.setdefault(wanted.name, locked.package)
                extras = tuple(dict.fromkeys((*known.extras, *wanted.extras)))
                found[wanted.name] = replace(known, extras=extras)
            parts = {"": locked.needs, **locked.extras}
            for extra in ("", *(locked.extras if everything else wanted.extras)):
                if (wanted.name, extra) not in seen:
                    seen.add((wanted.name, extra))
                    waiting.extend((each, False) for each in parts.get(extra, ()))
        return tuple(found.values())


def read_lock(tree: SourceTree, path: str) -> Lock | None:
    """Read a lock file, ``None`` where the tree does not hold it or it cannot be read."""
    file = tree.open(path) if path in tree.known else None
    if file is None or isinstance(file, Problem) or len(file.text) > LARGEST:
        return None
    places = _places(file)
    if posixpath.basename(path) == "Pipfile.lock":
        return _of_pipenv(file, places)
    entries = toml_of(file).get("package")
    if not isinstance(entries, list):
        return None
    locked = [_locked(entry, path, places) for entry in entries if isinstance(entry, dict)]
    packages: dict[str, Locked] = {}
    for each in locked:
        packages.setdefault(each.package.name, each)
    return Lock(packages, tuple(_roots(packages, entries)))


def _places(file: SourceFile) -> Mapping[str, Span]:
    places: dict[str, Span] = {}
    for number, line in enumerate(file.lines, start=1):
        match = _NAME.match(line)
        if match is not None:
            group = 1 if match[1] else 2
            at = Span(file.path, number, match.start(group) + 1, number, match.end(group) + 1)
            places.setdefault(normalised(match[group]), at)
    return places


def _of_pipenv(file: SourceFile, places: Mapping[str, Span]) -> Lock | None:
    try:
        document = json.loads(file.text)
    except (ValueError, RecursionError):
        return None
    packages = {}
    for name, value in mapping_at(document, "default").items():
        version = str(mapping_at(value).get("version", "")).removeprefix("==")
        at = places.get(normalised(name), whole_file(file.path))
        extras = extras_of(",".join(texts_of(mapping_at(value).get("extras"))))
        packages[normalised(name)] = Locked(PythonPackage(normalised(name), version, at, extras))
    return Lock(packages, tuple(Requirement(name) for name in packages))


def _locked(entry: Mapping[str, Any], path: str, places: Mapping[str, Span]) -> Locked:
    name = normalised(str(entry.get("name", "")))
    source = mapping_at(entry, "source")
    local = any(isinstance(source.get(kind), str) for kind in ("virtual", "editable", "directory"))
    package = PythonPackage(name, str(entry.get("version", "")), places.get(name, whole_file(path)))
    extras = {
        normalised(extra): tuple(_needs(value))
        for extra, value in (mapping_at(entry, "optional-dependencies") or mapping_at(entry, "extras")).items()
    }
    return Locked(package, tuple(_needs(entry.get("dependencies"))), extras, local)


def _needs(written: object) -> Iterator[Requirement]:
    """Read what a package needs: a list of tables (uv), of texts (PDM and extras), or one table (Poetry)."""
    if isinstance(written, dict):
        for name, value in written.items():
            fields = value if isinstance(value, dict) else {}
            if fields.get("optional") is not True:
                yield Requirement(normalised(name), extras_of(",".join(texts_of(fields.get("extras")))))
        return
    for each in written if isinstance(written, list) else ():
        if isinstance(each, dict):
            extras = each.get("extra") or each.get("extras")
            yield Requirement(normalised(str(each.get("name", ""))), extras_of(",".join(texts_of(extras))))
        elif isinstance(each, str):
            found = requirement_of(each)
            if found is not None:
                yield found


def _roots(packages: Mapping[str, Locked], entries: list[Any]) -> Iterator[Requirement]:
    """Yield the project of the lock's own folder, else all local projects, else all that is not for development."""
    local = [each for each in packages.values() if each.local]
    own = [
        normalised(str(entry.get("name", "")))
        for entry in entries
        if isinstance(entry, dict)
        and any(mapping_at(entry, "source").get(kind) == "." for kind in ("virtual", "editable", "directory"))
    ]
    if own or local:
        yield from (Requirement(name) for name in own or [each.package.name for each in local])
        return
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("optional") is True or entry.get("category", "main") != "main":
            continue
        groups = texts_of(entry.get("groups")) or ["main"]
        if {"main", "default"} & set(groups):
            yield Requirement(normalised(str(entry.get("name", ""))))
