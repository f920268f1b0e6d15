"""Makes references follow the names that layers changed: to ConfigMaps, Secrets, Services, accounts and more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import known_value
from infraaudit.readers.kustomize.hashes import hash_of
from infraaudit.readers.kustomize.resource import paths_of
from infraaudit.readers.kustomize.trees import edit, text_node, with_child

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraaudit.model import Node
    from infraaudit.readers.kustomize.configurations import NameReference
    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.readers.kustomize.resource import Resource

_PREFIX = "reference."
_WITH_NAMESPACE = "subjects[]"
_WITH_KIND = "roleRef"


def add_hashes(layer: Layer, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Put the hash of their contents to the names of generated objects; where it cannot be told, leave it out."""
    return tuple(_hashed(each, layer) for each in resources)


def _hashed(resource: Resource, layer: Layer) -> Resource:
    ending = hash_of(resource.body) if resource.hashed else None
    if ending is None:
        return resource
    name_at = resource.body["metadata"]["name"].at
    return resource.named(f"{resource.identity.name}-{ending}", name_at, f"the hash by {layer.words}")


def fix_references(resources: Sequence[Resource], added: Sequence[NameReference] = ()) -> tuple[Resource, ...]:
    """Put the names of now in place of those that objects were named by before, also where tables add references."""
    renamed: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for each in resources:
        for name in {former.name for former in each.former}:
            renamed[each.identity.kind, name].append(each)
    if not renamed:
        return tuple(resources)
    return tuple(_fixed(each, renamed, added) for each in resources)


def _fixed(
    resource: Resource, renamed: Mapping[tuple[str, str], list[Resource]], added: Sequence[NameReference]
) -> Resource:
    body = resource.body
    for row in table("kustomize"):
        if not row.startswith(_PREFIX):
            continue
        kind = row.removeprefix(_PREFIX)
        for path in paths_of(row, resource.identity.kind):
            body = _fixed_at(body, path, _Fix(resource, kind, renamed))
    for reference in added:
        if reference.referrer in {"", resource.identity.kind}:
            body = _fixed_below(body, reference.path, _Fix(resource, reference.kind, renamed))
    return resource.with_body(body)


def _fixed_below(node: Node, path: Sequence[str], fix: _Fix) -> Node:
    """Follow the reference at a path that goes through lists without saying so."""
    if node.is_list:
        items = tuple(_fixed_below(item, path, fix) for item in node.each())
        return replace(node, content=items)
    if not path:
        return fix.name(node) if node.is_scalar else node
    child = node[path[0].removesuffix("[]")] if node.is_mapping else node
    if child is node or child.is_absent:
        return node
    changed = _fixed_below(child, path[1:], fix)
    return node if changed is child else with_child(node, path[0].removesuffix("[]"), changed)


@dataclass(frozen=True, slots=True)
class _Fix:
    """Follows one reference of an object to objects of a kind."""

    referrer: Resource
    kind: str
    renamed: Mapping[tuple[str, str], list[Resource]]

    def name(self, node: Node) -> Node:
        found = self.target(node)
        if found is None or found.identity.name == node.content:
            return node
        place = node.at.via(f"the name of {self.kind} {found.identity.name}", found.body["metadata"]["name"].at)
        return replace(node, content=found.identity.name, text=found.identity.name, at=place)

    def role(self, holder: Node) -> Node:
        """Follow the reference to a role, which says whether it means one of a namespace or of the cluster."""
        if known_value(holder["kind"].string()) != self.kind or not holder["name"].is_scalar:
            return holder
        return with_child(holder, "name", self.name(holder["name"]))

    def subject(self, holder: Node) -> Node:
        """Follow the reference to an account, which may stand in another namespace."""
        namespace = known_value(holder["namespace"].string())
        found = self.target(holder["name"])
        if found is None or not _was_in(found, namespace):
            return holder
        changed = with_child(holder, "name", self.name(holder["name"]))
        place = found.body["metadata"]["namespace"]
        if place.is_absent or namespace == found.identity.namespace:
            return changed
        return with_child(changed, "namespace", text_node(found.identity.namespace, place.at))

    def target(self, node: Node) -> Resource | None:
        text = known_value(node.string())
        candidates = self.renamed.get((self.kind, text), []) if text else []
        here = self.referrer.identity
        if not here.cluster_scoped and self.kind != "ServiceAccount":
            candidates = [
                each
                for each in candidates
                if each.identity.cluster_scoped or each.identity.effective_namespace == here.effective_namespace
            ]
        if len(candidates) > 1:
            candidates = [each for each in candidates if each.affixes == self.referrer.affixes] or candidates
        names = {(each.identity.name, each.identity.namespace) for each in candidates}
        return candidates[0] if len(names) == 1 else None


def _was_in(resource: Resource, namespace: str | None) -> bool:
    return not namespace or any(each.effective_namespace == namespace for each in resource.identities())


def _fixed_at(body: Node, path: tuple[str, ...], fix: _Fix) -> Node:
    if _WITH_KIND in path:
        return edit(body, path[:-1], fix.role)
    if _WITH_NAMESPACE in path:
        return edit(body, path[:-1], fix.subject)
    return edit(body, path, lambda node: fix.name(node) if node.is_scalar else node)
