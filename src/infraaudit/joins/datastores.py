"""Finds the stores that run in containers, and tells whether their data outlives the container."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.facts.images import Layout
from infraaudit.joins.engine_settings import settings_of, words_of
from infraaudit.joins.images import facts_of_reference
from infraaudit.model import (
    Absent,
    Container,
    DataClass,
    Datastore,
    Edge,
    EdgeKind,
    Failover,
    Image,
    Known,
    Storage,
    StorageKind,
    Survives,
    Unknown,
    VolumeKind,
    Workload,
    default,
    known_value,
)
from infraaudit.model.compute.image_reference import parse_image_reference
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts.images import ImageFacts
    from infraaudit.model import Estate, ImageReference, Maybe, Mount, Parameters, Value
    from infraaudit.source.span import Span

_NO_SNAPSHOT = re.compile(r"--save (?:\"\"|''|(?=--|$))")
_REPLICA = re.compile(r"(?<![a-z])(replica|slave|replicaof|slaveof)(?![a-z])")
_TEST = re.compile(r"(?<![a-z])tests?(?![a-z])")
_CONFIGURATION = re.compile(r"(?<!\S)(?:\S+\.(?:conf|cnf|cfg|ini|ya?ml|toml)|--config|--defaults-file)(?![\w.-])")
_SCRIPT = re.compile(r"(?<![\w/])/[\w./-]+\.sh(?![\w.-])")
_SHARED_PARTS = 3
"""Two paths below the same folder of this depth belong to one program: ``/var/lib/postgresql``."""
_NOT_FOR_DATA = ("/etc/", "/usr/", "/run/", "/var/log/", "/docker-entrypoint")
_WITH_COPY = "on a volume that lives no longer than its copy"


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
    facts = facts_of_reference(image.value)
    if facts is None or not facts.engine or workload.runs_once or _is_client(container, facts):
        return None
    carrier = _Carrier(container, image, facts)
    parameters = settings_of(container, facts.engine)
    storage = _storage(carrier) if facts.layouts or facts.option or not facts.official else None
    return Datastore(
        address=f"{workload.address}#{facts.engine}",
        kind=workload.kind,
        name=workload.name,
        at=container.image.at,
        deployment=workload.deployment,
        engine=facts.engine,
        managed=False,
        data_class=_data_class(carrier, workload, storage),
        version=Known(reference.tag, image.at) if reference.tag else Absent(image.at),
        max_connections=_max_connections(facts, parameters, container.image.at),
        reserved_connections=facts.reserved_connections,
        port=default(facts.port, image.at, facts.fact) if facts.port is not None else None,
        storage=storage,
        replica=bool(_REPLICA.search(f"{workload.name} {container.name} {words_of(container) or ''}")),
        failover=_failover(carrier, workload, storage),
        parameters=parameters,
        clustered=_clustered(reference, facts, parameters, image),
        image=image,
        major=_major(reference, facts, image),
    )


def _clustered(
    reference: ImageReference, facts: ImageFacts, parameters: Parameters, image: Known[str]
) -> Value[bool] | None:
    """Return whether a Redis in a container runs in cluster mode: by its arguments, or as its image knows no other."""
    if facts.engine != "redis":
        return None
    if reference.repository.endswith("redis-cluster"):
        return Known(value=True, at=image.at)
    switch = parameters.get("cluster-enabled")
    return Known(value=False, at=image.at, stated=False) if isinstance(switch, Absent) else switch.map("yes".__eq__)


def _major(reference: ImageReference, facts: ImageFacts, image: Known[str]) -> Maybe[int]:
    """Return the major version that the tag names. A digest pins a version without saying which."""
    if facts.major is not None:
        return Known(facts.major, image.at)
    if not facts.official:
        return Unknown(f"how the tags of {reference.repository} name versions is not known", image.at)
    if reference.digest is not None:
        return Unknown(f"{image.value} is pinned by its digest, which does not tell the version", image.at)
    return Absent(image.at)


def _failover(carrier: _Carrier, workload: Workload, storage: Storage | None) -> Failover | None:
    """Return what the copies survive. A store that loses its data with the copy has nothing that could be taken over.

    Whether several copies replicate to each other is up to the engine.
    """
    if storage is None or carrier.facts.engine == "memcached":
        return None
    if isinstance(storage.kind, Unknown):
        return Failover(Unknown(storage.kind.why, storage.kind.at), "replicas")
    if storage.kind.value is not StorageKind.COVERED:
        return None
    return Failover(workload.replicas.map(_survives), "replicas")


def _survives(copies: int) -> Survives:
    return Survives.NOTHING if copies <= 1 else Survives.INSTANCE


def _is_client(container: Container, facts: ImageFacts) -> bool:
    """Tell whether a container only runs a client program out of the image: a dump, a query, a wait for the server."""
    row = table("clients").get(facts.engine)
    command = known_value(container.entrypoint) or known_value(container.command)
    if row is None or command is None or not command.words or command.words[0].startswith("-"):
        return False
    words = re.split(r"[\s;|&()]+", words_of(container) or "")
    names = {word.rpartition("/")[2] for word in words if not word.startswith("-")}
    return bool(names & set(row["programs"])) and not names & set(row["servers"])


def _image_of(estate: Estate, container: Container) -> Known[str] | None:
    """Return the image that is pulled, or the base of the one that is built."""
    built = estate.targets(container, EdgeKind.RUNS, Image)
    if built and isinstance(built[0].base, Known):
        return built[0].base
    return container.image if isinstance(container.image, Known) else None


def _data_class(carrier: _Carrier, workload: Workload, storage: Storage | None) -> DataClass:
    """Return what the loss of the data would mean.

    A Redis that is told to keep nothing on disk keeps nothing, nor does a database for tests whose directory was put
    on purpose where it is lost.
    """
    words = words_of(carrier.container) or ""
    if carrier.facts.engine == "redis" and _NO_SNAPSHOT.search(words + " ") and "--appendonly yes" not in words:
        return DataClass.TRANSIENT
    if (
        storage is not None
        and storage.where == _WITH_COPY
        and _TEST.search(f"{workload.name} {carrier.container.name}")
    ):
        return DataClass.TRANSIENT
    return DataClass(carrier.facts.data_class or DataClass.PRIMARY)


def _max_connections(facts: ImageFacts, parameters: Parameters, at: Span) -> Maybe[int] | None:
    if facts.max_connections is None:
        return None
    written = parameters.get("max_connections")
    if isinstance(written, Absent):
        return default(facts.max_connections, at, facts.fact)
    number = as_integer(written.value) if isinstance(written, Known) else None
    why = written.why if isinstance(written, Unknown) else "what is written for max_connections is not a whole number"
    return Unknown(why, written.at) if number is None else Known(number, written.at)


# -- storage -------------------------------------------------------------------------------------------------------


def _storage(carrier: _Carrier) -> Storage:
    layouts = _layouts(carrier)
    if isinstance(layouts, Unknown):
        return _untold(carrier, layouts)
    unread = next((mount.path for mount in carrier.container.mounts if isinstance(mount.path, Unknown)), None)
    if unread is not None:
        return _untold(carrier, unread)
    answers = [_covered(carrier, layout) for layout in layouts]
    storage = answers[0] if len(answers) == 1 else _of_every_layout(carrier, answers)
    words = words_of(carrier.container) or ""
    if known_value(storage.kind) is not StorageKind.COVERED and _CONFIGURATION.search(words):
        why = f"{carrier.container} reads a configuration file of its own, which may move the data directory"
        return _untold(carrier, Unknown(why, carrier.container.command.at))
    script = _mounted_script(carrier.container)
    if known_value(storage.kind) is not StorageKind.COVERED and script:
        why = f"{carrier.container} is started by {script}, which is mounted and may name another data directory"
        return _untold(carrier, Unknown(why, carrier.container.command.at))
    return storage


def _mounted_script(container: Container) -> str:
    """Return the script that a container starts from a mount instead of its image's own."""
    mounted = [path.rstrip("/") for path in (known_value(mount.path) for mount in container.mounts) if path]
    for word in _SCRIPT.findall(words_of(container) or ""):
        if any(word == path or word.startswith(f"{path}/") for path in mounted):
            return str(word)
    return ""


def _untold(carrier: _Carrier, unknown: Unknown[str]) -> Storage:
    return Storage(Unknown(unknown.why, unknown.at), "", "", carrier.at, fact=carrier.facts.fact)


def _layouts(carrier: _Carrier) -> tuple[Layout, ...] | Unknown[str]:
    """Return where the data may lie: where the arguments or a variable put it, else where this image does.

    There are several where the tag leaves the generation of the image open.
    """
    container, facts = carrier.container, carrier.facts
    words = words_of(container)
    if words is None:
        return Unknown(f"the arguments of {container} cannot be told", container.command.at)
    option = re.search(rf"(?<!\S)(?:{facts.option})[ =]+(\S+)", words) if facts.option else None
    if option is not None:
        return _moved(carrier, Known(option[1], container.command.at))
    moved = container.variable(facts.variable) if facts.variable else None
    if moved is not None and not isinstance(moved.value, Absent):
        return moved.value if isinstance(moved.value, Unknown) else _moved(carrier, moved.value)
    if not container.environment_complete and facts.variable:
        return Unknown(f"{facts.variable} may come from a source that is not in the scan", carrier.at)
    if not facts.official:
        return Unknown(f"where the image {carrier.image.value} keeps its data is not known", carrier.at)
    return facts.layouts or Unknown(f"nothing here names the data directory of {container}", container.command.at)


def _moved(carrier: _Carrier, path: Known[str]) -> tuple[Layout, ...] | Unknown[str]:
    directory = path.value.strip("'\"")
    if not directory.startswith("/"):
        return Unknown(f"{directory} does not tell where {carrier.container} keeps its data", path.at)
    return (Layout(directory, carrier.facts.declared_volumes),)


def _of_every_layout(carrier: _Carrier, answers: list[Storage]) -> Storage:
    """Return what is true of every generation of the image; unknown where they differ."""
    if len({known_value(each.kind) for each in answers}) == 1 and isinstance(answers[0].kind, Known):
        directories = " or ".join(dict.fromkeys(each.directory for each in answers))
        where = " or ".join(dict.fromkeys(each.where for each in answers))
        return replace(answers[0], directory=directories, where=where)
    unknown = next((each.kind for each in answers if isinstance(each.kind, Unknown)), None)
    why = f"{carrier.image.value} does not tell the major version, and the data directory moved between them"
    return _untold(carrier, Unknown(unknown.why, unknown.at) if unknown is not None else Unknown(why, carrier.at))


def _covered(carrier: _Carrier, layout: Layout) -> Storage:
    """Let the mount decide that covers the directory most closely, the image's own volumes among them."""
    at, fact, directory = carrier.at, carrier.facts.fact, layout.directory
    mounts = [(mount, path) for mount in carrier.container.mounts if (path := known_value(mount.path)) is not None]
    covering = [(mount, path) for mount, path in mounts if _contains(path, directory)]
    closest = max(covering, key=lambda pair: len(PurePosixPath(pair[1]).parts), default=None)
    declared = [path for path in layout.declared if _contains(path, directory)]
    depth = len(PurePosixPath(closest[1]).parts) if closest is not None else 0
    if closest is not None and all(len(PurePosixPath(path).parts) <= depth for path in declared):
        return _on_mount(closest[0], directory, carrier.facts)
    missed = next((pair for pair in mounts if _is_meant_for_data(pair, directory, carrier.facts)), None)
    if missed is not None:
        mount, path = missed
        if isinstance(mount.kind, Unknown):
            return _untold(carrier, Unknown(mount.kind.why, mount.kind.at))
        kind = Known(StorageKind.MISSED, mount.at)
        return Storage(kind, directory, "", at, path, mount.path.at, fact)
    where = "in an anonymous volume" if declared else "in the container's own layer"
    return Storage(Known(StorageKind.UNCOVERED, at), directory, where, at, fact=fact)


def _on_mount(mount: Mount, directory: str, facts: ImageFacts) -> Storage:
    if isinstance(mount.kind, Unknown):
        return Storage(Unknown(mount.kind.why, mount.kind.at), directory, "", mount.at, fact=facts.fact)
    if mount.kind.value in {VolumeKind.PERSISTENT, VolumeKind.HOST_PATH}:
        return Storage(Known(StorageKind.COVERED, mount.at), directory, "", mount.at, fact=facts.fact)
    kind = Known(StorageKind.UNCOVERED, mount.at)
    return Storage(kind, directory, _WITH_COPY, mount.at, fact=facts.fact)


def _contains(folder: str, path: str) -> bool:
    return PurePosixPath(path).is_relative_to(PurePosixPath(folder))


def _is_meant_for_data(pair: tuple[Mount, str], directory: str, facts: ImageFacts) -> bool:
    """Tell whether a volume that may outlive the container was meant for the data, and not for something else."""
    mount, path = pair
    passing = isinstance(mount.kind, Known) and mount.kind.value in {VolumeKind.EPHEMERAL, VolumeKind.PROJECTED}
    if passing or mount.read_only or path.startswith(_NOT_FOR_DATA):
        return False
    shared = PurePosixPath(path).parts[: _SHARED_PARTS + 1] == PurePosixPath(directory).parts[: _SHARED_PARTS + 1]
    named = PurePosixPath(path).name in {facts.engine, facts.family, "data", "db"}
    return shared or named or _contains(path, directory) or path in _usual_directories(facts.engine)


def _usual_directories(engine: str) -> Iterator[str]:
    """Yield the directories in which the images of an engine keep their data."""
    for row in table("images").values():
        if row.get("engine") == engine:
            yield from (layout["directory"] for layout in row.get("layouts", ()))
