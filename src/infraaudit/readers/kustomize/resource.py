"""One object on its way through the layers: its body now, and the identities that it had before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import known_value
from infraaudit.readers.kustomize.trees import edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells objects apart. ``namespace`` is empty where none is written."""

    group: str
    version: str
    kind: str
    name: str
    namespace: str

    @property
    def cluster_scoped(self) -> bool:
        """Whether objects of this kind have no namespace."""
        return self.kind in fact("kustomize", "cluster_scoped", "kinds").value

    @property
    def effective_namespace(self) -> str:
        """The namespace that the object ends up in."""
        return "" if self.cluster_scoped else self.namespace or "default"

    def same(self, other: Identity) -> bool:
        """Tell whether both identify one object."""
        return (self.group, self.version, self.kind, self.name, self.effective_namespace) == (
            other.group, other.version, other.kind, other.name, other.effective_namespace,
        )  # fmt: skip


def identity_of(body: Node) -> Identity:
    """Read the identity of an object or a patch."""
    group, slash, version = (known_value(body["apiVersion"].string()) or "").partition("/")
    metadata = body["metadata"]
    return Identity(
        group if slash else "",
        version if slash else group,
        known_value(body["kind"].string()) or "",
        known_value(metadata["name"].string()) or "",
        known_value(metadata["namespace"].string()) or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """An object and its history. ``hashed`` asks for a hash of its contents at the end of its name.

    ``affixes`` are the prefixes and suffixes put to its name so far, by which a reference finds the namesake that
    came through the same layers. ``at`` is where its name was written first.
    """

    body: Node
    at: Span
    former: tuple[Identity, ...] = ()
    affixes: tuple[str, ...] = ()
    hashed: bool = False

    @property
    def identity(self) -> Identity:
        """The identity now."""
        return identity_of(self.body)

    def identities(self) -> Iterator[Identity]:
        """Yield the identity now and those before, the latest first."""
        yield self.identity
        yield from reversed(self.former)

    def with_body(self, body: Node) -> Resource:
        """Return the object with another body, its identity so far kept where the body changes it."""
        changed = replace(self, body=body)
        if body is self.body or changed.identity == self.identity:
            return changed
        return replace(changed, former=(*self.former, self.identity))

    def named(self, name: str, at: Span, what: str) -> Resource:
        """Return the object under another name; the place stays that of the name as it was first written."""

        def rename(node: Node) -> Node:
            return replace(node, content=name, text=name, at=node.at.via(what, at))

        return self.with_body(edit(self.body, ("metadata", "name"), rename))


def paths_of(row: str, kind: str) -> Iterator[tuple[str, ...]]:
    """Yield the paths that a row of the table of fields names for objects of a kind."""
    columns = table("kustomize")[row]
    for field in columns.get("fields", ()):
        owner, _, path = field.partition(":")
        if owner == kind:
            yield tuple(path.split("/"))
    pod = table("kustomize")["pod_spec"].get(kind)
    if pod is not None and kind in columns.get("pod_kinds", (kind,)):
        for path in columns.get("pod", ()):
            yield (*pod.split("/"), *path.split("/"))
