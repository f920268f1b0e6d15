"""Finds the workloads that copy stores, and ties each to the stores that it copies."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.facts.images import image_facts
from infraaudit.joins.backups.lines import read, texts_of
from infraaudit.joins.backups.places import place_of
from infraaudit.joins.connections import Hosts
from infraaudit.model import (
    Absent,
    BackupJob,
    Datastore,
    Edge,
    EdgeKind,
    HiddenFailure,
    Image,
    Known,
    Unknown,
    Workload,
    known_value,
    parse_image_reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.facts import Row
    from infraaudit.joins.backups.lines import Dump, Reading
    from infraaudit.model import Container, Estate, Maybe, Script, Value

_CLIENT_PACKAGE = re.compile(r"postgresql-?client-?(\d{1,2})|postgresql(\d{1,2})-client")
_HOST_OPTIONS = ("-h", "--host")
_HOST_VARIABLES = ("PGHOST", "MYSQL_HOST", "MARIADB_HOST", "DB_HOST", "DB_SERVER", "MONGO_HOST", "REDIS_HOST")
_URL_HOST = re.compile(r"[a-z][a-z0-9+]*://(?:[^@/\s]*@)?(?P<host>[A-Za-z0-9_.-]+)")


def join_backups(estate: Estate) -> Estate:
    """Add a backup job for every container that copies a store, and the edges to what it copies."""
    hosts = Hosts.of(estate)
    jobs: list[BackupJob] = []
    edges: list[Edge] = []
    for workload in estate.of(Workload):
        for container in workload.containers:
            for job, copied in _jobs_of(estate, hosts, workload, container):
                jobs.append(job)
                edges.extend(
                    Edge(EdgeKind.PROTECTS, job.key, store.key, f"{job.tool} of {workload} copies it", job.at)
                    for store in copied
                )
    return estate.with_entities(jobs).with_edges(edges)


def _jobs_of(
    estate: Estate, hosts: Hosts, workload: Workload, container: Container
) -> Iterator[tuple[BackupJob, tuple[Datastore, ...]]]:
    row = _row_of_image(container)
    if row is not None:
        copied = _copied(estate, hosts, workload, container, row["engine"], ())
        yield _job(estate, workload, container, row, copied), copied
        return
    reading = read(texts_of(container, _scripts(estate, container)))
    seen: set[str] = set()
    for dump in reading.dumps:
        if dump.tool not in seen:
            seen.add(dump.tool)
            same = tuple(each for each in reading.dumps if each.tool == dump.tool)
            copied = _copied(estate, hosts, workload, container, dump.row["engine"], dump.words)
            yield _job_of_dump(estate, workload, container, same, reading, copied), copied


def _scripts(estate: Estate, container: Container) -> Mapping[str, Script]:
    images = estate.targets(container, EdgeKind.RUNS, Image)
    of_image = dict(images[0].scripts) if len(images) == 1 else {}
    return {**of_image, **dict(container.scripts)}


def _row_of_image(container: Container) -> Row | None:
    image = known_value(container.image)
    if image is None:
        return None
    repository = parse_image_reference(image).repository
    rows = table("backup_tools").values()
    return next((row for row in rows if repository in row.get("images", ())), None)


def _job(
    estate: Estate, workload: Workload, container: Container, row: Row, copied: tuple[Datastore, ...]
) -> BackupJob:
    at = container.image.at
    path = str(row.get("writes_to", ""))
    return BackupJob(
        address=f"{workload.address}#copies",
        kind=workload.kind,
        name=workload.name,
        at=at,
        deployment=workload.deployment,
        workload=workload.address,
        tool=parse_image_reference(known_value(container.image) or "").family,
        engine=row["engine"],
        scheduled=Known(value=True, at=at),
        failures=Known((), at),
        client_major=_major_of_image(container),
        place=place_of(estate, workload, container, path, copied) if path else None,
        path=path,
    )


def _job_of_dump(
    estate: Estate,
    workload: Workload,
    container: Container,
    dumps: tuple[Dump, ...],
    reading: Reading,
    copied: tuple[Datastore, ...],
) -> BackupJob:
    first = dumps[0]
    output = next((dump.output for dump in dumps if dump.output), "")
    away = reading.sends or bool(first.row.get("sends_away"))
    place = place_of(estate, workload, container, output, copied) if output and not away else None
    return BackupJob(
        address=f"{workload.address}#{first.tool}",
        kind=workload.kind,
        name=workload.name,
        at=first.at,
        deployment=workload.deployment,
        workload=workload.address,
        tool=first.tool,
        engine=first.row["engine"],
        scheduled=_scheduled(workload, reading, first),
        client_major=_client_major(estate, container, first.row["engine"]),
        failures=_failures(dumps, reading),
        place=place,
        path=output,
    )


def _failures(dumps: tuple[Dump, ...], reading: Reading) -> Value[tuple[HiddenFailure, ...]]:
    doubtful = next((each for each in dumps if each.doubt), None)
    if doubtful is not None:
        return Unknown(doubtful.doubt, doubtful.at)
    hidden = (HiddenFailure(each.hidden, each.at, reading.checked) for each in dumps if each.hidden)
    return Known(tuple(hidden), dumps[0].at)


def _scheduled(workload: Workload, reading: Reading, dump: Dump) -> Value[bool]:
    """Return whether a clock starts it: that of the platform, or a loop that waits."""
    if workload.schedule is not None and not isinstance(workload.schedule.cron, Absent):
        cron = workload.schedule.cron
        return Unknown(cron.why, cron.at) if isinstance(cron, Unknown) else Known(value=True, at=cron.at)
    return Known(reading.loops, dump.at)


# -- whom it copies --------------------------------------------------------------------------------------------------


def _copied(
    estate: Estate,
    hosts: Hosts,
    workload: Workload,
    container: Container,
    engine: str,
    words: tuple[str, ...],
) -> tuple[Datastore, ...]:
    """Return the stores that a tool copies: those it names, else the only one of its engine beside it."""
    if not engine:
        return ()
    beside = [each for each in estate.in_deployment(workload, Datastore) if each.engine == engine]
    read_too = [each for each in estate.targets(workload, EdgeKind.READS, Datastore) if each.engine == engine]
    named = [
        store
        for host in _hosts_in(container, words)
        for store in hosts.behind(workload, host)
        if isinstance(store, Datastore) and store.engine == engine
    ]
    found = named or read_too or (beside if len(beside) == 1 else [])
    return tuple(dict.fromkeys(found))


def _hosts_in(container: Container, words: tuple[str, ...]) -> Iterator[str]:
    for index, word in enumerate(words):
        if word in _HOST_OPTIONS and index + 1 < len(words):
            yield _plain(container, words[index + 1])
        elif word.startswith("--host="):
            yield _plain(container, word.partition("=")[2])
        elif (url := _URL_HOST.search(word)) is not None:
            yield url["host"]
    for name in _HOST_VARIABLES:
        variable = container.variable(name)
        if variable is not None and (value := known_value(variable.value)):
            yield value


def _plain(container: Container, word: str) -> str:
    """Return a word with a variable of the container put in."""
    name = word.strip("\"'").removeprefix("$").strip("{}")
    variable = container.variable(name) if word.strip("\"'").startswith("$") else None
    return (known_value(variable.value) or "") if variable is not None else word.strip("\"'")


# -- which version of the program --------------------------------------------------------------------------------------


def _client_major(estate: Estate, container: Container, engine: str) -> Maybe[int] | None:
    if engine != "postgres":
        return None
    images = estate.targets(container, EdgeKind.RUNS, Image)
    if len(images) == 1:
        return _major_of_build(images[0])
    return _major_of_image(container)


def _major_of_build(image: Image) -> Maybe[int]:
    """Return the version of the client package that a build installs, else that of the image it starts from."""
    for step in reversed(image.steps):
        match = _CLIENT_PACKAGE.search(step.text)
        if match is not None:
            return Known(int(match[1] or match[2]), step.at)
    if isinstance(image.base, Known):
        return _of_reference(image.base)
    return Unknown("the image that the program comes with cannot be told", image.at)


def _major_of_image(container: Container) -> Maybe[int]:
    if isinstance(container.image, Known):
        return _of_reference(container.image)
    return Unknown("the image that the program comes with cannot be told", container.image.at)


def _of_reference(image: Known[str]) -> Maybe[int]:
    reference = parse_image_reference(image.value)
    facts = image_facts(reference.repository, reference.tag)
    if facts is not None and facts.engine == "postgres" and facts.major is not None:
        return Known(facts.major, image.at)
    major = re.match(r"(\d{1,2})(?:[.-]|$)", reference.tag or "")
    if _row_named(reference.repository) and major is not None:
        return Known(int(major[1]), image.at)
    return Unknown(f"which version of the program {image.value} brings cannot be told", image.at)


def _row_named(repository: str) -> bool:
    """Whether the tag of an image that makes copies is the version of the server that it is made for."""
    return posixpath.basename(repository) in {"postgres-backup-local", "postgres-backup-s3", "pg-backup"}
