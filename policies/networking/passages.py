"""Ways through the network that what runs needs, and does not have."""

import re
from collections.abc import Iterator

from infraaudit.model import (
    FARGATE,
    Absent,
    Direction,
    Edge,
    EdgeKind,
    Egress,
    Estate,
    FirewallGroup,
    Function,
    Gateway,
    Known,
    Location,
    Network,
    Opaque,
    Placed,
    PrivateEndpoint,
    Service,
    Subnet,
    Unknown,
    UnsettledError,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    admits,
    in_a_row,
    policy,
    ranges_of,
    rules_of,
    why_more,
)

_HTTPS = 443
_OUT = frozenset({Egress.TRANSLATED, Egress.ELSEWHERE})
_OF_ECR = re.compile(r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/.*", re.DOTALL)
_OWN_IMAGES = ("ecr.api", "ecr.dkr", "s3")
"""What a task asks for to get an image of a private repository; the layers come from S3."""

_MAKING_WAYS = frozenset({"module", "aws_vpc_endpoint", "aws_vpn_gateway_route_propagation"})
"""What may make a way out of a subnet and is not read as one: what is perhaps there, and what is not in the tree."""

_URL = re.compile(r"https?://(?:[^/@\s]*@)?([a-z0-9.-]+\.[a-z]{2,})(?:[:/?#].*)?", re.IGNORECASE | re.DOTALL)
_INSIDE = re.compile(r".*\.(internal|local|localdomain|lan|svc|test|example|amazonaws\.com)", re.IGNORECASE)


def _sends_by_its_subnets(workload: Placed, _: Estate) -> Exclusion | None:
    if not isinstance(workload, Workload):
        return Exclusion(Reason.MANAGED, "it runs no program of one's own")
    if workload.platform is not FARGATE and not isinstance(workload, Function):
        return Exclusion(Reason.PLATFORM, "its machine fetches its image and writes its logs")
    if workload.location is None or isinstance(workload.location.subnets, Absent):
        return Exclusion(Reason.PLATFORM, "it stands in no subnet")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_sends_by_its_subnets,
    holds="what runs has a way to its image, its secrets and those whom it calls",
    insight=True,
)
def workload_without_egress_path(workload: Placed, estate: Estate) -> Findings:
    """What runs has no way out to what it needs.

    Why: a task that cannot fetch its image or write its log never starts, and the deployment waits until it gives up. A
    function waits for an answer until its time is over, at every event.

    Fix: a default route to a NAT gateway in private subnets, assign_public_ip = true in public ones, or private
    endpoints for ecr.api, ecr.dkr, logs and S3. Write an egress block: Terraform takes away the rule for all outgoing
    traffic that AWS gives a new group.

    Quiet when: the way leads through another network, all that is needed has a private endpoint, or the subnets, route
    tables or rules are not all in the scan.

    See: Amazon ECS developer guide, Amazon ECR interface VPC endpoints; AWS Lambda developer guide, Enable internet
    access for VPC-connected functions; Terraform AWS provider, aws_security_group.
    """
    if not isinstance(workload, Workload):
        return
    shut = _shut_by_rules(workload, estate)
    if isinstance(shut, Known):
        yield Finding(
            shut.at,
            f"{workload} may send nothing: {shut.value} has no rule for outgoing traffic",
            label="no egress block, and no rule of its own",
            places=(Place(workload.at, "it stands behind this group alone"),),
        )
        return
    doubt: Unknown[bool] | None = shut
    for subnet in _subnets(workload, estate):
        way = _why_no_way(workload, subnet)
        if way is None:
            continue
        missing = _missing(workload, subnet, estate)
        if isinstance(missing, Unknown):
            doubt = doubt or missing
        elif missing is not None:
            yield Finding(
                way.at,
                f"{workload} has no way out of {subnet}: {missing.value}",
                label=way.value,
                places=(Place(workload.at, "it stands in this subnet"), Place(subnet.at, "the subnet")),
            )
            return
        else:
            yield from _refused_by_endpoints(workload, subnet, estate)
    if doubt is not None:
        raise UnsettledError(doubt)


def _shut_by_rules(workload: Workload, estate: Estate) -> Known[str] | Unknown[bool] | None:
    """Return the group by whose rules nothing goes out, or why that cannot be told."""
    if not workload.firewalls or not workload.firewalls_complete:
        return None
    if rules_of(workload.firewalls, workload, Direction.EGRESS, estate):
        return None
    doubt = why_more(workload.firewalls, workload, estate)
    if doubt is not None:
        return doubt
    head = estate.beside(workload, workload.firewalls[0], FirewallGroup)
    return Known(in_a_row(workload.firewalls), workload.at if head is None else head.at)


def _subnets(workload: Workload, estate: Estate) -> Iterator[Subnet]:
    """Yield the subnets of a workload; ends the check where they cannot be told."""
    subnets = workload.location.subnets.settled() if workload.location is not None else None
    for address in subnets.value if isinstance(subnets, Known) else ():
        subnet = estate.beside(workload, address, Subnet)
        if subnet is None:
            raise UnsettledError(Unknown(f"the subnet {address} is not in the scan", workload.at))
        yield subnet


def _why_no_way(workload: Workload, subnet: Subnet) -> Known[str] | None:
    """Return why nothing leaves a subnet to the internet, ``None`` where something does."""
    egress = subnet.egress.settled()
    if egress.value in _OUT:
        return None
    if egress.value is Egress.NONE:
        return Known("no default route", egress.at)
    public = workload.public.settled() if workload.public is not None else None
    if public is not None and public.value:
        return None
    at = public.at if public is not None else egress.at
    return Known("a public subnet, and no public address", at)


def _missing(workload: Workload, subnet: Subnet, estate: Estate) -> Known[str] | Unknown[bool] | None:
    """Return what cannot be reached, in words; unknown where a way may lead there after all."""
    asked = _outside(workload) if isinstance(workload, Function) else _of_images(workload)
    if asked is None or isinstance(asked, Unknown):
        return asked
    doubt = _why_unseen(workload, subnet, estate)
    if doubt is not None:
        return doubt
    if isinstance(asked.value, str):
        return Known(asked.value, asked.at)
    services = [each.service for each in _endpoints(subnet, estate)]
    unknown = next((each for each in services if isinstance(each, Unknown)), None)
    if unknown is not None:
        return Unknown(f"which services have private endpoints cannot be told: {unknown.why}", unknown.at)
    absent = [each for each in asked.value if each not in {known_value(service) for service in services}]
    return Known(f"there is no private endpoint for {in_a_row(absent)}", asked.at) if absent else None


def _outside(workload: Workload) -> Known[str | tuple[str, ...]] | None:
    """Return whom a function calls on the internet, as far as its variables say so."""
    variables = [each for container in workload.containers for each in container.environment]
    if any(each.name.lower() in {"http_proxy", "https_proxy"} for each in variables):
        return None
    for each in variables:
        match = _URL.fullmatch(known_value(each.value) or "")
        if match is not None and not _INSIDE.fullmatch(match[1]):
            return Known(f"it calls {match[1]} ({each.name}), and functions get no public address", each.at)
    return None


def _of_images(workload: Workload) -> Known[str | tuple[str, ...]] | Unknown[bool] | None:
    """Return what the images of a task ask for: private endpoints for those of ECR, else the internet."""
    doubt: Unknown[bool] | None = None
    needs: list[str] = []
    for container in workload.containers:
        image = container.image
        if isinstance(image, Unknown) and not any("aws_ecr_repository" in each for each in image.mentions):
            doubt = Unknown(f"where the image of {container.name} comes from cannot be told: {image.why}", image.at)
        elif isinstance(image, Known) and not _OF_ECR.fullmatch(image.value):
            return Known(f"its image {image.value} is not in a private repository of ECR", image.at)
        else:
            needs.extend(_OWN_IMAGES)
        if container.logging is not None and known_value(container.logging.driver) == "awslogs":
            needs.append("logs")
    if doubt is not None:
        return doubt
    return Known(tuple(dict.fromkeys(needs)), workload.at) if needs else None


def _why_unseen(workload: Workload, subnet: Subnet, estate: Estate) -> Unknown[bool] | None:
    """Return why there may be ways out, or private endpoints, that the scan does not show."""
    network = known_value(subnet.network)
    if network is None or estate.beside(subnet, network, Network) is None:
        return Unknown(f"the network of {subnet}, which may have private endpoints, is not in the scan", subnet.at)
    for other in estate.in_deployment(workload, Opaque):
        named = {subnet.address, network} & set(other.mentions)
        tables = any("aws_route_table." in each for each in other.mentions)
        if (named or tables) and other.type in _MAKING_WAYS:
            return Unknown(f"{other} may make a way out of {subnet}", other.at)
    return None


def _endpoints(subnet: Subnet, estate: Estate) -> list[PrivateEndpoint]:
    network = known_value(subnet.network)
    return [
        each
        for each in estate.in_deployment(subnet, PrivateEndpoint)
        if not isinstance(each.network, Known) or each.network.value == network
    ]


def _refused_by_endpoints(workload: Workload, subnet: Subnet, estate: Estate) -> Findings:
    """Find the private endpoints that a task needs and whose rules do not let it in."""
    asked = None if isinstance(workload, Function) else _of_images(workload)
    if not isinstance(asked, Known) or not workload.firewalls_complete or not workload.firewalls:
        return
    ranges = ranges_of(workload.location, workload, estate)
    for endpoint in _endpoints(subnet, estate):
        if known_value(endpoint.service) not in asked.value or not endpoint.firewalls_complete:
            continue
        rules = rules_of(endpoint.firewalls, endpoint, Direction.INGRESS, estate)
        refused = endpoint.firewalls and admits(rules, _HTTPS, workload.firewalls, ranges) is False
        if refused and why_more(endpoint.firewalls, endpoint, estate) is None:
            yield Finding(
                endpoint.at,
                f"{workload} needs {endpoint}, whose rules do not let it in on port {_HTTPS}",
                label=f"{in_a_row(endpoint.firewalls)} admits others alone",
                places=(Place(workload.at, "it has no other way"),),
                part=endpoint.address,
            )


# -- from a load balancer to its targets --------------------------------------------------------------------------


def _hands_on(gateway: Gateway, estate: Estate) -> Exclusion | None:
    if not gateway.firewalls and not isinstance(gateway.location, Location):
        return Exclusion(Reason.MANAGED, "it has neither rules nor subnets of its own")
    if not estate.targets(gateway, EdgeKind.ROUTES_TO, Service):
        return Exclusion(Reason.ROLE, "no target of it is in the scan")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_hands_on,
    holds="load balancers reach their targets, and the internet reaches the public ones",
    insight=True,
)
def load_balancer_cannot_reach_targets(gateway: Gateway, estate: Estate) -> Findings:
    """A load balancer cannot reach its targets, or the internet cannot reach it.

    Why: no health check succeeds, every target is taken out, and every request is answered with 502 or 504. Of a
    service it looks as if the program were broken, so that it is searched in the wrong place.

    Fix: admit the security group of the load balancer to the group of the targets on the port of the traffic and of
    the health check, let the group of the load balancer send there, and put a public one into public subnets.

    Quiet when: a rule admits the group or the subnets of the load balancer, or the rules of one side are not all in
    the scan.

    See: Elastic Load Balancing user guide, Troubleshoot your Application Load Balancers.
    """
    doubts: list[Unknown[bool]] = []
    yield from _unreached(gateway, estate)
    if gateway.firewalls and gateway.firewalls_complete:
        for service in estate.targets(gateway, EdgeKind.ROUTES_TO, Service):
            for edge in estate.edges_from(service, EdgeKind.EXPOSES):
                workload = estate.get(edge.target, Workload)
                if workload is not None and workload.firewalls:
                    yield from _between(gateway, workload, edge, estate, doubts)
    for doubt in doubts:
        raise UnsettledError(doubt)


def _unreached(gateway: Gateway, estate: Estate) -> Findings:
    """Find a public load balancer in subnets to which no way leads from the internet."""
    public, location = gateway.public, gateway.location
    subnets = location.subnets if location is not None else None
    if not isinstance(public, Known) or not public.value or not isinstance(subnets, Known):
        return
    found = [estate.beside(gateway, each, Subnet) for each in subnets.value]
    ways = [known_value(each.egress) if each is not None else None for each in found]
    if ways and all(each is not None and each is not Egress.DIRECT for each in ways):
        yield Finding(
            subnets.at,
            f"{gateway} is public, and no subnet of it has a way to the internet",
            label="private subnets",
            places=tuple(Place(each.egress.at, f"the way out of {each}") for each in found if each is not None),
            part="subnets",
        )


def _between(gateway: Gateway, workload: Workload, edge: Edge, estate: Estate, doubts: list[Unknown[bool]]) -> Findings:
    """Find what the rules of either side refuse."""
    port = known_value(edge.port) if edge.port is not None else None
    if port is None:
        return
    if not workload.firewalls_complete:
        doubts.append(Unknown(f"some rule groups of {workload} cannot be told", workload.at))
        return
    ways = (
        (workload.firewalls, workload, Direction.INGRESS, gateway, "lets it in"),
        (gateway.firewalls, gateway, Direction.EGRESS, workload, "lets it send there"),
    )
    for groups, holder, direction, other, words in ways:
        rules = rules_of(groups, holder, direction, estate)
        passes = admits(rules, port, other.firewalls, ranges_of(other.location, other, estate))
        if passes is True:
            continue
        doubt = why_more(groups, holder, estate)
        if doubt is not None or passes is None:
            doubts.append(doubt or Unknown(f"whether a rule of {in_a_row(groups)} {words} cannot be told", holder.at))
            continue
        head = estate.beside(holder, groups[0], FirewallGroup)
        yield Finding(
            edge.at if head is None else head.at,
            f"{gateway} cannot reach {workload} on port {port}: no rule of {in_a_row(groups)} {words}",
            label="no rule for it",
            places=(Place(edge.at, f"the target listens on {port}"), Place(gateway.at, "the load balancer")),
            part=f"{workload.address} {direction}",
        )
