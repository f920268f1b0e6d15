"""Volumes: what a workload mounts, what it claims, and what a class of storage gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


class VolumeKind(StrEnum):
    """What happens to the bytes of a volume when its container goes."""

    PERSISTENT = "persistent"
    EPHEMERAL = "ephemeral"
    HOST_PATH = "host path"
    PROJECTED = "projected"


class HostAccess(StrEnum):
    """What a folder of the machine gives to the container that mounts it."""

    SOCKET = "runtime socket"
    SYSTEM = "system folder"
    FOLDER = "folder"
    HARMLESS = "harmless"


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a volume appears in a container.

    ``kind`` is unknown where the claim or driver cannot be told. ``source`` is the host path of a host mount, or
    the name of the volume. ``host_access`` is looked up for host mounts whose path is known. ``in_tree`` tells of a
    host mount whose path is relative whether the scanned tree holds that file or folder. ``file_system`` is the address
    or literal name of a shared file system that the volume lies on, ``None`` where it lies on none that is read.
    """

    path: Value[str]
    kind: Value[VolumeKind]
    source: Maybe[str]
    at: Span
    read_only: bool = False
    sub_path: str = ""
    host_access: HostAccess | None = None
    in_tree: bool = False
    file_system: Maybe[str] | None = None


@dataclass(frozen=True, slots=True)
class PodVolume:
    """One volume of a workload, under the name by which its containers mount it.

    ``type`` is the platform's word for it (``emptyDir``, ``persistentVolumeClaim``, ``hostPath``, ``csi`` ...) and
    ``source`` the name of what lies behind: the claim, the ConfigMap, the path of the host, the driver.
    ``size_limit`` is in bytes and belongs to ephemeral kinds, as does ``medium``.
    """

    name: str
    kind: Value[VolumeKind]
    type: str
    source: Maybe[str]
    at: Span
    size_limit: Maybe[int] | None = None
    medium: Maybe[str] | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim asks for: how it may be mounted, of which class, and how large in bytes.

    ``access_modes`` are the platform's words (``ReadWriteOnce``, ``ReadWriteMany`` ...). An absent ``storage_class``
    means the class that the cluster uses by default, and an empty one none. ``volume`` is a volume asked for by name.
    """

    access_modes: tuple[Value[str], ...]
    access_modes_complete: bool
    storage_class: Maybe[str]
    size: Maybe[int]
    volume: Maybe[str]
    mode: Maybe[str]
    at: Span


@dataclass(frozen=True, slots=True)
class ClaimTemplate:
    """A claim that a stateful workload makes for each of its copies."""

    name: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class ClaimRetention:
    """What becomes of the claims of a stateful workload: ``Retain`` or ``Delete``."""

    when_deleted: Maybe[str]
    when_scaled: Maybe[str]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeClaim(Entity):
    """A claim of its own, to be mounted by name."""

    namespace: str = ""
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistentVolume(Entity):
    """A piece of storage that was made by hand.

    ``type`` is the platform's word for what holds it, ``driver`` the driver of a CSI volume. ``reclaim`` is what
    becomes of the bytes when the claim goes.
    """

    type: str
    driver: Maybe[str]
    access_modes: tuple[Value[str], ...]
    storage_class: Maybe[str]
    size: Maybe[int]
    reclaim: Maybe[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageClass(Entity):
    """A class of storage: who makes the volumes, and what becomes of them.

    ``binding`` tells whether a volume is made at once (``Immediate``) or where its first pod runs
    (``WaitForFirstConsumer``). ``parameters`` are the driver's own settings. ``by_default`` marks the class of claims
    that name none.
    """

    provisioner: Maybe[str]
    reclaim: Value[str]
    binding: Value[str]
    expandable: Value[bool]
    by_default: Value[bool]
    parameters: tuple[tuple[str, Maybe[str]], ...] = ()
    zones: tuple[Value[str], ...] = ()
