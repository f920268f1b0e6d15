"""Ties workloads to what they connect to, by the hosts and URLs in their environment."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.joins.engine_settings import words_of
from infraaudit.joins.poolers import hosts_of, pool_size_of, settings_of
from infraaudit.joins.redelivery import redelivery_of
from infraaudit.model import (
    Absent,
    ConnectionPool,
    Container,
    Datastore,
    Edge,
    EdgeKind,
    EnvironmentVariable,
    Image,
    Known,
    Pooler,
    Service,
    Unknown,
    Workload,
    known_value,
    parse_image_reference,
)
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.facts import Row
    from infraaudit.joins.poolers import Settings
    from infraaudit.model import Estate, Maybe, PythonPackage
    from infraaudit.source.span import Span

_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9]*)(?:\+(?P<driver>[\w-]+))?(?:\+srv)?://(?:[^@/\s]*@)?(?P<hosts>[^/?\s]+)")
_HOST_NAME = re.compile(
    r"(^|_|DB|PG|SQL|REDIS|MONGO|RABBITMQ|ELASTIC|MEMCACHED|KAFKA|SMTP)"
    r"(HOST|HOSTNAME|SERVER|ADDR|ADDRESS|URL|URI|DSN|ENDPOINT|BROKER|BACKEND|UPSTREAM)S?(_|$)"
)
"""Names of variables that hold a host: by a word of their own, or grown together with what the host is, as PGHOST."""
_HOST = re.compile(r"(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)(?::(?P<port>\d{1,5}))?(?:/\d*)?")
_AWS_HOST = re.compile(r"(?P<identifier>[\w-]+)\.(?:[\w-]+\.)*(?:rds|cache|docdb)\.amazonaws\.com")
_PROXY = ".proxy-"
"""What stands in the host of a proxy of RDS behind its name, and in that of no database."""
_PURPOSES = (("broker", "BROKER"), ("session", "SESSION"), ("cache", "CACHE"), ("result", "RESULT"))
_POOL_SIZE = re.compile(r"(DB|DATABASE|SQLALCHEMY|PG|POSTGRES).*(POOL_SIZE|POOL_MAX|MAX_CONNECTIONS)$")
_OVERFLOW = re.compile(r"(DB|DATABASE|SQLALCHEMY|PG|POSTGRES).*MAX_OVERFLOW$")
_RELATIONAL = frozenset({"postgres", "mysql", "mariadb"})
_POOLED = "postgres"
_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_CONNECTOR = re.compile(r"(?:^|/)(?:cloud-sql-proxy|gce-proxy)$")
_INSTANCE = re.compile(r"(?<![\w:-])[a-z][a-z0-9-]+:[a-z0-9-]+:(?P<instance>[a-z][a-z0-9-]*)")
"""The name by which the connector of Cloud SQL calls an instance: project, region and name."""
_BY_VARIABLE = "the pool size in the environment"


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a variable points: a host with a port, and what the URL's scheme says of the protocol."""

    host: str
    port: int | None
    scheme: str = ""
    driver: str = ""


def join_connections(estate: Estate) -> Estate:
    """Add an edge for every variable that names a datastore (reads) or another workload (calls)."""
    hosts = Hosts.of(estate)
    edges = [
        edge
        for container in estate.of(Container)
        for variable in container.environment
        for edge in _edges_of(estate, hosts, container, variable)
    ]
    edges.extend(edge for container in estate.of(Container) for edge in _edges_of_pooler(estate, hosts, container))
    return estate.with_edges(replace(edge, redelivery=redelivery_of(estate, edge)) for edge in edges)


def _edges_of(estate: Estate, hosts: Hosts, container: Container, variable: EnvironmentVariable) -> Iterator[Edge]:
    workload = estate.workload_of(container)
    if isinstance(variable.value, Unknown):
        for address in variable.value.mentions:
            store = estate.beside(workload, address, Datastore) or estate.beside(workload, address, Pooler)
            if store is not None:
                yield _reading(estate, container, variable, store, None)
        return
    value = known_value(variable.value)
    for target in _targets(variable.name, value) if value else ():
        for found in hosts.of_target(container, target.host):
            if isinstance(found, Datastore | Pooler):
                yield _reading(estate, container, variable, found, target)
            elif found.key != workload.key:
                at = variable.value.at
                evidence = f"{variable.name} of {container} names {target.host}"
                port = Known(target.port, at) if target.port is not None else None
                yield Edge(EdgeKind.CALLS, workload.key, found.key, evidence, at, port=port)


def _edges_of_pooler(estate: Estate, hosts: Hosts, container: Container) -> Iterator[Edge]:
    """Yield the edges from a pooler to the databases that its own file names."""
    settings = settings_of(container)
    for host in hosts_of(settings) if settings is not None else ():
        workload = estate.workload_of(container)
        for found in hosts.behind(workload, host):
            if isinstance(found, Datastore) and settings is not None:
                evidence = f"the file of {container} names {host}"
                pool = _pool_of_pooler(settings, container.at)
                yield Edge(EdgeKind.READS, workload.key, found.key, evidence, container.at, "", pool)


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
    estate: Estate,
    container: Container,
    variable: EnvironmentVariable,
    store: Datastore | Pooler,
    target: _Target | None,
) -> Edge:
    at = variable.value.at
    host = target.host if target is not None else store.address
    evidence = f"{variable.name} of {container} names {host}"
    purpose = next((purpose for purpose, word in _PURPOSES if word in variable.name.upper()), "")
    port = Known(target.port, at) if target is not None and target.port is not None else None
    driver = bool(target is not None and target.driver)
    engine = store.engine if isinstance(store, Datastore) else _POOLED
    pool = _pool(container, variable, _library(_packages(estate, container), engine, driver=driver))
    return Edge(EdgeKind.READS, estate.workload_of(container).key, store.key, evidence, at, purpose, pool, port)


@dataclass(frozen=True, slots=True)
class _Library:
    """How a client connects: a row of the table of pools, and the dependency that told it."""

    row: Row
    package: PythonPackage | None = None

    def connections(self, threads: int) -> int:
        """Return how many connections a process opens that nothing else is said of."""
        return threads if self.row.get("a_thread") else self.row["pool_size"] + self.row["max_overflow"]


def _packages(estate: Estate, container: Container) -> tuple[PythonPackage, ...]:
    images = estate.targets(container, EdgeKind.RUNS, Image)
    return (images[0].python_packages or ()) if len(images) == 1 else ()


def _library(packages: tuple[PythonPackage, ...], engine: str, *, driver: bool) -> _Library:
    """Tell the library by which a client connects.

    A driver in the URL's scheme (``postgresql+asyncpg``) is SQLAlchemy's way of writing, and tells it. Else the
    dependencies do: of several that may open a pool, the one that opens the fewest connections is taken.
    """
    rows = table("pools")
    if driver:
        return _Library(rows["sqlalchemy"], _bringing(rows["sqlalchemy"], packages))
    found = [
        _Library(row, package)
        for row in rows.values()
        if engine in _RELATIONAL
        and engine in row.get("engines", [engine])
        and (package := _bringing(row, packages)) is not None
    ]
    pooled = [each for each in found if not each.row.get("driver")] or found
    return min(pooled, key=lambda each: each.connections(1), default=_Library(rows["one-a-thread"]))


def _bringing(row: Row, packages: tuple[PythonPackage, ...]) -> PythonPackage | None:
    """Return the dependency that brings the library of a row; what came with another package may serve that alone."""
    name, _, extra = row.get("with_extra", "").removesuffix("]").partition("[")
    names = row.get("packages", [])
    return next(
        (
            each
            for each in packages
            if each.direct and (each.name in names or (each.name == name and extra in each.extras))
        ),
        None,
    )


def _pool(container: Container, variable: EnvironmentVariable, library: _Library) -> ConnectionPool:
    """Tell how many connections a process opens: what variables state, else what the library does by default."""
    pooler = settings_of(container)
    if pooler is not None:
        return _pool_of_pooler(pooler, variable.value.at)
    row, package = library.row, library.package
    size, overflow = _stated(container, _POOL_SIZE), _stated(container, _OVERFLOW)
    doubt = next((each for each in (size, overflow) if isinstance(each, Unknown)), None)
    least, name = _one_a_thread(container), row["title"]
    beyond = overflow.value if isinstance(overflow, Known) else 0
    by_default = row["max_overflow"] if isinstance(overflow, Absent) else 0
    pooled = not row.get("a_thread") and doubt is None
    expected = row["pool_size"] + beyond + by_default if pooled else least
    if isinstance(size, Known):
        least, expected, name = size.value + beyond, size.value + beyond + by_default, _BY_VARIABLE
    pool = ConnectionPool(least, expected, name, row.words, variable.value.at, container.address, doubt)
    return replace(pool, package=package.name, package_at=package.at) if package is not None else pool


def _pool_of_pooler(settings: Settings, at: Span) -> ConnectionPool:
    """Tell how many connections a pooler opens, whatever its clients do: its pool for each pair."""
    size, pairs = pool_size_of(settings), max(len(settings.databases), 1)
    doubt = size if isinstance(size, Unknown) else None
    expected = size.value * pairs if isinstance(size, Known) else 1
    least = expected if isinstance(size, Known) and size.stated else 1
    return ConnectionPool(
        least, expected, settings.program, settings.row.words, at, settings.container.address, doubt, whole_copy=True
    )


def _one_a_thread(container: Container) -> int:
    process = container.process
    if process is None or process.asynchronous or process.threads is None:
        return 1
    return known_value(process.threads) or 1


def _stated(container: Container, pattern: re.Pattern[str]) -> Maybe[int]:
    """Return the number in the variable that wins among those whose names match."""
    for variable in reversed(container.environment):
        if pattern.search(variable.name.upper()):
            value = variable.value
            if not isinstance(value, Known):
                return value if isinstance(value, Absent) else Unknown(value.why, value.at)
            number = as_integer(value.value)
            return Unknown(f"{variable.name} is not a whole number", value.at) if number is None else value.map(int)
    return Absent(container.at)


@dataclass(frozen=True, slots=True)
class Hosts:
    """Which names mean which entity, for each deployment."""

    estate: Estate
    by_identifier: dict[str, Datastore]
    proxies: dict[str, Pooler]

    @staticmethod
    def of(estate: Estate) -> Hosts:
        """Return the names of an estate; one that several stores share means none of them."""
        identifiers: dict[str, list[Datastore]] = {}
        for store in estate.of(Datastore):
            for identifier in store.identifiers:
                identifiers.setdefault(identifier, []).append(store)
        proxies = {name: pooler for pooler in estate.of(Pooler) for name in pooler.identifiers}
        return Hosts(estate, {name: stores[0] for name, stores in identifiers.items() if len(stores) == 1}, proxies)

    def of_target(self, container: Container, host: str) -> tuple[Datastore | Pooler | Workload, ...]:
        """Return what answers under a name that a container uses, its own machine being that of its sidecars."""
        client = self.estate.workload_of(container)
        return tuple(self._beside(client, container)) if host in _OWN_MACHINE else self.behind(client, host)

    def behind(self, client: Workload, host: str) -> tuple[Datastore | Pooler | Workload, ...]:
        """Return what answers under a name that a client uses: stores and poolers before the workloads with them."""
        managed = _AWS_HOST.fullmatch(host)
        if managed is not None:
            names: Mapping[str, Datastore | Pooler] = self.proxies if _PROXY in host else self.by_identifier
            found = names.get(managed["identifier"])
            return (found,) if found is not None else ()
        return tuple(each for workload in self._workloads(client, host) for each in self._store_or(workload))

    def _beside(self, client: Workload, container: Container) -> Iterator[Datastore | Pooler]:
        """Yield what a sidecar leads to: a pooler, or the instance that a connector of Cloud SQL names.

        The connector pools nothing, so the connections of its clients are connections of the server.
        """
        for pooler in self.estate.targets(client, EdgeKind.RUNS, Pooler):
            if not pooler.address.startswith(f"{container.address}#"):
                yield pooler
        for other in client.containers:
            image = known_value(other.image)
            if image is not None and _CONNECTOR.search(parse_image_reference(image).repository):
                for match in _INSTANCE.finditer(words_of(other) or ""):
                    store = self.by_identifier.get(match["instance"])
                    if store is not None:
                        yield store

    def _workloads(self, client: Workload, host: str) -> tuple[Workload, ...]:
        same_project = self.estate.beside(client, f"service {host}", Workload)
        if same_project is not None:
            return (same_project,)
        name, _, rest = host.partition(".")
        namespace = rest.partition(".")[0] or client.namespace
        service = self.estate.beside(client, f"Service/{namespace}/{name}", Service)
        return self.estate.targets(service, EdgeKind.EXPOSES, Workload) if service is not None else ()

    def _store_or(self, workload: Workload) -> tuple[Datastore | Pooler | Workload, ...]:
        stores = self.estate.targets(workload, EdgeKind.RUNS, Datastore)
        poolers = self.estate.targets(workload, EdgeKind.RUNS, Pooler) if not stores else ()
        return stores or (*poolers, workload)
