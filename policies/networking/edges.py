"""What requests go through at the edge before anything answers them."""

from infraaudit.model import (
    EdgeKind,
    Estate,
    Gateway,
    Known,
    Listener,
    ObjectStore,
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
    perhaps_led_to,
    policy,
)

_PLAIN = "http"


def _has_doors(gateway: Gateway, estate: Estate) -> Exclusion | None:
    if not gateway.listeners:
        return Exclusion(Reason.MANAGED, "its doors are not read")
    outer = estate.sources(gateway, EdgeKind.ROUTES_TO, Gateway)
    if outer:
        return Exclusion(Reason.PLATFORM, f"its requests come through {outer[0]}")
    perhaps = perhaps_led_to(gateway, estate)
    if perhaps is not None:
        raise UnsettledError(perhaps)
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_has_doors,
    holds="requests come in encrypted, and plain ones are sent on to the encrypted door",
    equivalents=("CKV_AWS_2", "CKV_AWS_34", "CKV2_AWS_20", "AVD-AWS-0012", "AVD-AWS-0054", "AWS-0012", "AWS-0054"),
)
def plaintext_edge(gateway: Gateway, estate: Estate) -> Findings:
    """Requests are taken in over plain HTTP.

    Why: whoever shares a network on the way reads passwords and sessions, and changes what is answered.

    Fix: let the plain door do nothing but redirect to the encrypted one: a redirect action with HTTP_301,
    viewer_protocol_policy = "redirect-to-https", https_redirect of a map of Google, a redirect_configuration of an
    application gateway, https_only of an app.

    Quiet when: the plain door only redirects or answers by itself, or another gateway of the scan stands before this
    one. Could not tell where a protocol or an action cannot be told.

    See: AWS Well-Architected SEC09-BP02; Elastic Load Balancing, Application Load Balancers, Redirect actions.
    """
    doubts: list[Unknown[str] | Unknown[bool]] = []
    plain: list[Listener] = []
    for door in gateway.listeners:
        protocol, redirects = door.protocol, door.redirects
        if isinstance(protocol, Unknown):
            doubts.append(protocol)
        elif protocol.value == _PLAIN and isinstance(redirects, Unknown):
            doubts.append(redirects)
        elif protocol.value == _PLAIN and isinstance(redirects, Known) and not redirects.value:
            plain.append(door)
    if plain:
        yield Finding(
            plain[0].at,
            f"{gateway} takes requests over plain HTTP{_port(plain[0])}",
            label="nothing is encrypted here",
            places=tuple(Place(each.at, f"nor here{_port(each)}") for each in plain[1:]),
            factors=_weight(gateway, estate),
        )
    for doubt in doubts:
        raise UnsettledError(doubt)


def _port(door: Listener) -> str:
    number = known_value(door.port)
    return f" on port {number}" if number is not None else ""


def _weight(gateway: Gateway, estate: Estate) -> tuple[Factor, ...]:
    public = gateway.public
    if isinstance(public, Unknown):
        return (at_most(Severity.MEDIUM, "whether the internet reaches it cannot be told"),)
    if not public.value:
        return (at_most(Severity.MEDIUM, "only the private network reaches it"),)
    behind = [each.target for each in estate.edges_from(gateway, EdgeKind.ROUTES_TO)]
    if behind and all(estate.get(each, ObjectStore) is not None for each in behind):
        return (at_most(Severity.MEDIUM, "only objects of buckets are asked for"),)
    return ()
