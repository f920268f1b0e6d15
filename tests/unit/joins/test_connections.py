"""Tests of the pools: how many connections a process opens, by what is stated and what the library does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.joins.connections import join_connections
from infraaudit.model import DataClass, Datastore, Edge, EdgeKind, Estate, Known, Process, PythonPackage, Server
from tests.builders import HERE, a_container, a_workload, an_image, unknown, variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import ConnectionPool, Maybe

PLAIN, ASYNC = "postgresql://db/shop", "postgresql+asyncpg://db/shop"


def _package(written: str) -> PythonPackage:
    name, _, extra = written.removeprefix("via ").removesuffix("]").partition("[")
    return PythonPackage(name, "", HERE, (extra,) if extra else (), direct=not written.startswith("via "))


def pool(
    values: Mapping[str, str | Maybe[str]],
    process: Process | None = None,
    packages: list[str] | None = None,
    engine: str = "postgres",
) -> ConnectionPool:
    image = an_image(python_packages=tuple(map(_package, packages)) if packages is not None else None)
    client = a_workload(a_container("web", environment=variables(values), process=process))
    server = a_workload(a_container("db"))
    store = Datastore(
        address="service db#postgres",
        kind="service",
        name="db",
        at=HERE,
        deployment=server.deployment,
        engine=engine,
        managed=False,
        data_class=DataClass.PRIMARY,
    )
    runs = Edge(EdgeKind.RUNS, server.key, store.key, "its image", HERE)
    built = Edge(EdgeKind.RUNS, client.containers[0].key, image.key, "its build", HERE)
    estate = Estate.of_parts((client, server, store, image), [runs, built])
    (edge,) = join_connections(estate).edges_to(store, EdgeKind.READS)
    assert edge.pool is not None
    return edge.pool


@pytest.mark.parametrize(
    ("values", "least", "expected"),
    [
        ({"DATABASE_URL": PLAIN}, 1, 1),
        ({"DATABASE_URL": ASYNC}, 1, 15),
        ({"DATABASE_URL": ASYNC, "DB_POOL_SIZE": "3"}, 3, 13),
        ({"DATABASE_URL": ASYNC, "DB_POOL_SIZE": "3", "DB_MAX_OVERFLOW": "0"}, 3, 3),
        ({"DATABASE_URL": ASYNC, "DB_MAX_OVERFLOW": "2"}, 1, 7),
        ({"DATABASE_URL": PLAIN, "SQLALCHEMY_POOL_SIZE": "8"}, 8, 8),
    ],
)
def test_a_pool_is_as_large_as_stated_and_else_as_the_library_makes_it(
    values: dict[str, str | Maybe[str]], least: int, expected: int
) -> None:
    found = pool(values)
    assert (found.least, found.expected, found.doubt) == (least, expected, None)


def test_a_client_without_a_pool_opens_one_connection_a_thread() -> None:
    process = Process(Server.GUNICORN, HERE, threads=Known(6, HERE))
    assert (pool({"DB_HOST": "db"}, process).least, pool({"DB_HOST": "db"}, process).expected) == (6, 6)


@pytest.mark.parametrize("size", [unknown(), Known("many", HERE)])
def test_a_stated_size_that_cannot_be_told_takes_the_place_of_the_default(size: Maybe[str]) -> None:
    found = pool({"DATABASE_URL": ASYNC, "DB_POOL_SIZE": size})
    assert (found.least, found.expected) == (1, 1)
    assert found.doubt is not None


def test_a_pool_names_the_container_that_opens_it() -> None:
    assert pool({"DB_HOST": "db"}).container == "service web/container"


@pytest.mark.parametrize(
    ("packages", "url", "expected", "library"),
    [
        (["sqlalchemy", "psycopg2-binary"], PLAIN, 15, "SQLAlchemy QueuePool"),
        (["sqlmodel", "psycopg[binary]"], PLAIN, 15, "SQLAlchemy QueuePool"),
        (["asyncpg"], PLAIN, 10, "the pool of asyncpg"),
        (["psycopg-pool"], PLAIN, 4, "psycopg_pool"),
        (["psycopg[pool]"], PLAIN, 4, "psycopg_pool"),
        (["psycopg"], PLAIN, 1, "a driver without a pool"),
        (["django", "psycopg[pool]"], PLAIN, 1, "Django without a pool"),
        (["django", "sqlalchemy"], PLAIN, 1, "Django without a pool"),
        (["sqlalchemy", "asyncpg"], PLAIN, 10, "the pool of asyncpg"),
        (["sqlalchemy", "asyncpg"], ASYNC, 15, "SQLAlchemy QueuePool"),
        (["django"], ASYNC, 15, "SQLAlchemy QueuePool"),
        (["flask"], PLAIN, 1, "one connection a thread"),
        (["via sqlalchemy"], PLAIN, 1, "one connection a thread"),
        ([], PLAIN, 1, "one connection a thread"),
    ],
)
def test_the_dependencies_of_the_image_tell_the_library(
    packages: list[str], url: str, expected: int, library: str
) -> None:
    found = pool({"DATABASE_URL": url}, packages=packages)
    assert (found.expected, found.client) == (expected, library)


def test_the_place_of_the_dependency_is_evidence() -> None:
    found = pool({"DATABASE_URL": PLAIN}, packages=["sqlalchemy"])
    assert (found.package, found.package_at) == ("sqlalchemy", HERE)
    assert pool({"DATABASE_URL": PLAIN}).package_at is None


def test_a_pool_of_a_database_says_nothing_of_a_cache() -> None:
    found = pool({"DATABASE_URL": PLAIN}, packages=["sqlalchemy"], engine="redis")
    assert (found.expected, found.package) == (1, "")


@pytest.mark.parametrize("name", ["DB_HOST", "PGHOST", "APP_DBHOST", "MYSQLHOST", "DB_SERVERS"])
def test_a_variable_that_is_named_for_a_host_leads_to_the_store(name: str) -> None:
    assert pool({name: "db"}).container == "service web/container"


@pytest.mark.parametrize("name", ["GHOST", "THE_GHOST", "CURL", "MODE"])
def test_a_word_that_only_ends_alike_leads_nowhere(name: str) -> None:
    client = a_workload(a_container("web", environment=variables({name: "db"})))
    estate = Estate.of_parts((client, a_workload(a_container("db"))))
    assert join_connections(estate).edges == ()
