"""Tells what each container is told to connect to, and whether something answers under the name."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.facts.telemetry import telemetry_of
from infraaudit.joins.hosts import Hosts
from infraaudit.model import Absent, Container, Dependency, HostKind, Known, known_value
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import EnvironmentVariable, Estate, Maybe

_URL = re.compile(
    r"(?:jdbc:)?(?P<scheme>[a-z][a-z0-9]*)(?:\+[\w-]+)?://(?:[^@/\s]*@)?(?P<host>[A-Za-z0-9_][A-Za-z0-9_.-]*)"
    r"(?::(?P<port>\d{1,5}))?(?:[/?#]\S*)?",
)
_BARE = re.compile(r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)(?::(?P<port>\d{1,5}))?")
_TELLING = re.compile(r"^(?P<prefix>[A-Z0-9_]+?)_(?:SERVICE_)?(?:HOST|ADDR|ADDRESS)$")
_OF_ITS_OWN = re.compile(
    r"(^|_)(APP|BIND|LISTEN|LISTENING|SERVER|VIRTUAL|ALLOWED|PUBLIC|EXTERNAL|OWN|SELF|ADVERTISED?|NODE|POD|WEB|HTTP|HTTPS|"
    r"GRPC|METRICS|ADMIN|MY|LOCAL|PROXY_?BIND|DOCKER|KUBERNETES)(_|$)"
)
_SHELL = re.compile(r"\$[({\w]|\{\{")
_STATSD = re.compile(r"--statsd-host[= ](?P<host>[A-Za-z0-9_][\w.-]*)(?::(?P<port>\d{1,5}))?(?: .*)?")


def join_dependencies(estate: Estate) -> Estate:
    """Fill the dependencies of every container from its variables, and from what its program is told of telemetry."""
    hosts = Hosts.of(estate)
    return estate.with_containers(
        replace(container, dependencies=found)
        for container in estate.of(Container)
        if (found := tuple(_dependencies(estate, container, hosts)))
    )


def _dependencies(estate: Estate, container: Container, hosts: Hosts) -> Iterator[Dependency]:
    workload = estate.workload_of(container)
    ports: dict[str, Maybe[int]] = defaultdict(lambda: Absent(container.at))
    for variable in container.environment:
        if variable.name.upper().endswith("_PORT"):
            ports[variable.name.upper().removesuffix("_PORT").removesuffix("_SERVICE")] = variable.value.map(_number)
    for variable in container.environment:
        value = known_value(variable.value)
        if value and not _SHELL.search(value):
            found = _of_variable(variable, value.strip(), ports)
            if found is not None:
                yield hosts.placed(workload, found)
    statsd = _of_flag(container)
    if statsd is not None:
        yield hosts.placed(workload, statsd)


def _of_variable(variable: EnvironmentVariable, value: str, ports: dict[str, Maybe[int]]) -> Dependency | None:
    row = telemetry_of(variable.name)
    if row is None:
        return _of_url(variable, value) or _of_name(variable, value, ports)
    found = _of_url(variable, value) or _bare(variable, value, ports)
    return replace(found, sure=True, signals=tuple(row["signals"]), client=row["client"]) if found is not None else None


def _of_flag(container: Container) -> Dependency | None:
    """Return the host that gunicorn is told to send its metrics to."""
    process = container.process
    words = process.words if process is not None else ()
    stated = next(
        (match for word, after in pairwise((*words, "")) if (match := _STATSD.fullmatch(f"{word} {after}"))), None
    )
    if stated is None or process is None:
        return None
    row, number = table("telemetry")["statsd"], as_integer(stated["port"])
    port: Maybe[int] = Absent(process.at) if number is None else Known(number, process.at)
    return Dependency(
        "--statsd-host", stated["host"], HostKind.ELSEWHERE, "", port, process.at, sure=True,
        signals=tuple(row["signals"]), client=row["client"],
    )  # fmt: skip


def _number(text: str) -> int:
    return as_integer(text) or 0


def _of_url(variable: EnvironmentVariable, value: str) -> Dependency | None:
    url = _URL.fullmatch(value)
    if url is None:
        return None
    at = variable.value.at
    row = table("schemes").get(url["scheme"])
    stated = as_integer(url["port"])
    port: Maybe[int] = Absent(at)
    if stated is not None:
        port = Known(stated, at)
    elif row is not None:
        port = Known(row["port"], at, stated=False, fact=row.words)
    return Dependency(variable.name, url["host"], HostKind.ELSEWHERE, url["scheme"], port, at, sure=row is not None)


def _of_name(variable: EnvironmentVariable, value: str, ports: dict[str, Maybe[int]]) -> Dependency | None:
    """Return what a variable names whose own name says that it is another host, its port in a variable beside it."""
    telling, bare = _TELLING.match(variable.name.upper()), _BARE.fullmatch(value)
    if telling is None or bare is None or _OF_ITS_OWN.search(telling["prefix"]):
        return None
    return _bare(variable, value, ports)


def _bare(variable: EnvironmentVariable, value: str, ports: dict[str, Maybe[int]]) -> Dependency | None:
    """Return a host that stands by itself or with its port."""
    bare = _BARE.fullmatch(value)
    if bare is None:
        return None
    telling = _TELLING.match(variable.name.upper())
    at = variable.value.at
    stated = as_integer(bare["port"])
    port: Maybe[int] = Absent(at)
    if stated is not None:
        port = Known(stated, at)
    elif telling is not None:
        port = ports[telling["prefix"]]
    if isinstance(port, Known) and not port.value:
        port = Absent(at)
    return Dependency(variable.name, bare["host"], HostKind.ELSEWHERE, "", port, at, sure=True)
