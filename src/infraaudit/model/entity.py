"""What every entity has: an address, a name, a place, and the deployment that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypedDict

if TYPE_CHECKING:
    from infraaudit.source.span import Span


class Environment(StrEnum):
    """What a deployment is for. ``UNKNOWN`` is judged like production."""

    PRODUCTION = "production"
    NONPRODUCTION = "non-production"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A set of files that is deployed together: a Compose project, a folder of manifests, a Terraform root.

    ``id`` is unique in a scan and stable over time, for example ``kubernetes:deploy/production``. ``evidence``
    says what told the environment, and ``word`` is the one word that did. ``local`` marks a set that serves development
    on one's own machine. ``retired`` is what says that it is kept for the record and no longer deployed.
    """

    id: str
    folder: str
    environment: Environment = Environment.UNKNOWN
    evidence: str = ""
    local: bool = False
    word: str = ""
    retired: str = ""


class Key(NamedTuple):
    """The identity of an entity in the estate. A tuple, for it is made and hashed more often than anything else."""

    deployment: str
    address: str

    def __str__(self) -> str:
        return f"{self.deployment}:{self.address}"


class Head(TypedDict):
    """What every entity takes over from that which it is lifted from."""

    address: str
    kind: str
    name: str
    at: Span
    deployment: Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """The fields common to everything in the estate.

    ``address`` is how its owner finds it again, unique within the deployment: a Terraform address,
    ``Kind/namespace/name``, ``service web``. ``kind`` and ``name`` are the words that messages use.
    ``at`` is the place of its name or head, not of its whole body.
    """

    address: str
    kind: str
    name: str
    at: Span
    deployment: Deployment

    @property
    def key(self) -> Key:
        """The identity of this entity in the estate."""
        return Key(self.deployment.id, self.address)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


UNREAD_CHART = "chart"
"""The type of a Helm chart that is not in the scan, and of which no object is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opaque(Entity):
    """Something that no reader knows closer. It can be the end of an edge, and ``type`` says what it was called.

    ``mentions`` are the addresses that its own arguments refer to, ``mentioned_by`` those of the entities that are
    known closer and refer to it.
    """

    type: str
    mentions: tuple[str, ...] = ()
    mentioned_by: tuple[str, ...] = ()
