"""Finds the objects of the same deployment that an object names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown
from infraaudit.model.node import Reference
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraaudit.model import Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Neighbours:
    """All objects that are lifted together, by kind and name and by address."""

    by_name: Mapping[tuple[str, str, str, str], Manifest]
    by_address: Mapping[tuple[str, str], Manifest]

    @staticmethod
    def of(manifests: Iterable[Manifest]) -> Neighbours:
        """Index objects; of several with one name in one deployment the last counts."""
        by_name: dict[tuple[str, str, str, str], Manifest] = {}
        by_address: dict[tuple[str, str], Manifest] = {}
        for each in manifests:
            by_name[each.deployment.id, each.kind, each.namespace, each.name] = each
            by_address[each.deployment.id, each.address] = each
        return Neighbours(by_name, by_address)

    def find(self, asker: Manifest, kind: str, name: Node, namespace: str = "") -> Manifest | None:
        """Return the object of a kind that ``asker`` names, by its name or by a reference to its resource."""
        reference = name.content if isinstance(name.content, Reference) else name.reads
        found = self._at(asker.deployment.id, reference.target) if reference is not None else None
        if found is not None or isinstance(name.content, Reference):
            return found
        text = name.string()
        if not isinstance(text, Known):
            return None
        return self.by_name.get((asker.deployment.id, kind, namespace or asker.namespace, text.value))

    def beside(self, asker: Manifest, kind: str) -> tuple[Manifest, ...]:
        """Return the objects of a kind in the deployment and namespace of ``asker``."""
        return tuple(
            each
            for (deployment, other, namespace, _), each in self.by_name.items()
            if (deployment, other, namespace) == (asker.deployment.id, kind, asker.namespace)
        )

    def _at(self, deployment: str, address: str) -> Manifest | None:
        """Return the object at an address; of a resource with instances, the first one."""
        exact = self.by_address.get((deployment, address))
        if exact is not None:
            return exact
        instances = (
            each
            for (where, other), each in self.by_address.items()
            if where == deployment and other.startswith(f"{address}[")
        )
        return next(instances, None)

    def address(self, asker: Manifest, kind: str, name: Node, namespace: str = "") -> Value[str]:
        """Return the address of the object that ``asker`` names, whether or not it is one of these."""
        found = self.find(asker, kind, name, namespace)
        if found is not None:
            return Known(found.address, name.at)
        if isinstance(name.content, Reference):
            return Known(name.content.target, name.at)
        text = literal(name)
        if isinstance(text, Absent):
            return Unknown(f"no {kind} is named here", text.at)
        return text.map(lambda written: f"{kind}/{namespace or asker.namespace}/{written}")
