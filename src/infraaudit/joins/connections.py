"""Ties workloads to what they connect to, by the hosts and URLs in their environment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import (
    ConnectionPool,
    Container,
    Datastore,
    Edge,
    EdgeKind,
    EnvironmentVariable,
    Known,
    Service,
    Unknown,
    Workload,
    known_value,
)
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate

_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9]*)(?:\+(?P<driver>[\w-]+))?(?:\+srv)?://(?:[^@/\s]*@)?(?P<hosts>[^/?\s]+)")
_HOST_NAME = re.compile(r"(^|_)(HOST|HOSTNAME|SERVER|ADDR|ADDRESS|URL|URI|DSN|ENDPOINT|BROKER|BACKEND|UPSTREAM)S?(_|$)")
_HOST = re.compile(r"(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)(?::(?P<port>\d{1,5}))?(?:/\d*)?")
_AWS_HOST = re.compile(r"(?P<identifier>[\w-]+)\.(?:[\w-]+\.)*(?:rds|cache|docdb)\.amazonaws\.com")
_PURPOSES = (("broker", "BROKER"), ("session", "SESSION"), ("cache", "CACHE"), ("result", "RESULT"))
_POOL_SIZE = re.compile(r"(DB|DATABASE|SQLALCHEMY|PG|POSTGRES).*(POOL_SIZE|POOL_MAX|MAX_CONNECTIONS)$")
_OVERFLOW = re.compile(r"(DB|DATABASE|SQLALCHEMY|PG|POSTGRES).*MAX_OVERFLOW$")


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a variable points: a host with a port, and what the URL's scheme says of the protocol."""

    host: str
    port: int | None
    scheme: str = ""
    driver: str = ""


def join_connections(estate: Estate) -> Estate:
    """Add an edge for every variable that names a datastore (reads) or another workload (calls)."""
    hosts = _Hosts.of(estate)
    edges = [
        edge
        for container in estate.of(Container)
        for variable in container.environment
        for edge in _edges_of(estate, hosts, container, variable)
    ]
    return estate.with_edges(edges)


def _edges_of(estate: Estate, hosts: _Hosts, container: Container, variable: EnvironmentVariable) -> Iterator[Edge]:
    workload = estate.workload_of(container)
    if isinstance(variable.value, Unknown):
        for address in variable.value.mentions:
            store = estate.beside(workload, address, Datastore)
            if store is not None:
                yield _reading(container, workload, variable, store, None)
        return
    value = known_value(variable.value)
    for target in _targets(variable.name, value) if value else ():
        for found in hosts.behind(workload, target.host):
            if isinstance(found, Datastore):
                yield _reading(container, workload, variable, found, target)
            elif found.key != workload.key:
                at = variable.value.at
                evidence = f"{variable.name} of {container} names {target.host}"
                port = Known(target.port, at) if target.port is not None else None
                yield Edge(EdgeKind.CALLS, workload.key, found.key, evidence, at, port=port)


def _targets(name: str, value: str) -> Iterator[_Target]:
    """Yield the hosts that a value names: those of URLs anywhere in it, or the value itself under a telling name."""
    urls = list(_URL.finditer(value))
    for url in urls:
        for host in url["hosts"].split(","):
            match = _HOST.fullmatch(host)
            if match is not None:
                yield _Target(match["host"], as_integer(match["port"]), url["scheme"], url["driver"] or "")
    if not urls and _HOST_NAME.search(name.upper()):
        for part in value.split(","):
            match = _HOST.fullmatch(part.strip())
            if match is not None:
                yield _Target(match["host"], as_integer(match["port"]))


def _reading(
    container: Container, workload: Workload, variable: EnvironmentVariable, store: Datastore, target: _Target | None
) -> Edge:
    at = variable.value.at
    host = target.host if target is not None else store.address
    evidence = f"{variable.name} of {container} names {host}"
    purpose = next((purpose for purpose, word in _PURPOSES if word in variable.name.upper()), "")
    port = Known(target.port, at) if target is not None and target.port is not None else None
    pool = _pool(container, variable, target.driver if target is not None else "")
    return Edge(EdgeKind.READS, workload.key, store.key, evidence, at, purpose, pool, port)


def _pool(container: Container, variable: EnvironmentVariable, driver: str) -> ConnectionPool:
    """Tell how many connections a process opens: what variables state, else what the library does by default.

    A driver in the URL's scheme (``postgresql+asyncpg``) is SQLAlchemy's way of writing, and tells the library.
    """
    threads = known_value(container.process.threads) if container.process and container.process.threads else None
    least = 1 if container.process and container.process.asynchronous else threads or 1
    size, overflow = _stated(container, _POOL_SIZE), _stated(container, _OVERFLOW)
    library = table("pools")["sqlalchemy" if driver else "one-a-thread"]
    if size is not None:
        most = size + (overflow if overflow is not None else library["max_overflow"])
        certain = most if overflow is not None or not library["max_overflow"] else size
        return ConnectionPool(certain, most, "the pool size in the environment", library.words, variable.value.at)
    if driver:
        expected = library["pool_size"] + library["max_overflow"]
        return ConnectionPool(least, expected, library["title"], library.words, variable.value.at)
    return ConnectionPool(least, least, library["title"], library.words, variable.value.at)


def _stated(container: Container, pattern: re.Pattern[str]) -> int | None:
    for variable in container.environment:
        if pattern.search(variable.name.upper()):
            return as_integer(known_value(variable.value))
    return None


@dataclass(frozen=True, slots=True)
class _Hosts:
    """Which names mean which entity, for each deployment."""

    estate: Estate
    by_identifier: dict[str, Datastore]

    @staticmethod
    def of(estate: Estate) -> _Hosts:
        identifiers: dict[str, list[Datastore]] = {}
        for store in estate.of(Datastore):
            for identifier in store.identifiers:
                identifiers.setdefault(identifier, []).append(store)
        return _Hosts(estate, {name: stores[0] for name, stores in identifiers.items() if len(stores) == 1})

    def behind(self, client: Workload, host: str) -> tuple[Datastore | Workload, ...]:
        """Return what answers under a name that a client uses, datastores before the workloads that carry them."""
        managed = _AWS_HOST.fullmatch(host)
        if managed is not None:
            store = self.by_identifier.get(managed["identifier"])
            return (store,) if store is not None else ()
        return tuple(each for workload in self._workloads(client, host) for each in self._store_or(workload))

    def _workloads(self, client: Workload, host: str) -> tuple[Workload, ...]:
        same_project = self.estate.beside(client, f"service {host}", Workload)
        if same_project is not None:
            return (same_project,)
        name, _, rest = host.partition(".")
        namespace = rest.partition(".")[0] or client.namespace
        service = self.estate.beside(client, f"Service/{namespace}/{name}", Service)
        return self.estate.targets(service, EdgeKind.EXPOSES, Workload) if service is not None else ()

    def _store_or(self, workload: Workload) -> tuple[Datastore | Workload, ...]:
        stores = self.estate.targets(workload, EdgeKind.RUNS, Datastore)
        return stores or (workload,)
