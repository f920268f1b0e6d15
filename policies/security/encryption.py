"""Whether data is encrypted where it lies."""

from infraaudit.model import (
    Cluster,
    Datastore,
    Estate,
    Faceted,
    FacetName,
    Gateway,
    Network,
    Subnet,
    VirtualMachines,
    Weight,
    Workflow,
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
    policy,
)

_WEIGHTS: dict[Weight, tuple[Factor, ...]] = {
    Weight.FULL: (),
    Weight.LESS: (at_most(Severity.MEDIUM, "messages and disks weigh less than databases"),),
    Weight.LEAST: (at_most(Severity.LOW, "the platform encrypts it anyway by now"),),
}


def _can_be_plain(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.ENCRYPTED_AT_REST) is not None:
        return None
    if isinstance(resource, Datastore) and not resource.managed:
        return Exclusion(Reason.MANAGED, "the disk below its container decides it")
    if isinstance(resource, VirtualMachines):
        return Exclusion(Reason.MANAGED, "none of its disks is described here")
    if isinstance(resource, Gateway):
        return Exclusion(Reason.ROLE, "it hands requests on and stores nothing")
    if isinstance(resource, Cluster | Network | Subnet | Workflow):
        return Exclusion(Reason.ROLE, "it stores no data of its own")
    return Exclusion(Reason.PLATFORM, "its platform always encrypts it")


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_can_be_plain,
    holds="stored data is encrypted",
    equivalents=(
        "CKV_AWS_3",
        "CKV_AWS_5",
        "CKV_AWS_8",
        "CKV_AWS_16",
        "CKV_AWS_26",
        "CKV_AWS_27",
        "CKV_AWS_29",
        "CKV_AWS_42",
        "CKV_AWS_43",
        "CKV_AWS_44",
        "CKV_AWS_47",
        "CKV_AWS_64",
        "CKV_AWS_74",
        "CKV_AWS_96",
        "AVD-AWS-0008",
        "AVD-AWS-0023",
        "AVD-AWS-0037",
        "AVD-AWS-0045",
        "AVD-AWS-0048",
        "AVD-AWS-0064",
        "AVD-AWS-0076",
        "AVD-AWS-0079",
        "AVD-AWS-0080",
        "AVD-AWS-0095",
        "AVD-AWS-0096",
        "AWS-0008",
        "AWS-0023",
        "AWS-0037",
        "AWS-0045",
        "AWS-0048",
        "AWS-0064",
        "AWS-0076",
        "AWS-0079",
        "AWS-0080",
        "AWS-0095",
        "AWS-0096",
    ),
)
def unencrypted_at_rest(resource: Faceted) -> Findings:
    """Data is stored without encryption.

    Why: whoever gets at a disk, a snapshot or a backup reads everything, and most platforms cannot turn encryption on
    later without a copy and a move.

    Fix: turn encryption on before there is data in it; for one that has data, restore an encrypted copy of a snapshot.

    Quiet when: the platform encrypts this kind of resource in any case; could not tell where a snapshot or the source
    of a replica decides.

    See: AWS Well-Architected SEC08-BP02.
    """
    facet = resource.facet(FacetName.ENCRYPTED_AT_REST)
    if facet is None:
        return
    encrypted = facet.holds.settled()
    if not encrypted.value:
        yield Finding(
            encrypted.at,
            f"{resource} stores its data unencrypted" + by_default(encrypted),
            label=f"{facet.setting} turns it off" if encrypted.stated else f"{facet.setting} is not set",
            factors=_WEIGHTS[facet.weight],
        )
