"""What stands between the internet and a program at a public edge: a firewall for requests, and a bound for them."""

import re

from infraaudit.model import (
    Absent,
    Direction,
    EdgeKind,
    Environment,
    Estate,
    FirewallRule,
    Gateway,
    Known,
    ObjectStore,
    Service,
    Unknown,
    UnsettledError,
    WebFirewall,
    Workload,
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

_WORLD = frozenset({"0.0.0.0/0", "::/0"})
_INGRESS = Direction.INGRESS
_BOUNDS_ITSELF = re.compile(r"RATE_?LIMIT|THROTTL", re.IGNORECASE)


def _is_an_edge(gateway: Gateway, estate: Estate) -> Exclusion | None:
    """Hold gateways of the internet that lead to programs, and through which requests come first."""
    if not gateway.public.settled().value:
        return Exclusion(Reason.MANAGED, "only the private network reaches it")
    outer = estate.sources(gateway, EdgeKind.ROUTES_TO, Gateway)
    if outer:
        return Exclusion(Reason.PLATFORM, f"its requests come through {outer[0]}")
    perhaps = perhaps_led_to(gateway, estate)
    if perhaps is not None:
        raise UnsettledError(perhaps)
    behind = [each.target for each in estate.edges_from(gateway, EdgeKind.ROUTES_TO)]
    if not behind:
        return Exclusion(Reason.ROLE, "nothing of the scan stands behind it")
    if all(estate.get(each, ObjectStore) is not None for each in behind):
        return Exclusion(Reason.DESIGN, "only objects of buckets are asked for")
    if _lets_in_a_list(gateway, estate):
        return Exclusion(Reason.DESIGN, "its rules let in the addresses of a list alone")
    return None


def _lets_in_a_list(gateway: Gateway, estate: Estate) -> bool:
    """Whether rules of the network let in named addresses alone; ends the check where that cannot be told."""
    rules = [each for each in estate.sources(gateway, EdgeKind.PROTECTS, FirewallRule) if each.direction is _INGRESS]
    sources = [each for rule in rules for each in rule.sources]
    if any(known_value(each) in _WORLD for each in sources):
        return False
    for each in sources:
        each.settled()
    unsure = next((each for each in rules if not each.sources_complete), None)
    if unsure is not None:
        raise UnsettledError(Unknown(f"whom {unsure} lets in cannot be told", unsure.at))
    if gateway.firewalls and not sources:
        raise UnsettledError(Unknown("no rule of its groups that lets anybody in is in the scan", gateway.at))
    return bool(sources)


def _can_have_firewall(gateway: Gateway, _: Estate) -> Exclusion | None:
    if gateway.web_firewall is None:
        return Exclusion(Reason.MANAGED, "whether a firewall for requests stands before it is not read")
    return None


def _weight(gateway: Gateway) -> tuple[Factor, ...]:
    if gateway.deployment.environment is Environment.PRODUCTION:
        return ()
    return (at_most(Severity.LOW, "nothing says production"),)


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(_can_have_firewall, _is_an_edge),
    holds="a firewall for requests stands before programs that the internet reaches",
    equivalents=(
        "CKV2_AWS_28",
        "CKV2_AWS_29",
        "CKV2_AWS_33",
        "CKV_AWS_68",
        "CKV_AZURE_120",
        "CKV_AZURE_121",
        "AVD-AWS-0011",
        "AWS-0011",
    ),
)
def no_waf_at_public_edge(gateway: Gateway) -> Findings:
    """No firewall for requests stands at a public edge.

    Why: what scanners send to every address of the internet reaches the program, and when a hole of a framework becomes
    known there is no place where it could be closed within the hour.

    Fix: a web ACL with the managed common rules and a rate rule (aws_wafv2_web_acl_association, web_acl_id), a
    security_policy of Cloud Armor at the backend service, the SKU WAF_v2 with a firewall_policy_id.

    Quiet when: rules stand before it or before the gateway that its requests come through, only objects of buckets are
    asked for, or the internet does not reach it, or only the addresses of a list do.

    See: AWS WAF developer guide; Google Cloud Armor documentation, Security policy overview.
    """
    firewall = gateway.web_firewall.settled() if gateway.web_firewall is not None else None
    if isinstance(firewall, Absent):
        yield Finding(
            gateway.at,
            f"no firewall for requests stands before {gateway}",
            label="every request reaches the program",
            factors=_weight(gateway),
        )


# -- how often ------------------------------------------------------------------------------------------------


def _can_bound(gateway: Gateway, _: Estate) -> Exclusion | None:
    if gateway.web_firewall is None and gateway.throttle is None:
        return Exclusion(Reason.MANAGED, "what bounds its requests is not read")
    if isinstance(gateway.web_firewall, Absent) and not isinstance(gateway.throttle, Known):
        return Exclusion(Reason.DESIGN, "no firewall stands before it at all, which is another finding")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(_can_bound, _is_an_edge),
    holds="something bounds how often one client may ask",
    insight=True,
)
def no_rate_limit_on_public_path(gateway: Gateway, estate: Estate) -> Findings:
    """Nothing bounds how often a client may ask, from the internet to the program.

    Why: whoever tries passwords, copies a catalogue or sends the same costly request in a loop is stopped by nobody,
    and takes the capacity of all others.

    Fix: a rate_based_statement in the web ACL, a rule with rate_limit_options in Cloud Armor, a RateLimitRule of Azure,
    or throttling_rate_limit of the stage.

    Quiet when: a rule of the firewall bounds the rate, the stage or one of its routes does, or the program does it by a
    setting of its own.

    See: OWASP API Security Top 10, API4:2023 Unrestricted Resource Consumption.
    """
    if any(isinstance(each.throttle, Known) for each in gateway.routes):
        return
    if gateway.throttle is not None and isinstance(gateway.throttle.settled(), Known):
        return
    named = gateway.web_firewall.settled() if gateway.web_firewall is not None else None
    firewall = _firewall(gateway, named.value, estate) if isinstance(named, Known) else None
    if firewall is not None and _bounds(firewall):
        return
    _settle_by_itself(gateway, estate)
    at = firewall.at if firewall is not None else gateway.at
    yield Finding(
        at,
        f"no rule bounds how often a client may ask {gateway}",
        label="as often as anybody likes",
        places=(Place(gateway.at, "the edge"),) if firewall is not None else (),
        factors=_weight(gateway),
    )


def _firewall(gateway: Gateway, name: str, estate: Estate) -> WebFirewall:
    found = estate.beside(gateway, name, WebFirewall)
    if found is None:
        raise UnsettledError(Unknown(f"the firewall {name} is not in the scan", gateway.at))
    return found


def _bounds(firewall: WebFirewall) -> bool:
    if any(rule.rate for rule in firewall.rules):
        return True
    if not firewall.rules_complete:
        raise UnsettledError(Unknown(f"the rules of {firewall} cannot all be told", firewall.at))
    return False


def _settle_by_itself(gateway: Gateway, estate: Estate) -> None:
    """End the check where a program behind a gateway has a setting that speaks of a bound of its own."""
    services = estate.targets(gateway, EdgeKind.ROUTES_TO, Service)
    behind = [*estate.targets(gateway, EdgeKind.ROUTES_TO, Workload)]
    behind += [each for service in services for each in estate.targets(service, EdgeKind.EXPOSES, Workload)]
    for container in (each for workload in behind for each in workload.containers):
        for variable in container.environment:
            if _BOUNDS_ITSELF.search(variable.name):
                raise UnsettledError(Unknown(f"{container} may bound requests itself by {variable.name}", variable.at))
