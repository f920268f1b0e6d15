"""Workloads: everything that has a pod template."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import KUBERNETES, Absent, Known, Workload, known_value
from infraaudit.readers.kubernetes.cluster.storage import claim_retention_of, claim_templates_of
from infraaudit.readers.kubernetes.containers import Pod
from infraaudit.readers.kubernetes.pods.copies import ONCE, count_reset_of, replicas_of, surge_of
from infraaudit.readers.kubernetes.pods.hardening import pod_hardening_of
from infraaudit.readers.kubernetes.pods.placement import placement_of
from infraaudit.readers.kubernetes.pods.rollout import rollout_of, schedule_of
from infraaudit.readers.kubernetes.pods.templates import found_shapes_of, known_shape_of
from infraaudit.readers.kubernetes.selection import plain_selector_of, selector_of
from infraaudit.readers.kubernetes.texts import labels_of, literal
from infraaudit.readers.kubernetes.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Container, Maybe, Node, Selector
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours
    from infraaudit.readers.kubernetes.pods.templates import Shape

_ELECTION_FLAGS = frozenset({"leader-elect", "enable-leader-election", "leader-election"})


def workload_of(manifest: Manifest, neighbours: Neighbours) -> Workload | None:
    """Return the workload that an object of a known kind is, or ``None`` for one without a pod template."""
    shape = known_shape_of(manifest, neighbours)
    return None if shape is None else _workload(manifest, shape, neighbours)


def found_workloads_of(manifest: Manifest, neighbours: Neighbours) -> Iterator[Workload]:
    """Yield the workloads of an object whose kind is not known: one for each pod template that is found in it."""
    shapes = found_shapes_of(manifest)
    for shape in shapes:
        own = manifest
        if len(shapes) > 1:
            own = replace(manifest, address=f"{manifest.address}.{shape.words}", name=f"{manifest.name} {shape.words}")
        yield _workload(own, shape, neighbours)


def _workload(manifest: Manifest, shape: Shape, neighbours: Neighbours) -> Workload:
    template, owner = shape.template, shape.owner
    pod = template["spec"]
    volumes = Volumes.of(pod, owner["volumeClaimTemplates"])
    parts = Pod(manifest, neighbours, template, volumes)
    containers = parts.containers()
    recreate = known_value(owner["strategy"]["type"].string()) == "Recreate"
    grace = fact("defaults", "kubernetes.termination_grace")
    host_network = fact("defaults", "kubernetes.host_network")
    return Workload(
        **manifest.head,
        platform=KUBERNETES,
        namespace=manifest.namespace,
        replicas=replicas_of(manifest, shape),
        count_reset=count_reset_of(manifest),
        surge=surge_of(manifest, shape, recreate=recreate),
        stop_grace=pod["terminationGracePeriodSeconds"].integer_or(grace.value, grace.words),
        containers=containers,
        init_containers=parts.init_containers(),
        labels=labels_of(template["metadata"]["labels"]),
        runs_once=manifest.kind in ONCE or shape.tells("once"),
        per_node=manifest.kind == "DaemonSet" or shape.tells("per_node"),
        stateful=manifest.kind == "StatefulSet",
        recreate=recreate,
        host_network=pod["hostNetwork"].boolean_or(host_network.value, host_network.words),
        single_by_design=_single_by_design(parts, containers, recreate=recreate),
        annotations=labels_of(template["metadata"]["annotations"]),
        own_labels=labels_of(manifest.labels),
        own_annotations=labels_of(manifest.annotations),
        selector=_selector(manifest, owner),
        placement=placement_of(pod),
        rollout=rollout_of(manifest),
        schedule=None if shape.found else schedule_of(manifest),
        hardening=pod_hardening_of(pod),
        priority_class=literal(pod["priorityClassName"]),
        service_account=_service_account(pod),
        volumes=tuple(volumes.by_name.values()),
        volumes_complete=volumes.complete,
        claim_templates=tuple(claim_templates_of(manifest)),
        claim_retention=claim_retention_of(manifest),
        references=parts.references(),
        readiness_gates=tuple(_gates(pod)),
        known_hosts=tuple(_known_hosts(pod)),
        hostname=pod["hostname"].string(),
        request_concurrency=_request_concurrency(pod),
    )


def _request_concurrency(pod: Node) -> Maybe[int] | None:
    """Return how many requests a copy of Knative takes at one time; naught, as nothing, bounds them not at all."""
    bound = pod["containerConcurrency"].integer()
    return None if isinstance(bound, Absent) or known_value(bound) == 0 else bound


def _selector(manifest: Manifest, owner: Node) -> Maybe[Selector]:
    """Return how the workload knows its own copies; the oldest kind writes labels alone."""
    selector = owner["selector"]
    return plain_selector_of(selector) if manifest.kind == "ReplicationController" else selector_of(selector)


def _service_account(pod: Node) -> Maybe[str]:
    account = pod["serviceAccountName"]
    return literal(pod["serviceAccount"] if account.is_absent else account)


def _known_hosts(pod: Node) -> Iterator[str]:
    for each in pod["hostAliases"].each():
        for name in each["hostnames"].each():
            yield known_value(literal(name)) or ""


def _gates(pod: Node) -> Iterator[str]:
    for each in pod["readinessGates"].each():
        yield known_value(literal(each["conditionType"])) or ""


def _single_by_design(pod: Pod, containers: tuple[Container, ...], *, recreate: bool) -> str:
    if recreate and any(_is_exclusive(claim, pod) for claim in _claims(pod)):
        return "an exclusive volume with strategy Recreate"
    if any(_elects_a_leader(each) for each in containers):
        return "leader election"
    return ""


def _claims(pod: Pod) -> list[Node]:
    nodes = (volume["persistentVolumeClaim"]["claimName"] for volume in pod.spec["volumes"].each())
    return [node for node in nodes if not node.is_absent]


def _is_exclusive(claim: Node, pod: Pod) -> bool:
    found = pod.neighbours.find(pod.manifest, "PersistentVolumeClaim", claim)
    if found is None:
        return False
    modes = {known_value(each.string()) for each in found.body["spec"]["accessModes"].each()}
    return bool(modes) and modes <= {"ReadWriteOnce", "ReadWriteOncePod"}


def _elects_a_leader(container: Container) -> bool:
    for command in (container.entrypoint, container.command):
        for word in command.value.words if isinstance(command, Known) else ():
            flag, _, value = word.lstrip("-").partition("=")
            if word.startswith("-") and flag in _ELECTION_FLAGS and value.lower() != "false":
                return True
    return False
