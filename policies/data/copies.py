"""Whether the stores that one runs oneself are copied, and whether the copies are any good."""

from infraaudit.model import (
    BackupJob,
    CopyPlace,
    DataClass,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    FacetName,
    Known,
    Opaque,
    StorageKind,
    Unknown,
    UnsettledError,
    Workload,
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
    on_one_host,
    policy,
    used_in_its_project,
)

_COPIED_BY_JOBS = frozenset({"postgres", "mysql", "mongodb"})
"""Engines that are copied by a program which can be seen."""

_COPIED_WHOLE = ("velero.io", "gemini.fairwinds.com", "k10.kasten.io", "snapscheduler.backube")
"""API groups of what copies the volumes of a whole cluster by a schedule."""


def _kept_by_oneself(store: Datastore, _: Estate) -> Exclusion | None:
    if store.managed or store.storage is None or store.engine not in _COPIED_BY_JOBS:
        return Exclusion(Reason.MANAGED, "no job of its own makes the copies of such a store")
    if store.data_class is not DataClass.PRIMARY or store.replica:
        return Exclusion(Reason.DESIGN, "what it holds can be rebuilt")
    if store.storage.kind.settled().value is not StorageKind.COVERED:
        return Exclusion(Reason.DESIGN, "no volume keeps its data, which is another finding")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"its data may be lost: {store.deployment.evidence}")
    return None


def _is_depended_on(store: Datastore, estate: Estate) -> Exclusion | None:
    unused = used_in_its_project(store, estate)
    if unused is not None:
        return unused
    if on_one_host(store, estate) and store.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "its owner may copy it on the host, and nothing says production")
    return None


def _copied_with_the_cluster(store: Datastore, estate: Estate) -> Exclusion | None:
    for other in estate.of(Opaque):
        if other.type.startswith(_COPIED_WHOLE):
            return Exclusion(Reason.PLATFORM, f"{other} copies volumes by a schedule")
    for each in estate.in_deployment(store, Datastore):
        facet = each.facet(FacetName.BACKED_UP)
        if each.engine == "efs" and facet is not None and isinstance(facet.holds, Known) and facet.holds.value:
            return Exclusion(Reason.PLATFORM, f"{each} is backed up, on which such volumes lie")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(_kept_by_oneself, _is_depended_on, _copied_with_the_cluster),
    holds="databases that one runs oneself are copied by a schedule",
    insight=True,
)
def self_hosted_database_without_backup(store: Datastore, estate: Estate) -> Findings:
    """A database runs in a container, and nothing in these files ever copies it.

    Why: a wrong migration, a deleted table or a lost disk cannot be undone; a volume survives the container and not
    the mistake.

    Fix: let a scheduled job dump it to a bucket in another place, or use an operator with backups and an archive of
    the log of changes; then try to restore it.

    Quiet when: a scheduled job or image copies it, the volumes of the cluster are copied as a whole, it can be
    rebuilt, it is not production, or a Compose project of which nothing says that it is.

    See: PostgreSQL documentation, Backup and Restore; AWS Well-Architected REL09-BP01.
    """
    jobs = estate.sources(store, EdgeKind.PROTECTS, BackupJob)
    if any(isinstance(job.scheduled, Known) and job.scheduled.value for job in jobs):
        return
    for job in jobs:
        job.scheduled.settled()
    if not jobs:
        _doubt(store, estate)
    by_hand = "only " + " and ".join(sorted({job.tool for job in jobs})) + " by hand" if jobs else "nothing"
    yield Finding(
        store.at,
        f"{by_hand} in these files copies {store.engine} of {store}",
        label="no job with a schedule",
        places=tuple(Place(job.at, "runs only when somebody starts it") for job in jobs),
        factors=_weight(store, estate),
    )


def _doubt(store: Datastore, estate: Estate) -> None:
    """End the check where a job that may copy the store cannot be told: its command, its image or its files are not."""
    for job in estate.in_deployment(store, BackupJob):
        if not job.engine or job.engine == store.engine:
            raise UnsettledError(Unknown(f"{job.tool} of {job} may copy it", job.at))
    for workload in estate.in_deployment(store, Workload):
        for container in workload.containers:
            container.image.settled()
            container.command.settled()
            container.entrypoint.settled()


def _weight(store: Datastore, estate: Estate) -> tuple[Factor, ...]:
    carriers = estate.sources(store, EdgeKind.RUNS, Workload)
    if any(carrier.platform.single_host for carrier in carriers):
        return (at_most(Severity.MEDIUM, "its owner may copy it on the host"),)
    if store.deployment.environment is Environment.PRODUCTION:
        return ()
    return (at_most(Severity.MEDIUM, "volumes may be copied from elsewhere, and nothing says production"),)


def _says_where(job: BackupJob, _: Estate) -> Exclusion | None:
    if job.place is None:
        return Exclusion(Reason.DESIGN, "it brings its copies away, or does not write them to a path")
    if job.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"its copies may be lost: {job.deployment.evidence}")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_says_where,
    holds="copies lie somewhere else than the data",
    insight=True,
)
def backup_stored_beside_the_data(job: BackupJob) -> Findings:
    """The copies of a store lie where they are lost together with it.

    Why: what takes the data takes its copies along: a full or broken disk, a deleted claim, a lost host. A copy in the
    container itself is gone as soon as the job has ended.

    Fix: bring the copies to versioned object storage in another account or region, in the same job.

    Quiet when: the job, or another one on the same volume, brings the copies away.

    See: AWS Well-Architected REL09-BP02.
    """
    if job.place is None:
        return
    place = job.place.settled()
    if place.value is not CopyPlace.AWAY:
        light = (at_most(Severity.MEDIUM, "only the loss of the host takes both"),)
        yield Finding(
            place.at,
            f"{job.tool} of {job} writes to {job.path}, {place.value}",
            label=str(place.value),
            factors=light if place.value is CopyPlace.SAME_HOST else (),
        )


def _copies_postgres(job: BackupJob, _: Estate) -> Exclusion | None:
    if job.client_major is None:
        return Exclusion(Reason.MANAGED, "its program reads servers of every version")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_copies_postgres,
    holds="programs that copy databases are not older than their servers",
    insight=True,
)
def backup_client_older_than_server(job: BackupJob, estate: Estate) -> Findings:
    """A backup job brings a program that is older than the server that it copies.

    Why: pg_dump ends with an error when the server is of a newer major version. The job has failed every night since
    the upgrade, and what is kept are the copies from before.

    Fix: run the job from an image with the major version of the server, and raise both together.

    Quiet when: the program is as new as the server.

    See: PostgreSQL documentation, pg_dump, Notes.
    """
    client = job.client_major
    for store in estate.targets(job, EdgeKind.PROTECTS, Datastore):
        if client is None or store.major is None:
            continue
        server = store.major.settled()
        program = client.settled()
        if isinstance(program, Known) and isinstance(server, Known) and program.value < server.value:
            yield Finding(
                program.at,
                f"{job.tool} {program.value} of {job} refuses to copy {store}, which runs version {server.value}",
                label=f"brings version {program.value}",
                places=(Place(server.at, f"{store} runs version {server.value}"),),
                sum=f"{program.value} < {server.value}",
                part=str(store),
            )


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="a backup job fails when the copy failed",
    insight=True,
)
def backup_job_hides_failure(job: BackupJob) -> Findings:
    """A backup job reports success though the copy failed.

    Why: an empty file counts as a good copy, no alarm is raised, and that there is no backup is found out on the day
    on which it is needed.

    Fix: run the script with set -euo pipefail under bash, write to a file, look at it, and bring it away only then.

    Quiet when: the shell ends at the first error and counts errors inside of pipes.

    See: Bash Reference Manual, Pipelines; PostgreSQL documentation, SQL Dump.
    """
    for failure in job.failures.settled().value:
        checked = (at_most(Severity.MEDIUM, "something looks at the copy afterwards"),) if failure.checked else ()
        yield Finding(
            failure.at,
            f"{job.tool} of {job} may fail without anybody's notice: {failure.how}",
            label="its failure is lost",
            factors=checked,
            part=failure.how,
        )
