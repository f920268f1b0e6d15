"""The modules that ``terraform init`` left in ``.terraform/modules``: where each is, and if it is the one meant."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.configuration.versions import satisfies
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from infraaudit.source.file import SourceTree

MANIFEST = ".terraform/modules/modules.json"
"""The list that ``terraform init`` writes, below the folder of a root."""

_HOME = ".terraform/modules/"
_REGISTRY = "registry.terraform.io/"
_REGISTRY_SOURCE = re.compile(r"([\w-]+\.[\w.-]+/)?[\w-]+/[\w-]+/[\w-]+(//.*)?")
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
