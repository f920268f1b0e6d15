"""What is known of an image by its repository and tag."""

from __future__ import annotations

import posixpath
import re

import pytest

from infraaudit.facts import table
from infraaudit.facts.images import ImageFacts, image_facts
from infraaudit.model import DataClass, Server, ShellKind

OLD, NEW = "/var/lib/postgresql/data", "/var/lib/postgresql/18/docker"


def facts(repository: str, tag: str | None = None) -> ImageFacts:
    found = image_facts(repository, tag)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("repository", "tag", "directories"),
    [
        ("postgres", "16-alpine", (OLD,)),
        ("postgres", "17.2", (OLD,)),
        ("postgres", "18", (NEW,)),
        ("postgres", "19-bookworm", ("/var/lib/postgresql/19/docker",)),
        ("postgres", "latest", (OLD, NEW)),
        ("postgres", None, (OLD, NEW)),
        ("postgres", "alpine", (OLD, NEW)),
        ("pgvector/pgvector", "0.8.0-pg18", (NEW,)),
        ("pgvector/pgvector", "pg16", (OLD,)),
        ("timescale/timescaledb", "2.17.2-pg17", (OLD,)),
        ("postgis/postgis", "17-3.5", (OLD,)),
        ("bitnami/postgresql", "16", ("/bitnami/postgresql",)),
        ("influxdb", "2.7", ("/var/lib/influxdb2",)),
        ("mysql", "8.4", ("/var/lib/mysql",)),
        ("mcr/mssql/server", "2022-latest", ("/var/opt/mssql",)),
        ("acme/postgres", "16", ()),
    ],
)
def test_where_the_data_lies(repository: str, tag: str | None, directories: tuple[str, ...]) -> None:
    assert facts(repository, tag).data_directories == directories


def test_volumes_are_sure_only_where_every_layout_declares_them() -> None:
    assert facts("postgres", "18").declared_volumes == ("/var/lib/postgresql",)
    assert facts("postgres", None).declared_volumes == ()
    assert facts("mongo", None).declared_volumes == ("/data/db", "/data/configdb")


@pytest.mark.parametrize(
    ("repository", "engine", "official"),
    [
        ("redis", "redis", True),
        ("library/redis", "redis", True),
        ("docker/library/redis", "redis", True),
        ("mirror/bitnami/redis", "redis", True),
        ("acme/redis", "redis", False),
        ("valkey/valkey", "redis", True),
        ("mariadb", "mysql", True),
        ("acme/api", None, None),
        ("redis-exporter", None, None),
        ("", None, None),
    ],
)
def test_which_engine_an_image_is(repository: str, engine: str | None, official: bool | None) -> None:  # noqa: FBT001 - a column of the table
    found = image_facts(repository, "7")
    assert (found.engine if found else None, found.official if found else None) == (engine, official)


def test_the_ceiling_of_connections() -> None:
    assert (facts("postgres", "16").max_connections, facts("postgres", "16").reserved_connections) == (100, 3)
    assert facts("mysql", "8").max_connections == 151
    assert facts("acme/postgres", "16").max_connections is None


@pytest.mark.parametrize("name", table("images"))
def test_every_row_uses_the_words_that_exist(name: str) -> None:
    found = facts(table("images")[name]["repositories"][0])
    assert found.shell in {kind.value for kind in ShellKind}
    assert found.entrypoint in {"", "none", "exec", "program"}
    assert found.role in {"", "datastore", "proxy", "agent", "monitoring", "tool", "builder", "socket proxy"}
    assert found.data_class in {"", *(each.value for each in DataClass)}
    assert bool(found.engine) is (found.role == "datastore")
    assert all(posixpath.isabs(path) for layout in found.layouts for path in (layout.directory, *layout.declared))


def test_no_repository_stands_in_two_rows() -> None:
    repositories = [repository for row in table("images").values() for repository in row["repositories"]]
    assert len(repositories) == len(set(repositories))
    assert all(repository == repository.lower() for repository in repositories)


def test_the_servers_are_those_of_the_model() -> None:
    named = {row["server"] for row in table("servers").values()}
    assert named == {server.value for server in Server}


def test_the_tags_of_shells_are_patterns() -> None:
    for name, row in table("shells").items():
        assert ShellKind(name)
        re.compile(row["tags"])


@pytest.mark.parametrize(
    ("repository", "tag", "user", "ports"),
    [
        ("library/postgres", "17", "root", (5432,)),
        ("nginx", "1.29-alpine", "root", (80,)),
        ("nginxinc/nginx-unprivileged", "1.29", "101", (8080,)),
        ("memcached", None, "memcache", (11211,)),
        ("mariadb", "11-ubi9", "", (3306,)),
        ("acme/postgres", "17", "", ()),
        ("golang", "1.26-nanoserver", "", ()),
    ],
)
def test_as_whom_an_image_starts_and_what_it_exposes(
    repository: str, tag: str | None, user: str, ports: tuple[int, ...]
) -> None:
    facts = image_facts(repository, tag)
    assert facts is not None
    assert (facts.user, facts.exposes) == (user, ports)
