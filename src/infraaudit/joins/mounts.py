"""Tells what containers see of their machine through its folders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Container, HostAccess, Known, VolumeKind, known_value

if TYPE_CHECKING:
    from infraaudit.model import Estate, Mount

_KINDS = {"socket": HostAccess.SOCKET, "system": HostAccess.SYSTEM, "harmless": HostAccess.HARMLESS}


def join_mounts(estate: Estate) -> Estate:
    """Fill what every mount of a folder of the machine gives access to."""
    return estate.with_containers(
        replace(container, mounts=tuple(_with_access(mount) for mount in container.mounts))
        for container in estate.of(Container)
        if container.mounts
    )


def _with_access(mount: Mount) -> Mount:
    if known_value(mount.kind) is not VolumeKind.HOST_PATH or not isinstance(mount.source, Known):
        return mount
    path = mount.source.value.rstrip("/") or "/"
    rows = table("host_paths")
    row = rows.get(path) or rows.get(path.rpartition("/")[2])
    return replace(mount, host_access=_KINDS[row["kind"]] if row is not None else HostAccess.FOLDER)
