"""One Kubernetes object before lifting, wherever it was written: a manifest, or a Terraform resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Head, known_value

if TYPE_CHECKING:
    from infraaudit.model import Deployment, Node
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Manifest:
    """An object: ``body`` is the whole document in the shape of the API. ``at`` is the place of its name.

    ``address`` is ``Kind/namespace/name`` for a manifest and the Terraform address for a resource.
    """

    address: str
    kind: str
    name: str
    namespace: str
    body: Node
    at: Span
    deployment: Deployment

    @property
    def head(self) -> Head:
        """The fields of its entity that are the same for every kind."""
        return Head(address=self.address, kind=self.kind, name=self.name, at=self.at, deployment=self.deployment)

    @property
    def api_version(self) -> str:
        """The group and version of its kind as written."""
        return known_value(self.body["apiVersion"].string()) or ""

    @property
    def group(self) -> str:
        """The group of its kind, empty for the core of the API."""
        group, slash, _ = self.api_version.partition("/")
        return group if slash else ""

    @property
    def labels(self) -> Node:
        """Its labels as written."""
        return self.body["metadata"]["labels"]

    @property
    def annotations(self) -> Node:
        """Its annotations as written."""
        return self.body["metadata"]["annotations"]
