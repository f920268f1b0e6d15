"""Whether anything at all in an environment raises an alarm."""

from infraaudit.model import (
    Alarm,
    Datastore,
    Entrance,
    Environment,
    Estate,
    Monitor,
    MonitoringAgent,
    Network,
    ObjectStore,
    Unknown,
    UnsettledError,
    UptimeCheck,
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
    at_most,
    in_a_row,
    policy,
    without_missing_modules,
)

_OF_MACHINES = frozenset({"disk", "ebs"})
"""Stores that belong to a machine, and fail with it."""


def _whole_environment(network: Network, estate: Estate) -> Exclusion | None:
    """Hold the first network of a deployment that has all of a system: a network, what computes, and what keeps data.

    Of a part of a system the absence of alarms proves nothing, for they may be kept with another part.
    """
    if network.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"nobody is woken for it: {network.deployment.evidence}")
    if estate.in_deployment(network, Network)[0].key != network.key:
        return Exclusion(Reason.MANAGED, "it is told with another network of the same deployment")
    if not _stores(network, estate) or not estate.in_deployment(network, Workload):
        return Exclusion(Reason.ROLE, "the system that uses it is described elsewhere")
    return None


def _stores(network: Network, estate: Estate) -> tuple[Datastore, ...]:
    """Return the stores of a whole system. A bucket or a disk alone is none: each machine of Azure brings its own."""
    stores = [each for each in estate.in_deployment(network, Datastore) if each.managed]
    return tuple(each for each in stores if not isinstance(each, ObjectStore) and each.engine not in _OF_MACHINES)


@policy(
    Severity.HIGH,
    effort=Effort.LARGE,
    when=_whole_environment,
    holds="the environment raises alarms",
    insight=True,
)
def environment_without_alarms(network: Network, estate: Estate) -> Findings:
    """A whole environment is described, and nothing in it raises an alarm.

    Why: the first report of a full disk, a failing queue or a dead door comes from users.

    Fix: begin with an alarm each for the errors at the door, the age of the oldest message, and the free storage, CPU
    and connections of the stores, and send them to people.

    Quiet when: any alarm is in the scan, the deployment is not production, or it describes only a part of a system.
    Could not tell where a vendor watches it, or a module that is not in the tree may.

    See: AWS Well-Architected OPS08-BP04; Google, Site Reliability Engineering, Monitoring Distributed Systems.
    """
    if estate.of(Alarm):
        return
    agents = estate.of(MonitoringAgent)
    if agents:
        raise UnsettledError(Unknown(f"monitors may live with {agents[0].vendor}", agents[0].at))
    without_missing_modules(network, estate, "raise alarms")
    stores = _stores(network, estate)
    entrances = estate.in_deployment(network, Entrance)
    unknown = network.deployment.environment is Environment.UNKNOWN
    yield Finding(
        network.at,
        f"nothing raises an alarm around {network}, where {in_a_row((*stores, *entrances))} can fail",
        label="no alarm in this deployment",
        places=tuple(Place(each.at, f"nobody hears when {each} fails") for each in (*stores, *entrances)),
        factors=(at_most(Severity.MEDIUM, "nothing says that this is production"),) if unknown else (),
    )


def _before_the_internet(entrance: Entrance, estate: Estate) -> Exclusion | None:
    """Hold the first door of a deployment of production that the internet reaches, where things are watched at all."""
    if entrance.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "nothing says that it is production")
    if not entrance.public.settled().value:
        return Exclusion(Reason.ROLE, "the internet does not reach it")
    doors = [each for each in estate.in_deployment(entrance, Entrance) if known_value(each.public)]
    if doors[0].key != entrance.key:
        return Exclusion(Reason.MANAGED, f"it is told with {doors[0]}")
    agents = estate.of(MonitoringAgent)
    if agents:
        raise UnsettledError(Unknown(f"checks may live with {agents[0].vendor}", agents[0].at))
    if not estate.in_deployment(entrance, Alarm):
        raise UnsettledError(Unknown("no alarm is in this deployment, so it may be watched elsewhere", entrance.at))
    without_missing_modules(entrance, estate, "ask it from outside")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_before_the_internet,
    holds="somebody outside asks whether the doors of production answer",
    insight=True,
)
def external_uptime_check_missing(entrance: Entrance, estate: Estate) -> Findings:
    """Nobody outside asks whether a door of production answers.

    Why: alarms on what stands inside stay quiet when the name, the certificate or the way to the door is broken, for
    then no request comes in that could fail.

    Fix: aws_route53_health_check with an alarm or a canary, google_monitoring_uptime_check_config, a standard web test
    of Application Insights, or a Probe of the blackbox exporter.

    Quiet when: any check from outside is switched on in the scan, or it is not production. Could not tell where a
    vendor watches it, no alarm is in the deployment, or a module that is not in the tree may make such a check.

    See: Google, Site Reliability Workbook, Monitoring; Amazon Route 53 developer guide, Health checks.
    """
    checks = estate.of(UptimeCheck)
    if any(known_value(each.enabled) for each in checks) or any(each.prober is not None for each in estate.of(Monitor)):
        return
    for each in checks:
        each.enabled.settled()
    yield Finding(
        entrance.at,
        f"nobody outside asks whether {entrance} answers",
        label="every check from outside is switched off" if checks else "no check from outside",
        places=tuple(Place(each.at, "switched off") for each in checks[:1]),
    )
