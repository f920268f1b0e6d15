"""Whether the logs of the services of a cloud are sent to where somebody can read them."""

from infraaudit.model import (
    Datastore,
    Estate,
    Faceted,
    FacetName,
    Known,
    LogDelivery,
    Network,
    Unknown,
    UnsettledError,
    Weight,
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
    at_most,
    left_alone_by_modules,
    policy,
)


def _asked(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.LOGS_SENT) is None:
        return Exclusion(Reason.MANAGED, "its platform keeps its logs by itself, or where they go is not read")
    if resource.facet(FacetName.OUTPUT_KEPT) is not None:
        return Exclusion(Reason.MANAGED, "whether anything keeps what it says is judged by itself")
    return None


def _told_here(resource: Faceted, estate: Estate) -> Exclusion | None:
    """Hold what a setting of the same deployment could be for, and end the check where settings may live elsewhere.

    Where a whole environment has no setting at all, the first resource stands for all of them.
    """
    left_alone_by_modules(resource, estate)
    if estate.in_deployment(resource, LogDelivery):
        return None
    if not all(estate.in_deployment(resource, kind) for kind in (Network, Workload, Datastore)):
        why = "no diagnostic setting at all is in this deployment, so they may be made elsewhere"
        raise UnsettledError(Unknown(why, resource.at))
    first = _population(resource, estate)[0]
    if first.key != resource.key:
        return Exclusion(Reason.MANAGED, f"it is told with {first}")
    return None


def _population(resource: Faceted, estate: Estate) -> list[Faceted]:
    return [each for each in estate.in_deployment(resource, Faceted) if _asked(each, estate) is None]


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(_asked, _told_here),
    holds="the services of the cloud send their logs to where they are kept",
    insight=True,
)
def diagnostic_settings_missing(resource: Faceted, estate: Estate) -> Findings:
    """The logs of a service of the cloud are sent nowhere.

    Why: Azure writes down who read a secret, which query failed and what a firewall refused, and throws it away unless
    a setting says where to. After an incident nothing can be told any more.

    Fix: make a diagnostic setting for each such resource, with an enabled_log of the group allLogs, to a workspace of
    Log Analytics; or let Azure Policy make them for all.

    Quiet when: a setting of the resource sends logs of any kind. Could not tell where the settings may be made
    elsewhere: no setting is in the deployment, Azure Policy may add them, or a module that is not in the tree is given
    the resource.

    See: Azure Monitor, Diagnostic settings.
    """
    facet = resource.facet(FacetName.LOGS_SENT)
    if facet is None:
        return
    sent = facet.holds.settled()
    if sent.value:
        return
    others = () if estate.in_deployment(resource, LogDelivery) else _silent_beside(resource, estate)
    more = f", nor are those of {len(others)} more" if others else ""
    yield Finding(
        sent.at,
        f"the logs of {resource} are sent nowhere{more}",
        label="sends measurements alone" if sent.stated else "no diagnostic setting names it",
        places=tuple(Place(each.at, f"nor are those of {each}") for each in others),
        factors=_weight((resource, *others)),
    )


def _silent_beside(resource: Faceted, estate: Estate) -> tuple[Faceted, ...]:
    others = [each for each in _population(resource, estate) if each.key != resource.key]
    return tuple(each for each in others if _is_silent(each))


def _is_silent(resource: Faceted) -> bool:
    facet = resource.facet(FacetName.LOGS_SENT)
    return facet is not None and isinstance(facet.holds, Known) and not facet.holds.value


def _weight(resources: tuple[Faceted, ...]) -> tuple[Factor, ...]:
    facets = [each.facet(FacetName.LOGS_SENT) for each in resources]
    if any(each is not None and each.weight is Weight.FULL for each in facets):
        return ()
    return (at_most(Severity.LOW, "its logs tell less than those of a vault or a database"),)
