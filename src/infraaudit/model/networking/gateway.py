"""What stands at the door: load balancers, ingresses and the ports they open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.deployment.configuration import Referring
from infraaudit.model.facet import Faceted
from infraaudit.model.location import Placed

if TYPE_CHECKING:
    from infraaudit.model.deployment.configuration import ObjectReference
    from infraaudit.model.facet import Facet
    from infraaudit.model.labels import Labels
    from infraaudit.model.location import Location
    from infraaudit.model.networking.certificate import IssuerName, TlsBinding
    from infraaudit.model.networking.listener import Listener
    from infraaudit.model.networking.traffic import Retries
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Route:
    """A way from a gateway to what answers: its address in the same deployment, and its port as a number or name.

    ``service`` is the address of a service, of a function or workload itself, or of another gateway behind this one.

    ``timeout`` is how long a whole request may take and ``backend_timeout`` how long one try of it, in milliseconds;
    ``retries`` how often it is tried again. ``weight`` is its share among the ways of the same rule.
    ``method`` is the method of the requests, empty for all. ``authorization`` is what the gateway itself asks of them
    in the platform's word (``jwt``, ``iam``, ``custom``, ``key`` ...), absent where it asks nothing, and ``None`` where
    that is no matter of a way. ``vouched`` is whether a header goes along by which the backend can tell that a request
    came this way, ``None`` where that is not read. ``throttle`` is how many requests a second it takes, absent where
    the bounds of the whole gateway hold, and ``None`` where that is no matter of a way.
    """

    service: Value[str]
    port: Maybe[str]
    at: Span
    host: str = ""
    path: str = ""
    timeout: Maybe[int] | None = None
    backend_timeout: Maybe[int] | None = None
    retries: Maybe[Retries] | None = None
    weight: Maybe[int] | None = None
    method: str = ""
    authorization: Maybe[str] | None = None
    vouched: Value[bool] | None = None
    throttle: Maybe[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Placed, Referring, Faceted):
    """A proxy before services.

    ``proxy`` names the program or service as the facts table of proxy hops does (``alb``, ``ingress-nginx`` ...),
    unknown where the class of an ingress cannot be told. ``idle_timeout`` is how long it keeps an unused connection
    to its upstream, in seconds; absent where it keeps none. ``retries`` says which requests it tries again when such a
    connection turns out to be closed: ``none``, ``idempotent`` or ``every``; empty where that is not known.
    ``response_limit`` is how long it waits for an answer, in seconds; absent where nothing ends that, and ``None``
    where it is not known.
    ``location`` is where it stands itself, where that is chosen. ``crosses_zones`` is whether it hands requests to
    targets in other zones than the one in which they came in.
    ``tls`` are the certificates of its doors, and ``issuer`` who is asked by annotation to make those that are missing.
    ``listeners`` are its doors. ``throttle`` is how many requests a second it takes from all clients together, absent
    where only the bounds of the account hold. ``firewalls_complete`` is false where some of its rule groups cannot be
    told. ``web_firewall`` is the address or literal name of the rules for web requests before it, absent where there
    are none. ``certificates_in`` is the region in which the certificates of its doors have to be kept. ``odd_headers``
    is whether it hands on headers that are none, and ``smuggling`` the platform's word for what it does with requests
    of which it is not clear where they end. ``strict_transport`` is whether it tells browsers to come back encrypted
    only. Each is ``None`` where it is no matter of it. ``asks`` are the functions that it asks who sends a request, by
    address or literal name. ``identifiers`` are its literal names.
    ``annotations`` are those of its object, as the proxy reads them. ``routes_of`` is the address of the workload whose
    routes it is, where the proxy runs in a container and its routes are told by labels of others.
    """

    namespace: str = ""
    proxy: Maybe[str]
    public: Value[bool]
    idle_timeout: Maybe[int]
    retries: str = ""
    response_limit: Maybe[int] | None = None
    routes: tuple[Route, ...] = ()
    firewalls: tuple[str, ...] = ()
    firewalls_complete: bool = True
    location: Location | None = None
    crosses_zones: Value[bool] | None = None
    tls: tuple[TlsBinding, ...] = ()
    tls_complete: bool = True
    issuer: Maybe[IssuerName] | None = None
    annotations: Labels = ()
    routes_of: str = ""
    references: tuple[ObjectReference, ...] = ()
    facets: tuple[Facet, ...] = ()
    listeners: tuple[Listener, ...] = ()
    listeners_complete: bool = True
    throttle: Maybe[int] | None = None
    web_firewall: Maybe[str] | None = None
    certificates_in: Maybe[str] | None = None
    odd_headers: Value[bool] | None = None
    smuggling: Value[str] | None = None
    strict_transport: Value[bool] | None = None
    asks: tuple[Value[str], ...] = ()
    identifiers: tuple[str, ...] = ()
