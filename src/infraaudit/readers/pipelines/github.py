"""Reads the workflows of GitHub Actions, with the actions that stand beside them in the tree."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import known_value, node_from_yaml
from infraaudit.readers.pipelines.commands import Doings, read_shell
from infraaudit.readers.pipelines.expressions import COMPUTED, filled
from infraaudit.readers.pipelines.images import push_of
from infraaudit.source.problem import Problem
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Node
    from infraaudit.source.file import SourceTree
    from infraaudit.source.span import Span

_BUILD = "docker/build-push-action"
_METADATA = "docker/metadata-action"
_BAKE = "docker/bake-action"
_LOCAL = "./"
_METADATA_OUTPUT = re.compile(r"\$\{\{\s*steps\.(?P<step>[\w-]+)\.outputs\.(?:tags|json)\s*\}\}")
_RAW = re.compile(r"type=raw,value=(?P<value>[^,\s]+)")
_SHA = re.compile(r"type=sha(?:,|$)")
_SPLIT = re.compile(r"[\n,]")
_DEEPEST = 3
"""Actions of the tree that call one another beyond which none is followed."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What the steps of one job share."""

    tree: SourceTree
    doings: Doings
    values: Mapping[str, str]
    metadata: dict[str, tuple[str, ...]]
    depth: int = 0


def read_workflow(document: Node, tree: SourceTree, doings: Doings) -> None:
    """Read the jobs of one workflow."""
    values = _values(document["env"], {})
    for _, job in document["jobs"].items():  # noqa: PERF102 - a node has no values()
        called = known_value(job["uses"].string())
        if called is not None and not called.startswith(_LOCAL):
            doings.may_write(f"the workflow {called} is not in the tree", job["uses"].at)
        shared = _Job(tree, doings, _values(job["env"], values), {})
        for step in job["steps"].each():
            _read_step(step, shared)


def _values(node: Node, above: Mapping[str, str]) -> dict[str, str]:
    values = dict(above)
    for name, value in node.items():
        text = known_value(value.string())
        values[name] = COMPUTED if text is None else filled(text, values)
    return values


def _read_step(step: Node, job: _Job) -> None:
    values = _values(step["env"], job.values)
    script, action = known_value(step["run"].string()), known_value(step["uses"].string())
    if script is not None:
        shell = known_value(step["shell"].string()) or "bash"
        if shell.split()[0] in {"bash", "sh"}:
            read_shell(script, values, job.doings, step["run"].at)
        else:
            job.doings.may_write(f"a step in {shell} may write a tag", step["run"].at)
    elif action is not None:
        _read_action(step, action, job, values)


def _read_action(step: Node, action: str, job: _Job, values: Mapping[str, str]) -> None:
    name = action.partition("@")[0]
    at = step["uses"].at
    if action.startswith(_LOCAL):
        _read_own_action(action, job, values, step)
    elif name == _METADATA:
        identifier = known_value(step["id"].string())
        if identifier is not None:
            job.metadata[identifier] = tuple(_described(step["with"], values))
    elif name == _BUILD:
        if known_value(step.path("with", "push").string()) not in {None, "false"}:
            tags = known_value(step.path("with", "tags").string()) or ""
            job.doings.pushes.extend(push_of(each, at) for each in _references(tags, job, values))
    elif name == _BAKE:
        job.doings.pushes.append(push_of(COMPUTED, at))
    else:
        _note(name, job.doings, at)
    other = known_value(step.path("with", "repository").string())
    if name == "actions/checkout" and other is not None:
        job.doings.may_write("it checks out another repository, and may write a tag there", at)


def _note(name: str, doings: Doings, at: Span) -> None:
    """Note what the facts say of an action by its name."""
    rows = table("pipeline_steps")
    if name.startswith(tuple(rows["scans actions"]["words"])):
        doings.scans(name, at)
    elif name.startswith(tuple(rows["writes actions"]["words"])):
        doings.writes(name, at)
    elif not name.startswith(tuple(rows["harmless actions"]["words"])):
        doings.may_write(f"the action {name} may write a tag", at)


def _references(tags: str, job: _Job, values: Mapping[str, str]) -> Iterator[str]:
    """Yield the references of an input: those that are written, and those that a step before described."""
    for part in _SPLIT.split(tags):
        described = _METADATA_OUTPUT.fullmatch(part.strip())
        if described is not None:
            yield from job.metadata.get(described["step"], (COMPUTED,))
        elif part.strip():
            yield filled(part.strip(), values)


def _described(inputs: Node, values: Mapping[str, str]) -> Iterator[str]:
    """Yield the references that the metadata action makes up; without tags of its own it makes up names of branches."""
    tags = known_value(inputs["tags"].string()) or ""
    lines = [line.strip() for line in tags.splitlines() if line.strip()]
    for image in _SPLIT.split(known_value(inputs["images"].string()) or ""):
        name = filled(image.strip(), values)
        for line in lines or [""] if name else []:
            raw = _RAW.match(line)
            yield f"{name}:{filled(raw['value'], values)}" if raw and "enable=" not in line else f"{name}:{COMPUTED}"


def _read_own_action(action: str, job: _Job, values: Mapping[str, str], step: Node) -> None:
    """Read the steps of an action of the tree; one that is no list of steps may do anything."""
    folder = posixpath.normpath(action)
    paths = (f"{folder}/{name}" for name in ("action.yml", "action.yaml"))
    path = next((each for each in paths if each in job.tree.known), None)
    file = job.tree.open(path) if path is not None and job.depth < _DEEPEST else None
    documents = parse_yaml(file).documents if file is not None and not isinstance(file, Problem) else ()
    steps = [each for tree in documents for each in node_from_yaml(tree, Dialect.CORE).path("runs", "steps").each()]
    if not steps:
        job.doings.may_write(f"the action {action} may write a tag", step["uses"].at)
    inner = _Job(job.tree, job.doings, values, {}, job.depth + 1)
    for each in steps:
        _read_step(each, inner)
