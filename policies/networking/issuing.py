"""Whether the certificate that a door asks for will ever be there."""

from infraaudit.model import (
    Absent,
    Estate,
    Gateway,
    Issuer,
    Known,
    Listener,
    ServerCertificate,
    Unknown,
    UnsettledError,
    known_value,
)
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, at_most, policy

_CERT_MANAGER = "cert-manager.io"


def _needs_a_certificate(gateway: Gateway, _: Estate) -> Exclusion | None:
    doors = [each for each in gateway.listeners if each.certificate is not None]
    if not doors and gateway.issuer is None:
        return Exclusion(Reason.MANAGED, "it asks for no certificate")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_needs_a_certificate,
    holds="the certificates of doors are made, and kept where the doors look for them",
    insight=True,
)
def tls_secret_or_issuer_missing(gateway: Gateway, estate: Estate) -> Findings:
    """The certificate of a door will not be there.

    Why: the apply ends with an error that does not name the cause, or the door answers with a certificate of its own
    that no client believes.

    Fix: make certificates for CloudFront in us-east-1 (provider = aws.us_east_1), those of load balancers in their own
    region; wait for them with aws_acm_certificate_validation; name an issuer of cert-manager that exists.

    Quiet when: certificate and door are in one region, and the issuer is in the scan. Could not tell where a provider
    names no region, or issuers are made elsewhere.

    See: Amazon CloudFront developer guide, Requirements for certificates; cert-manager documentation, Annotated
    Ingress.
    """
    doubts: list[Unknown[str]] = []
    for number, door in enumerate(gateway.listeners):
        yield from _of_door(gateway, door, number, estate, doubts)
    yield from _of_issuer(gateway, estate, doubts)
    for doubt in doubts:
        raise UnsettledError(doubt)


def _of_door(gateway: Gateway, door: Listener, number: int, estate: Estate, doubts: list[Unknown[str]]) -> Findings:
    named = known_value(door.certificate) if door.certificate is not None else None
    certificate = estate.beside(gateway, named, ServerCertificate) if named is not None else None
    if certificate is None:
        return
    wanted, kept = gateway.certificates_in, certificate.region
    if isinstance(wanted, Known) and isinstance(kept, Known) and wanted.value != kept.value:
        yield Finding(
            certificate.at,
            f"{gateway} looks for its certificate in {wanted.value}, and {certificate} is made in {kept.value}",
            label="a certificate of another region",
            places=(Place(door.at, "the door"), Place(kept.at, "its region")),
            part=f"region {number}",
        )
        return
    doubts.extend(each for each in (wanted, kept) if isinstance(each, Unknown))
    if isinstance(certificate.validated, Unknown):
        doubts.append(Unknown(certificate.validated.why, certificate.validated.at))
    elif not certificate.validated.value:
        yield Finding(
            certificate.at,
            f"{gateway} is given {certificate} without waiting until it is issued",
            label="nothing waits for it",
            places=(Place(door.at, "the door"),),
            factors=(at_most(Severity.LOW, "a second apply succeeds once it is issued"),),
            part=f"issued {number}",
        )


def _of_issuer(gateway: Gateway, estate: Estate, doubts: list[Unknown[str]]) -> Findings:
    """Find an issuer of cert-manager that a door asks for and that is not among those of the scan."""
    asked = gateway.issuer
    if asked is None or isinstance(asked, Absent):
        return
    if isinstance(asked, Unknown):
        doubts.append(Unknown(asked.why, asked.at))
        return
    kind, name, group = (known_value(each) for each in (asked.value.kind, asked.value.name, asked.value.group))
    if kind is None or name is None or group != _CERT_MANAGER:
        doubts.append(Unknown("which issuer it asks for cannot be told", asked.at))
        return
    wide = kind == "ClusterIssuer"
    issuers = [each for each in estate.of(Issuer) if each.cluster_wide is wide]
    if any(each.name == name and (wide or each.namespace == gateway.namespace) for each in issuers):
        return
    if not issuers:
        doubts.append(Unknown(f"no {kind} is in the scan, so {name} may be made elsewhere", asked.at))
        return
    yield Finding(
        asked.at,
        f"{gateway} asks the {kind} {name} for its certificate, which is not among those of the scan",
        label="nobody of this name issues any",
        places=(Place(issuers[0].at, f"{issuers[0]} is there"),),
        part="issuer",
    )
