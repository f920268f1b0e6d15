"""What evaluation gives to lifting: resources with evaluated bodies, found by type and by address."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from infraaudit.model import Head
from infraaudit.model.node import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from infraaudit.model import Deployment, Node
    from infraaudit.source.span import Span

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Counted:
    """How the instances of a ``count`` that stand behind one node differ.

    ``varying`` are the arguments that are written with ``count.index``, with their expressions; ``indexes`` are the
    numbers of the instances, and ``values`` evaluates an argument once for each.
    """

    varying: Mapping[str, str]
    indexes: Sequence[int]
    values: Callable[[str], tuple[Node, ...]]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource or data source of a configuration, evaluated.

    ``body`` is a mapping of arguments under their names; a nested block stands under its type as a list of mappings.
    A reference to another resource is a ``Reference`` to the address of that resource. ``address`` is Terraform's own
    (``module.a.aws_sqs_queue.jobs``, ``aws_sqs_queue.jobs["x"]``). ``multiplicity`` is the number of equal instances
    behind this one node. ``provider_major`` is the major version of the provider, ``None`` where no lock file and no
    constraint tells it. ``at`` is the place of the block's head, ``block`` that of the whole block. ``counted`` tells
    how the instances of a ``count`` differ, where there are several of which the number is known. ``region`` is the
    argument of its provider that says where it is made, ``None`` where none does.
    """

    address: str
    type: str
    name: str
    body: Node
    at: Span
    block: Span
    deployment: Deployment
    multiplicity: int = 1
    provider_major: int | None = None
    data: bool = False
    counted: Counted | None = field(default=None, compare=False)
    region: Node | None = field(default=None, compare=False)

    @property
    def head(self) -> Head:
        """The fields of its entity that are the same for every kind."""
        return Head(address=self.address, kind=self.type, name=self.name, at=self.at, deployment=self.deployment)


@dataclass(frozen=True)
class Resources:
    """All resources of one root with its modules. ``perhaps`` are those of which the number cannot be told."""

    members: tuple[Resource, ...]
    perhaps: tuple[Resource, ...] = ()

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        groups: dict[str, list[Resource]] = defaultdict(list)
        for member in self.members:
            if not member.data:
                groups[member.type].append(member)
        return groups

    @cached_property
    def _types(self) -> frozenset[str]:
        return frozenset(member.type for member in (*self.members, *self.perhaps))

    @cached_property
    def _by_address(self) -> dict[str, Resource]:
        return {member.address: member for member in self.members}

    @cached_property
    def _by_unindexed_address(self) -> dict[str, Resource]:
        """The first instance of each resource that has instances, under its address without the last index."""
        index: dict[str, Resource] = {}
        for member in self.members:
            if member.address.endswith("]"):
                index.setdefault(
                    member.address[: member.address.rindex(f".{member.name}[") + len(member.name) + 1], member
                )
        return index

    @cached_property
    def _derived(self) -> dict[object, object]:
        return {}

    def derived(self, derive: Callable[[Resources], D]) -> D:
        """Return what a pure function makes of these resources; each function is called once."""
        if derive not in self._derived:
            self._derived[derive] = derive(self)
        return cast("D", self._derived[derive])

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Return the managed resources of these types."""
        return tuple(member for type_ in types for member in self._by_type.get(type_, ()))

    def has_type(self, prefixes: tuple[str, ...]) -> bool:
        """Tell whether any resource, or source of data, is of a type that begins with one of these."""
        return any(each.startswith(prefixes) for each in self._types)

    def at(self, address: str) -> Resource | None:
        """Return the resource at an address; of a resource with instances, the first one."""
        exact = self._by_address.get(address)
        if exact is not None:
            return exact
        return self._by_unindexed_address.get(address)

    def behind(self, node: Node) -> Resource | None:
        """Return the resource that a node refers to, if it is a plain reference to one or a value read from one."""
        reference = node.content if isinstance(node.content, Reference) else node.reads
        return self.at(reference.target) if reference is not None else None
