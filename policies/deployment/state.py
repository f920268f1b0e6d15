"""Whether the state of a Terraform root is kept where it stays, and whether it is the root's own."""

from infraaudit.model import (
    Absent,
    EdgeKind,
    Environment,
    Estate,
    Known,
    ObjectStore,
    StateBackend,
    Unknown,
    UnsettledError,
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


def _locks_by_a_setting(backend: StateBackend, _: Estate) -> Exclusion | None:
    kind = backend.type.settled().value
    if kind not in _LOCKED_BY or not backend.written:
        return Exclusion(Reason.PLATFORM, "its backend keeps two runs apart by itself, or only one person has it")
    return None


_LOCKED_BY = {
    "s3": "use_lockfile = true",
    "http": "lock_address and unlock_address",
    "oss": "tablestore_table",
}
"""The backends that keep two runs apart only where a setting asks for it."""


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(applied, _locks_by_a_setting),
    holds="two runs at once cannot write one state",
    insight=True,
)
def terraform_state_not_locked(backend: StateBackend) -> Findings:
    """Two runs at once may write the same state.

    Why: a pipeline and a person, or two pipelines, each read the state, change something and write it back. What the
    first one made is then in no state any more: it runs and costs, and the next apply makes it again.

    Fix: use_lockfile = true of the s3 backend, lock_address and unlock_address of http, tablestore_table of oss.

    Quiet when: the backend locks by itself, as gcs, azurerm, pg, consul and HCP Terraform do. Could not tell where
    settings are given when Terraform is initialised.

    See: Terraform documentation, Backend Type: s3, State Locking.
    """
    locked = backend.locked.settled()
    if isinstance(locked, Known) and locked.value:
        return
    if backend.partial and isinstance(locked, Absent):
        raise UnsettledError(Unknown("settings of the backend are given when Terraform is initialised", locked.at))
    setting = _LOCKED_BY[backend.type.settled().value]
    yield Finding(
        locked.at,
        f"two runs at once in {_folder(backend)} may write the same state",
        label="locking is off" if isinstance(locked, Known) else "nothing locks it",
        fix=f"Set {setting}.",
    )


def _has_bucket_in_sight(backend: StateBackend, estate: Estate) -> Exclusion | None:
    if not estate.targets(backend, EdgeKind.READS, ObjectStore):
        return Exclusion(Reason.MANAGED, "what keeps its state is not in the scan")
    return None


_MONTH = 30


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(applied, _has_bucket_in_sight),
    holds="a state outlives what it describes",
    insight=True,
)
def state_store_not_recoverable(backend: StateBackend, estate: Estate) -> Findings:
    """The bucket of a state goes with what the state describes, or soon forgets.

    Why: a root that makes the bucket of its own state removes with a destroy the record of what it has not yet
    destroyed. Where old versions are deleted after some days, a state that was spoilt at the last apply before a
    holiday cannot be had back.

    Fix: make the bucket in a small root of its own with prevent_destroy, and keep old versions for three months.

    Quiet when: the bucket stands in another root, or is guarded by prevent_destroy. That it keeps no versions at all,
    or is emptied by a destroy, is told of the bucket.

    See: Terraform documentation, Backend Type: s3.
    """
    for bucket in estate.targets(backend, EdgeKind.READS, ObjectStore):
        if bucket.deployment.id == backend.deployment.id and bucket.guarded is not None:
            guarded = bucket.guarded.settled()
            if not guarded.value:
                yield Finding(
                    bucket.at,
                    f"{bucket} keeps the state of {_folder(backend)}, which makes and destroys it",
                    label="a destroy takes the state along",
                    places=(Place(backend.at, "the state is kept there"),),
                    part="own",
                )
        kept = bucket.old_versions.settled() if bucket.old_versions is not None else None
        if isinstance(kept, Known) and kept.value < _MONTH:
            yield Finding(
                kept.at,
                f"old versions of the state of {_folder(backend)} are deleted after {kept.value} days",
                label="no way back behind that",
                places=(Place(backend.at, f"the state is kept in {bucket}"),),
                factors=(at_most(Severity.LOW, "a mistake is often seen within days"),),
                part="versions",
            )
