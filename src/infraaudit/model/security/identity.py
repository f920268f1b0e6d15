"""Who may do what: identities, whom they trust, and what they are permitted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


class IdentityKind(StrEnum):
    """What kind of identity it is."""

    ROLE = "role"
    USER = "user"
    GROUP = "group"
    SERVICE_ACCOUNT = "service account"
    FEDERATION = "federation"


class PrincipalKind(StrEnum):
    """What kind of stranger a statement names."""

    EVERYBODY = "everybody"
    ACCOUNT = "account"
    IDENTITY = "identity"
    SERVICE = "service"
    FEDERATED = "federated"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody whom a statement names: an ARN, an account, a service, a provider, or the address of one of these."""

    kind: PrincipalKind
    name: Value[str]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for a statement to count: how the two are compared, the key of the request, the values.

    One without ``variable`` stands for conditions that cannot be told.
    """

    test: str
    variable: str
    values: tuple[Value[str], ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a document: who may, or must not, do what with what, and when.

    ``actions`` and ``resources`` are patterns as written; ``all_but_actions`` and ``all_but_resources`` tell that
    the statement means all others instead. ``complete`` is false where some part cannot be told.
    """

    allows: bool
    at: Span
    actions: tuple[Value[str], ...] = ()
    all_but_actions: bool = False
    resources: tuple[Value[str], ...] = ()
    all_but_resources: bool = False
    principals: tuple[Principal, ...] = ()
    conditions: tuple[Condition, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Entity):
    """Something that acts: a role, a user, a service account, or the door by which a federation comes in.

    ``trust`` says who may act as it, ``trust_complete`` being false where some of that cannot be told.
    ``identifiers`` are its literal names. ``granted_complete`` is false where it is given policies by itself that
    cannot be told. ``bounded`` is whether a document bounds what its policies permit, ``None`` where there is no such
    thing. ``signs_in`` is whether it is a person with a password, ``None`` where that is not read.
    """

    role: IdentityKind
    trust: tuple[Statement, ...] = ()
    trust_complete: bool = True
    identifiers: tuple[str, ...] = ()
    granted_complete: bool = True
    bounded: Value[bool] | None = None
    signs_in: Value[bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission(Entity):
    """What somebody is permitted: a document of statements, or a role of the cloud that is granted by its name.

    ``holders`` are the addresses of the identities that it is given to, or their literal names, ``holders_complete``
    being false where more may have it. ``granted`` is the name of a role or policy that the cloud itself writes,
    absent for a document. ``reach`` says, where the name is granted at a place of a hierarchy, which place that is.
    ``objects`` are the addresses of the single things that it is limited to, empty where it is not limited.
    ``boundary`` marks a document that bounds what others permit, and permits nothing by itself.
    """

    holders: tuple[str, ...] = ()
    holders_complete: bool = True
    granted: Maybe[str]
    reach: str = ""
    statements: tuple[Statement, ...] = ()
    statements_complete: bool = True
    boundary: bool = False
    objects: tuple[str, ...] = ()
