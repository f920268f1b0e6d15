"""Named settings and secrets that workloads read, by their keys, and who makes those that are not written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.labels import Labels
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigObject(Entity):
    """A ConfigMap, or with ``secret`` a Secret: the names of its keys, and never a value of a secret.

    ``complete`` is false where it may hold keys that cannot be told. ``type`` is the platform's word for what a secret
    is (``Opaque``, ``kubernetes.io/tls``). ``replaced_outside`` says who fills it in the cluster, where a label or an
    annotation tells that somebody does.
    """

    namespace: str = ""
    secret: bool
    keys: tuple[tuple[str, Span], ...] = ()
    complete: bool = True
    type: Maybe[str] | None = None
    immutable: Maybe[bool] | None = None
    replaced_outside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretProvider(Entity):
    """What makes a Secret in the cluster: a sealed or external secret, a certificate, a class of mounted secrets.

    ``makes`` are the addresses of the objects that it makes, and ``makes_complete`` whether these are all. ``keys`` are
    those that it surely writes, ``complete`` whether these are all. ``store`` names where the values come from.
    """

    namespace: str = ""
    makes: tuple[Value[str], ...] = ()
    makes_complete: bool = True
    keys: tuple[tuple[str, Span], ...] = ()
    complete: bool = True
    store: Maybe[str] | None = None
    store_kind: str = ""
    labels: Labels = ()


@dataclass(frozen=True, slots=True)
class ObjectReference:
    """A name by which something asks for another object of its namespace, or of none.

    ``kind`` is the kind that is asked for and ``key`` the key of it, absent where the whole object is meant.
    ``optional`` tells that it may be missing. ``use`` says in words where it is named: ``the variable DB_PASSWORD``.
    ``container`` is the address of the container that cannot start without it, empty where it is the whole pod.
    ``namespace`` is where the object is looked for, empty for that of the one who asks.
    """

    kind: str
    name: Value[str]
    key: Maybe[str]
    optional: Value[bool]
    use: str
    at: Span
    container: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referring(Entity):
    """Something that names other objects and needs them, whatever else it is; each kind keeps them in a field."""

    @property
    def references(self) -> tuple[ObjectReference, ...]:
        """The objects that it names."""
        return ()
