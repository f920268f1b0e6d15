"""Facets: what is true of cloud resources of every kind, filled from a table row and judged by one policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value


class FacetName(StrEnum):
    """The questions that one policy each asks of all resources."""

    ENCRYPTED_AT_REST = "encrypted at rest"
    ENCRYPTED_IN_TRANSIT = "encrypted in transit"
    BACKED_UP = "backed up"
    SHARED = "shared with everybody"
    ONE_ZONE = "kept in one zone alone"
    ASKS = "asks who its clients are"
    DELETION_PROTECTED = "deletion protected"
    LAST_COPY = "leaves a last copy when it is destroyed"
    PUBLIC = "publicly reachable"
    ACCESS_LOGGED = "access logged"
    UNDELETED = "keeps what was deleted for a while"
    LOGS_SENT = "sends its logs to where they are kept"
    BODIES_KEPT_OUT = "keeps what it is given out of its logs"
    LOGS_WRITTEN = "writes its own logs"
    EVENTS_TOLD = "tells somebody of its failovers"
    FLOWS_LOGGED = "writes down which connections are made"
    CONTROL_PLANE_LOGGED = "writes down who asks its control plane for what"
    OWN_KEY = "encrypted with a key of its owner"
    IDENTITY_LOGIN = "lets in identities of the cloud without a password"
    HTTPS_ALONE = "refuses requests in plain text"
    NO_SHARED_KEYS = "refuses keys that several share"
    QUERIES_LOGGED = "writes down which names are asked for"
    MEASURED = "hands on what it measures closely"
    TRACED = "hands on traces of what it does"
    OUTPUT_KEPT = "keeps what its program says"


class Weight(StrEnum):
    """How much a resource type makes of a facet, as the table that filled it says."""

    FULL = "full"
    LESS = "less"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Facet:
    """One question answered for one resource.

    ``setting`` is the attribute that decides it, in the words of its format, and ``equivalents`` are the checks of
    other tools that ask the same of this resource type.
    """

    name: FacetName
    holds: Value[bool]
    setting: str
    weight: Weight = Weight.FULL
    equivalents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Faceted(Entity):
    """A resource that facets are asked of, whatever else it is; each kind keeps the answers in a field."""

    @property
    def facets(self) -> tuple[Facet, ...]:
        """The answers."""
        return ()

    def facet(self, name: FacetName) -> Facet | None:
        """Return the answer to one question, or ``None`` where it is not asked of this type."""
        return next((each for each in self.facets if each.name is name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudResource(Faceted):
    """A service of a cloud of which no more is read than facets: a vault, a registry, a firewall, a namespace.

    ``identifiers`` are its literal names.
    """

    facets: tuple[Facet, ...] = ()
    identifiers: tuple[str, ...] = ()
