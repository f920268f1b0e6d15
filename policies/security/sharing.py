"""Whether copies are handed out to everybody."""

from infraaudit.model import Estate, Faceted, FacetName, Snapshot
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    policy,
)


def _can_be_shared(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.SHARED) is None:
        return Exclusion(Reason.MANAGED, "nothing is known of a way to share it with everybody")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_can_be_shared,
    holds="snapshots and images are shared with named accounts alone",
    equivalents=("CKV_AWS_205", "CKV_AWS_302", "CKV_AZURE_138", "CKV_GCP_101"),
    environment_matters=False,
)
def snapshot_or_image_shared_publicly(resource: Faceted) -> Findings:
    """Everybody may make a copy of a snapshot or an image for himself.

    Why: public snapshots are searched for by machines within minutes of their making. Whoever finds one restores it in
    his own account and reads everything, deleted files and keys in images included.

    Fix: take the permission for everybody back, and share with named accounts under a key of one's own.

    Quiet when: it is shared with named accounts, or a switch of the account forbids it for everybody.

    See: Amazon RDS user guide, Sharing a DB snapshot; Amazon EBS user guide, Share an Amazon EBS snapshot.
    """
    facet = resource.facet(FacetName.SHARED)
    if facet is None:
        return
    shared = facet.holds.settled()
    if shared.value:
        yield Finding(
            shared.at,
            f"{resource} is shared with everybody",
            label=f"{facet.setting} says so" if shared.stated else f"{facet.setting} is not set",
            factors=_weight(resource),
        )


def _weight(resource: Faceted) -> tuple[Factor, ...]:
    if isinstance(resource, Snapshot):
        return ()
    return (at_most(Severity.MEDIUM, "what is published may be meant to be"),)
