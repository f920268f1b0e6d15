"""Claims, volumes and classes of storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Claim,
    ClaimRetention,
    ClaimTemplate,
    PersistentVolume,
    StorageClass,
    VolumeClaim,
    known_value,
    or_default,
)
from infraaudit.model.quantities import kubernetes_bytes
from infraaudit.readers.kubernetes.selection import known_texts
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest

_DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"
_NO_SOURCES = frozenset(
    {
        "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy",
        "storageClassName", "volumeAttributesClassName", "volumeMode",
    },
)  # fmt: skip


def volume_claim_of(manifest: Manifest) -> VolumeClaim:
    """Return a PersistentVolumeClaim."""
    return VolumeClaim(**manifest.head, namespace=manifest.namespace, claim=_claim(manifest.body))


def claim_templates_of(manifest: Manifest) -> Iterator[ClaimTemplate]:
    """Yield the claims that a StatefulSet makes for each of its copies."""
    for each in manifest.body["spec"]["volumeClaimTemplates"].each():
        name = known_value(literal(each["metadata"]["name"]))
        if name is not None:
            yield ClaimTemplate(name, _claim(each))


def claim_retention_of(manifest: Manifest) -> ClaimRetention | None:
    """Return what becomes of the claims of a StatefulSet, where that is stated."""
    node = manifest.body["spec"]["persistentVolumeClaimRetentionPolicy"]
    if not node.is_mapping:
        return None
    return ClaimRetention(literal(node["whenDeleted"]), literal(node["whenScaled"]), node.key_at or node.at)


def _claim(body: Node) -> Claim:
    spec = body["spec"]
    modes, complete = known_texts(spec["accessModes"])
    old_class = body["metadata"]["annotations"][_OLD_CLASS]
    return Claim(
        access_modes=modes,
        access_modes_complete=complete,
        storage_class=literal(old_class if spec["storageClassName"].is_absent else spec["storageClassName"]),
        size=spec["resources"]["requests"]["storage"].value(kubernetes_bytes, "a quantity"),
        volume=literal(spec["volumeName"]),
        mode=literal(spec["volumeMode"]),
        at=spec.key_at or spec.at,
    )


def persistent_volume_of(manifest: Manifest) -> PersistentVolume:
    """Return a PersistentVolume."""
    spec = manifest.body["spec"]
    modes, _ = known_texts(spec["accessModes"])
    reclaim = fact("defaults", "kubernetes.reclaim_by_hand")
    return PersistentVolume(
        **manifest.head,
        type=next((key for key, _ in spec.items() if key not in _NO_SOURCES), ""),
        driver=literal(spec["csi"]["driver"]),
        access_modes=modes,
        storage_class=literal(spec["storageClassName"]),
        size=spec["capacity"]["storage"].value(kubernetes_bytes, "a quantity"),
        reclaim=spec["persistentVolumeReclaimPolicy"].string_or(reclaim.value, reclaim.words),
    )


def storage_class_of(manifest: Manifest) -> StorageClass:
    """Return a StorageClass."""
    body = manifest.body
    reclaim = fact("defaults", "kubernetes.reclaim")
    binding = fact("defaults", "kubernetes.binding")
    expansion = fact("defaults", "kubernetes.expansion")
    return StorageClass(
        **manifest.head,
        provisioner=literal(body["provisioner"]),
        reclaim=body["reclaimPolicy"].string_or(reclaim.value, reclaim.words),
        binding=body["volumeBindingMode"].string_or(binding.value, binding.words),
        expandable=body["allowVolumeExpansion"].boolean_or(expansion.value, expansion.words),
        by_default=_by_default(manifest),
        parameters=tuple((name, literal(node)) for name, node in body["parameters"].items()),
        zones=tuple(_zones(body["allowedTopologies"])),
    )


def _by_default(manifest: Manifest) -> Value[bool]:
    row = fact("defaults", "kubernetes.default_class")
    stated = [manifest.annotations[name].boolean() for name in _DEFAULT_CLASS]
    written: Maybe[bool] = next((each for each in stated if not isinstance(each, Absent)), stated[0])
    return or_default(written, row.value, row.words)


def _zones(topologies: Node) -> Iterator[Value[str]]:
    for term in topologies.each():
        for each in term["matchLabelExpressions"].each():
            if (known_value(literal(each["key"])) or "").endswith("zone"):
                yield from known_texts(each["values"])[0]
