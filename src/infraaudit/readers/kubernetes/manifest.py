"""One Kubernetes object before lifting, wherever it was written: a manifest, or a Terraform resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
