"""Whether the addresses that platforms give to functions and services are open to whoever finds them."""

import re

from infraaudit.model import (
    Direction,
    EdgeKind,
    Estate,
    Gateway,
    HostedApp,
    Identity,
    Known,
    OwnAddress,
    Permission,
    Placed,
    Route,
    Service,
    Unknown,
    UnsettledError,
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
    at_least,
    at_most,
    by_default,
    covers,
    lowered,
    perhaps_led_to,
    policy,
    rules_of,
    world_of,
)

_HOOKS = re.compile(r"(?<![a-z])(web-?hooks?|hooks?|callbacks?)(?![a-z])")
_ADMINISTERING = frozenset({"roles/owner", "roles/editor", "AdministratorAccess"})


def _before(workload: Workload, estate: Estate) -> list[Gateway]:
    """Return the gateways that lead to a workload, straight or by a service."""
    straight = estate.sources(workload, EdgeKind.ROUTES_TO, Gateway)
    services = estate.sources(workload, EdgeKind.EXPOSES, Service)
    gates = [*straight, *(gate for each in services for gate in estate.sources(each, EdgeKind.ROUTES_TO, Gateway))]
    doors = {each.door for each in _addresses(workload, estate)}
    own = [each for each in gates if each.address in doors]
    outer = [gate for each in own for gate in estate.sources(each, EdgeKind.ROUTES_TO, Gateway)]
    return [*(each for each in gates if each.address not in doors), *outer]


def _runs(address: OwnAddress, estate: Estate) -> Workload | None:
    return estate.beside(address, address.of, Workload)


def _is_all_there_is(address: OwnAddress, estate: Estate) -> Exclusion | None:
    workload = _runs(address, estate)
    if workload is not None and _before(workload, estate):
        return Exclusion(Reason.DESIGN, "a gateway leads to it, and whether that can be gone around is another matter")
    if isinstance(workload, HostedApp):
        return Exclusion(Reason.DESIGN, "it is a site, which is there to be called by everybody")
    perhaps = perhaps_led_to(workload, estate) if workload is not None else None
    if perhaps is not None:
        raise UnsettledError(perhaps)
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_is_all_there_is,
    holds="functions and services ask who calls them, or hide from the internet",
    equivalents=("CKV_AWS_258", "CKV_GCP_102", "CKV_GCP_107", "CKV_GCP_124", "CKV2_GCP_10"),
)
def public_function_or_run_endpoint(address: OwnAddress, estate: Estate) -> Findings:
    """Whoever finds the address of a function or service may call it.

    Why: nothing stands before the program: no list of who may come, no bound on how often, and each call is paid for.
    A flaw in the program is one of the whole internet.

    Fix: take allUsers away and let callers show who they are (run.invoker for their accounts, AWS_IAM for a function
    URL); let only the load balancer in (ingress = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"); or put a gateway that asks
    before it.

    Quiet when: callers are asked who they are, the address is closed, or a gateway leads to it. LOW for what is called
    a webhook, which others have to reach.

    See: Cloud Run documentation, Restrict network ingress; AWS Lambda developer guide, Function URLs.
    """
    asks = address.asks
    if isinstance(asks, Known) or (isinstance(address.reached, Known) and not address.reached.value):
        return
    reached = address.reached.settled()
    open_to_all = asks.settled()
    yield Finding(
        open_to_all.at,
        f"everybody in the internet may call {address}",
        label="nobody is asked who he is",
        places=(Place(reached.at, f"{address.setting} lets the internet in{by_default(reached)}"),),
        factors=_weight(address, estate),
    )


def _weight(address: OwnAddress, estate: Estate) -> tuple[Factor, ...]:
    workload = _runs(address, estate)
    if _HOOKS.search(address.name.lower().replace("_", "-")):
        return (at_most(Severity.LOW, "its name speaks of calls that others make on purpose"),)
    role = _administers(workload, estate) if workload is not None else ""
    return (at_least(Severity.HIGH, f"what it runs as holds {role}"),) if role else ()


def _administers(workload: Workload, estate: Estate) -> str:
    """Return the role over everything that a workload holds, as far as the scan shows one."""
    acting = known_value(workload.fetches_as) if workload.fetches_as is not None else None
    if acting is None:
        return ""
    identity = estate.beside(workload, acting, Identity)
    names = {acting, f"serviceAccount:{acting}", *(identity.identifiers if identity is not None else ())}
    for permission in estate.in_deployment(workload, Permission):
        granted = known_value(permission.granted)
        if granted in _ADMINISTERING and not permission.objects and names & set(permission.holders):
            return granted
    return ""


# -- around the edge ------------------------------------------------------------------------------------------


def _stands_behind_an_edge(placed: Placed, estate: Estate) -> Exclusion | None:
    if isinstance(placed, Gateway):
        if not placed.firewalls:
            return Exclusion(Reason.MANAGED, "no rules of a network stand before it")
        if not estate.sources(placed, EdgeKind.ROUTES_TO, Gateway):
            return Exclusion(Reason.ROLE, "no gateway leads to it")
        return None
    if not isinstance(placed, Workload) or not _addresses(placed, estate):
        return Exclusion(Reason.MANAGED, "its platform gives it no address of its own")
    if not _before(placed, estate):
        return Exclusion(Reason.ROLE, "no gateway leads to it")
    return None


def _addresses(workload: Workload, estate: Estate) -> list[OwnAddress]:
    return [each for each in estate.in_deployment(workload, OwnAddress) if each.of == workload.address]


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_stands_behind_an_edge,
    holds="what stands behind an edge is reached through it alone",
    insight=True,
)
def backend_bypasses_edge(placed: Placed, estate: Estate) -> Findings:
    """What stands behind a gateway can be called around it.

    Why: the firewall, the limits and the logs of the edge count for nothing for whoever calls the address that the
    platform gave to the program, and such addresses are found in certificates, logs and links.

    Fix: let only the load balancer in: ingress = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", ALLOW_INTERNAL_AND_GCLB of a
    function, or switch the address itself off (default_uri_disabled). For App Service, ip_restriction_default_action =
    "Deny" with a rule for the service tag AzureFrontDoor.Backend, or a private endpoint. Before a load balancer behind
    CloudFront admit the prefix list com.amazonaws.global.cloudfront.origin-facing alone.

    Quiet when: the address is closed, callers are asked who they are there too, or the edge sends a header by which the
    load balancer knows it.

    See: Cloud Run documentation, Restrict network ingress; Azure App Service, Set up access restrictions; Amazon
    CloudFront developer guide, Restrict access to Application Load Balancers.
    """
    if isinstance(placed, Gateway):
        yield from _around(placed, estate)
    if not isinstance(placed, Workload):
        return
    gates = [gate for gate in _before(placed, estate) if gate.public.settled().value]
    for address in _addresses(placed, estate):
        asks, reached = address.asks, address.reached
        if not gates or isinstance(asks, Known) or (isinstance(reached, Known) and not reached.value):
            continue
        way, open_to_all = reached.settled(), asks.settled()
        yield Finding(
            way.at,
            f"the internet calls {placed} around {gates[0]}{by_default(way)}",
            label=f"{address.setting} lets everybody in",
            places=(Place(gates[0].at, "the edge that is gone around"), Place(open_to_all.at, "everybody may call")),
            factors=_guarding(gates),
            part=address.address,
        )


def _around(gateway: Gateway, estate: Estate) -> Findings:
    """Find a public load balancer behind an edge whose own rules let in the world."""
    if not gateway.public.settled().value:
        return
    gates = list(estate.sources(gateway, EdgeKind.ROUTES_TO, Gateway))
    for vouched in (each.vouched for gate in gates for each in gate.routes if _leads(each, gateway)):
        if vouched is not None and vouched.settled().value:
            return
    ports = [known_value(each.port) for each in gateway.listeners]
    rules = rules_of(gateway.firewalls, gateway, Direction.INGRESS, estate)
    opened = [
        (rule, world)
        for rule in rules
        if isinstance(world := world_of(rule), Known) and any(port is not None and covers(rule, port) for port in ports)
    ]
    if opened:
        rule, world = opened[0]
        yield Finding(
            world.at,
            f"the internet calls {gateway} around {gates[0]}: {rule} lets everybody in",
            label="the whole internet",
            places=(Place(gates[0].at, "the edge that is gone around"), Place(gateway.at, "what stands behind it")),
            factors=_guarding(gates),
            part=rule.address,
        )
    elif not gateway.firewalls_complete:
        raise UnsettledError(Unknown(f"some rule groups of {gateway} cannot be told", gateway.at))


def _leads(route: Route, gateway: Gateway) -> bool:
    """Whether a way leads to a gateway, or may do so."""
    return isinstance(route.service, Unknown) or known_value(route.service) == gateway.address


def _guarding(gates: list[Gateway]) -> tuple[Factor, ...]:
    guards = [gate.web_firewall for gate in gates if gate.web_firewall is not None]
    if any(isinstance(each, Known) for each in guards):
        return ()
    if any(isinstance(each, Unknown) for each in guards):
        return (lowered("whether the edge has a firewall cannot be told"),)
    return (at_most(Severity.MEDIUM, "the edge has no firewall that would be missed"),)
