"""Whether what was written for Prometheus counts: monitors and rules taken up, alerts sent on to somebody."""

from collections.abc import Iterator, Mapping

from infraaudit.model import (
    Absent,
    AlertDestination,
    Alertmanager,
    AlertReceiver,
    AlertRoute,
    AlertRouting,
    Estate,
    HostKind,
    Known,
    Maybe,
    Monitor,
    Prometheus,
    RuleSet,
    Selector,
    Service,
    TakenUp,
    Unknown,
    UnsettledError,
    Workload,
    known_value,
)
from infraaudit.policy import (
    TAKEN_KINDS,
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    askers_of,
    at_most,
    in_a_row,
    policy,
    takes_up,
    why_elsewhere,
)

_OPERATED = "alertmanager-operated"
"""The Service that the operator makes beside every Alertmanager."""

_URGENT = ("critical", "page")


def _for_an_operator(taken: TakenUp, _: Estate) -> Exclusion | None:
    if taken.by_path:
        return Exclusion(Reason.DESIGN, "it counts by the path of its file")
    if isinstance(taken, Monitor) and taken.kind not in TAKEN_KINDS:
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
    askers = tuple(askers_of(taken, estate))
    if not askers:
        who = "Alertmanager" if isinstance(taken, AlertRouting) else "Prometheus"
        raise UnsettledError(Unknown(f"no {who} that could take it up is described beside it", taken.at))
    answers = [takes_up(asker, uptake, taken, estate) for asker, uptake in askers]
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


def _asked(selector: Maybe[Selector]) -> str:
    return str(selector.value) if isinstance(selector, Known) else "nothing: the selector is not written"


# -- where alerts go -------------------------------------------------------------------------------------------------


def _fires(prometheus: Prometheus, estate: Estate) -> Exclusion | None:
    if prometheus.kind != "Prometheus":
        return Exclusion(Reason.ROLE, f"a {prometheus.kind} sends its alerts by options of its own")
    if not _alerts(prometheus, estate):
        return Exclusion(Reason.ROLE, "no alert is written for it")
    return None


def _alerts(prometheus: Prometheus, estate: Estate) -> int:
    """Return how many alerts a Prometheus may take up: those of the objects beside it, or of its own files."""
    sets = estate.in_deployment(prometheus, RuleSet)
    if prometheus.operated:
        return sum(len(each.alarms) for each in sets if not each.by_path)
    return sum(len(each.alarms) for each in sets if each.address in prometheus.rule_sets)


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

    Fix: name the Service of the Alertmanager under spec.alerting.alertmanagers, or its host and port under
    alerting.alertmanagers of a configuration file.

    Quiet when: no alert is written, or further Alertmanagers are named in a secret. Could not tell where the data is
    sent to another store, which may raise the alerts, or where no workload of the scan reads the file.

    See: Prometheus Operator, API reference, AlertingSpec; Prometheus documentation, Configuration, alertmanager_config.
    """
    rules = _alerts(prometheus, estate)
    alerts = f"{rules} alert{'s' if rules != 1 else ''}"
    if not prometheus.destinations:
        at = prometheus.rule_sources[0].at if prometheus.rule_sources else prometheus.at
        if not (prometheus.operated or prometheus.reader):
            raise UnsettledError(Unknown("no workload of the scan reads this file", at))
        if not prometheus.destinations_complete:
            raise UnsettledError(Unknown("where its alerts go cannot be told", prometheus.at))
        if not prometheus.operated and prometheus.writes_elsewhere:
            why = "its data is sent to another store, which may raise the alerts"
            raise UnsettledError(Unknown(why, at))
        yield Finding(at, f"{prometheus} names no Alertmanager for {alerts}", label="its alerts reach nobody")
    for destination in prometheus.destinations:
        name = destination.name.settled().value
        there = _is_there if prometheus.operated else _answers
        if not there(destination, name, prometheus, estate):
            what = f"Service {name}" if prometheus.operated else name
            yield Finding(
                destination.name.at,
                f"{prometheus} sends {alerts} to {what}, which is not there",
                label="no Service has this name" if prometheus.operated else "nothing answers there",
                part=name,
            )


def _answers(destination: AlertDestination, name: str, prometheus: Prometheus, estate: Estate) -> bool:
    """Tell whether something answers at an address of a file. Ends the check where others may look after the name."""
    reached = destination.reached
    workload = estate.beside(prometheus, prometheus.reader, Workload)
    if reached is None or workload is None:
        why = f"no workload of the scan reads this file, so {name} cannot be looked up"
        raise UnsettledError(Unknown(why, destination.at))
    if reached.provider or reached.kind is HostKind.ELSEWHERE:
        return True
    doubt = why_elsewhere(workload, reached, estate)
    if doubt:
        raise UnsettledError(Unknown(doubt, destination.at))
    return False


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

    Fix: give the receiver a way: slackConfigs, pagerdutyConfigs, webhookConfigs, in a file with an underscore before
    the last word. Keep a mute receiver only for alerts such as Watchdog that are not meant for people.

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
            spared = branch is route.value and _urgent_ones_are_told(route.value, receivers)
            yield _mute(routing, found, branch, why, _SPARED if spared else ())


_SPARED = (at_most(Severity.LOW, "urgent alerts have a route of their own to somebody"),)


def _urgent_ones_are_told(root: AlertRoute, receivers: Mapping[str | None, AlertReceiver]) -> bool:
    """Whether every route for urgent alerts, of which there is one at least, ends in a receiver with a way."""
    ends = [receivers.get(known_value(receiver)) for branch, receiver, _ in _important(root) if branch is not root]
    return bool(ends) and all(end is not None and bool(end.ways) for end in ends)


def _all_named(routing: AlertRouting) -> bool:
    return routing.complete and all(isinstance(each.name, Known) for each in routing.receivers)


def _mute(
    routing: AlertRouting, receiver: AlertReceiver, branch: AlertRoute, why: str, factors: tuple[Factor, ...]
) -> Finding:
    if not receiver.complete:
        raise UnsettledError(Unknown(f"the ways of {known_value(receiver.name)} cannot be told", receiver.at))
    name = known_value(receiver.name) or ""
    return Finding(
        receiver.at,
        f"{routing} sends {why} to the receiver {name}, which tells nobody",
        label="has no way to anybody",
        places=(Place(branch.at, f"{why} come here"),),
        factors=factors,
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
