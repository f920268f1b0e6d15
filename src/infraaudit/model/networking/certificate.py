"""Certificates that a cluster asks for, and who issues them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class IssuerName:
    """Which issuer is asked: its kind, name and API group, as written."""

    kind: Value[str]
    name: Value[str]
    group: Value[str]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Entity):
    """A certificate that is asked for: the Secret that it is put into, the names it is for, and its issuer."""

    namespace: str = ""
    secret: Value[str]
    names: tuple[Value[str], ...] = ()
    names_complete: bool = True
    issuer: IssuerName


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer(Entity):
    """Who issues certificates, in one namespace or in all of them. ``server`` is the address of an ACME server.

    ``method`` is the platform's word for how it issues (``acme``, ``ca``, ``selfSigned``, ``vault`` ...).
    """

    namespace: str = ""
    cluster_wide: bool
    method: str
    server: Maybe[str]


@dataclass(frozen=True, slots=True)
class TlsBinding:
    """The certificate of a door: for which hosts, and from which Secret; absent where the proxy's own one is used."""

    hosts: tuple[Value[str], ...]
    secret: Maybe[str]
    at: Span
    namespace: str = ""
    complete: bool = True
