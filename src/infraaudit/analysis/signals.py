"""What would be seen of each workload and store: logs, metrics, traces, errors, alarms, and how long logs are kept.

A thing that nothing here shows is missing only where the means stand beside it and leave it out. Where the means are
not described at all, another repository or the code itself may hold them, and then it cannot be assessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.analysis.sent_signals import sent
from infraaudit.analysis.sight import UNASKED, Cell, missing, seen, untold
from infraaudit.analysis.watched import alarm_cell, metrics_cell
from infraaudit.facts.telemetry import collector_of
from infraaudit.model import (
    FARGATE,
    LAMBDA,
    Absent,
    Datastore,
    EdgeKind,
    Function,
    Known,
    LogSink,
    Opaque,
    Release,
    Role,
    Unknown,
    Workload,
    known_value,
    parse_image_reference,
)

if TYPE_CHECKING:
    from infraaudit.model import Container, Estate, Logging


class Signal(StrEnum):
    """What can be seen of a part of a system while it runs."""

    LOGS = "logs"
    METRICS = "metrics"
    TRACES = "traces"
    ERRORS = "errors"
    ALARM = "alarm"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class SignalRow:
    """What is seen of one workload or store, a cell for each signal in their order."""

    subject: Workload | Datastore
    cells: tuple[Cell, ...]


_WATCHERS = frozenset({Role.AGENT, Role.DATASTORE})
_BESIDE_CODE = frozenset({Role.AGENT, Role.DATASTORE, Role.PROXY, Role.JOB})
"""Roles of programs that are not the owner's own, or gone before anybody traces them."""

_KEPT_BY_PLATFORM = frozenset(
    {
        "AWS Lambda",
        "App Engine",
        "App Engine flexible",
        "Cloud Composer",
        "Cloud Run",
        "Cloud Run functions",
    }
)
_STEADY = frozenset({"s3", "gcs", "ebs", "efs", "disk", "filestore"})
"""Storage that does not fail by load."""

_LOCAL_DRIVERS = frozenset({"json-file", "local", "journald"})
_COLLECTORS = ("fluent-bit", "fluentbit", "fluentd", "promtail", "vector", "filebeat", "alloy")
"""Words in the names of what installs a collector of logs."""


def signal_grid(estate: Estate) -> tuple[SignalRow, ...]:
    """Return a row for every workload and store of the system; what only watches it has none."""
    workloads = [
        each
        for each in estate.of(Workload)
        if each.role not in _WATCHERS and not each.deployment.local and not _only_watches(each)
    ]
    stores = [each for each in estate.of(Datastore) if not each.deployment.local]
    rows = (*(_of_workload(each, estate) for each in workloads), *(_of_store(each, estate) for each in stores))
    return tuple(sorted(rows, key=lambda row: str(row.subject.key)))


def _only_watches(workload: Workload) -> bool:
    roles = {container.image_role for container in workload.containers}
    return bool(roles) and roles <= {"monitoring", "agent"}


def _of_workload(workload: Workload, estate: Estate) -> SignalRow:
    logs = _logs(workload, estate)
    own = workload.role not in _BESIDE_CODE
    return SignalRow(
        workload,
        (
            logs,
            metrics_cell(workload, estate),
            sent(workload, Signal.TRACES, estate) if own else UNASKED,
            sent(workload, Signal.ERRORS, estate) if own else UNASKED,
            alarm_cell(workload, estate),
            _retention(workload, logs, estate),
        ),
    )


def _of_store(store: Datastore, estate: Estate) -> SignalRow:
    carrier = next(iter(estate.sources(store, EdgeKind.RUNS, Workload)), None)
    if carrier is not None:
        logs = _logs(carrier, estate)
        retention = _retention(carrier, logs, estate)
    else:
        logs, retention = _exported(store), untold("how long its logs are kept is not described", store.at)
    alarm = UNASKED if store.engine in _STEADY else alarm_cell(store, estate)
    return SignalRow(store, (logs, metrics_cell(store, estate), UNASKED, UNASKED, alarm, retention))


def _exported(store: Datastore) -> Cell:
    """Return what a managed store hands out of its logs."""
    exports = store.log_exports
    if exports is None:
        return untold("whether its logs are exported is not read", store.at)
    if isinstance(exports, Unknown):
        return untold(exports.why, exports.at)
    if isinstance(exports, Absent) or not exports.value:
        return missing("it exports none of its logs", exports.at)
    return seen(f"it exports {', '.join(exports.value)}", exports.at)


# -- logs ------------------------------------------------------------------------------------------------------------


def _logs(workload: Workload, estate: Estate) -> Cell:
    told = sent(workload, Signal.LOGS, estate)
    if told.is_seen:
        return told
    if workload.platform.name in _KEPT_BY_PLATFORM:
        return seen(f"{workload.platform.name} keeps what it writes", workload.at)
    logging = next((each.logging for each in workload.containers if each.logging is not None), None)
    if logging is not None:
        stated = _by_driver(workload, logging)
        if stated is not None:
            return stated
    elif workload.platform == FARGATE:
        return missing("nothing takes its output, and nothing is left of it", workload.at)
    collector = _log_collector(workload, estate)
    if collector:
        return seen(f"{collector} collects the output of every container", workload.at)
    return untold(_nobody_collects(workload), workload.at)


def _by_driver(workload: Workload, logging: Logging) -> Cell | None:
    """Return what the way of the output says by itself, ``None`` where it only lies on the machine."""
    driver = logging.driver
    if isinstance(driver, Unknown):
        return untold(driver.why, driver.at)
    if isinstance(driver, Absent):
        return missing("nothing takes its output", logging.at) if workload.platform.own_machine else None
    if driver.value == "none":
        return missing("its output is thrown away", driver.at)
    if driver.value in _LOCAL_DRIVERS:
        return None
    return seen(f"the driver {driver.value} takes its output", driver.at)


def _nobody_collects(workload: Workload) -> str:
    if workload.platform.single_host:
        return "Docker keeps its output on the machine, and who collects it there is not described"
    return f"nothing beside it that collects logs is described, and {workload.platform.name} may have it elsewhere"


def _log_collector(workload: Workload, estate: Estate) -> str:
    """Return what fetches the output of every container of the same machine or cluster."""
    for other in estate.in_deployment(workload, Workload):
        if any("logs" in _gathers(container) for container in other.containers):
            return str(other)
    makers = (*estate.in_deployment(workload, Release), *estate.in_deployment(workload, Opaque))
    return next((str(each) for each in makers if any(word in each.name.lower() for word in _COLLECTORS)), "")


def _gathers(container: Container) -> tuple[str, ...]:
    image = known_value(container.image)
    row = collector_of(parse_image_reference(image).repository) if image is not None else None
    return tuple(row["gathers"]) if row is not None else ()


# -- retention -------------------------------------------------------------------------------------------------------


def _retention(workload: Workload, logs: Cell, estate: Estate) -> Cell:
    if logs.is_missing:
        return UNASKED
    if workload.platform == LAMBDA and isinstance(workload, Function):
        return _of_function(workload, estate)
    logging = next((each.logging for each in workload.containers if each.logging is not None), None)
    if logging is None:
        return untold("how long its logs are kept is not described", workload.at)
    if isinstance(logging.group, Known):
        sinks = (each for each in estate.of(LogSink) if logging.group.value in (each.address, *each.identifiers))
        sink = next(sinks, None)
        if sink is None:
            return untold("its log group is not among these files", logging.group.at)
        return _of_sink(sink)
    return _of_files(logging)


def _of_files(logging: Logging) -> Cell:
    """Return how long files on a machine are kept: their sizes bound them."""
    if known_value(logging.driver) == "local":
        return seen("the driver local puts full files aside and removes the oldest", logging.at)
    if isinstance(logging.limit, Known):
        return seen(f"files are put aside at {logging.limit.value}", logging.limit.at)
    return untold("how long its logs are kept is not described", logging.at)


def _of_sink(sink: LogSink) -> Cell:
    retention = sink.retention
    if isinstance(retention, Unknown):
        return untold(retention.why, retention.at)
    if isinstance(retention, Absent):
        return missing(f"{sink} keeps logs for ever", retention.at)
    return seen(f"{sink} keeps them {retention.value} days", retention.at)


def _of_function(function: Function, estate: Estate) -> Cell:
    groups = {f"/aws/lambda/{name}" for name in function.identifiers}
    sinks = estate.in_deployment(function, LogSink)
    sink = next((each for each in sinks if groups & set(each.identifiers)), None)
    if sink is not None:
        return _of_sink(sink)
    if not groups or any(each.is_group and not each.identifiers for each in sinks):
        return untold("the name of its log group cannot be told", function.at)
    return missing("its log group is made at the first run, and keeps logs for ever", function.at)
