"""Whether the state of a Terraform root is kept where it stays, and whether it is the root's own."""

from infraaudit.model import Absent, Environment, Estate, Known, StateBackend
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    applied,
    at_most,
    policy,
)

_APART = frozenset({"s3", "gcs", "azurerm", "http", "consul", "oss", "cos", "pg", "kubernetes"})


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=applied,
    holds="the state of a root lies where everybody who applies it finds it",
    insight=True,
)
def terraform_state_local(backend: StateBackend) -> Findings:
    """The state of a root lies on the disk of whoever applied it last.

    Why: without the state Terraform does not know what it has made. A lost laptop or a fresh checkout makes everything
    a second time or nothing at all, and two people who apply at once undo each other's work.

    Fix: keep the state in a backend that others reach and that locks (s3 with use_lockfile, gcs, azurerm, cloud), and
    move it there with terraform init -migrate-state.

    Quiet when: the folder is an example or a module, or a backend is completed from elsewhere.

    See: Terraform documentation, Backend Configuration.
    """
    kind = backend.type.settled()
    if kind.value == "local":
        what = "resource" if backend.resources == 1 else "resources"
        yield Finding(
            kind.at,
            f"the state of {backend.resources} {what} in {_folder(backend)} is kept on one disk",
            label="a local backend" if backend.written else "no backend is configured",
            factors=_weight(backend),
        )


def _folder(backend: StateBackend) -> str:
    return backend.deployment.folder or "this folder"


def _weight(backend: StateBackend) -> tuple[Factor, ...]:
    if backend.makes_store:
        return (at_most(Severity.LOW, "it makes the bucket that states are kept in, and has to start without one"),)
    if backend.deployment.environment is not Environment.PRODUCTION:
        return (at_most(Severity.MEDIUM, "nothing says production"),)
    return ()


def _has_place(backend: StateBackend, _: Estate) -> Exclusion | None:
    kind = backend.type.settled().value
    if kind not in _APART or not backend.written:
        return Exclusion(Reason.PLATFORM, "its backend keeps the states of different roots apart by itself")
    if isinstance(backend.store, Absent) and isinstance(backend.path, Absent):
        return Exclusion(Reason.DESIGN, "its state lies in its own folder")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(applied, _has_place),
    holds="each root has a state of its own",
    insight=True,
)
def terraform_state_shared_between_roots(backend: StateBackend, estate: Estate) -> Findings:
    """Two roots keep their state at the same address.

    Why: each of them takes what the other has made for its own and no longer wanted: the second apply destroys what
    the first one made.

    Fix: give each root and environment a key or prefix of its own, and move the state with terraform state pull and
    push under the eyes of a second person.

    Quiet when: the keys or prefixes differ, or the backend parts states by workspace.

    See: Terraform documentation, Backend Configuration; State: Workspaces.
    """
    place = _address(backend)
    for other in estate.of(StateBackend):
        if other.deployment.folder <= backend.deployment.folder:
            continue
        if place is not None and _may_be_known(other) and _address(other) == place:
            says = f"{_folder(backend)} and {_folder(other)} keep their state at the same address: {' '.join(place)}"
            yield Finding(
                (backend.path if isinstance(backend.path, Known) else backend).at,
                says,
                label="one state for two roots",
                places=(Place(other.path.at, f"{_folder(other)} says the same"),),
                part=other.deployment.folder,
            )


def _address(backend: StateBackend) -> tuple[str, ...] | None:
    store, path = backend.store.settled(), backend.path.settled()
    words = [str(backend.type.settled().value)]
    words += [each.value for each in (store, path) if isinstance(each, Known)]
    return tuple(words) if len(words) > 1 else None


def _may_be_known(backend: StateBackend) -> bool:
    """Whether everything that makes up the address of another root is certain."""
    parts = (backend.type, backend.store, backend.path)
    return backend.written and all(isinstance(each, Known | Absent) for each in parts)
