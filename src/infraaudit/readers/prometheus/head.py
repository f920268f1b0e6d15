"""What every file of monitoring has, whatever it says: its place, its name, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from infraaudit.model import Deployment
    from infraaudit.source.span import Span


class Fields(TypedDict):
    """The fields of an entity that are the same for every kind of file."""

    address: str
    kind: str
    name: str
    at: Span
    deployment: Deployment
    file: str
    holder: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a file is kept: in the tree at ``file``, or under that key of the object ``holder`` of the cluster."""

    address: str
    kind: str
    name: str
    at: Span
    deployment: Deployment
    file: str
    holder: str = ""
    namespace: str = ""

    @property
    def fields(self) -> Fields:
        """The fields of the entity."""
        return Fields(
            address=self.address,
            kind=self.kind,
            name=self.name,
            at=self.at,
            deployment=self.deployment,
            file=self.file,
            holder=self.holder,
            namespace=self.namespace,
        )
