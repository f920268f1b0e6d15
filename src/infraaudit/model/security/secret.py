"""Secret material without the secret: what was found, where, and of what kind, never the value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.entity import Deployment
    from infraaudit.source.span import Span


class SecretClass(StrEnum):
    """The classes of the detector."""

    PROVIDER_TOKEN = "provider token"  # noqa: S105 - the name of a class
    PRIVATE_KEY = "private key"
    CONNECTION_URL = "connection URL"
    CREDENTIAL_DOCUMENT = "credential document"
    SESSION_TOKEN = "session token"  # noqa: S105 - the name of a class
    NAMED_LITERAL = "literal under a secret-like name"
    HASH = "password hash"


class Confidence(StrEnum):
    """How sure the detector is, and so how heavy the finding may be."""

    CERTAIN = "certain"
    RESTRICTED = "restricted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SecretUse:
    """One place of a value with the deployment that its file belongs to, which tells the environment."""

    at: Span
    deployment: Deployment
    example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretMaterial(Entity):
    """One secret value that was found in the tree.

    ``places`` are all places of the same value, the first of them ``at``, and ``uses`` say where each belongs;
    ``hint`` is the vendor's fixed public prefix, ``length`` a bucket and never the exact length. ``host`` is where a
    connection URL leads. ``weak`` tells a value that is a well-known default or equal to its user name. ``example``
    marks a file that looks like an example.
    """

    secret_class: SecretClass
    provider: str
    confidence: Confidence
    key_name: str = ""
    hint: str = ""
    length: str = ""
    host: str = ""
    weak: bool = False
    example: bool = False
    places: tuple[Span, ...] = ()
    uses: tuple[SecretUse, ...] = ()
