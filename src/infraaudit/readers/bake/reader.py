"""Reads the build definitions of a tree into build targets. Nothing is built."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.model import Absent, BuildTarget, Known, Unknown
from infraaudit.readers.bake.definitions import Definition, bodies_of
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.source.hcl_json import parse_hcl_json
from infraaudit.source.hcl_parse import parse_hcl
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Value
    from infraaudit.model.node import Node
    from infraaudit.readers.bake.definitions import TargetValues
    from infraaudit.source.file import SourceTree
    from infraaudit.source.hcl_tree import Body

NAME = re.compile(r"docker-bake(?:\.[\w-]+)*\.(?:hcl|json)")
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://|git@|target:|docker-image:|cwd:")
_FILE = "Dockerfile"


def read(tree: SourceTree) -> Reading:
    """Read all build definitions of a tree; those of one folder are merged as the builder merges them."""
    documents: dict[str, list[tuple[str, Body]]] = defaultdict(list)
    problems: list[Problem] = []
    rows: list[FileRow] = []
    for path in tree.paths:
        if not NAME.fullmatch(posixpath.basename(path)):
            continue
        file = tree.open(path)
        if isinstance(file, Problem):
            problems.append(file)
            rows.append(FileRow(path, "bake", FileState.FAILED, file.message))
            continue
        document = parse_hcl(file) if path.endswith(".hcl") else parse_hcl_json(file)
        documents[posixpath.dirname(path)].append((posixpath.basename(path), document.body))
        problems.extend(document.problems)
        why = document.problems[0].message if document.problems else ""
        rows.append(FileRow(path, "bake", FileState.PARTLY if why else FileState.PARSED, why))
    targets = [target for folder, found in documents.items() for target in _targets(folder, found)]
    return Reading(entities=tuple(targets), problems=tuple(problems), files=tuple(rows))


def _targets(folder: str, documents: list[tuple[str, Body]]) -> list[BuildTarget]:
    definition = Definition(bodies_of(documents))
    targets = list(definition.targets())
    groups = definition.groups()
    return [_target(folder, each, groups.get(each.name, ())) for each in targets]


def _target(folder: str, target: TargetValues, groups: tuple[str, ...]) -> BuildTarget:
    context = _context(folder, target)
    return BuildTarget(
        address=f"bake target {target.name}",
        kind="bake target",
        name=target.name,
        at=target.at,
        deployment=deployment_of("build", folder),
        context=context,
        file=_file(context, target),
        stage=target.get("target").string(),
        tags=_texts(target.get("tags")),
        platforms=None if target.get("platforms").is_absent else _texts(target.get("platforms")),
        arguments=tuple((name, value.string()) for name, value in target.get("args").items()),
        groups=groups,
    )


def _context(folder: str, target: TargetValues) -> Maybe[str]:
    written = target.get("context").string()
    if isinstance(written, Unknown):
        return written
    if isinstance(written, Absent):
        return Known(folder, target.at, stated=False, fact="Docker documentation, Bake file reference, target.context")
    if _REMOTE.match(written.value):
        return Absent(written.at)
    return written.map(lambda path: _below(folder, path))


def _below(folder: str, path: str) -> str:
    joined = posixpath.normpath(posixpath.join(folder, path))
    return "" if joined == "." else joined


def _file(context: Maybe[str], target: TargetValues) -> Maybe[str]:
    """Return the Dockerfile, which stands relative to the context."""
    if not target.get("dockerfile-inline").is_absent:
        return Absent(target.at)
    written = target.get("dockerfile").string()
    if isinstance(written, Unknown) or not isinstance(context, Known):
        return written if isinstance(written, Unknown) else context
    name = written.value if isinstance(written, Known) else _FILE
    at = written.at if isinstance(written, Known) else target.at
    return Known(_below(context.value, name), at, stated=isinstance(written, Known))


def _texts(node: Node) -> tuple[Value[str], ...]:
    texts = (each.string() for each in node.each())
    return tuple(each for each in texts if not isinstance(each, Absent))
