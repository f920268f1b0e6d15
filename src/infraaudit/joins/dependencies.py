"""Tells what each container is told to connect to, and whether something answers under the name."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Container, Dependency, HostKind, Known, Service, Workload, known_value
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
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+")
_NUMBERS = re.compile(r"[\d.]+")
_CLUSTER = re.compile(r"(?P<name>[^.]+)\.(?P<namespace>[^.]+)(?:\.svc(?:\.[\w.-]+)?)?")
_SHELL = re.compile(r"\$[({\w]|\{\{")


def join_dependencies(estate: Estate) -> Estate:
    """Fill the dependencies of every container from its variables."""
    names = _names(estate)
    return estate.with_containers(
        replace(container, dependencies=found)
        for container in estate.of(Container)
        if (found := tuple(_dependencies(estate, container, names)))
    )


def _names(estate: Estate) -> dict[tuple[str, str], str]:
    """Return the workloads of each deployment by the further names that they have."""
    found: dict[tuple[str, str], str] = {}
    for workload in estate.of(Workload):
        for alias in workload.aliases:
            found.setdefault((workload.deployment.id, alias), workload.address)
    return found


def _dependencies(estate: Estate, container: Container, names: dict[tuple[str, str], str]) -> Iterator[Dependency]:
    workload = estate.workload_of(container)
    ports: dict[str, Maybe[int]] = defaultdict(lambda: Absent(container.at))
    for variable in container.environment:
        if variable.name.upper().endswith("_PORT"):
            ports[variable.name.upper().removesuffix("_PORT").removesuffix("_SERVICE")] = variable.value.map(_number)
    for variable in container.environment:
        value = known_value(variable.value)
        if value and not _SHELL.search(value):
            found = _of_url(variable, value.strip()) or _of_name(variable, value.strip(), ports)
            if found is not None:
                yield _placed(estate, workload, found, names)


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
    at = variable.value.at
    stated = as_integer(bare["port"])
    port: Maybe[int] = Known(stated, at) if stated is not None else ports[telling["prefix"]]
    if isinstance(port, Known) and not port.value:
        port = Absent(at)
    return Dependency(variable.name, bare["host"], HostKind.ELSEWHERE, "", port, at, sure=True)


def _placed(estate: Estate, workload: Workload, found: Dependency, names: dict[tuple[str, str], str]) -> Dependency:
    """Tell what kind of name the host is for this workload, and what answers under it."""
    host = found.host.removesuffix(".")
    if _LOOPBACK.fullmatch(host):
        return replace(found, kind=HostKind.LOOPBACK)
    if _NUMBERS.fullmatch(host) or host in workload.known_hosts or "docker.internal" in host:
        return found
    if workload.platform.single_host:
        return _in_project(estate, workload, found, names) if "." not in host else found
    return _in_cluster(estate, workload, found, host)


def _in_project(estate: Estate, workload: Workload, found: Dependency, names: dict[tuple[str, str], str]) -> Dependency:
    service = estate.beside(workload, f"service {found.host}", Workload)
    alias = names.get((workload.deployment.id, found.host), "")
    return replace(found, kind=HostKind.NEIGHBOUR, provider=service.address if service is not None else alias)


def _in_cluster(estate: Estate, workload: Workload, found: Dependency, host: str) -> Dependency:
    if "." not in host:
        service = _service(estate, workload, host, workload.namespace)
        return replace(found, kind=HostKind.NEIGHBOUR, namespace=workload.namespace, provider=service)
    match = _CLUSTER.fullmatch(host)
    if match is None:
        return found
    name, namespace = match["name"], match["namespace"]
    service = _service(estate, workload, name, namespace)
    if not service and _service(estate, workload, namespace, workload.namespace):
        return found  # it is the name of one pod behind a service
    known = any(each.namespace == namespace for each in estate.in_deployment(workload, Service))
    if not (".svc" in host or known):
        return found
    return replace(found, kind=HostKind.NAMESPACED, namespace=namespace, provider=service)


def _service(estate: Estate, workload: Workload, name: str, namespace: str) -> str:
    direct = estate.beside(workload, f"Service/{namespace}/{name}", Service)
    if direct is not None:
        return direct.address
    same = (each for each in estate.in_deployment(workload, Service) if each.name == name)
    return next((each.address for each in same if each.namespace == namespace), "")
