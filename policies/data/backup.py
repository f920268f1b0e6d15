"""Whether a copy of the data exists when the original is gone."""

from infraaudit.model import DataClass, Datastore, Estate, Facet, FacetName, Weight
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
)


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
    when=_has_backups,
    holds="managed stores back themselves up",
    equivalents=(
        "CKV_AWS_28",
        "CKV_AWS_133",
        "CKV_AWS_134",
        "CKV_AWS_343",
        "CKV2_AWS_18",
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


def _weight(store: Datastore, facet: Facet) -> tuple[Factor, ...]:
    if store.data_class is DataClass.DERIVED:
        return (at_most(Severity.LOW, "it holds what can be rebuilt"),)
    if facet.weight is not Weight.FULL:
        return (at_most(Severity.MEDIUM, f"{store.kind} weighs less than a database"),)
    return ()
