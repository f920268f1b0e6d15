"""As whom something acts in a cluster, and what it may do there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.deployment.configuration import Referring
from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.deployment.configuration import ObjectReference
    from infraaudit.model.labels import Labels
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount(Entity):
    """An identity for pods. ``cloud_identity`` is the role of the cloud that an annotation ties it to.

    ``automount_token`` is absent where nothing is said: the token is then mounted.
    """

    namespace: str = ""
    automount_token: Maybe[bool]
    cloud_identity: Maybe[str]
    annotations: Labels = ()


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Which verbs a role allows on which resources; ``*`` is all of them. ``names`` limits it to objects of a name.

    ``complete`` is false where some of the words cannot be told. ``urls`` are paths that are no resources.
    """

    groups: tuple[Value[str], ...]
    resources: tuple[Value[str], ...]
    verbs: tuple[Value[str], ...]
    at: Span
    names: tuple[Value[str], ...] = ()
    urls: tuple[Value[str], ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRole(Entity):
    """What whoever is bound to it may do, in one namespace or, with ``cluster_wide``, in all of them.

    ``aggregated`` tells that its rules are collected from other roles; ``labels`` are those by which others collect
    it. ``complete`` is false where some rules cannot be told.
    """

    namespace: str = ""
    cluster_wide: bool
    rules: tuple[AccessRule, ...] = ()
    complete: bool = True
    aggregated: bool = False
    labels: Labels = ()


@dataclass(frozen=True, slots=True)
class AccessSubject:
    """Who is bound: a ``ServiceAccount`` with its namespace, a ``User`` or a ``Group``."""

    kind: Value[str]
    name: Value[str]
    namespace: Maybe[str]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessBinding(Referring):
    """Who gets a role: ``role`` is its name and ``role_kind`` its kind; ``cluster_wide`` that it counts everywhere."""

    namespace: str = ""
    cluster_wide: bool
    role_kind: Value[str]
    role: Value[str]
    subjects: tuple[AccessSubject, ...] = ()
    complete: bool = True
    references: tuple[ObjectReference, ...] = ()
