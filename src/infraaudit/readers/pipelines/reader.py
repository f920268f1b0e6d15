"""Finds the definitions of pipelines in a tree, and reads those whose format is known."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from infraaudit.model import Pipeline, Unknown, node_from_yaml
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.pipelines.commands import Doings
from infraaudit.readers.pipelines.github import read_workflow
from infraaudit.readers.pipelines.gitlab import read_gitlab
from infraaudit.readers.reading import Reading
from infraaudit.source.problem import Problem
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile, SourceTree

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_GITLAB = re.compile(r"\.gitlab-ci\.ya?ml")
_OTHERS = re.compile(
    r"(?:.*/)?(?:Jenkinsfile[^/]*|\.circleci/config\.ya?ml|azure-pipelines[^/]*\.ya?ml|bitbucket-pipelines\.ya?ml|"
    r"buildspec[^/]*\.ya?ml|cloudbuild[^/]*\.ya?ml|\.drone\.ya?ml|\.buildkite/[^/]+|\.woodpecker[^/]*\.ya?ml|"
    r"\.travis\.ya?ml|renovate\.json5?|\.renovaterc(?:\.json5?)?|\.github/renovate\.json5?|\.tekton/.+\.ya?ml)"
)
"""Definitions that are not read, and what raises tags by itself."""


def is_pipeline(path: str) -> bool:
    """Whether a path is that of a definition which this reader looks at."""
    return any(each.fullmatch(path) for each in (_WORKFLOW, _GITLAB, _OTHERS))


def read(tree: SourceTree) -> Reading:
    """Read the definitions. What cannot be read may write anything, and is told so in the ledger by other readers."""
    return Reading(entities=tuple(each for path in tree.paths if is_pipeline(path) for each in _pipelines(path, tree)))


def _pipelines(path: str, tree: SourceTree) -> Iterator[Pipeline]:
    if _OTHERS.fullmatch(path):
        yield _unread(path, f"{posixpath.basename(path)} is not read, and may write a tag")
        return
    file = tree.open(path)
    if isinstance(file, Problem):
        yield _unread(path, f"{path} cannot be read")
        return
    yield _read(path, file, tree)


def _unread(path: str, why: str) -> Pipeline:
    at = whole_file(path)
    return _pipeline(path, Doings(perhaps=Unknown(why, at)))


def _read(path: str, file: SourceFile, tree: SourceTree) -> Pipeline:
    doings = Doings()
    parsed = parse_yaml(file)
    for document in parsed.documents:
        node = node_from_yaml(document, Dialect.CORE)
        if _GITLAB.fullmatch(path):
            read_gitlab(node, doings)
        else:
            read_workflow(node, tree, doings)
    if parsed.problems:
        doings.may_write(f"a part of {path} cannot be read", whole_file(path))
    return _pipeline(path, doings)


def _pipeline(path: str, doings: Doings) -> Pipeline:
    at = whole_file(path)
    writes, restarts = doings.taken_together(at)
    return Pipeline(
        address=f"pipeline {path}",
        kind="pipeline",
        name=path,
        at=at,
        deployment=deployment_of("pipeline", posixpath.dirname(path)),
        pushes=tuple(doings.pushes),
        writes=writes,
        restarts=restarts,
        scans=doings.looked_into(at),
    )
