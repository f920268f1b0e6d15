"""Whether what was deleted by mistake can be brought back for a while."""

from infraaudit.model import (
    BucketRole,
    DataClass,
    EdgeKind,
    EncryptionKey,
    Estate,
    Faceted,
    FacetName,
    ObjectStore,
    Weight,
)
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
    meant_to_stay,
    policy,
)

_KEPT = frozenset({BucketRole.STATE, BucketRole.BACKUP, BucketRole.UPLOADS})


def _has_an_undo(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.UNDELETED) is None:
        return Exclusion(Reason.MANAGED, "its kind keeps nothing that was deleted, or always does")
    return None


def _told_otherwise(resource: Faceted, estate: Estate) -> Exclusion | None:
    """Leave out a vault whose keys encrypt data, and a bucket that keeps no versions: other policies speak of these."""
    for key in estate.in_deployment(resource, EncryptionKey):
        if key.vault == resource.address and estate.edges_from(key, EdgeKind.ENCRYPTS):
            return Exclusion(Reason.MANAGED, f"it is told with {key}, by which data is encrypted")
    if not isinstance(resource, ObjectStore):
        return None
    if resource.role not in _KEPT:
        return Exclusion(Reason.ROLE, f"its name tells of {resource.role}")
    if resource.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "its name says that nothing in it has to last")
    if not resource.versioning.settled().value:
        return Exclusion(Reason.MANAGED, "it is told that it keeps no versions of its objects")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_has_an_undo, meant_to_stay, _told_otherwise),
    holds="what is deleted by mistake can be brought back for a while",
    equivalents=(
        "CKV2_AZURE_38",
        "CKV_AZURE_42",
        "CKV_AZURE_110",
        "CKV_AZURE_111",
        "CKV_AZURE_187",
        "AVD-AZU-0016",
        "AZU-0016",
        "AVD-AZU-0056",
        "AZU-0056",
    ),
)
def soft_delete_off(resource: Faceted) -> Findings:
    """What is deleted by mistake cannot be brought back.

    Why: a container takes all its blobs with it, versions included, and a vault its keys, secrets or backups. The days
    in which such an order can be taken back are the only way out of a wrong command or a stolen login.

    Fix: give a storage account a container_delete_retention_policy of a week or more, switch purge_protection_enabled
    of a Key Vault and of App Configuration on, and leave soft delete of a vault for backups on.

    Quiet when: the environment is not production, or the name or file says that it is thrown away. A vault whose keys
    encrypt data, and an account that keeps no versions of its blobs, are told by policies of their own.

    See: Azure Storage, Soft delete for containers; Azure Key Vault, Soft-delete overview.
    """
    facet = resource.facet(FacetName.UNDELETED)
    if facet is None:
        return
    kept = facet.holds.settled()
    if not kept.value:
        how = "can be purged at once" if "purge" in facet.setting else "is gone at once"
        yield Finding(
            kept.at,
            f"what is deleted from {resource} {how}{by_default(kept)}",
            label=f"{facet.setting} is off" if kept.stated else f"{facet.setting} is not set",
            factors=_weight(facet.weight),
        )


def _weight(weight: Weight) -> tuple[Factor, ...]:
    if weight is Weight.FULL:
        return ()
    return (at_most(Severity.LOW, "nothing in the scan is lost with it for good"),)
