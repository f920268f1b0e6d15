"""Whether what a platform keeps up by itself is allowed to be kept up."""

from infraaudit.model import Datastore, Environment, Estate, Known
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Profile,
    Reason,
    Severity,
    at_least,
    by_default,
    policy,
)


def _is_kept_up(store: Datastore, _: Estate) -> Exclusion | None:
    if store.upkeep is None or (store.upkeep.minor is None and store.upkeep.expired is None):
        return Exclusion(Reason.MANAGED, "its kind has no switch for minor versions")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"an old version does no harm there: {store.deployment.evidence}")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_is_kept_up,
    holds="platforms raise minor versions by themselves",
    equivalents=("CKV_AWS_207", "CKV_AWS_226", "CKV_AWS_322"),
    profile=Profile.STRICT,
)
def managed_minor_upgrades_disabled(store: Datastore) -> Findings:
    """A store stays at its minor version until somebody thinks of it.

    Why: minor versions carry the repairs of known holes. Where nobody raises them the platform does so at the end of
    support, on a day of its own choice. A certificate whose authority has ended is refused by clients that look at it.

    Fix: take the false away and write a maintenance window down; ca_cert_identifier = "rds-ca-rsa2048-g1".

    Quiet when: it is not production. Versions that a vendor certifies have to stay: it belongs to the strict profile.

    See: Amazon RDS user guide, Upgrading a DB instance engine version; Rotating your SSL/TLS certificate.
    """
    upkeep = store.upkeep
    if upkeep is None:
        return
    if upkeep.expired is not None:
        expired = upkeep.expired.settled()
        if isinstance(expired, Known):
            yield Finding(
                expired.at,
                f"{store} shows a certificate of {expired.value}",
                label="clients that look at it refuse it",
                factors=(at_least(Severity.HIGH, "its authority has ended"),),
                part="certificate",
            )
    if upkeep.minor is None:
        return
    raised = upkeep.minor.settled()
    if not raised.value:
        window = upkeep.window
        yield Finding(
            raised.at,
            f"{store} takes no minor version by itself{by_default(raised)}",
            label="nobody raises it",
            places=(Place(window.at, f"its window would be {window.value}"),) if isinstance(window, Known) else (),
            part="minor",
        )
