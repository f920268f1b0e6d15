"""Whether networks of different environments are joined."""

import re
from itertools import pairwise

from infraaudit.model import Estate, Network, NetworkHub, NetworkLink, Unknown, UnsettledError, known_value
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, policy

_PRODUCTION = frozenset({"prod", "production", "prd", "live"})
_OTHERS = frozenset(
    {"dev", "development", "stg", "stage", "staging", "qa", "uat", "test", "sandbox", "nonprod", "preprod"}
)
_SHARED = frozenset({"shared", "mgmt", "management", "egress", "ingress", "hub", "central", "transit", "inspection"})
_NEARLY = frozenset({"non", "not", "pre"})


def _environment(name: str) -> str:
    """Return the environment that a name speaks of; empty where it speaks of none, or of what all share."""
    words = re.split(r"[^a-z]+", name.lower())
    if _SHARED.intersection(words):
        return ""
    if _OTHERS.intersection(words) or any(one in _NEARLY and other in _PRODUCTION for one, other in pairwise(words)):
        return "non-production"
    return "production" if _PRODUCTION.intersection(words) else ""


def _networks(link: NetworkLink, estate: Estate) -> list[Network]:
    named = [known_value(each) for each in link.networks]
    found = [estate.beside(link, each, Network) for each in named if each is not None]
    return [each for each in found if each is not None]


def _hub(link: NetworkLink, estate: Estate) -> NetworkHub | None:
    named = [known_value(each) for each in link.networks]
    found = [estate.beside(link, each, NetworkHub) for each in named if each is not None]
    return next((each for each in found if each is not None), None)


def _says_an_environment(link: NetworkLink, estate: Estate) -> Exclusion | None:
    if not any(_environment(each.name) for each in _networks(link, estate)):
        return Exclusion(Reason.ROLE, "no network that it joins says by its name for which environment it is")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.LARGE,
    when=_says_an_environment,
    holds="networks of production are joined with no others",
    equivalents=("CKV2_AWS_44",),
    insight=True,
)
def environments_share_network(link: NetworkLink, estate: Estate) -> Findings:
    """A network of production is joined with one of another environment.

    Why: what is tried out in the other one, by many and under weaker rules, is one route away from the data of
    production, and a mistake in a rule of one group is enough.

    Fix: accounts and networks of their own without a route between them; in a transit gateway a route table for each
    environment (default_route_table_propagation = "disable").

    Quiet when: both are for one environment, one of them is a hub by its name, or the routes of a hub are kept apart.

    See: AWS Well-Architected SEC01-BP01.
    """
    own = _networks(link, estate)
    hub = _hub(link, estate)
    others = list(own)
    if hub is not None:
        if hub.one_table is None or not hub.one_table.settled().value:
            return
        for other in estate.in_deployment(link, NetworkLink):
            if other.address > link.address and _hub(other, estate) == hub:
                others.extend(_networks(other, estate))
    for one in own:
        for other in others:
            kinds = {_environment(one.name), _environment(other.name)}
            if one.key != other.key and kinds == {"production", "non-production"}:
                through = f" through {hub}, which has one table of routes for all" if hub is not None else ""
                yield Finding(
                    link.at,
                    f"{one} and {other}, of different environments, are joined{through}",
                    label="a way from one to the other",
                    places=(Place(one.at, "one network"), Place(other.at, "the other one")),
                    part=f"{one.address} {other.address}",
                )
                return
    if hub is None and len(own) < len(link.networks):
        raise UnsettledError(Unknown("for which environment the other network is cannot be told", link.at))
