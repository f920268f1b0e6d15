"""Who takes the metrics of a workload or store, and which alarm looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.analysis.sent_signals import sent
from infraaudit.analysis.sight import missing, seen, untold
from infraaudit.analysis.uptake import askers_of, takes_up
from infraaudit.model import (
    COMPOSE,
    KUBERNETES,
    Alarm,
    Datastore,
    EdgeKind,
    Known,
    Monitor,
    MonitoringAgent,
    Prometheus,
    Unknown,
    Workload,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.analysis.sight import Cell
    from infraaudit.model import Estate

_EXPORTED = {
    "postgres": "pg_", "mysql": "mysql_", "mariadb": "mysql_", "redis": "redis_", "valkey": "redis_",
    "mongodb": "mongodb_", "rabbitmq": "rabbitmq_", "kafka": "kafka_", "elasticsearch": "elasticsearch_",
    "opensearch": "elasticsearch_", "memcached": "memcached_", "clickhouse": "clickhouse_",
}  # fmt: skip
"""How the metrics of the usual exporter of an engine begin."""

_STATE = ("kube_deployment_", "kube_statefulset_", "kube_daemonset_", "kube_pod_", "kube_job_", "kube_cronjob_")
"""Metrics that tell of every workload of a cluster, whoever it is."""


def metrics_cell(subject: Workload | Datastore, estate: Estate) -> Cell:
    """Tell who takes the metrics of a workload or store."""
    for workload in _parts(subject, estate):
        for monitor in estate.sources(workload, EdgeKind.WATCHES, Monitor):
            if _counts(monitor, estate):
                return seen(f"{monitor} asks {workload} for them", monitor.at)
    if isinstance(subject, Workload):
        told = sent(subject, "metrics", estate)
        if told.is_seen:
            return told
    if _metered(subject):
        return seen("its platform keeps metrics of it by itself", subject.at)
    agents = estate.in_deployment(subject, MonitoringAgent)
    if agents:
        return seen(f"{agents[0].vendor} takes them by its agent", agents[0].at)
    return _not_asked(subject, estate)


def _metered(subject: Workload | Datastore) -> bool:
    return subject.managed if isinstance(subject, Datastore) else subject.platform not in {COMPOSE, KUBERNETES}


def _not_asked(subject: Workload | Datastore, estate: Estate) -> Cell:
    servers = estate.in_deployment(subject, Prometheus)
    if not servers:
        return untold("nothing that takes metrics is described beside it", subject.at)
    if any(each.external_targets for each in servers):
        return untold("what Prometheus asks beside its monitors stands in a secret", servers[0].at)
    unsure = next((each for each in estate.in_deployment(subject, Monitor) if not _whole(each)), None)
    if unsure is not None:
        return untold(f"whom {unsure} asks cannot be told", unsure.at)
    return missing(f"{servers[0]} is beside it, and no job or monitor asks it", subject.at)


def _whole(monitor: Monitor) -> bool:
    untold_choice = isinstance(monitor.selector, Unknown) and not monitor.role
    return monitor.targets_complete and monitor.decided and not untold_choice


def _counts(monitor: Monitor, estate: Estate) -> bool:
    """Whether somebody takes a monitor up, as far as can be told."""
    if monitor.by_path:
        return True
    answers = [takes_up(asker, uptake, monitor, estate) for asker, uptake in askers_of(monitor, estate)]
    return not answers or any(not isinstance(each, Known) or not each.value for each in answers)


def _parts(subject: Workload | Datastore, estate: Estate) -> Iterator[Workload]:
    """Yield a workload itself; of a store what carries it, and those exporters beside it that read it."""
    if isinstance(subject, Workload):
        yield subject
        return
    yield from estate.sources(subject, EdgeKind.RUNS, Workload)
    for reader in estate.sources(subject, EdgeKind.READS, Workload):
        if any(container.image_role == "agent" for container in reader.containers):
            yield reader


# -- alarms ----------------------------------------------------------------------------------------------------------


def alarm_cell(subject: Workload | Datastore, estate: Estate) -> Cell:
    """Tell which alarm looks at a workload or store."""
    watching = estate.sources(subject, EdgeKind.WATCHES, Alarm)
    if watching:
        return seen(f"{watching[0]} looks at it", watching[0].at)
    alarms = estate.in_deployment(subject, Alarm)
    rule = next((each for each in alarms if each.kind == "alert" and _speaks_of(each, subject, estate)), None)
    if rule is not None:
        return seen(f"{rule} looks at {', '.join(rule.metrics[:2])}", rule.at)
    agents = estate.in_deployment(subject, MonitoringAgent)
    if agents:
        return untold(f"monitors may live with {agents[0].vendor}", agents[0].at)
    if not alarms:
        return untold("no alarm at all is described beside it", subject.at)
    unsure = next((each for each in alarms if not each.complete), None)
    if unsure is not None:
        return untold(f"what {unsure} looks at cannot be told", unsure.at)
    return missing(f"{len(alarms)} alarms are described beside it, and none looks at it", subject.at)


def _speaks_of(rule: Alarm, subject: Workload | Datastore, estate: Estate) -> bool:
    """Whether an expression surely takes in a subject, by the names of the metrics alone."""
    if isinstance(subject, Datastore):
        prefix = _EXPORTED.get(subject.engine, "")
        if prefix and any(metric.startswith(prefix) for metric in rule.metrics):
            return True
    carriers = tuple(_parts(subject, estate))
    if "up" in rule.metrics and any(estate.sources(each, EdgeKind.WATCHES, Monitor) for each in carriers):
        return True
    return any(each.platform == KUBERNETES for each in carriers) and any(
        metric.startswith(_STATE) for metric in rule.metrics
    )
