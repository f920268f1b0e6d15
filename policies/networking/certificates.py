"""What a door shows of itself before a request is heard: the versions that it speaks, and for whom it stands."""

from infraaudit.model import (
    Absent,
    EdgeKind,
    Estate,
    Gateway,
    Known,
    Listener,
    ServerCertificate,
    Unknown,
    UnsettledError,
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
    at_most,
    by_default,
    in_a_row,
    policy,
)

_MOST_NAMED = 3
_PATTERN = frozenset("*?")


def _has_words(gateway: Gateway, _: Estate) -> Exclusion | None:
    if not any(door.retired is not None for door in gateway.listeners):
        return Exclusion(Reason.MANAGED, "nothing is chosen for the encryption of its doors")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_has_words,
    holds="doors refuse the versions of TLS that are retired",
    equivalents=(
        "CKV_AWS_103",
        "CKV_AWS_206",
        "CKV_AWS_380",
        "CKV2_AWS_74",
        "CKV_AZURE_15",
        "CKV_AZURE_145",
        "CKV_AZURE_218",
        "AVD-AWS-0013",
        "AVD-AWS-0047",
        "AWS-0013",
        "AWS-0047",
        "AZU-0006",
    ),
)
def weak_tls_policy(gateway: Gateway) -> Findings:
    """A door still takes a retired version of TLS.

    Why: TLS 1.0 and 1.1 know only signatures and ciphers that are broken or nearly so; standards for payments and
    health forbid them, and whoever stands between may talk both sides down to them.

    Fix: the policy that the vendor recommends: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09 for load balancers,
    TLSv1.2_2021 for distributions, TLS_1_2 for names of APIs, TransferSecurityPolicy-2024-01 for servers of files.

    Quiet when: nothing older than TLS 1.2 is taken. Could not tell where AWS chooses because nothing is written.

    See: RFC 8996; Elastic Load Balancing user guide, Security policies for your Application Load Balancer.
    """
    doubt: Unknown[str] | None = None
    told: set[str] = set()
    for number, door in enumerate(gateway.listeners):
        retired = door.retired
        if isinstance(retired, Unknown):
            doubt = doubt or retired
        elif isinstance(retired, Known) and str(retired.at) not in told:
            told.add(str(retired.at))
            word = known_value(door.tls_policy) if door.tls_policy is not None else None
            yield Finding(
                retired.at,
                f"{gateway} takes {retired.value}{_port(door)}: its policy is {word}" + by_default(retired),
                label="retired versions are taken",
                factors=_weight(gateway),
                part=str(number),
            )
    if doubt is not None:
        raise UnsettledError(doubt)


def _port(door: Listener) -> str:
    number = known_value(door.port)
    return f" on port {number}" if number is not None else ""


def _weight(gateway: Gateway) -> tuple[Factor, ...]:
    public = gateway.public
    if isinstance(public, Unknown):
        return (at_most(Severity.LOW, "whether the internet reaches it cannot be told"),)
    return () if public.value else (at_most(Severity.LOW, "only the private network reaches it"),)


# -- names -------------------------------------------------------------------------------------------------------


def _has_named_doors(gateway: Gateway, estate: Estate) -> Exclusion | None:
    if not any(door.hosts and door.certificate is not None for door in gateway.listeners):
        return Exclusion(Reason.MANAGED, "under which names it is called is not written beside a certificate")
    outer = estate.sources(gateway, EdgeKind.ROUTES_TO, Gateway)
    if outer:
        return Exclusion(Reason.PLATFORM, f"clients see the certificate of {outer[0]}")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_has_named_doors,
    holds="certificates are for the names under which doors are called",
    insight=True,
)
def certificate_name_mismatch(gateway: Gateway, estate: Estate) -> Findings:
    """A door is called by a name that its certificate is not for.

    Why: every client refuses the connection, and it is seen only when the first one calls by that name.

    Fix: add the name to subject_alternative_names, or take the rule or alias away. A star stands for one label only.

    Quiet when: one certificate of the door is for the name. Could not tell where a certificate or a name cannot be
    told.

    See: RFC 9525, section 6.3.
    """
    doubt: Unknown[str] | None = None
    for door in gateway.listeners:
        certificates = _certificates(door, gateway, estate)
        if isinstance(certificates, Unknown):
            doubt = doubt or certificates
        elif certificates:
            names = [name for each in certificates for name in each.names]
            uncovered = [each for each in door.hosts if isinstance(each, Known) and not _covered(each.value, names)]
            untold = next((each for each in (*names, *door.hosts) if isinstance(each, Unknown)), None)
            if untold is not None or not all(each.names_complete for each in certificates):
                at = certificates[0].at
                doubt = doubt or untold or Unknown(f"the names of {certificates[0]} cannot all be told", at)
            elif uncovered:
                more = f" and {len(uncovered) - 1} more" if len(uncovered) > 1 else ""
                yield Finding(
                    uncovered[0].at,
                    f"{gateway} is called {uncovered[0].value}{more}, which {in_a_row([str(e) for e in certificates])}"
                    f" {'is' if len(certificates) == 1 else 'are'} not for",
                    label="no certificate is for this name",
                    places=tuple(Place(each.at, "a certificate of the door") for each in certificates[:_MOST_NAMED]),
                    part=uncovered[0].value,
                )
    if doubt is not None:
        raise UnsettledError(doubt)


def _certificates(door: Listener, gateway: Gateway, estate: Estate) -> list[ServerCertificate] | Unknown[str]:
    """Return the certificates of a door; unknown where one of them is not in the scan, none where it has none."""
    if not door.hosts or door.certificate is None or isinstance(door.certificate, Absent):
        return []
    found: list[ServerCertificate] = []
    for named in (door.certificate, *door.further):
        if isinstance(named, Unknown):
            return named
        each = estate.beside(gateway, named.value, ServerCertificate)
        if each is None:
            return Unknown(f"the certificate {named.value} is not in the scan", named.at)
        found.append(each)
    if not door.further_complete:
        return Unknown(f"which further certificates {gateway} holds cannot be told", door.at)
    return found


def _covered(host: str, names: list[Known[str] | Unknown[str]]) -> bool:
    """Whether a certificate is for a host, a star standing for its first label. A pattern of hosts may be any."""
    wanted = host.lower().rstrip(".")
    known = {each.value.lower().rstrip(".") for each in names if isinstance(each, Known)}
    if wanted in known or _PATTERN.intersection(wanted):
        return True
    return f"*.{wanted.partition('.')[2]}" in known
