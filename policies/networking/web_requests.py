"""What is asked of a request at the edge: rules that stop it, the site that it comes from, who sends it."""

from infraaudit.model import (
    Absent,
    CrossOriginRule,
    Datastore,
    Estate,
    Function,
    Gateway,
    Known,
    ObjectStore,
    Queue,
    Route,
    Topic,
    Unknown,
    UnsettledError,
    WebFirewall,
    Workload,
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
    policy,
)

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_NAMED = 3


def _lets_pass(firewall: WebFirewall, _: Estate) -> Exclusion | None:
    if firewall.blocks_others.settled().value:
        return Exclusion(Reason.DESIGN, "it stops whatever no rule lets pass")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_lets_pass,
    holds="rules for web requests stop requests",
    equivalents=("CKV_AWS_175", "CKV_AWS_342", "CKV_AZURE_122", "CKV_AZURE_123"),
    insight=True,
)
def waf_not_blocking(firewall: WebFirewall) -> Findings:
    """Rules for web requests stop nothing.

    Why: the bill and the picture of the system say that there is protection, and every attack passes: rules that only
    count are forgotten in the state in which they were tried out.

    Fix: take override_action { count {} } away after the time of watching; mode = "Prevention" on Azure; preview =
    false in Cloud Armor.

    Quiet when: one rule stops requests, or what no rule lets pass is stopped.

    See: AWS WAF developer guide, Testing and tuning your AWS WAF protections.
    """
    for rule in firewall.rules:
        if isinstance(rule.blocks, Known) and rule.blocks.value:
            return
    doubt = next((each.blocks for each in firewall.rules if isinstance(each.blocks, Unknown)), None)
    if doubt is not None:
        raise UnsettledError(doubt)
    if not firewall.rules_complete:
        raise UnsettledError(Unknown(f"the rules of {firewall} cannot be told", firewall.at))
    says = (
        "has no rules"
        if not firewall.rules
        else f"only counts: none of its {len(firewall.rules)} rules stops a request"
    )
    yield Finding(
        firewall.at,
        f"{firewall} {says}",
        label="everything passes",
        places=tuple(Place(each.blocks.at, f"{each.name} counts") for each in firewall.rules[:_MOST_NAMED]),
    )


# -- from other sites ---------------------------------------------------------------------------------------------


def _changes_something(rule: CrossOriginRule, _: Estate) -> Exclusion | None:
    known = [each.value for each in rule.methods if isinstance(each, Known)]
    told = len(known) == len(rule.methods) and bool(known)
    sends = isinstance(rule.credentials, Known) and not rule.credentials.value
    if told and sends and all(each in _READING for each in known):
        return Exclusion(Reason.DESIGN, "pages of other sites may only read what everybody may read")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_changes_something,
    holds="only pages of named sites send requests from a browser",
    equivalents=("CKV2_AWS_75", "CKV_AZURE_57"),
)
def cors_wildcard(rule: CrossOriginRule) -> Findings:
    """Pages of every site may send requests from the browsers of users.

    Why: whatever site a user visits may call the API from inside his network and with what his browser knows, and read
    the answer. With cookies it acts as him.

    Fix: list the origins of each environment, and never combine a star with credentials.

    Quiet when: sites are named, or only reading without cookies is allowed.

    See: MDN, Cross-Origin Resource Sharing; OWASP HTML5 Security Cheat Sheet.
    """
    star = next((each for each in rule.origins if isinstance(each, Known) and each.value == "*"), None)
    if star is None:
        untold = next((each for each in rule.origins if isinstance(each, Unknown)), None)
        if untold is not None or not rule.origins_complete:
            raise UnsettledError(untold or Unknown(f"the sites of {rule} cannot be told", rule.at))
        return
    for each in rule.methods:
        each.settled()
    credentials = rule.credentials.settled()
    factors: tuple[Factor, ...] = ()
    if credentials.value:
        factors = (at_least(Severity.HIGH, "the browser sends cookies along"),)
    yield Finding(
        star.at,
        f"pages of every site may send requests to {rule}",
        label="every site",
        places=(Place(credentials.at, "cookies are sent along"),) if credentials.value else (),
        factors=factors,
    )


# -- who sends it -------------------------------------------------------------------------------------------------


def _leads_to_services(gateway: Gateway, estate: Estate) -> Exclusion | None:
    if isinstance(gateway.public, Known) and not gateway.public.value:
        return Exclusion(Reason.PLATFORM, "only the private network reaches it")
    if not any(route.authorization is not None for route in gateway.routes):
        return Exclusion(Reason.MANAGED, "what it asks of requests is not read")
    if not any(_direct(route, gateway, estate) for route in gateway.routes):
        return Exclusion(Reason.DESIGN, "programs stand behind its ways, which may ask who it is")
    return None


def _direct(route: Route, gateway: Gateway, estate: Estate) -> Queue | Topic | Datastore | ObjectStore | None:
    """Return the service of the cloud to which a way leads straight, with no program that could ask who sends it."""
    if not isinstance(route.service, Known):
        return None
    name = route.service.value
    if estate.beside(gateway, name, Workload) is not None:
        return None
    if any(name in each.identifiers for each in estate.in_deployment(gateway, Function)):
        return None
    for kind in (Queue, Topic, Datastore, ObjectStore):
        for each in estate.in_deployment(gateway, kind):
            if name == each.address or name in each.identifiers:
                return each
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_leads_to_services,
    holds="ways that lead straight into services of the cloud ask who sends a request",
    equivalents=("CKV_AWS_59", "CKV_AWS_309", "CKV2_AWS_70", "AVD-AWS-0004", "AWS-0004"),
    insight=True,
)
def api_route_without_authorization(gateway: Gateway, estate: Estate) -> Findings:
    """Anybody may write into a service of the cloud through an API.

    Why: behind an ordinary way stands a program that can ask who it is. Here the gateway itself writes into the queue
    or the table, and what the gateway does not ask nobody asks.

    Fix: put an authorizer (JWT, IAM, Cognito, a function) before the way, or an API key with a usage plan for machines.

    Quiet when: the gateway asks for something, a program stands behind the way, or only the private network reaches it.

    See: Amazon API Gateway developer guide, Control and manage access to REST APIs.
    """
    gateway.public.settled()
    doubt: Unknown[str] | None = None
    for route in gateway.routes:
        target = _direct(route, gateway, estate)
        asked = route.authorization
        if target is None or asked is None:
            continue
        if isinstance(asked, Unknown):
            doubt = doubt or asked
        elif isinstance(asked, Absent) and route.method != "OPTIONS":
            read_only = isinstance(target, ObjectStore) and route.method in _READING
            way = " ".join(each for each in (route.method, route.path) if each)
            yield Finding(
                route.at,
                f"anybody may reach {target} by {way or 'a way'} of {gateway}",
                label="nothing asks who it is",
                places=(Place(asked.at, "no authorization"),) if asked.at != route.at else (),
                factors=(at_most(Severity.LOW, "objects are read only"),) if read_only else (),
                part=f"{route.method} {route.path} {target.address}",
            )
    if doubt is not None:
        raise UnsettledError(doubt)
