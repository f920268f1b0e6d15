"""Whether a copy of the data exists when the original is gone."""

from infraaudit.model import BackupPlan, Cluster, DataClass, Datastore, EdgeKind, Estate, Facet, FacetName, Weight
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
    policy,
)

_STORAGE = frozenset({"ebs", "efs", "fsx", "disk", "filestore", "azure-files"})
"""Volumes and file systems: what has no schedule of its own, and is safe only where a plan selects it."""


def _is_no_volume(store: Datastore, _: Estate) -> Exclusion | None:
    if store.engine in _STORAGE:
        return Exclusion(Reason.MANAGED, "a volume or file system is copied by a plan, which another policy looks for")
    return None


def _is_volume(store: Datastore, _: Estate) -> Exclusion | None:
    if store.engine not in _STORAGE:
        return Exclusion(Reason.MANAGED, "it is no volume and no file system")
    return None


def _has_backups(store: Datastore, _: Estate) -> Exclusion | None:
    if store.facet(FacetName.BACKED_UP) is None:
        return Exclusion(Reason.MANAGED, "its platform either always backs it up or never does")
    if store.replica:
        return Exclusion(Reason.DESIGN, "it is a replica, and its source is backed up")
    if store.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "it keeps nothing that should last")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(_has_backups, _is_no_volume),
    holds="managed stores back themselves up",
    equivalents=(
        "CKV_AWS_28",
        "CKV_AWS_133",
        "CKV_AWS_134",
        "CKV_AWS_343",
        "CKV_GCP_14",
        "GCP-0024",
        "AC_GCP_0001",
        "AVD-AWS-0024",
        "AVD-AWS-0050",
        "AVD-AWS-0077",
        "AWS-0024",
        "AWS-0050",
        "AWS-0077",
        "AC_AWS_0458",
        "AC_AWS_0495",
    ),
)
def datastore_backup_disabled(store: Datastore) -> Findings:
    """The automatic backup of a store is off.

    Why: a wrong migration, a deleted table or a lost instance cannot be undone: no automatic copy exists.

    Fix: turn the backup on and keep it long enough to notice a mistake: backup_retention_period = 14 of a database,
    backup_configuration { enabled = true } of Cloud SQL, point_in_time_recovery of a table, or a plan of AWS Backup
    that selects the store.

    Quiet when: the store is a replica, holds only what may be lost, or a plan of AWS Backup selects it.

    See: AWS Well-Architected REL09-BP01 and REL09-BP03.
    """
    facet = store.facet(FacetName.BACKED_UP)
    if facet is None:
        return
    holds = facet.holds.settled()
    if not holds.value:
        yield Finding(
            holds.at,
            f"{store} has no automatic backup{by_default(holds)}",
            label=f"{facet.setting} turns it off" if holds.stated else f"{facet.setting} is not set",
            factors=_weight(store, facet),
        )


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_is_volume, _has_backups),
    holds="volumes and file systems are copied by a plan",
    equivalents=("CKV2_AWS_9", "CKV2_AWS_18", "CKV2_AZURE_12"),
)
def storage_not_in_any_backup_plan(store: Datastore) -> Findings:
    """No plan and no schedule copies a volume or a file system.

    Why: block and file storage is copied by nobody unless something selects it. A wrong command, a lost zone or a
    deleted resource takes everything on it.

    Fix: let a plan of AWS Backup select it by a tag, switch the backup policy of the file system on, or give its volume
    the tag that a schedule of the Data Lifecycle Manager looks for. Put a disk of Azure, or its machine, under a policy
    of Azure Backup, and attach a schedule of snapshots to a disk of Google.

    Quiet when: its name says that nothing on it has to last; could not tell where a tag speaks of a plan elsewhere.

    See: AWS Backup developer guide, Assigning resources to a backup plan.
    """
    facet = store.facet(FacetName.BACKED_UP)
    if facet is None:
        return
    holds = facet.holds.settled()
    if not holds.value:
        derived = store.data_class is DataClass.DERIVED
        yield Finding(
            holds.at,
            f"nothing in these files copies {store}",
            label=f"{facet.setting} turns it off" if holds.stated else f"{facet.setting} is not set",
            factors=(at_most(Severity.LOW, "it holds what can be rebuilt"),) if derived else (),
        )


def _copies_a_cluster(plan: BackupPlan, estate: Estate) -> Exclusion | None:
    if not any(each.backs_up is not None for each in estate.targets(plan, EdgeKind.PROTECTS, Cluster)):
        return Exclusion(Reason.ROLE, "it copies no cluster that needs an agent for it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_copies_a_cluster,
    holds="clusters that a plan copies have the agent that does it",
    insight=True,
)
def backup_plan_without_agent(plan: BackupPlan, estate: Estate) -> Findings:
    """A plan copies a cluster in which nothing is installed that could copy.

    Why: every run of the plan fails, and who reads the configuration believes that there are copies.

    Fix: switch the agent on: gke_backup_agent_config { enabled = true } under addons_config of the cluster.

    Quiet when: the agent is on, or the cluster is not in the scan.

    See: Backup for GKE documentation, Install Backup for GKE.
    """
    for cluster in estate.targets(plan, EdgeKind.PROTECTS, Cluster):
        if cluster.backs_up is None:
            continue
        agent = cluster.backs_up.settled()
        if not agent.value:
            yield Finding(
                agent.at,
                f"{plan} copies {cluster}, in which the agent for it is not installed{by_default(agent)}",
                label="no agent",
                places=(Place(plan.at, "the plan"),),
                part=cluster.address,
            )


def _weight(store: Datastore, facet: Facet) -> tuple[Factor, ...]:
    if store.data_class is DataClass.DERIVED:
        return (at_most(Severity.LOW, "it holds what can be rebuilt"),)
    if facet.weight is not Weight.FULL:
        return (at_most(Severity.MEDIUM, f"{store.kind} weighs less than a database"),)
    return ()
