"""Whether what was written for Prometheus counts: monitors and rules taken up, alerts sent on to somebody."""

from collections.abc import Iterator

from infraaudit.model import (
    Absent,
    AlertDestination,
    Alertmanager,
    AlertReceiver,
    AlertRoute,
    AlertRouting,
    Estate,
    Known,
    Maybe,
    Monitor,
    Namespace,
    Prometheus,
    RuleSet,
    Selector,
    Service,
    TakenUp,
    Unknown,
    UnsettledError,
    Uptake,
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
    in_a_row,
    policy,
)

_UPTAKES = {
    "ServiceMonitor": "service_monitors",
    "PodMonitor": "pod_monitors",
    "Probe": "probes",
    "ScrapeConfig": "scrape_configs",
}
"""The kinds that a Prometheus takes up, and the field that says which."""

_OPERATED = "alertmanager-operated"
"""The Service that the operator makes beside every Alertmanager."""

_URGENT = ("critical", "page")


def _for_an_operator(taken: TakenUp, _: Estate) -> Exclusion | None:
    if isinstance(taken, Monitor) and taken.kind not in _UPTAKES:
        return Exclusion(Reason.PLATFORM, "the managed collection takes up every one of its kind")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_for_an_operator,
    holds="a Prometheus takes up every monitor and rule",
    insight=True,
)
def monitor_not_selected_by_prometheus(taken: TakenUp, estate: Estate) -> Findings:
    """No Prometheus or Alertmanager takes this object up.

    Why: the object is applied without complaint, and nothing is scraped, no alert fires, no route counts. A selector
    that is not written takes up nothing; one that is written empty takes up everything.

    Fix: give the object the labels that the selector asks for, or widen the selector; {} takes up every object.

    Quiet when: one of several takes it up. Could not tell where no Prometheus or Alertmanager is described beside it.

    See: Prometheus Operator, API reference, PrometheusSpec and AlertmanagerSpec.
    """
    askers = tuple(_askers(taken, estate))
    if not askers:
        who = "Alertmanager" if isinstance(taken, AlertRouting) else "Prometheus"
        raise UnsettledError(Unknown(f"no {who} that could take it up is described beside it", taken.at))
    answers = [_takes_up(asker, uptake, taken, estate) for asker, uptake in askers]
    if any(isinstance(each, Known) and not each.value for each in answers):
        return
    for each in answers:
        if isinstance(each, Unknown):
            each.settled()
    yield Finding(
        taken.at,
        f"{in_a_row(asker for asker, _ in askers)} {'does' if len(askers) == 1 else 'do'} not take up {taken}",
        label=next(each.value for each in answers if isinstance(each, Known)),
        places=tuple(Place(asker.at, f"{asker} asks for {_asked(uptake.selector)}") for asker, uptake in askers),
        factors=_lighter(taken),
    )


def _lighter(taken: TakenUp) -> tuple[Factor, ...]:
    if isinstance(taken, Monitor):
        return (at_most(Severity.MEDIUM, "metrics are missing, but alerts on other things still fire"),)
    return ()


def _askers(taken: TakenUp, estate: Estate) -> Iterator[tuple[Prometheus | Alertmanager, Uptake]]:
    if isinstance(taken, AlertRouting):
        for manager in estate.in_deployment(taken, Alertmanager):
            yield manager, manager.configurations
        return
    for prometheus in estate.in_deployment(taken, Prometheus):
        if isinstance(taken, RuleSet):
            yield prometheus, prometheus.rules
        elif prometheus.kind != "ThanosRuler":
            yield prometheus, getattr(prometheus, _UPTAKES[taken.kind])


def _takes_up(
    asker: Prometheus | Alertmanager, uptake: Uptake, taken: TakenUp, estate: Estate
) -> Known[str] | Unknown[str]:
    """Say why an object is not taken up, in no words where it is."""
    if isinstance(asker, Alertmanager) and known_value(asker.global_configuration or Absent(asker.at)) == taken.name:
        return Known("", taken.at)
    if isinstance(uptake.selector, Unknown):
        return Unknown(uptake.selector.why, uptake.selector.at)
    if isinstance(uptake.selector, Absent):
        return Known("a selector that is not written takes up nothing", taken.at)
    if taken.labels is None:
        return Unknown(f"the labels of {taken} cannot be told", taken.at)
    if not uptake.selector.value.selects(taken.labels):
        return Known(f"lacks {uptake.selector.value}", taken.at)
    return _looks_into(asker, uptake.namespaces, taken, estate)


def _looks_into(
    asker: Prometheus | Alertmanager, namespaces: Maybe[Selector], taken: TakenUp, estate: Estate
) -> Known[str] | Unknown[str]:
    if isinstance(namespaces, Unknown):
        return Unknown(namespaces.why, namespaces.at)
    if isinstance(namespaces, Absent):
        alone = f"only the namespace {asker.namespace} is looked at"
        return Known("" if asker.namespace == taken.namespace else alone, taken.at)
    if namespaces.value.is_empty:
        return Known("", taken.at)
    described = next((each for each in estate.in_deployment(taken, Namespace) if each.name == taken.namespace), None)
    labels = described.labels if described is not None else None
    known = (*(labels or ()), ("kubernetes.io/metadata.name", taken.namespace))
    if namespaces.value.selects(known):
        return Known("", taken.at)
    if labels is None:
        return Unknown(f"the labels of the namespace {taken.namespace} cannot be told", namespaces.at)
    return Known(f"its namespace {taken.namespace} lacks {namespaces.value}", taken.at)


def _asked(selector: Maybe[Selector]) -> str:
    return str(selector.value) if isinstance(selector, Known) else "nothing: the selector is not written"


# -- where alerts go -------------------------------------------------------------------------------------------------


def _fires(prometheus: Prometheus, estate: Estate) -> Exclusion | None:
    if prometheus.kind != "Prometheus":
        return Exclusion(Reason.ROLE, f"a {prometheus.kind} sends its alerts by options of its own")
    if not any(rules.alarms for rules in estate.in_deployment(prometheus, RuleSet)):
        return Exclusion(Reason.ROLE, "no alert is written for it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_fires,
    holds="alerts are sent on to an Alertmanager",
    insight=True,
)
def alertmanager_not_wired(prometheus: Prometheus, estate: Estate) -> Findings:
    """Alerts fire, but no Alertmanager gets them.

    Why: the alert turns red on a page of Prometheus that nobody has open, and nobody is told.

    Fix: name the Service of the Alertmanager under spec.alerting.alertmanagers.

    Quiet when: no alert is written, or further Alertmanagers are named in a secret.

    See: Prometheus Operator, API reference, AlertingSpec.
    """
    rules = sum(len(each.alarms) for each in estate.in_deployment(prometheus, RuleSet))
    alerts = f"{rules} alert{'s' if rules != 1 else ''}"
    if not prometheus.destinations:
        if not prometheus.destinations_complete:
            raise UnsettledError(Unknown("where its alerts go cannot be told", prometheus.at))
        yield Finding(
            prometheus.at, f"{prometheus} names no Alertmanager for {alerts}", label="its alerts reach nobody"
        )
    for destination in prometheus.destinations:
        name = destination.name.settled().value
        if not _is_there(destination, name, prometheus, estate):
            yield Finding(
                destination.name.at,
                f"{prometheus} sends {alerts} to Service {name}, which is not there",
                label="no Service has this name",
                part=name,
            )


def _is_there(destination: AlertDestination, name: str, prometheus: Prometheus, estate: Estate) -> bool:
    """Tell whether a Service is described, or made by the operator. Ends the check where it may live elsewhere."""
    namespace = known_value(destination.namespace) or prometheus.namespace
    managers = estate.in_deployment(prometheus, Alertmanager)
    if estate.beside(prometheus, f"Service/{namespace}/{name}", Service) is not None:
        return True
    if name == _OPERATED and any(each.namespace == namespace for each in managers):
        return True
    if not managers:
        why = f"no Alertmanager is described here, so the Service {name} may be kept elsewhere"
        raise UnsettledError(Unknown(why, destination.at))
    return False


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="alerts are routed to receivers that tell somebody",
    insight=True,
)
def alert_receiver_empty(routing: AlertRouting) -> Findings:
    """Alerts are routed to a receiver that tells nobody.

    Why: everything looks wired: rules fire, Alertmanager groups and routes, and the receiver at the end has no way to
    a person.

    Fix: give the receiver a way: slackConfigs, pagerdutyConfigs, webhookConfigs. Keep a mute receiver only for alerts
    such as Watchdog that are not meant for people.

    Quiet when: only routes for Watchdog, for InfoInhibitor or for less than critical alerts end in a mute receiver.

    See: Prometheus Alertmanager documentation, Configuration.
    """
    route = routing.route.settled()
    if isinstance(route, Absent):
        return
    receivers = {known_value(each.name): each for each in routing.receivers}
    for branch, receiver, why in _important(route.value):
        found = receivers.get(receiver.settled().value)
        if found is None and not _all_named(routing):
            raise UnsettledError(Unknown("not every receiver can be told", routing.at))
        if found is None:
            yield Finding(
                receiver.at, f"{routing} sends {why} to the receiver {receiver.value}, which it does not define",
                label="no receiver has this name", part=receiver.value,
            )  # fmt: skip
        elif not found.ways:
            yield _mute(routing, found, branch, why)


def _all_named(routing: AlertRouting) -> bool:
    return routing.complete and all(isinstance(each.name, Known) for each in routing.receivers)


def _mute(routing: AlertRouting, receiver: AlertReceiver, branch: AlertRoute, why: str) -> Finding:
    if not receiver.complete:
        raise UnsettledError(Unknown(f"the ways of {known_value(receiver.name)} cannot be told", receiver.at))
    name = known_value(receiver.name) or ""
    return Finding(
        receiver.at,
        f"{routing} sends {why} to the receiver {name}, which tells nobody",
        label="has no way to anybody",
        places=(Place(branch.at, f"{why} come here"),),
        part=name,
    )


def _important(root: AlertRoute) -> Iterator[tuple[AlertRoute, Known[str] | Unknown[str], str]]:
    """Yield the root and the branches for urgent alerts, with the receiver that each ends in."""
    if not isinstance(root.receiver, Absent):
        yield root, root.receiver, "whatever matches no other route"
    for branch in root.routes:
        urgent = any(word in matcher for matcher in branch.matchers for word in _URGENT if "severity" in matcher)
        receiver = branch.receiver if not isinstance(branch.receiver, Absent) else root.receiver
        if urgent and not isinstance(receiver, Absent):
            yield branch, receiver, f"alerts with {in_a_row(branch.matchers)}"
