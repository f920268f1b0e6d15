"""Namespaces, and what they give to and allow the objects in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Namespace, QuotaLimit, ResourceBounds, ResourceDefaults, ResourceQuota, known_value
from infraaudit.model.node import as_integer
from infraaudit.model.quantities import kubernetes_bytes, kubernetes_cpu
from infraaudit.readers.kubernetes.selection import requirements_of, texts_of
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.model import Maybe, Node
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.source.yaml_tree import Scalar

_POD_SECURITY = "pod-security.kubernetes.io/"
_QUANTITIES = {"cpu": kubernetes_cpu, "memory": kubernetes_bytes, "ephemeral-storage": kubernetes_bytes}
_OF_BYTES = ("memory", "storage", "hugepages")


def namespace_of(manifest: Manifest) -> Namespace:
    """Return a Namespace with the levels of pod security that its labels ask for."""
    labels = manifest.labels
    return Namespace(
        **manifest.head,
        labels=labels_of(labels),
        annotations=labels_of(manifest.annotations),
        enforced=literal(labels[f"{_POD_SECURITY}enforce"]),
        enforced_version=literal(labels[f"{_POD_SECURITY}enforce-version"]),
        warned=literal(labels[f"{_POD_SECURITY}warn"]),
        audited=literal(labels[f"{_POD_SECURITY}audit"]),
    )


def resource_defaults_of(manifest: Manifest) -> ResourceDefaults:
    """Return what a LimitRange gives to the containers of its namespace."""
    limits = [
        each for each in manifest.body["spec"]["limits"].each() if known_value(each["type"].string()) == "Container"
    ]
    return ResourceDefaults(
        **manifest.head,
        namespace=manifest.namespace,
        cpu=any(_gives(each, "cpu") for each in limits),
        memory=any(_gives(each, "memory") for each in limits),
        bounds=tuple(bounds for each in limits for bounds in _bounds(each)),
    )


def _gives(limit: Node, resource: str) -> bool:
    return any(not limit[part][resource].is_absent for part in ("default", "defaultRequest"))


def _bounds(limit: Node) -> Iterator[ResourceBounds]:
    for name, read in _QUANTITIES.items():
        parts = [limit[part][name].value(read, "a quantity") for part in ("defaultRequest", "default", "min", "max")]
        if any(not limit[part][name].is_absent for part in ("defaultRequest", "default", "min", "max")):
            request, most_given, least, most = parts
            yield ResourceBounds(name, request, most_given, least, most, limit.at)


def resource_quota_of(manifest: Manifest) -> ResourceQuota:
    """Return a ResourceQuota."""
    spec = manifest.body["spec"]
    scopes = texts_of(spec["scopes"])
    requirements = requirements_of(spec["scopeSelector"]["matchExpressions"], "scopeName")
    return ResourceQuota(
        **manifest.head,
        namespace=manifest.namespace,
        limits=tuple(QuotaLimit(name, _amount(name, node), node.key_at or node.at) for name, node in _hard(spec)),
        scopes=scopes or (),
        scope_requirements=requirements or (),
        complete=spec["hard"].complete and scopes is not None and requirements is not None,
    )


def _hard(spec: Node) -> tuple[tuple[str, Node], ...]:
    return spec["hard"].items()


def _amount(name: str, node: Node) -> Maybe[int]:
    return node.value(_reading(name), "a quantity")


def _reading(name: str) -> Callable[[Scalar], int | None]:
    if name.rpartition(".")[2] == "cpu":
        return kubernetes_cpu
    return kubernetes_bytes if any(word in name for word in _OF_BYTES) and not name.endswith("claims") else _count


def _count(scalar: Scalar) -> int | None:
    """Return a count; one thousand may be written as ``1k``."""
    whole = as_integer(scalar)
    return whole if whole is not None else kubernetes_bytes(scalar)
