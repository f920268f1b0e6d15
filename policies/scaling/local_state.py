"""What ties a workload to one copy, though more of them run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from infraaudit.model import (
    Container,
    EnvironmentVariable,
    Estate,
    Known,
    Mount,
    Role,
    VolumeKind,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    by_default,
    claims_of,
    exclusive,
    long_running,
    most_copies,
    on_several_hosts,
    operand,
    policy,
    settled_within,
)

_ONE_POD = "ReadWriteOncePod"


def _shares_a_claim(workload: Workload, _: Estate) -> Exclusion | None:
    if workload.per_node:
        return Exclusion(Reason.PLATFORM, "one copy runs on each node")
    if not any(volume.type == "persistentVolumeClaim" for volume in workload.volumes):
        own = bool(workload.claim_templates)
        return (
            Exclusion(Reason.DESIGN, "each copy makes a claim of its own")
            if own
            else Exclusion(Reason.ROLE, "it mounts no claim")
        )
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(long_running, on_several_hosts, _shares_a_claim),
    holds="volumes that one node may mount are mounted by one copy",
    insight=True,
)
def exclusive_volume_blocks_scale_out(workload: Workload, estate: Estate) -> Findings:
    """Several copies share a volume that one node alone may mount.

    Why: the second copy that is placed on another node waits for the volume in ContainerCreating, for as long as the
    first one lives. What looks like redundancy is one copy, and an autoscaler adds copies that never start.

    Fix: keep the files in an object store, take a class that many may mount (EFS, Filestore, Azure Files), or make it
    a StatefulSet with a claim for each copy.

    Quiet when: one copy runs, each copy has a claim of its own, or all of them are placed on one node.

    See: Kubernetes documentation, Persistent Volumes, Access Modes.
    """
    copies = settled_within(most_copies(workload, estate), "more than one cannot share a volume of one node")
    if copies.value <= 1:
        return
    for mounted in claims_of(workload, estate):
        modes = exclusive(mounted.claim)
        if modes is None or not modes.settled().value:
            continue
        written = ", ".join(mode.value for mode in mounted.claim.access_modes if isinstance(mode, Known))
        yield Finding(
            mounted.at,
            f"up to {copies.value} copies of {workload} share the claim {mounted.name}, "
            f"which {'one pod' if written == _ONE_POD else 'one node'} alone may mount ({written})",
            label="mounted by every copy",
            places=(
                Place(modes.at, written),
                Place(copies.at, f"{copies.value} copies{by_default(copies)}"),
            ),
            operands=(operand("copies", copies),),
            sum=f"{copies.value} > 1",
            factors=_nearby(workload, mounted.volume.name, pod=written == _ONE_POD),
            part=mounted.name,
        )


def _nearby(workload: Workload, volume: str, *, pod: bool) -> tuple[Factor, ...]:
    if not pod and workload.placement is not None:
        selector = dict(workload.placement.node_selector or ())
        if "kubernetes.io/hostname" in selector or isinstance(workload.placement.node_name, Known):
            return (at_most(Severity.MEDIUM, "all copies are placed on one node"),)
    mounts = [
        mount
        for container in (*workload.containers, *workload.init_containers)
        for mount in container.mounts
        if known_value(mount.source) == volume
    ]
    if mounts and all(mount.read_only for mount in mounts):
        return (at_most(Severity.LOW, "no copy writes to it"),)
    return ()


_FILE_DATABASE = re.compile(r"sqlite(?:\+\w+)?:///(?P<path>[^?]*)", re.IGNORECASE)
_DATABASE_FILE = re.compile(r"(?P<path>/?[\w./-]+\.(?:sqlite3?|db))", re.IGNORECASE)
_DATABASE_NAME = re.compile(r"(DB|DATABASE|SQLITE)")


@dataclass(frozen=True, slots=True)
class _FileDatabase:
    """A database that is one file: the variable that names it, and its path in the container."""

    variable: EnvironmentVariable
    path: str


def _file_databases(container: Container) -> Iterator[_FileDatabase]:
    for variable in container.environment:
        text = known_value(variable.value)
        if text is None:
            continue
        match = _FILE_DATABASE.fullmatch(text.strip())
        if match is None and _DATABASE_NAME.search(variable.name.upper()):
            match = _DATABASE_FILE.fullmatch(text.strip())
        if match is not None and ":memory:" not in text and "mode=ro" not in text:
            yield _FileDatabase(variable, match["path"])


def _keeps_a_file_database(workload: Workload, _: Estate) -> Exclusion | None:
    if not any(True for container in workload.containers for _each in _file_databases(container)):
        return Exclusion(Reason.ROLE, "no variable names a database that is a file")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(long_running, _keeps_a_file_database),
    holds="a database that is a file has one writer",
    insight=True,
)
def file_database_with_multiple_writers(workload: Workload, estate: Estate) -> Findings:
    """Several copies write to a database that is a file.

    Why: on a disk of its own each copy has other data than the rest, and users see one or the other. On a disk that
    they share over a network, the locks of SQLite do not hold and the file is destroyed.

    Fix: use PostgreSQL or MySQL, or run one copy on a local volume and replicate the file.

    Quiet when: one copy runs, or the database is opened for reading alone.

    See: SQLite documentation, Appropriate Uses For SQLite, and How To Corrupt An SQLite Database File.
    """
    copies = settled_within(most_copies(workload, estate), "more than one must not write to one file")
    if copies.value <= 1:
        return
    replicated = _replicated(workload)
    for container in workload.containers:
        for found in _file_databases(container):
            mount = _mount_of(container, found.path)
            if mount is not None and mount.read_only:
                continue
            kind = mount.kind.settled().value if mount is not None else None
            shared = kind is VolumeKind.PERSISTENT and not workload.stateful
            yield Finding(
                found.variable.value.at,
                f"{copies.value} copies of {workload} "
                + (f"write to the file {found.path} on one volume" if shared else f"each keep a file {found.path}")
                + " as their database",
                label="one file, several writers",
                places=(Place(copies.at, f"{copies.value} copies{by_default(copies)}"),),
                operands=(operand("copies", copies),),
                sum=f"{copies.value} > 1",
                factors=(at_most(Severity.LOW, f"{replicated} replicates the file"),) if replicated else (),
                part=f"{container.name} {found.variable.name}",
            )


def _replicated(workload: Workload) -> str:
    images = (known_value(container.image) or "" for container in workload.containers)
    return next((name for image in images for name in ("litestream", "litefs") if name in image), "")


def _mount_of(container: Container, path: str) -> Mount | None:
    """Return the mount that a path lies on. Ends the check where a mount may lie over it."""
    found: Mount | None = None
    for mount in container.mounts:
        target = mount.path.settled().value.rstrip("/")
        beneath = path == target or path.startswith(f"{target}/")
        if beneath and (found is None or len(target) > len(known_value(found.path) or "")):
            found = mount
    return found


_UPLOADS = re.compile(r"(^|[/_-])(media|uploads?|attachments)([/_-]|$)", re.IGNORECASE)
_UPLOAD_VARIABLES = frozenset({"MEDIA_ROOT", "UPLOAD_DIR", "UPLOAD_FOLDER", "UPLOADS_DIR", "UPLOAD_PATH", "MEDIA_DIR"})
_OBJECT_STORE = re.compile(
    r"(STORAGE_BUCKET|GS_BUCKET|S3_BUCKET|AZURE_CONTAINER|DEFAULT_FILE_STORAGE|^STORAGES$|BUCKET_NAME)"
)
_SCRATCH = re.compile(r"(^|/)(tmp|temp|cache|scratch)(/|$)")


def _takes_uploads(workload: Workload, _: Estate) -> Exclusion | None:
    if workload.role is not Role.WEB and workload.role is not Role.WORKER:
        return Exclusion(Reason.ROLE, f"its role is {workload.role}")
    if not any(True for container in workload.containers for _each in _upload_paths(container)):
        return Exclusion(Reason.ROLE, "nothing speaks of files that users bring")
    for container in workload.containers:
        store = next((each for each in container.environment if _OBJECT_STORE.search(each.name.upper())), None)
        if store is not None:
            return Exclusion(Reason.DESIGN, f"{store.name} says that files go to an object store")
    return None


def _upload_paths(container: Container) -> Iterator[tuple[str, Mount | EnvironmentVariable]]:
    """Yield the folders for the files of users, by the variables that name them and the mounts that are called so."""
    for variable in container.environment:
        path = known_value(variable.value)
        if variable.name.upper() in _UPLOAD_VARIABLES and path and path.startswith("/") and not _SCRATCH.search(path):
            yield path, variable
    for mount in container.mounts:
        path = known_value(mount.path)
        if path and _UPLOADS.search(path) and not mount.read_only and not _SCRATCH.search(path):
            yield path, mount


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(long_running, _takes_uploads),
    holds="files of users are where every copy finds them",
    insight=True,
)
def uploads_on_instance_local_storage(workload: Workload, estate: Estate) -> Findings:
    """Files that users bring stay on the copy that took them.

    Why: the next request is answered by another copy, which does not have the file, and with the copy the file is
    gone. Both look like a fault of the user's connection until somebody counts the copies.

    Fix: keep files in an object store, or on a volume that every copy mounts.

    Quiet when: a variable names an object store, or a volume is mounted that every copy shares.

    See: The Twelve-Factor App, Processes, and Backing services.
    """
    copies = settled_within(most_copies(workload, estate), "a second one does not see the files of the first")
    if copies.value == 0:
        return
    for container in workload.containers:
        seen: set[str] = set()
        for path, named in _upload_paths(container):
            mount = named if isinstance(named, Mount) else _mount_of(container, path)
            where = _where(workload, mount)
            folder = known_value(mount.path) if mount is not None else path
            if not where or folder in seen or (copies.value == 1 and mount is None and not _replaced(workload)):
                continue
            seen.add(folder or path)
            several = copies.value > 1
            at = named.at if isinstance(named, Mount) else named.value.at
            yield Finding(
                at,
                f"files in {path} of {workload} lie {where}"
                + (f", and {copies.value} copies answer" if several else ", and go with the copy"),
                label="seen by one copy alone" if several else "gone with the copy",
                places=(Place(copies.at, f"{copies.value} copies{by_default(copies)}"),) if several else (),
                operands=(operand("copies", copies),),
                sum=f"{copies.value} > 1" if several else "",
                factors=() if several else (at_most(Severity.MEDIUM, "one copy finds its own files, until it goes"),),
                part=f"{container.name} {path}",
            )


def _replaced(workload: Workload) -> bool:
    """Whether the platform puts a new copy in the place of an old one, as any but a single host does."""
    return not workload.platform.single_host


def _where(workload: Workload, mount: Mount | None) -> str:
    """Say where files lie that no other copy sees, empty where all copies see them."""
    if mount is None:
        return "in the container itself"
    kind = mount.kind.settled().value
    if kind is VolumeKind.EPHEMERAL:
        return "on a volume that lives no longer than its copy"
    if kind is VolumeKind.HOST_PATH:
        return "" if workload.platform.single_host else "on the node"
    if kind is VolumeKind.PERSISTENT and workload.claim_templates:
        own = {each.name for each in workload.claim_templates}
        return "on the claim of each copy" if known_value(mount.source) in own else ""
    return ""
