"""Whether copies survive somebody who wants them gone."""

from infraaudit.model import (
    Absent,
    BackupPlan,
    BackupVault,
    BucketRole,
    Environment,
    Estate,
    Faceted,
    ObjectStore,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    not_passing,
    policy,
)


def _holds_copies(place: Faceted, estate: Estate) -> Exclusion | None:
    if isinstance(place, BackupVault):
        if place.locked is None:
            return Exclusion(Reason.MANAGED, "its platform has no lock for it")
        if not _plans_into(place, estate):
            return Exclusion(Reason.ROLE, "no plan among these files writes to it")
        return None
    if not isinstance(place, ObjectStore) or place.locked is None:
        return Exclusion(Reason.MANAGED, "it is no place for copies")
    if place.role is not BucketRole.BACKUP:
        return Exclusion(Reason.ROLE, f"its name tells of {place.role}")
    return None


def _meant_to_stay(place: Faceted, estate: Estate) -> Exclusion | None:
    if place.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"its copies may be lost: {place.deployment.evidence}")
    return not_passing(place, estate)


def _plans_into(vault: BackupVault, estate: Estate) -> list[BackupPlan]:
    names = {vault.address, *vault.identifiers}
    plans = estate.in_deployment(vault, BackupPlan)
    return [plan for plan in plans if any(known_value(rule.vault) in names for rule in plan.rules)]


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(_holds_copies, _meant_to_stay),
    holds="copies cannot be deleted before their time",
    equivalents=("CKV_AWS_143",),
)
def backups_can_be_altered(place: Faceted, estate: Estate) -> Findings:
    """Whoever administrates the account can delete every copy.

    Why: a stolen key or a script with the wrong filter deletes the data and its copies in one go. What nobody can
    delete before its time is what a company comes back from.

    Fix: lock the vault for good (aws_backup_vault_lock_configuration with min_retention_days and changeable_for_days),
    or let its policy refuse backup:DeleteRecoveryPoint to everybody; give a bucket a rule of Object Lock.

    Quiet when: no plan writes to the vault, or it is not production.

    See: AWS Backup developer guide, AWS Backup Vault Lock; Amazon S3 user guide, Using S3 Object Lock.
    """
    if isinstance(place, BackupVault):
        yield from _of_vault(place, estate)
    elif isinstance(place, ObjectStore) and place.locked is not None:
        locked = place.locked.settled()
        if isinstance(locked, Absent) or not locked.value:
            yield Finding(
                locked.at,
                f"{place} holds backups that anybody with access to it can delete",
                label="no rule of Object Lock",
                factors=(at_most(Severity.LOW, "what is in it is told by its name alone"),),
            )


def _of_vault(vault: BackupVault, estate: Estate) -> Findings:
    if vault.locked is None or (vault.refuses is not None and vault.refuses.settled().value):
        return
    locked = vault.locked.settled()
    plans = tuple(Place(each.at, f"{each} writes to it") for each in _plans_into(vault, estate)[:3])
    if isinstance(locked, Absent):
        yield Finding(
            locked.at,
            f"every copy in {vault} can be deleted before its time",
            label="no lock, and no policy that refuses it",
            places=plans,
        )
    elif vault.lasting is not None:
        lasting = vault.lasting.settled()
        if not lasting.value:
            yield Finding(
                lasting.at,
                f"the lock of {vault} can be taken off by whoever administrates the account",
                label="changeable_for_days is not set",
                places=plans,
                factors=(at_most(Severity.LOW, "it stops mistakes, and all but administrators"),),
                part="lock",
            )
