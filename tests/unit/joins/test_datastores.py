"""Tests of the stores in containers: which there are, and whether their data outlives the container."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import read
from infraaudit.joins import join
from infraaudit.model import DataClass, Datastore, Estate, Known, StorageKind, Unknown
from infraaudit.source.file import find_files
from tests.builders import a_command, a_container, a_workload, known

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Container


def _store(folder: Path, service: str) -> Datastore:
    indented = "\n".join(f"    {line}" for line in service.splitlines())
    (folder / "compose.yaml").write_text(f"services:\n  store:\n{indented}\nvolumes:\n  data:\n", encoding="utf-8")
    reading = read(find_files(folder), date(2026, 8, 1))
    (store,) = join(Estate.of_parts(reading.entities, reading.edges)).of(Datastore)
    return store


def _kind(store: Datastore) -> StorageKind | str:
    assert store.storage is not None
    kind = store.storage.kind
    return kind.value if isinstance(kind, Known) else kind.why


@pytest.mark.parametrize(
    ("service", "kind"),
    [
        ("image: mysql:8.4\nvolumes: [data:/var/lib/mysql]", StorageKind.COVERED),
        ("image: mysql:8.4\nvolumes: [data:/var/lib]", StorageKind.MISSED),
        ("image: mysql:8.4\nvolumes: [/var/lib/mysql]", StorageKind.UNCOVERED),
        ("image: mysql:8.4\nvolumes: [./conf:/etc/mysql/conf.d, data:/var/log/mysql]", StorageKind.UNCOVERED),
        ("image: redis:7\nvolumes: [data:/var/lib/redis]", StorageKind.MISSED),
        ("image: mongo:7\nvolumes: [data:/data]", StorageKind.MISSED),
        ("image: postgres\nvolumes: [data:/data]", StorageKind.MISSED),
    ],
)
def test_the_mount_that_covers_the_directory_most_closely_decides(
    service: str, kind: StorageKind, tmp_path: Path
) -> None:
    assert _kind(_store(tmp_path, service)) is kind


@pytest.mark.parametrize(
    "service",
    [
        "image: mongo:7\ncommand: mongod --dbpath /srv/mongo\nvolumes: [data:/srv]",
        "image: mysql:8.4\ncommand: [--datadir=/srv/mysql]\nvolumes: [data:/srv]",
        "image: postgres:16\ncommand: postgres -c data_directory=/srv/pg\nvolumes: [data:/srv]",
        "image: minio/minio:latest\ncommand: server /srv/objects --address :9000\nvolumes: [data:/srv/objects]",
        "image: redis:7\ncommand: redis-server --dir /srv\nvolumes: [data:/srv]",
    ],
)
def test_an_argument_moves_the_directory(service: str, tmp_path: Path) -> None:
    assert _kind(_store(tmp_path, service)) is StorageKind.COVERED


def test_the_image_s_own_volume_under_the_moved_directory_does_not_hide_the_mount(tmp_path: Path) -> None:
    service = "image: postgres:16\nenvironment: {PGDATA: /srv/pg}\nvolumes: [data:/srv]"
    assert _kind(_store(tmp_path, service)) is StorageKind.COVERED


@pytest.mark.parametrize(
    ("service", "why"),
    [
        ("image: postgres\nvolumes: [data:/var/lib/postgresql]", "does not tell the major version"),
        ("image: acme/postgres:16", "where the image acme/postgres:16 keeps its data is not known"),
        ("image: minio/minio:latest\ncommand: server http://objects{1...4}/data", "does not tell where"),
        ("image: redis:7\ncommand: redis-server /etc/redis.conf", "reads a configuration file of its own"),
        ("image: redis:7\ncommand: ${REDIS_COMMAND}", "the arguments of service store cannot be told"),
    ],
)
def test_what_cannot_be_told_stays_unknown(service: str, why: str, tmp_path: Path) -> None:
    kind = _kind(_store(tmp_path, service))
    assert not isinstance(kind, StorageKind)
    assert why in kind


def test_a_mount_decides_where_a_configuration_file_is_read_as_well(tmp_path: Path) -> None:
    service = "image: redis:7\ncommand: redis-server /etc/redis.conf\nvolumes: [data:/data]"
    assert _kind(_store(tmp_path, service)) is StorageKind.COVERED


def test_every_generation_without_a_volume_is_named(tmp_path: Path) -> None:
    storage = _store(tmp_path, "image: postgres:alpine").storage
    assert storage is not None
    assert not isinstance(storage.kind, Unknown)
    assert storage.directory == "/var/lib/postgresql/data or /var/lib/postgresql/18/docker"


@pytest.mark.parametrize(
    ("service", "data_class"),
    [
        ("image: redis:7", DataClass.DERIVED),
        ('image: redis:7\ncommand: redis-server --save ""', DataClass.TRANSIENT),
        ('image: redis:7\ncommand: redis-server --save "" --appendonly yes', DataClass.DERIVED),
        ("image: postgres:16\ntmpfs: [/var/lib/postgresql/data]", DataClass.PRIMARY),
    ],
)
def test_the_class_of_the_data_follows_what_the_store_keeps(
    service: str, data_class: DataClass, tmp_path: Path
) -> None:
    assert _store(tmp_path, service).data_class is data_class


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("postgres:17", ("sh", "-c", "pg_dump -h db shop | gzip > /backup/shop.gz")),
        ("postgres:17", ("psql", "-h", "db", "-f", "/schema.sql")),
        ("mysql:8.4", ("mysqldump", "--all-databases", "-h", "db")),
        ("redis:7.4", ("redis-cli", "-h", "cache", "flushall")),
        ("mcr.microsoft.com/mssql/server:2022-latest", ("/opt/mssql-tools/bin/sqlcmd", "-i", "/restore.sql")),
    ],
)
def test_a_container_that_runs_a_client_program_is_no_store(image: str, words: tuple[str, ...]) -> None:
    assert not _stores(a_container(image=known(image), command=a_command(words)))


def test_a_container_that_starts_the_server_is_a_store_whatever_follows() -> None:
    assert _stores(a_container(image=known("redis:7.4"), command=a_command(("redis-server", "--appendonly", "yes"))))


def test_a_job_with_the_image_of_a_store_is_no_store() -> None:
    assert not _stores(a_container(image=known("postgres:17")), runs_once=True)


def _stores(container: Container, *, runs_once: bool = False) -> tuple[Datastore, ...]:
    return join(Estate.of_parts([a_workload(container, runs_once=runs_once)])).of(Datastore)
