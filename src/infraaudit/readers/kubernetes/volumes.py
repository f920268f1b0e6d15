"""Mounts of a container, joined with the volumes of its pod."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Mount, PodVolume, Unknown, VolumeKind, known_value
from infraaudit.model.quantities import kubernetes_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Node, Value

_PROJECTED = frozenset({"configMap", "secret", "downwardAPI", "projected", "image"})
_EPHEMERAL = frozenset({"emptyDir", "ephemeral", "gitRepo"})
_PERSISTENT = frozenset(
    {
        "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker",
        "gcePersistentDisk", "glusterfs", "iscsi", "nfs", "persistentVolumeClaim", "photonPersistentDisk",
        "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
    },
)  # fmt: skip
_PROJECTING_DRIVERS = frozenset({"secrets-store.csi.k8s.io", "csi.cert-manager.io", "csi.spiffe.io"})
_KEEPING_DRIVERS = frozenset(
    {"file.csi.azure.com", "efs.csi.aws.com", "gcsfuse.csi.storage.gke.io", "nfs.csi.k8s.io", "smb.csi.k8s.io"},
)
_NAMES_BEHIND = {
    "persistentVolumeClaim": "claimName",
    "configMap": "name",
    "secret": "secretName",
    "hostPath": "path",
}


@dataclass(frozen=True, slots=True)
class Volumes:
    """The volumes of one pod by name; ``complete`` tells whether there can be others."""

    by_name: Mapping[str, PodVolume]
    complete: bool

    @staticmethod
    def of(pod: Node, claim_templates: Node) -> Volumes:
        """Return the volumes of a pod, with the claims that a StatefulSet makes for each of its copies."""
        volumes: dict[str, PodVolume] = {}
        for node in pod["volumes"].each():
            name = known_value(node["name"].string())
            if name is not None:
                volumes[name] = _volume(node)
        for node in claim_templates.each():
            place = node["metadata"]["name"]
            name = known_value(place.string())
            if name is not None:
                kind = Known(VolumeKind.PERSISTENT, place.at)
                volumes[name] = PodVolume(name, kind, "claim template", Known(name, place.at), place.at)
        return Volumes(volumes, pod["volumes"].complete and claim_templates.complete)

    def mounts(self, container: Node) -> Iterator[Mount]:
        """Yield the mounts of a container."""
        for node in container["volumeMounts"].each():
            path = node["mountPath"].string()
            if isinstance(path, Absent):
                continue
            name = known_value(node["name"].string()) or "?"
            volume = self.by_name.get(name) or self._unknown(node["name"], name)
            yield Mount(
                path=path,
                kind=volume.kind,
                source=volume.source,
                at=path.at,
                read_only=known_value(node["readOnly"].boolean()) or False,
                sub_path=known_value(node["subPath"].string()) or known_value(node["subPathExpr"].string()) or "",
            )

    def _unknown(self, place: Node, name: str) -> PodVolume:
        why = f"the pod has no volume {name!r}" if self.complete else "the volumes of the pod cannot be told"
        return PodVolume(name, Unknown(why, place.at), "", place.string(), place.at)


def _volume(node: Node) -> PodVolume:
    name = node["name"]
    word = known_value(name.string()) or "?"
    types = [(key, value) for key, value in node.items() if key != "name" and not value.is_absent]
    if not types:
        why = "the type of the volume cannot be told"
        kind: Value[VolumeKind] = Known(VolumeKind.EPHEMERAL, name.at) if node.complete else Unknown(why, name.at)
        return PodVolume(word, kind, "", name.string(), name.at)
    type_, details = types[0]
    behind = details[_NAMES_BEHIND[type_]] if type_ in _NAMES_BEHIND else name
    is_empty_dir = type_ == "emptyDir"
    return PodVolume(
        word,
        _kind(type_, details),
        type_,
        (name if behind.is_absent else behind).string(),
        name.at,
        size_limit=details["sizeLimit"].value(kubernetes_bytes, "a quantity") if is_empty_dir else None,
        medium=details["medium"].string() if is_empty_dir else None,
        read_only=known_value(details["readOnly"].boolean()) or False,
    )


def _kind(type_: str, details: Node) -> Value[VolumeKind]:
    at = details.key_at or details.at
    if type_ == "hostPath":
        return Known(VolumeKind.HOST_PATH, at)
    if type_ == "csi":
        return _kind_by_driver(details["driver"])
    for kind, types in (
        (VolumeKind.PROJECTED, _PROJECTED),
        (VolumeKind.EPHEMERAL, _EPHEMERAL),
        (VolumeKind.PERSISTENT, _PERSISTENT),
    ):
        if type_ in types:
            return Known(kind, at)
    return Unknown(f"the volume type {type_!r} is not known", at)


def _kind_by_driver(driver: Node) -> Value[VolumeKind]:
    name = known_value(driver.string()) or "?"
    if name in _PROJECTING_DRIVERS:
        return Known(VolumeKind.PROJECTED, driver.at)
    if name in _KEEPING_DRIVERS:
        return Known(VolumeKind.PERSISTENT, driver.at)
    why = f"whether the driver {name} keeps what is written stands in its own documentation"
    # Whatever the driver does, it shows nothing of the machine itself.
    return Unknown(why, driver.at, (VolumeKind.PERSISTENT, VolumeKind.EPHEMERAL, VolumeKind.PROJECTED))
