"""Whether a container is kept apart from the machine it runs on."""

from infraaudit.model import (
    Container,
    Estate,
    HostAccess,
    Mount,
    Role,
    Unknown,
    VolumeKind,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Factor,
    Finding,
    Findings,
    Severity,
    at_most,
    policy,
)


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    holds="no container runs privileged",
    equivalents=(
        "CKV_K8S_2",
        "CKV_K8S_16",
        "CKV_AWS_334",
        "KSV-0017",
        "KSV017",
        "kube-linter:privileged-container",
        "kube-score:container-security-context-privileged",
        "polaris:runAsPrivileged",
        "C-0057",
    ),
)
def container_privileged(container: Container, estate: Estate) -> Findings:
    """A container runs privileged.

    Why: it has every right of the machine and all its devices; whoever breaks into it owns the machine and every
    other container on it.

    Fix: drop privileged and add the one capability or device that is needed; build images without a daemon, by
    rootless BuildKit or Buildah.

    Quiet when: the setting is off, as it is by default.

    See: Kubernetes documentation, Pod Security Standards, Baseline.
    """
    privileged = container.privileged.settled()
    if privileged.value:
        yield Finding(
            privileged.at,
            f"{estate.words_for(container)} runs privileged",
            label="every right of the machine",
            factors=(*_by_design(estate.workload_of(container)), *_building_images(container)),
        )


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    holds="containers see no folder and no runtime socket of their machine",
    equivalents=(
        "CKV_K8S_27",
        "KSV-0006",
        "KSV006",
        "KSV-0023",
        "KSV023",
        "KSV-0121",
        "kube-linter:docker-sock",
        "kube-linter:sensitive-host-mounts",
        "kube-linter:writable-host-mount",
        "polaris:hostPathSet",
        "C-0045",
        "C-0048",
        "C-0074",
    ),
)
def host_path_or_socket_mounted(container: Container, estate: Estate) -> Findings:
    """A container mounts the runtime's socket or a folder of its machine.

    Why: the socket lets whoever reaches it start any container with any right, even when it is mounted read-only; a
    writable system folder gives the machine away just as well, and any other folder ties the copies to one machine.

    Fix: take the mount away, or put a persistent volume or a ConfigMap in its place; put a filtering proxy before the
    socket where a program needs part of it.

    Quiet when: Compose mounts a folder of the project or of the data, an agent that runs on each node mounts another
    folder than those of the system, or the machine's time zone is mounted.

    See: OWASP Docker Security Cheat Sheet, rule 1.
    """
    workload = estate.workload_of(container)
    open_questions: list[Unknown[VolumeKind] | Unknown[str]] = []
    for mount in container.mounts:
        unknown = _unknown_of(mount)
        if unknown is not None:
            open_questions.append(unknown)
            continue
        seen = _seen_through(mount, workload)
        if seen:
            yield Finding(
                mount.source.at,
                f"{estate.words_for(container)} mounts {seen}",
                label="ties it to one machine"
                if mount.host_access is HostAccess.FOLDER
                else "a way to the whole machine",
                factors=(*_by_design(workload), *_weight(mount, container)),
                part=_host_path(mount),
            )
    for unknown in open_questions:
        unknown.settled()


def _unknown_of(mount: Mount) -> Unknown[VolumeKind] | Unknown[str] | None:
    """Return what of a mount cannot be told and would have to be, to know that it shows nothing of the machine."""
    if isinstance(mount.kind, Unknown):
        return mount.kind
    return mount.source if mount.kind.value is VolumeKind.HOST_PATH and isinstance(mount.source, Unknown) else None


def _seen_through(mount: Mount, workload: Workload) -> str:
    """Return what a container sees of its machine through a mount, nothing where that is harmless.

    On one host a folder is the usual place of data, and agents of a node are there to look into it.
    """
    if mount.host_access in {None, HostAccess.HARMLESS}:
        return ""
    path = _host_path(mount)
    if mount.host_access is HostAccess.SOCKET:
        return f"the container runtime's socket {path}"
    if mount.host_access is HostAccess.FOLDER and (workload.platform.single_host or _is_of_system(workload)):
        return ""
    return f"{path} of its machine"


def _host_path(mount: Mount) -> str:
    return (known_value(mount.source) or "").rstrip("/") or "/"


def _weight(mount: Mount, container: Container) -> tuple[Factor, ...]:
    if mount.host_access is HostAccess.SOCKET:
        filtering = container.image_role == "socket proxy"
        return (at_most(Severity.MEDIUM, "it is the proxy that filters what reaches the socket"),) if filtering else ()
    if mount.host_access is HostAccess.FOLDER:
        severity = Severity.LOW if mount.read_only else Severity.MEDIUM
        return (at_most(severity, "it is no system folder" + (", and read-only" if mount.read_only else "")),)
    return (at_most(Severity.MEDIUM, "it is mounted read-only"),) if mount.read_only else ()


def _by_design(workload: Workload) -> tuple[Factor, ...]:
    if _is_of_system(workload) or workload.role is Role.AGENT:
        return (at_most(Severity.LOW, "agents of a node need it by design"),)
    return ()


def _is_of_system(workload: Workload) -> bool:
    return workload.per_node or workload.namespace.endswith("-system")


def _building_images(container: Container) -> tuple[Factor, ...]:
    if container.image_role == "builder":
        return (at_most(Severity.MEDIUM, "a Docker daemon that builds images needs it"),)
    return ()
