"""The modules that ``terraform init`` left in ``.terraform/modules``: where each is, and if it is the one meant."""

from __future__ import annotations

import json
import operator
import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.values import MapOf
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from infraaudit.model.node import Node
    from infraaudit.source.file import SourceTree
    from infraaudit.source.span import Span

MANIFEST = ".terraform/modules/modules.json"
"""The list that ``terraform init`` writes, below the folder of a root."""

_HOME = ".terraform/modules/"
_REGISTRY = "registry.terraform.io/"
_REGISTRY_SOURCE = re.compile(r"([\w-]+\.[\w.-]+/)?[\w-]+/[\w-]+/[\w-]+(//.*)?")
_VERSION = re.compile(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?([-+].*)?")
_CONSTRAINT = re.compile(r"\s*(~>|>=|<=|!=|>|<|=)?\s*(\S+)\s*")
_WHOLE = 3
_COMPARISONS = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
_HOSTS = ("github.com/", "bitbucket.org/")


@dataclass(frozen=True, slots=True)
class Installed:
    """One module of the list: the folder that it is in, and what it was fetched from."""

    folder: str
    source: str
    version: str


def is_installed(path: str) -> bool:
    """Tell whether a path lies below what ``terraform init`` left."""
    return path.startswith(_HOME) or f"/{_HOME}" in path


def installed_modules(tree: SourceTree, folder: str) -> tuple[dict[str, Installed], Problem | None]:
    """Return the modules that a root's list names, by their path of calls (``vpc.subnets``), and what is wrong with it.

    A module that lies outside of the scanned folder is left out.
    """
    path = posixpath.join(folder, MANIFEST)
    if path not in tree.installed:
        return {}, None
    file = tree.open(path)
    if not isinstance(file, SourceFile):
        return {}, file
    try:
        rows = json.loads(file.text)["Modules"]
        return dict(_entries(folder, rows)), None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, Problem(ProblemKind.SYNTAX, whole_file(path), "not a list of modules as terraform init writes it")


def _entries(folder: str, rows: list[dict[str, str]]) -> list[tuple[str, Installed]]:
    entries: list[tuple[str, Installed]] = []
    for row in rows:
        place = posixpath.normpath(posixpath.join(folder or ".", row["Dir"]))
        if row["Key"] and is_installed(place) and not place.startswith(("../", "/")):
            entries.append((row["Key"], Installed(place, row["Source"], row.get("Version", ""))))
    return entries


def why_other(module: Installed, source: str, constraint: str | None) -> str:
    """Return why an installed module is not the one that is called now, an empty text where it is."""
    if _comparable(module.source) != _comparable(source):
        return f"the module {source} is not in the tree; terraform init left another in its place, {module.source}"
    if constraint and module.version and not satisfies(module.version, constraint):
        return (
            f"the module {source} is not in the tree in the version {constraint}; "
            f"terraform init left {module.version} in its place"
        )
    return ""


def _comparable(source: str) -> str:
    """Return a source in one of the ways in which it can be written: Terraform completes what is left out."""
    if _REGISTRY_SOURCE.fullmatch(source) and not source.startswith(_HOSTS):
        return source.removeprefix(_REGISTRY)
    text = re.sub(r"^(git|hg|s3|gcs)::", "", source)
    text = re.sub(r"^[a-z+]+://", "", text)
    text = re.sub(r"^[\w.-]+@", "", text)
    text = re.sub(r"^([\w.-]+\.[a-z]+):", r"\1/", text)
    return re.sub(r"\.git(?=//|\?|$)", "", text)


def satisfies(version: str, constraint: str) -> bool:
    """Tell whether a version meets a constraint; one that cannot be read is met by any."""
    have = _numbers(version)
    return have is None or all(_meets(have, part) for part in constraint.split(","))


def _numbers(version: str) -> tuple[int, ...] | None:
    match = _VERSION.fullmatch(version)
    return None if match is None else tuple(int(part or 0) for part in match.groups()[:_WHOLE])


def _meets(have: tuple[int, ...], part: str) -> bool:
    match = _CONSTRAINT.fullmatch(part)
    wanted = _numbers(match[2]) if match is not None else None
    if match is None or wanted is None:
        return True
    if match[1] == "~>":
        fixed = match[2].count(".")
        return have >= wanted and have[:fixed] == wanted[:fixed]
    return bool(_COMPARISONS[match[1] or "="](have, wanted))


def shown_at(node: Node, at: Span) -> Node:
    """Return a value with what an installed module itself wrote placed at the call: nobody edits the module there.

    Where it stands in the module is the first step of its trail.
    """
    content = node.content
    if isinstance(content, dict):
        kind = MapOf if isinstance(content, MapOf) else dict
        content = kind({name: shown_at(child, at) for name, child in content.items()})
    elif isinstance(content, tuple):
        content = type(content)(shown_at(child, at) for child in content)
    key_at = node.key_at if node.key_at is None else span_shown_at(node.key_at, at)
    structure = node.structure if node.structure is None else shown_at(node.structure, at)
    return replace(node, content=content, at=span_shown_at(node.at, at), key_at=key_at, structure=structure)


def span_shown_at(span: Span, at: Span) -> Span:
    """Return a place inside an installed module as the place of its call, and any other as it is."""
    return at.via("the module sets it", span) if is_installed(span.path) else span
