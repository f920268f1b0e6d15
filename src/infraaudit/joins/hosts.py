"""Tells what answers under the name of a host, as the network of the one who asks resolves it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Dependency, HostKind, Known, Service, Workload
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Estate, Maybe
    from infraaudit.source.span import Span

_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+")
_NUMBERS = re.compile(r"[\d.]+")
_CLUSTER = re.compile(r"(?P<name>[^.]+)\.(?P<namespace>[^.]+)(?:\.svc(?:\.[\w.-]+)?)?")
_ADDRESS = re.compile(r"(?:\w+://)?(?P<host>[A-Za-z0-9_][A-Za-z0-9_.-]*)(?::(?P<port>\d{1,5}))?(?:/\S*)?")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names of all workloads of an estate; ``aliases`` are further ones than those of their services."""

    estate: Estate
    aliases: Mapping[tuple[str, str], str]

    @staticmethod
    def of(estate: Estate) -> Hosts:
        """Index the further names of the workloads of each deployment."""
        found: dict[tuple[str, str], str] = {}
        for workload in estate.of(Workload):
            for alias in workload.aliases:
                found.setdefault((workload.deployment.id, alias), workload.address)
        return Hosts(estate, found)

    def reached(self, workload: Workload, what: str, address: str, at: Span) -> Dependency | None:
        """Return what answers a workload under an address, ``None`` for what is no address; ``what`` names it."""
        match = _ADDRESS.fullmatch(address)
        if match is None:
            return None
        number = as_integer(match["port"])
        port: Maybe[int] = Absent(at) if number is None else Known(number, at)
        return self.placed(workload, Dependency(what, match["host"], HostKind.ELSEWHERE, "", port, at, sure=True))

    def placed(self, workload: Workload, found: Dependency) -> Dependency:
        """Tell what kind of name the host is for this workload, and what answers under it."""
        host = found.host.removesuffix(".")
        if _LOOPBACK.fullmatch(host):
            return replace(found, kind=HostKind.LOOPBACK)
        if _NUMBERS.fullmatch(host) or host in workload.known_hosts or "docker.internal" in host:
            return found
        if workload.platform.single_host:
            return self._in_project(workload, found) if "." not in host else found
        return self._in_cluster(workload, found, host)

    def _in_project(self, workload: Workload, found: Dependency) -> Dependency:
        service = self.estate.beside(workload, f"service {found.host}", Workload)
        alias = self.aliases.get((workload.deployment.id, found.host), "")
        return replace(found, kind=HostKind.NEIGHBOUR, provider=service.address if service is not None else alias)

    def _in_cluster(self, workload: Workload, found: Dependency, host: str) -> Dependency:
        if "." not in host:
            service = self._service(workload, host, workload.namespace)
            return replace(found, kind=HostKind.NEIGHBOUR, namespace=workload.namespace, provider=service)
        match = _CLUSTER.fullmatch(host)
        if match is None:
            return found
        name, namespace = match["name"], match["namespace"]
        service = self._service(workload, name, namespace)
        if not service and self._service(workload, namespace, workload.namespace):
            return found  # it is the name of one pod behind a service
        known = any(each.namespace == namespace for each in self.estate.in_deployment(workload, Service))
        if not (".svc" in host or known):
            return found
        return replace(found, kind=HostKind.NAMESPACED, namespace=namespace, provider=service)

    def _service(self, workload: Workload, name: str, namespace: str) -> str:
        direct = self.estate.beside(workload, f"Service/{namespace}/{name}", Service)
        if direct is not None:
            return direct.address
        same = (each for each in self.estate.in_deployment(workload, Service) if each.name == name)
        return next((each.address for each in same if each.namespace == namespace), "")
