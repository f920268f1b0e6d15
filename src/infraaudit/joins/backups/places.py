"""Tells where the copies of a job lie, seen from the data that it copies."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from infraaudit.model import CopyPlace, Datastore, EdgeKind, Known, Unknown, VolumeKind, Workload, known_value

if TYPE_CHECKING:
    from infraaudit.model import Container, Estate, Mount, Value


def place_of(
    estate: Estate, workload: Workload, container: Container, path: str, copied: tuple[Datastore, ...]
) -> Value[CopyPlace]:
    """Return what the mount that holds a path means for the copies; without one they go with the container."""
    written = (container.command, container.entrypoint)
    at = next((each.at for each in written if isinstance(each, Known)), container.at)
    resolved = _resolved(container, path)
    if resolved is None:
        return Unknown(f"where {path} lies cannot be told", at)
    unread = next((mount.path for mount in container.mounts if isinstance(mount.path, Unknown)), None)
    if unread is not None:
        return Unknown(unread.why, unread.at)
    mount = _covering(container, resolved)
    return Known(CopyPlace.PASSING, at) if mount is None else _on_mount(estate, workload, mount, copied)


def _on_mount(estate: Estate, workload: Workload, mount: Mount, copied: tuple[Datastore, ...]) -> Value[CopyPlace]:
    kind = mount.kind
    if isinstance(kind, Unknown):
        return Unknown(kind.why, kind.at)
    if kind.value is VolumeKind.EPHEMERAL:
        return Known(CopyPlace.PASSING, mount.at)
    if _sources(mount) & _data_volumes(estate, copied):
        return Known(CopyPlace.BESIDE, mount.at)
    if not workload.platform.single_host:
        return Known(CopyPlace.AWAY, mount.at)
    doubt = _taken_along(estate, workload, mount)
    return doubt if isinstance(doubt, Unknown) else Known(doubt, mount.at)


def _resolved(container: Container, path: str) -> str | None:
    """Return the folder of a path with variables of the container put in; ``None`` where one cannot be told."""
    text = path
    for name in sorted((each.name for each in container.environment), key=len, reverse=True):
        variable = container.variable(name)
        value = known_value(variable.value) if variable is not None else None
        if value is not None:
            text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
    fixed = text.partition("$")[0]
    return fixed if fixed.startswith("/") and len(fixed) > 1 else None


def _covering(container: Container, path: str) -> Mount | None:
    covering = [
        (len(PurePosixPath(folder).parts), mount)
        for mount in container.mounts
        if (folder := known_value(mount.path)) is not None and PurePosixPath(path).is_relative_to(folder)
    ]
    return max(covering, key=lambda pair: pair[0])[1] if covering else None


def _sources(mount: Mount) -> frozenset[str]:
    source = known_value(mount.source)
    return frozenset({source}) if source else frozenset()


def _data_volumes(estate: Estate, stores: tuple[Datastore, ...]) -> frozenset[str]:
    """Return the volumes of the containers that carry stores; a claim is made for each copy of a StatefulSet."""
    found: set[str] = set()
    for store in stores:
        for carrier in estate.sources(store, EdgeKind.RUNS, Workload):
            for container in carrier.containers:
                for mount in container.mounts:
                    if known_value(mount.kind) is not VolumeKind.PROJECTED:
                        found |= _sources(mount)
                        found |= {f"{source}-{carrier.name}-0" for source in _sources(mount) if carrier.stateful}
    return frozenset(found)


def _taken_along(estate: Estate, workload: Workload, mount: Mount) -> CopyPlace | Unknown[CopyPlace]:
    """Return whether another workload mounts the volume of the copies too, as one does that brings them away."""
    if isinstance(mount.source, Unknown):
        return Unknown(mount.source.why, mount.source.at)
    others = [
        other
        for neighbour in estate.in_deployment(workload, Workload)
        if neighbour.key != workload.key
        for container in neighbour.containers
        for other in container.mounts
    ]
    if any(_sources(mount) & _sources(other) for other in others):
        return CopyPlace.AWAY
    doubt = next((other.source for other in others if isinstance(other.source, Unknown)), None)
    return CopyPlace.SAME_HOST if doubt is None else Unknown(doubt.why, doubt.at)
