"""Whether anybody hears of it before a certificate ends that nothing renews."""

from infraaudit.model import (
    Alarm,
    Entity,
    Environment,
    Estate,
    Gateway,
    Known,
    ServerCertificate,
    Unknown,
    UnsettledError,
    UptimeCheck,
    known_value,
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
    at_least,
    not_passing,
    policy,
)

_OF_CERTIFICATES = ("daystoexpiry", "cert_expiry", "certificate_expiration", "not_after")
"""What the names of metrics contain that tell how long a certificate still holds."""


def _passes(certificate: ServerCertificate, estate: Estate) -> Exclusion | None:
    if certificate.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"it is missed by nobody there: {certificate.deployment.evidence}")
    return not_passing(certificate, estate)


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_passes,
    holds="somebody hears of it before a certificate ends that nothing renews",
    insight=True,
)
def certificate_expiry_unmonitored(certificate: ServerCertificate, estate: Estate) -> Findings:
    """A certificate that nothing renews ends some day, and nobody is told before.

    Why: on that day every client refuses the connection, all at once and mostly at night, and the new certificate has
    to be asked for, brought and rolled out while everything stands still.

    Fix: let the platform issue and renew it: validation by DNS in AWS Certificate Manager, an issuer that Key Vault
    speaks with and the action AutoRenew. Else watch it: an alarm on DaysToExpiry, contacts of the vault, a web test
    with ssl_cert_remaining_lifetime, an alert on probe_ssl_earliest_cert_expiry.

    Quiet when: it is renewed by its platform, its vault tells people or hands on its events, an alarm or a check from
    outside looks at how long certificates hold, or it is not production. Could not tell where no alarm of any kind is
    in the scan, or the vault is not.

    See: AWS Certificate Manager user guide, Managed certificate renewal; Azure Key Vault, Renew your certificates.
    """
    renewed = certificate.renewed.settled()
    if renewed.value or _watcher(estate) is not None:
        return
    told = certificate.told
    if told is None and not estate.of(Alarm):
        raise UnsettledError(Unknown("no alarm is in the scan, so it may be watched from elsewhere", certificate.at))
    if told is not None and told.settled().value:
        return
    doors = [each for each in estate.in_deployment(certificate, Gateway) if _shows(each, certificate)]
    yield Finding(
        renewed.at,
        f"nothing renews {certificate}, and nobody is told before it ends",
        label="somebody has to bring the next one",
        places=tuple(Place(each.at, f"{each} shows it") for each in doors[:1]),
        factors=_weight(certificate, doors),
    )


def _watcher(estate: Estate) -> Entity | None:
    """Return what looks at how long certificates hold, whichever these are."""
    return estate.derived(_find_watcher)


def _find_watcher(estate: Estate) -> Entity | None:
    for alarm in estate.of(Alarm):
        if any(word in metric.lower() for metric in alarm.metrics for word in _OF_CERTIFICATES):
            return alarm
    return next((each for each in estate.of(UptimeCheck) if isinstance(each.watches_certificate, Known)), None)


def _shows(gateway: Gateway, certificate: ServerCertificate) -> bool:
    names = {certificate.address, *certificate.identifiers}
    held = [value for door in gateway.listeners for value in (door.certificate, *door.further) if value is not None]
    return any(known_value(each) in names for each in held)


def _weight(certificate: ServerCertificate, doors: list[Gateway]) -> tuple[Factor, ...]:
    public = next((each for each in doors if isinstance(each.public, Known) and each.public.value), None)
    if public is None or certificate.deployment.environment is not Environment.PRODUCTION:
        return ()
    return (at_least(Severity.MEDIUM, f"{public} shows it to the internet"),)
