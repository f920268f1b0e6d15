"""Finds the stores that run in containers, and tells whether their data outlives the container."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from infraaudit.facts.images import image_facts
from infraaudit.model import (
    Absent,
    Container,
    DataClass,
    Datastore,
    Edge,
    EdgeKind,
    Image,
    Known,
    Storage,
    StorageKind,
    Unknown,
    VolumeKind,
    Workload,
    default,
    known_value,
)
from infraaudit.model.image_reference import parse_image_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts.images import ImageFacts
    from infraaudit.model import Estate, Maybe, Mount, Value
    from infraaudit.source.span import Span

_MAX_CONNECTIONS = re.compile(r"max[_-]connections=(\d+)")
_NO_SNAPSHOT = re.compile(r"--save (?:\"\"|''|(?=--|$))")
_REPLICA = re.compile(r"(?<![a-z])(replica|slave|replicaof|slaveof)(?![a-z])")
_SHARED_PARTS = 3
"""Two paths below the same folder of this depth belong to one program: ``/var/lib/postgresql``."""


def join_datastores(estate: Estate) -> Estate:
    """Add a datastore for every container whose image is a known store, and the edge from its workload."""
    stores: list[Datastore] = []
    edges: list[Edge] = []
    for workload in estate.of(Workload):
        for container in workload.containers:
            store = _store_in(estate, workload, container)
            if store is not None:
                stores.append(store)
                evidence = f"its image is {known_value(container.image)}"
                edges.append(Edge(EdgeKind.RUNS, workload.key, store.key, evidence, container.image.at))
    return estate.with_entities(stores).with_edges(edges)


@dataclass(frozen=True, slots=True)
class _Carrier:
    """A container with what is known of its image."""

    container: Container
    image: Known[str]
    facts: ImageFacts

    @property
    def at(self) -> Span:
        """Where a volume would have to be added: at the container that lacks it."""
        image = self.container.image
        return image.at if isinstance(image, Known) else self.container.at


def _store_in(estate: Estate, workload: Workload, container: Container) -> Datastore | None:
    image = _image_of(estate, container)
    if image is None:
        return None
    reference = parse_image_reference(image.value)
    facts = image_facts(reference.repository, "" if reference.digest and not reference.tag else reference.tag)
    if facts is None or not facts.engine:
        return None
    carrier = _Carrier(container, image, facts)
    return Datastore(
        address=f"{workload.address}#{facts.engine}",
        kind=workload.kind,
        name=workload.name,
        at=container.image.at,
        deployment=workload.deployment,
        engine=facts.engine,
        managed=False,
        data_class=_data_class(carrier),
        version=Known(reference.tag, image.at) if reference.tag else Absent(image.at),
        max_connections=_max_connections(carrier),
        reserved_connections=facts.reserved_connections,
        port=default(facts.port, image.at, facts.fact) if facts.port is not None else None,
        storage=_storage(carrier) if facts.layouts or not facts.official else None,
        replica=bool(_REPLICA.search(f"{workload.name} {container.name} {_words(container) or ''}")),
    )


def _image_of(estate: Estate, container: Container) -> Known[str] | None:
    """Return the image that is pulled, or the base of the one that is built."""
    built = estate.targets(container, EdgeKind.RUNS, Image)
    if built and isinstance(built[0].base, Known):
        return built[0].base
    return container.image if isinstance(container.image, Known) else None


def _words(container: Container) -> str | None:
    """Return the arguments that the container gives to the program, ``None`` where they cannot be told."""
    if isinstance(container.command, Unknown) or isinstance(container.entrypoint, Unknown):
        return None
    commands = (known_value(container.entrypoint), known_value(container.command))
    return " ".join(word or '""' for command in commands if command is not None for word in command.words)


def _data_class(carrier: _Carrier) -> DataClass:
    """Return what the loss of the data would mean. A Redis that is told to keep nothing on disk keeps nothing."""
    words = _words(carrier.container) or ""
    if carrier.facts.engine == "redis" and _NO_SNAPSHOT.search(words + " ") and "--appendonly yes" not in words:
        return DataClass.TRANSIENT
    return DataClass(carrier.facts.data_class or DataClass.PRIMARY)


def _max_connections(carrier: _Carrier) -> Maybe[int] | None:
    if carrier.facts.max_connections is None:
        return None
    at = carrier.container.command.at
    words = _words(carrier.container)
    if words is None:
        return Unknown(f"the arguments of {carrier.container} cannot be told", at)
    stated = _MAX_CONNECTIONS.search(words)
    if stated is not None:
        return Known(int(stated[1]), at)
    if any(word in words for word in ("config_file", "--defaults-file")):
        return Unknown(f"{carrier.container} reads a configuration file of its own", at)
    return default(carrier.facts.max_connections, carrier.image.at, carrier.facts.fact)


def _storage(carrier: _Carrier) -> Storage:
    container, facts, at = carrier.container, carrier.facts, carrier.at
    directory = _directory(carrier)
    if isinstance(directory, Unknown):
        unknown: Unknown[StorageKind] = Unknown(directory.why, directory.at)
        return Storage(unknown, "", "", at, fact=facts.fact)
    for mount in container.mounts:
        if isinstance(mount.path, Unknown):
            return Storage(Unknown(mount.path.why, mount.at), directory.value, "", at, fact=facts.fact)
    return _covered(carrier, directory.value)


def _directory(carrier: _Carrier) -> Value[str]:
    """Return the data directory: what the variable says, else what this version of the image does."""
    facts, at = carrier.facts, carrier.at
    moved = carrier.container.variable(facts.variable) if facts.variable else None
    if moved is not None and not isinstance(moved.value, Absent):
        return moved.value
    if not carrier.container.environment_complete and facts.variable:
        return Unknown(f"{facts.variable} may come from a source that is not in the scan", at)
    if len(facts.data_directories) == 1:
        return Known(facts.data_directories[0], at)
    if not facts.official:
        return Unknown(f"where the image {carrier.image.value} keeps its data is not known", at)
    return Unknown(
        f"{carrier.image.value} does not tell the major version, and the data directory moved between them", at
    )


def _covered(carrier: _Carrier, directory: str) -> Storage:
    """Let the mount decide that covers the directory most closely, the image's own volumes among them."""
    facts, at = carrier.facts, carrier.at
    mounts = [(mount, path) for mount in carrier.container.mounts if (path := known_value(mount.path)) is not None]
    covering = [(mount, path) for mount, path in mounts if _contains(path, directory)]
    closest = max(covering, key=lambda pair: len(PurePosixPath(pair[1]).parts), default=None)
    declared = [path for path in facts.declared_volumes if _contains(path, directory)]
    depth = len(PurePosixPath(closest[1]).parts) if closest is not None else 0
    if closest is not None and all(len(PurePosixPath(path).parts) <= depth for path in declared):
        return _on_mount(closest[0], directory, facts)
    missed = next((pair for pair in mounts if _is_meant_for_data(pair, directory, facts)), None)
    if missed is not None:
        kind = Known(StorageKind.MISSED, missed[0].at)
        return Storage(kind, directory, "", at, missed[1], missed[0].path.at, facts.fact)
    where = "in an anonymous volume" if declared else "in the container's own layer"
    return Storage(Known(StorageKind.UNCOVERED, at), directory, where, at, fact=facts.fact)


def _on_mount(mount: Mount, directory: str, facts: ImageFacts) -> Storage:
    if isinstance(mount.kind, Unknown):
        return Storage(Unknown(mount.kind.why, mount.at), directory, "", mount.at, fact=facts.fact)
    if mount.kind.value in {VolumeKind.PERSISTENT, VolumeKind.HOST_PATH}:
        return Storage(Known(StorageKind.COVERED, mount.at), directory, "", mount.at, fact=facts.fact)
    kind = Known(StorageKind.UNCOVERED, mount.at)
    return Storage(kind, directory, "on a volume that lives as long as its container", mount.at, fact=facts.fact)


def _contains(folder: str, path: str) -> bool:
    return PurePosixPath(path).is_relative_to(PurePosixPath(folder))


def _is_meant_for_data(pair: tuple[Mount, str], directory: str, facts: ImageFacts) -> bool:
    """Tell whether a volume that outlives the container was surely meant for the data, and not for something else."""
    mount, path = pair
    if known_value(mount.kind) not in {VolumeKind.PERSISTENT, VolumeKind.HOST_PATH} or mount.read_only:
        return False
    shared = PurePosixPath(path).parts[: _SHARED_PARTS + 1] == PurePosixPath(directory).parts[: _SHARED_PARTS + 1]
    return shared or _contains(path, directory) or path in _usual_directories(facts.engine)


def _usual_directories(engine: str) -> Iterator[str]:
    """Yield the directories in which other images of the same engine keep their data."""
    names = {"postgres": ("bitnami/postgresql", "postgres"), "mysql": ("bitnami/mysql", "mysql"), "redis": ("redis",)}
    for repository in names.get(engine, ()):
        facts = image_facts(repository, "")
        if facts is not None:
            yield from facts.data_directories
