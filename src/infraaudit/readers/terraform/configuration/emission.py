"""Turns a root with all its modules into evaluated resources, and those that are perhaps there into addresses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.readers.terraform.configuration.instances import numbered
from infraaudit.readers.terraform.configuration.providers import locked_majors, provider_majors, provider_of
from infraaudit.readers.terraform.configuration.resource import Counted, Resource
from infraaudit.readers.terraform.configuration.showing import shown_at, span_shown_at
from infraaudit.readers.terraform.language.bodies import body_node, constants
from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Deployment
    from infraaudit.readers.terraform.configuration.instances import Instance
    from infraaudit.readers.terraform.configuration.modules import Module
    from infraaudit.source.hcl_tree import Block
    from infraaudit.source.span import Span


MOST_RESOURCES = 50_000
"""Resources of one root beyond which no further one is read."""


MOST_TOLD_APART = 64
"""Instances of a count beyond which their differences are not looked at."""


@dataclass(frozen=True, slots=True)
class MissingModule:
    """A call of a module that is not in the tree."""

    address: str
    name: str
    at: Span
    mentions: tuple[str, ...]


@dataclass(slots=True)
class Emission:
    """What one root declares. ``perhaps`` are resources of which the number cannot be told."""

    deployment: Deployment
    resources: list[Resource] = field(default_factory=list)
    perhaps: list[Resource] = field(default_factory=list)
    missing: list[MissingModule] = field(default_factory=list)


def emit(root: Module, deployment: Deployment) -> Emission:
    """Evaluate every resource of a root and of the modules below it."""
    emission = Emission(deployment)
    locked = locked_majors(root.root.sources, root.configuration.folder)
    inherited = provider_majors(root.configuration, locked)
    for module in root.descendants():
        majors = {**inherited, **provider_majors(module.configuration, locked)}
        regions = module.provider_regions
        for resource, certain in _declared(module, deployment):
            if len(emission.resources) + len(emission.perhaps) >= MOST_RESOURCES:
                message = f"more than {MOST_RESOURCES:,} resources; the rest is not read"
                root.root.problems[message,] = Problem(ProblemKind.TOO_LARGE, resource.at, message)
                return emission
            known = replace(
                resource, provider_major=majors.get(_provider(resource)), region=regions.get(_full(resource))
            )
            (emission.resources if certain else emission.perhaps).append(known)
        for call in _missing(module):
            planned = module.planned(call.name)
            if planned is None:
                emission.missing.append(call)
            else:
                emission.resources.extend(planned.resources(deployment))
    return emission


def _declared(module: Module, deployment: Deployment) -> Iterator[tuple[Resource, bool]]:
    """Yield the resources of one module, and whether each is surely there."""
    for data, table in ((False, module.configuration.resources), (True, module.configuration.data)):
        for (type_, name), block in sorted(table.items(), key=lambda pair: pair[1].head.span.order):
            yield from _resources(module, type_, name, block, deployment, data=data)


def _full(resource: Resource) -> str:
    """Return the local name of a resource's provider with its alias."""
    written = resource.body["provider"].content
    return written if isinstance(written, str) else _provider(resource)


def _provider(resource: Resource) -> str:
    written = resource.body["provider"].content
    return provider_of(resource.type, written if isinstance(written, str) else None)


def _resources(
    module: Module, type_: str, name: str, block: Block, deployment: Deployment, *, data: bool
) -> Iterator[tuple[Resource, bool]]:
    expansion = module.expansion(type_, name, block, data=data)
    address = module.within(f"data.{type_}.{name}" if data else f"{type_}.{name}")
    shared = constants(block.body, module.scope, ("each", "count")) if len(expansion.instances) > 1 else {}
    for instance in expansion.instances:
        body, at, whole = _body(module, block, instance, shared), block.head.span, block.at.span
        if module.root.filling is not None:
            written = module.root.filling.plan.arguments(module.calls, (data, type_, name))
            body = module.root.filling.filled(address + instance.suffix, body, written)
        if module.shown_at is not None:
            body = shown_at(body, module.shown_at)
            at, whole = span_shown_at(at, module.shown_at), span_shown_at(whole, module.shown_at)
        resource = Resource(
            address=address + instance.suffix,
            type=type_,
            name=name,
            body=body,
            at=at,
            block=whole,
            deployment=deployment,
            multiplicity=module.multiplicity * instance.multiplicity,
            data=data,
            counted=_counted(module, block, instance),
        )
        yield resource, instance.certain and module.certain


def _counted(module: Module, block: Block, instance: Instance) -> Counted | None:
    """Return how the instances of a count differ; those of a module with a count of its own cannot be told apart."""
    indexes = instance.indexes
    alone = len(indexes) == 1 and not instance.suffix
    if not indexes or alone or len(indexes) > MOST_TOLD_APART or module.multiplicity > 1:
        return None
    attributes = block.body.attributes

    def values(name: str) -> tuple[Node, ...]:
        attribute = attributes.get(name)
        if attribute is None:
            return ()
        at = attribute.value.at.span
        scopes = (module.scope.with_names(numbered(Node(index, at))) for index in indexes)
        found = (evaluate(attribute.value, scope) for scope in scopes)
        shown = module.shown_at
        return tuple(found) if shown is None else tuple(shown_at(each, shown) for each in found)

    written = {name: attribute.value.at.source for name, attribute in attributes.items()}
    return Counted({name: text for name, text in written.items() if "count.index" in text}, indexes, values)


def _body(module: Module, block: Block, instance: Instance, shared: Mapping[str, Node]) -> Node:
    scope = module.scope.with_names(instance.names)
    return body_node(block.body, scope, block.at.span, block.head.span, shared)


def _missing(module: Module) -> Iterator[MissingModule]:
    for name, block in sorted(module.configuration.calls.items()):
        called = module.called(name)
        if called is not None and called.missing and called.expansion.instances:
            address = module.within(f"module.{name}")
            at = block.head.span if module.shown_at is None else span_shown_at(block.head.span, module.shown_at)
            yield MissingModule(address, name, at, tuple(dict.fromkeys(module.call_mentions(name))))
