"""Containers of a pod."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Container, Known, Node, Port, Unknown, known_value
from infraaudit.model.quantities import kubernetes_bytes, kubernetes_cpu
from infraaudit.readers.kubernetes.commands import command_of
from infraaudit.readers.kubernetes.environment import environment_of
from infraaudit.readers.kubernetes.probes import probe_of
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours
    from infraaudit.readers.kubernetes.volumes import Volumes
    from infraaudit.source.yaml_tree import Scalar


@dataclass(frozen=True, slots=True)
class Pod:
    """What the containers of one pod share."""

    manifest: Manifest
    neighbours: Neighbours
    spec: Node
    volumes: Volumes

    def containers(self) -> tuple[Container, ...]:
        """Return the containers that run as long as the pod does, sidecars among them."""
        sidecars = [each for each in self.spec["initContainers"].each() if _is_sidecar(each)]
        return tuple(self._all([*self.spec["containers"].each(), *sidecars]))

    def init_containers(self) -> tuple[Container, ...]:
        """Return the containers that have to finish before the others start."""
        return tuple(self._all(each for each in self.spec["initContainers"].each() if not _is_sidecar(each)))

    def _all(self, nodes: Iterator[Node] | list[Node]) -> Iterator[Container]:
        return (self._container(node) for node in nodes if node.is_mapping)

    def _container(self, node: Node) -> Container:
        name_node = node["name"]
        name = known_value(name_node.string()) or "?"
        # What is missing in a container is missing at its name, not over its whole length.
        body = node if name_node.is_absent else replace(node, key_at=name_node.at)
        privileged = fact("defaults", "kubernetes.privileged")
        security = body["securityContext"]
        user = security["runAsUser"].string()
        pod_user = self.spec["securityContext"]["runAsUser"].string()
        environment, complete = environment_of(body, self.manifest, self.neighbours)
        cpu_request, cpu_limit = _resource(body, "cpu", kubernetes_cpu)
        memory_request, memory_limit = _resource(body, "memory", kubernetes_bytes)
        return Container(
            address=f"{self.manifest.address}[{name}]",
            kind="container",
            name=name,
            at=name_node.at,
            deployment=self.manifest.deployment,
            workload=self.manifest.address,
            image=literal(body["image"]),
            entrypoint=command_of(body["command"]),
            command=command_of(body["args"]),
            environment=environment,
            environment_complete=complete,
            ports=tuple(_ports(body["ports"])),
            ports_complete=_all_told(body["ports"]),
            readiness=probe_of(body["readinessProbe"]),
            liveness=probe_of(body["livenessProbe"]),
            startup=probe_of(body["startupProbe"]),
            cpu_request=cpu_request,
            cpu_limit=cpu_limit,
            memory_request=memory_request,
            memory_limit=memory_limit,
            privileged=security["privileged"].boolean_or(privileged.value, privileged.words),
            user=pod_user if isinstance(user, Absent) and not isinstance(pod_user, Absent) else user,
            mounts=tuple(self.volumes.mounts(body)),
        )


def _is_sidecar(node: Node) -> bool:
    return known_value(node["restartPolicy"].string()) == "Always"


def _ports(node: Node) -> Iterator[Port]:
    for each in node.each():
        number = each["containerPort"].integer()
        if isinstance(number, Absent):
            continue
        yield Port(
            number=number,
            at=number.at,
            name=known_value(literal(each["name"])) or "",
            protocol=(known_value(each["protocol"].string()) or "tcp").lower(),
            published=each["hostPort"].integer(),
            host_address=known_value(each["hostIP"].string()) or "",
        )


def _all_told(ports: Node) -> bool:
    names = (literal(each["name"]) for each in ports.each())
    return ports.complete and not any(isinstance(name, Unknown) for name in names)


def _resource(container: Node, name: str, read: Callable[[Scalar], int | None]) -> tuple[Maybe[int], Maybe[int]]:
    """Return request and limit of a resource; a limit alone asks for as much as it allows."""
    resources = container["resources"]
    request = resources["requests"][name].value(read, "a quantity")
    limit = resources["limits"][name].value(read, "a quantity")
    if isinstance(request, Absent) and isinstance(limit, Known):
        return Known(limit.value, limit.at, stated=False, fact=fact("defaults", "kubernetes.limit_alone").words), limit
    if isinstance(request, Absent) and isinstance(limit, Unknown):
        return limit, limit
    return request, limit
