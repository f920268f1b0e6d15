"""Containers of a pod."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Container, Known, Node, Port, Unknown, known_value
from infraaudit.model.quantities import kubernetes_bytes, kubernetes_cpu
from infraaudit.readers.kubernetes.commands import command_of
from infraaudit.readers.kubernetes.environment import environment_of
from infraaudit.readers.kubernetes.pods.hardening import hardening_of
from infraaudit.readers.kubernetes.pods.hooks import stop_hook_of
from infraaudit.readers.kubernetes.pods.naming import container_references, references_of
from infraaudit.readers.kubernetes.probes import probe_of
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from infraaudit.model import Maybe, ObjectReference
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours
    from infraaudit.readers.kubernetes.volumes import Volumes
    from infraaudit.source.yaml_tree import Scalar


@dataclass(frozen=True, slots=True)
class Pod:
    """What the containers of one pod share."""

    manifest: Manifest
    neighbours: Neighbours
    template: Node
    volumes: Volumes

    @property
    def spec(self) -> Node:
        """The specification of the pod."""
        return self.template["spec"]

    def containers(self) -> tuple[Container, ...]:
        """Return the containers that run as long as the pod does, sidecars among them."""
        sidecars = self._all((each for each in self.spec["initContainers"].each() if _is_sidecar(each)), sidecar=True)
        return (*self._all(self.spec["containers"].each()), *sidecars)

    def init_containers(self) -> tuple[Container, ...]:
        """Return the containers that have to finish before the others start."""
        return tuple(self._all(each for each in self.spec["initContainers"].each() if not _is_sidecar(each)))

    def references(self) -> tuple[ObjectReference, ...]:
        """Return every object that the pod or one of its containers names."""
        own = (each for node, container in self._pairs() for each in container_references(node, container))
        return (*references_of(self.spec), *own)

    def _pairs(self) -> Iterator[tuple[Node, str]]:
        for field in ("initContainers", "containers"):
            for node in self.spec[field].each():
                if node.is_mapping:
                    yield node, self._address(known_value(node["name"].string()) or "?")

    def _address(self, name: str) -> str:
        return f"{self.manifest.address}[{name}]"

    def _all(self, nodes: Iterable[Node], *, sidecar: bool = False) -> Iterator[Container]:
        return (self._container(node, sidecar=sidecar) for node in nodes if node.is_mapping)

    def _container(self, node: Node, *, sidecar: bool) -> Container:
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
        ephemeral_request, ephemeral_limit = _resource(body, "ephemeral-storage", kubernetes_bytes)
        return Container(
            address=self._address(name),
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
            workdir=literal(body["workingDir"]),
            ephemeral_request=ephemeral_request,
            ephemeral_limit=ephemeral_limit,
            sidecar=sidecar,
            stop_hook=stop_hook_of(body),
            stop_signal=literal(body["lifecycle"]["stopSignal"]),
            pull_policy=literal(body["imagePullPolicy"]),
            hardening=hardening_of(body, self.spec, self.template["metadata"]["annotations"]),
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
