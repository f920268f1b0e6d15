"""Workloads: everything that has a pod template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import KUBERNETES, Absent, Known, Unknown, Workload, default, known_value, or_default
from infraaudit.readers.kubernetes.cluster.storage import claim_retention_of, claim_templates_of
from infraaudit.readers.kubernetes.containers import Pod
from infraaudit.readers.kubernetes.pods.hardening import pod_hardening_of
from infraaudit.readers.kubernetes.pods.placement import placement_of
from infraaudit.readers.kubernetes.pods.rollout import rollout_of, schedule_of
from infraaudit.readers.kubernetes.selection import plain_selector_of, selector_of
from infraaudit.readers.kubernetes.texts import labels_of, literal
from infraaudit.readers.kubernetes.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Container, Maybe, Node, Selector, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

_TEMPLATES = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "ScaledJob": ("spec", "jobTargetRef", "template"),
}
_ONCE = frozenset({"Job", "CronJob", "ScaledJob"})
_COUNTED = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})
_TEMPLATED = frozenset({*_TEMPLATES, *_ONCE, *_COUNTED, "DaemonSet"})
_ELECTION_FLAGS = frozenset({"leader-elect", "enable-leader-election", "leader-election"})


def workload_of(manifest: Manifest, neighbours: Neighbours) -> Workload | None:
    """Return the workload that an object is, or ``None`` for an object without a pod template."""
    template = manifest.body.path(*_TEMPLATES.get(manifest.kind, ("spec", "template")))
    pod = template["spec"]
    # Of a kind that surely has a template it is enough that its containers cannot be told.
    if not pod["containers"].is_list and not (manifest.kind in _TEMPLATED and pod["containers"].is_unknown):
        return None
    volumes = Volumes.of(pod, manifest.body["spec"]["volumeClaimTemplates"])
    parts = Pod(manifest, neighbours, template, volumes)
    containers = parts.containers()
    recreate = _recreates(manifest)
    grace = fact("defaults", "kubernetes.termination_grace")
    host_network = fact("defaults", "kubernetes.host_network")
    return Workload(
        **manifest.head,
        platform=KUBERNETES,
        namespace=manifest.namespace,
        replicas=_replicas(manifest),
        count_reset=_count_reset(manifest),
        surge=_surge(manifest, recreate=recreate),
        stop_grace=pod["terminationGracePeriodSeconds"].integer_or(grace.value, grace.words),
        containers=containers,
        init_containers=parts.init_containers(),
        labels=labels_of(template["metadata"]["labels"]),
        runs_once=manifest.kind in _ONCE,
        per_node=manifest.kind == "DaemonSet",
        stateful=manifest.kind == "StatefulSet",
        recreate=recreate,
        host_network=pod["hostNetwork"].boolean_or(host_network.value, host_network.words),
        single_by_design=_single_by_design(parts, containers, recreate=recreate),
        annotations=labels_of(template["metadata"]["annotations"]),
        own_labels=labels_of(manifest.labels),
        own_annotations=labels_of(manifest.annotations),
        selector=_selector(manifest),
        placement=placement_of(pod),
        rollout=rollout_of(manifest),
        schedule=schedule_of(manifest),
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


def _selector(manifest: Manifest) -> Maybe[Selector]:
    """Return how the workload knows its own copies; the oldest kind writes labels alone."""
    selector = manifest.body["spec"]["selector"]
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


def _replicas(manifest: Manifest) -> Value[int]:
    spec = manifest.body["spec"]
    if manifest.kind == "Pod":
        row = fact("defaults", "kubernetes.pod_copies")
        return default(row.value, manifest.at, row.words)
    if manifest.kind == "DaemonSet":
        return Unknown("it runs one copy on each node, and the number of nodes is not written here", manifest.at)
    if manifest.kind in {"Job", "CronJob"}:
        row = fact("defaults", "kubernetes.job_parallelism")
        job = spec if manifest.kind == "Job" else spec["jobTemplate"]["spec"]
        return job["parallelism"].integer_or(row.value, row.words)
    stated = spec["replicas"].integer()
    if isinstance(stated, Absent) and manifest.kind not in _COUNTED:
        return Unknown(f"no replicas are written, and their default belongs to {manifest.kind}", stated.at)
    row = fact("defaults", "kubernetes.replicas")
    return or_default(stated, row.value, row.words)


def _count_reset(manifest: Manifest) -> Value[bool] | None:
    """Tell whether the number of copies is written, and not among the changes that Terraform ignores."""
    stated = manifest.body["spec"]["replicas"]
    if manifest.kind not in _COUNTED:
        return None
    if stated.is_absent:
        return Known(value=False, at=manifest.at)
    ignored = manifest.body["lifecycle"]["ignoreChanges"]
    names = (ignored, *ignored.each())
    if any("replicas" in text or text in {"all", "spec"} for text in filter(None, map(_text, names))):
        return Known(value=False, at=ignored.at)
    return Known(value=True, at=stated.at)


def _text(node: Node) -> str | None:
    return known_value(node.string())


def _recreates(manifest: Manifest) -> bool:
    return known_value(manifest.body["spec"]["strategy"]["type"].string()) == "Recreate"


def _surge(manifest: Manifest, *, recreate: bool) -> Maybe[str]:
    spec = manifest.body["spec"]
    if recreate:
        return Known("0", spec["strategy"]["type"].at)
    if manifest.kind == "Deployment":
        row = fact("defaults", "kubernetes.max_surge")
        return spec["strategy"]["rollingUpdate"]["maxSurge"].string_or(row.value, row.words)
    if manifest.kind == "StatefulSet":
        row = fact("defaults", "kubernetes.stateful_surge")
        return default(row.value, manifest.at, row.words)
    if manifest.kind == "DaemonSet":
        row = fact("defaults", "kubernetes.daemon_surge")
        return spec["updateStrategy"]["rollingUpdate"]["maxSurge"].string_or(row.value, row.words)
    if manifest.kind in {"Pod", "ReplicaSet", "ReplicationController", *_ONCE}:
        return Absent(manifest.at)
    return Unknown(f"how a {manifest.kind} replaces its copies is not known", manifest.at)


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
