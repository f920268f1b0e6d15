"""Lifts the workflows of Google, with the steps of their definitions that ask others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Node, Unknown, Waiting, Workflow, WorkflowStep, known_value, node_from_yaml
from infraaudit.readers.terraform.google.defaults import integer_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, literals, reason
from infraaudit.source.file import SourceFile
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_TYPE = "google_workflows_workflow"
_CALLBACK = "events.await_callback"
_DEEPEST = 20
_LEVELS = {"LOG_ALL_CALLS": "ALL", "LOG_ERRORS_ONLY": "ERROR", "LOG_NONE": "OFF"}
_ITSELF = "the connector itself"


@dataclass(frozen=True, slots=True)
class _Around:
    """What the blocks around a step do with its errors."""

    retried: bool = False
    caught: bool = False


def lift_workflows(resources: Resources) -> Iterator[Workflow]:
    """Lift ``google_workflows_workflow``."""
    for resource in resources.of_type(_TYPE):
        definition, doubt = _definition(resource)
        level = string_or_default(argument(resource, "call_log_level"), f"{_TYPE}.call_log_level")
        yield Workflow(
            **resource.head,
            steps=tuple(_steps_of(definition, resource)),
            doubt=doubt,
            timeout=Absent(resource.at),
            brief=Known(value=False, at=resource.at),
            log_level=level.map(_level),
            log_group=Absent(resource.at),
            identifiers=literals(argument(resource, "name").string()),
        )


def _level(word: str) -> str:
    return _LEVELS.get(word, word)


def _definition(resource: Resource) -> tuple[Node | None, Maybe[str] | None]:
    """Return what the source says, and why more steps may be there than are told."""
    node = argument(resource, "source_contents")
    if node.structure is not None:
        return node.structure, None
    text = node.string()
    if not isinstance(text, Known):
        return None, Unknown(reason(node) if node.is_unknown else "no source is written", node.at)
    parsed = parse_yaml(SourceFile(resource.at.path, text.value))
    if parsed.problems or not parsed.documents:
        return None, Unknown("the source of the workflow is not understood", node.at)
    return node_from_yaml(parsed.documents[0], Dialect.CORE), None


def _steps_of(definition: Node | None, resource: Resource) -> Iterator[WorkflowStep]:
    """Yield the steps of the main part and of each part that it may call."""
    if definition is None:
        return
    at = argument(resource, "source_contents").at
    if definition.is_list:
        yield from _steps(definition, _Around(), at, _DEEPEST)
    for part in _parts(definition):
        yield from _steps(part["steps"], _Around(), at, _DEEPEST)


def _parts(node: Node) -> tuple[Node, ...]:
    """Return what stands under the names of a mapping."""
    return tuple(dict(node.items()).values())


def _steps(node: Node, around: _Around, at: Span, deepest: int) -> Iterator[WorkflowStep]:
    """Yield the steps of a list, with those inside of their blocks."""
    if deepest == 0:
        return
    for each in node.each():
        for name, body in each.items():
            yield from _step(name, body, around, at, deepest - 1)


def _step(name: str, body: Node, around: _Around, at: Span, deepest: int) -> Iterator[WorkflowStep]:
    call = known_value(body["call"].string())
    if call is not None:
        found = _call(name, call, body, around, at)
        if found is not None:
            yield found
    tried = body["try"]
    if not tried.is_absent:
        inner = _Around(
            retried=around.retried or not body["retry"].is_absent, caught=around.caught or not body["except"].is_absent
        )
        yield from _steps(tried["steps"], inner, at, deepest)
        yield from _step(name, tried, inner, at, deepest - 1) if tried["steps"].is_absent and deepest else ()
        yield from _steps(body["except"]["steps"], around, at, deepest)
    yield from _steps(body["steps"], around, at, deepest)
    for path in (("for", "steps"), ("parallel", "for", "steps")):
        yield from _steps(body.path(*path), around, at, deepest)
    for case in body["switch"].each():
        yield from _steps(case["steps"], around, at, deepest)
    for branch in body.path("parallel", "branches").each():
        for inside in _parts(branch):
            yield from _steps(inside["steps"], around, at, deepest)


def _call(name: str, call: str, body: Node, around: _Around, at: Span) -> WorkflowStep | None:
    """Return the step of a call that leaves the workflow; ``None`` for one that stays inside of it."""
    connector = call.startswith("googleapis.")
    if not connector and not call.startswith("http.") and call != _CALLBACK:
        return None
    args = body["args"]
    timeout: Maybe[int] = args["timeout"].integer()
    if isinstance(timeout, Absent):
        row = f"{_TYPE}.{'callback' if call == _CALLBACK else 'call'}_timeout"
        timeout = integer_or_default(args["timeout"], row)
    retries = (_ITSELF,) if connector or call == _CALLBACK else ("every error of its predicate",)
    told: Value[tuple[str, ...]] = Known(retries if around.retried or retries == (_ITSELF,) else (), at)
    return WorkflowStep(
        name=name,
        at=at,
        calls=_target(args["url"], at),
        waits=Known(Waiting.CALLBACK if call == _CALLBACK else Waiting.ANSWER, at),
        retries=told,
        catches=Known(("every error",) if around.caught else (), at),
        timeout=timeout,
        heartbeat=Absent(at),
    )


def _target(url: Node, at: Span) -> Maybe[str]:
    text = url.string()
    return Known(text.value, at) if isinstance(text, Known) else Absent(at)
