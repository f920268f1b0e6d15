"""Whether a container is kept apart from the machine it runs on."""

from infraaudit.model import Container, Estate, Known, Mount, Role, VolumeKind, Workload
from infraaudit.policy import (
    Effort,
    Factor,
    Finding,
    Findings,
    Severity,
    at_most,
    policy,
)

_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")
_WHOLE_HOST = frozenset(
    {"/", "/etc", "/root", "/boot", "/dev", "/proc", "/sys", "/var/lib/kubelet", "/var/lib/docker", "/var/run", "/run"}
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

    Fix: drop privileged and add the one capability or device that is needed.

    Quiet when: the setting is off, as it is by default.

    See: Kubernetes documentation, Pod Security Standards, Baseline.
    """
    privileged = container.privileged.settled()
    if privileged.value:
        yield Finding(
            privileged.at,
            f"{estate.words_for(container)} runs privileged",
            label="every right of the machine",
            factors=_by_design(estate.workload_of(container)),
        )


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    holds="containers see no system folder and no runtime socket of their machine",
    equivalents=("CKV_K8S_27", "KSV-0006", "KSV006", "KSV-0121", "kube-linter:docker-sock", "C-0048", "C-0074"),
)
def host_path_or_socket_mounted(container: Container, estate: Estate) -> Findings:
    """A container mounts the runtime's socket or a system folder of its machine.

    Why: the socket lets whoever reaches it start any container with any right, even when it is mounted read-only;
    a writable system folder gives the machine away just as well.

    Fix: take the mount away; put a filtering proxy before the socket where a program needs part of it.

    Quiet when: the mount is a folder of the project or of the data, or the workload is an agent of each node.

    See: OWASP Docker Security Cheat Sheet, rule 1.
    """
    workload = estate.workload_of(container)
    for mount in container.mounts:
        if mount.kind.settled().value is not VolumeKind.HOST_PATH or not isinstance(mount.source, Known):
            continue
        path = mount.source.value.rstrip("/") or "/"
        if path.endswith(_SOCKETS):
            says, factors = f"the container runtime's socket {path}", _by_design(workload)
        elif path in _WHOLE_HOST:
            says, factors = f"{path} of its machine", (*_by_design(workload), *_read_only(mount))
        else:
            continue
        yield Finding(
            mount.source.at,
            f"{estate.words_for(container)} mounts {says}",
            label="a way to the whole machine",
            factors=factors,
            part=path,
        )


def _by_design(workload: Workload) -> tuple[Factor, ...]:
    if workload.per_node or workload.role is Role.AGENT or workload.namespace == "kube-system":
        return (at_most(Severity.LOW, "agents of a node need it by design"),)
    return ()


def _read_only(mount: Mount) -> tuple[Factor, ...]:
    return (at_most(Severity.MEDIUM, "it is mounted read-only"),) if mount.read_only else ()
