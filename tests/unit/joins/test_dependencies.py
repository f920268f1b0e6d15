"""What containers are told to connect to, and whether something answers under the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infraaudit.joins.dependencies import join_dependencies
from infraaudit.model import COMPOSE, KUBERNETES, Absent, Container, Dependency, Estate, HostKind, Known, Service
from tests.builders import DEPLOYMENT, HERE, a_container, a_workload, known, unknown, variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Entity, Maybe, Platform

ELSEWHERE, NEIGHBOUR, NAMESPACED, LOOPBACK = (
    HostKind.ELSEWHERE,
    HostKind.NEIGHBOUR,
    HostKind.NAMESPACED,
    HostKind.LOOPBACK,
)


def a_service(name: str, namespace: str = "shop") -> Service:
    return Service(
        address=f"Service/{namespace}/{name}",
        kind="Service",
        name=name,
        at=HERE,
        deployment=DEPLOYMENT,
        namespace=namespace,
    )


def found(
    values: Mapping[str, str | Maybe[str]],
    *others: Entity,
    platform: Platform = KUBERNETES,
    **fields: Any,  # noqa: ANN401 - any field of the class
) -> tuple[Dependency, ...]:
    container = a_container(environment=variables(values))
    workload = a_workload(container, platform=platform, namespace="shop", **fields)
    estate = join_dependencies(Estate.of_parts((workload, *others)))
    (joined,) = [each for each in estate.of(Container) if each.address == container.address]
    return joined.dependencies


def one(values: Mapping[str, str | Maybe[str]], *others: Entity) -> Dependency:
    (dependency,) = found(values, *others)
    return dependency


def port_of(dependency: Dependency) -> object:
    return dependency.port.value if isinstance(dependency.port, Known) else type(dependency.port).__name__


@pytest.mark.parametrize(
    ("value", "scheme", "host", "port"),
    [
        ("postgres://app:pw@db:6000/shop?sslmode=require", "postgres", "db", 6000),
        ("postgresql+asyncpg://app@db/shop", "postgresql", "db", 5432),
        ("redis://cache", "redis", "cache", 6379),
        ("jdbc:mysql://db:3307/shop", "mysql", "db", 3307),
        ("http://api/v1", "http", "api", 80),
        ("https://api:8443", "https", "api", 8443),
    ],
)
def test_a_url_names_host_and_port_whatever_its_variable_is_called(
    value: str, scheme: str, host: str, port: int
) -> None:
    dependency = one({"ANYTHING": value})
    assert (dependency.scheme, dependency.host, port_of(dependency), dependency.sure) == (scheme, host, port, True)


def test_the_port_of_a_scheme_is_a_default_with_its_fact() -> None:
    port = one({"CACHE": "redis://cache"}).port
    assert isinstance(port, Known)
    assert not port.stated
    assert port.fact


def test_a_scheme_that_nobody_knows_is_not_surely_an_address() -> None:
    dependency = one({"MODE": "custom://thing"})
    assert (dependency.sure, port_of(dependency)) == (False, "Absent")


@pytest.mark.parametrize(
    ("name", "value", "host", "port"),
    [
        ("REDIS_HOST", "cache", "cache", "Absent"),
        ("CATALOG_SERVICE_ADDR", "catalog:3550", "catalog", 3550),
        ("db_address", "db.shop.svc.cluster.local", "db.shop.svc.cluster.local", "Absent"),
    ],
)
def test_a_name_that_speaks_of_another_host_is_believed(name: str, value: str, host: str, port: object) -> None:
    dependency = one({name: value})
    assert (dependency.host, port_of(dependency), dependency.sure) == (host, port, True)


def test_the_port_may_stand_in_a_variable_beside_the_host() -> None:
    assert port_of(one({"DB_HOST": "db", "DB_PORT": "6432"})) == 6432
    assert port_of(one({"DB_SERVICE_HOST": "db", "DB_SERVICE_PORT": "6432"})) == 6432
    assert port_of(one({"DB_HOST": "db", "OTHER_PORT": "6432"})) == "Absent"
    assert port_of(one({"DB_HOST": "db", "DB_PORT": unknown()})) == "Unknown"
    assert port_of(one({"DB_HOST": "db", "DB_PORT": "tcp"})) == "Absent"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTEN_HOST", "web"),
        ("SERVER_ADDRESS", "web:80"),
        ("PUBLIC_HOST", "shop.example.com"),
        ("POD_HOST", "web"),
        ("GREETING", "hello"),
        ("DB_HOST", "two words"),
        ("DB_HOST", "$(OTHER)"),
        ("DATABASE_URL", "postgres://${USER}@db/shop"),
        ("DB_HOST", "{{ .Values.host }}"),
        ("DB_HOST", ""),
    ],
)
def test_what_a_container_says_of_itself_or_leaves_open_is_no_dependency(name: str, value: str) -> None:
    assert found({name: value}) == ()


def test_an_unknown_value_names_nothing() -> None:
    assert found({"DB_HOST": unknown()}) == ()


def test_a_name_of_the_own_namespace_is_a_neighbour_and_finds_its_service() -> None:
    dependency = one({"DB_HOST": "db"}, a_service("db"), a_service("db", "other"))
    assert (dependency.kind, dependency.namespace, dependency.provider) == (NEIGHBOUR, "shop", "Service/shop/db")


def test_a_neighbour_that_is_not_there_has_no_provider() -> None:
    dependency = one({"DB_HOST": "db"}, a_service("db", "other"))
    assert (dependency.kind, dependency.namespace, dependency.provider) == (NEIGHBOUR, "shop", "")


@pytest.mark.parametrize(
    "host", ["db.other", "db.other.svc", "db.other.svc.cluster.local", "db.other.svc.cluster.local."]
)
def test_a_name_with_a_namespace_is_looked_for_there(host: str) -> None:
    dependency = one({"DB_URL": f"postgres://{host}/shop"}, a_service("db", "other"))
    assert (dependency.kind, dependency.namespace, dependency.provider) == (NAMESPACED, "other", "Service/other/db")


def test_a_namespace_with_no_service_here_is_believed_only_when_the_name_says_so() -> None:
    assert one({"DB_HOST": "db.other"}).kind is ELSEWHERE
    dependency = one({"DB_HOST": "db.other.svc"})
    assert (dependency.kind, dependency.provider) == (NAMESPACED, "")


def test_the_name_of_a_pod_behind_a_service_is_not_judged() -> None:
    assert one({"DB_HOST": "db-0.db"}, a_service("db")).kind is ELSEWHERE


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3"])
def test_the_loopback_is_the_container_itself(host: str) -> None:
    assert one({"DB_HOST": host}).kind is LOOPBACK


@pytest.mark.parametrize("host", ["10.0.0.7", "db.example.com", "host.docker.internal"])
def test_other_names_are_looked_after_by_others(host: str) -> None:
    assert one({"DB_HOST": host}, a_service("db")).kind is ELSEWHERE


def test_a_name_of_the_hosts_file_is_looked_after_there() -> None:
    (dependency,) = found({"DB_HOST": "db"}, a_service("db"), known_hosts=("db",))
    assert (dependency.kind, dependency.provider) == (ELSEWHERE, "")


def test_in_a_project_services_and_their_aliases_answer() -> None:
    other = a_workload(
        a_container("db", address="service db/container", workload="service db"), address="service db", name="db"
    )
    aliased = a_workload(
        a_container("cache", address="service cache/container", workload="service cache"),
        address="service cache",
        name="cache",
        aliases=("redis",),
    )
    values = {"DB_HOST": "db", "REDIS_HOST": "redis", "MAIL_HOST": "mail", "API_HOST": "api.example.com"}
    dependencies = found(values, other, aliased, platform=COMPOSE)
    assert [(each.host, each.kind, each.provider) for each in dependencies] == [
        ("db", NEIGHBOUR, "service db"),
        ("redis", NEIGHBOUR, "service cache"),
        ("mail", NEIGHBOUR, ""),
        ("api.example.com", ELSEWHERE, ""),
    ]


def test_a_dependency_stands_where_its_value_was_written() -> None:
    dependency = one({"DB_HOST": known("db")})
    assert dependency.at == HERE
    assert isinstance(dependency.port, Absent)
    assert dependency.variable == "DB_HOST"
