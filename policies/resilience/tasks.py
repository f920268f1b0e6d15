"""Whether a task ends before its broker hands it out again."""

import re

from infraaudit.model import (
    Absent,
    Container,
    Datastore,
    Edge,
    EdgeKind,
    Estate,
    Known,
    Server,
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
    at_most,
    by_default,
    long_running,
    maybe_within,
    operand,
    policy,
    settled_within,
)

_LATE = re.compile(r"ACKS_?LATE")
_TRUE = frozenset({"1", "true", "yes", "on"})


def _worker(workload: Workload) -> Container | None:
    return next(
        (each for each in workload.containers if each.process and each.process.server is Server.CELERY_WORKER), None
    )


def _brokers(workload: Workload, estate: Estate) -> tuple[tuple[Edge, Datastore], ...]:
    """Return the stores that carry the tasks of a workload: what a variable calls its broker."""
    found = ((edge, estate.get(edge.target, Datastore)) for edge in estate.edges_from(workload, EdgeKind.READS))
    return tuple((edge, store) for edge, store in found if store is not None and edge.purpose == "broker")


def _takes_tasks(workload: Workload, estate: Estate) -> Exclusion | None:
    if _worker(workload) is None:
        return Exclusion(Reason.ROLE, "no Celery worker runs in it")
    if not any(edge.redelivery is not None for edge, _ in _brokers(workload, estate)):
        return Exclusion(Reason.MANAGED, "its broker hands no task out again by the clock, or is not in the scan")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(long_running, _takes_tasks),
    holds="every task may end before its broker hands it out again",
    insight=True,
)
def task_redelivered_before_completion(workload: Workload, estate: Estate) -> Findings:
    """A broker hands a task to a second worker while the first may still work on it.

    Why: what a worker has not acknowledged in time is taken for lost. Tasks that are acknowledged late are then done
    twice at the same time; of others it strikes those that wait behind a long one, or for their time.

    Fix: let the broker wait for longer than the longest task may take: visibility_timeout in broker_transport_options,
    consumer_timeout of RabbitMQ, or bound the tasks by --time-limit.

    Quiet when: RabbitMQ carries the tasks and they are acknowledged when they start.

    See: Celery documentation, Using Redis, Caveats, Visibility timeout; RabbitMQ documentation, Consumers, delivery
    acknowledgement timeout.
    """
    worker = _worker(workload)
    if worker is None or worker.process is None or worker.process.request_limit is None:
        return
    late = _acknowledges_late(worker)
    for edge, store in _brokers(workload, estate):
        if edge.redelivery is None or (store.engine != "redis" and not late):
            continue
        window = settled_within(edge.redelivery, "it must be longer than the longest task")
        safe = f"one that takes {window.value} s or more is handed out twice"
        longest = maybe_within(worker.process.request_limit, safe)
        if isinstance(longest, Absent):
            raise UnsettledError(Unknown(f"no --time-limit tells how long a task may take, and {safe}", longest.at))
        if longest.value >= window.value:
            yield Finding(
                longest.at,
                f"a task of {workload} may take {longest.value} s, {store} hands it out again after "
                f"{window.value} s{by_default(window)}",
                label=f"up to {longest.value} s",
                places=(Place(window.at, f"redelivered after {window.value} s{by_default(window)}"),),
                operands=(
                    operand("longest task", longest, f"{longest.value} s"),
                    operand("redelivery of the broker", window, f"{window.value} s"),
                ),
                sum=f"{longest.value} s >= {window.value} s",
                factors=_weight(window, late=late),
                part=store.address,
                fix=f"let {store} wait for more than {longest.value} s, or end tasks before {window.value} s",
            )


def _acknowledges_late(container: Container) -> bool:
    """Tell whether a variable says that tasks are acknowledged after they are done."""
    return any(
        _LATE.search(variable.name.upper()) and (known_value(variable.value) or "").lower() in _TRUE
        for variable in container.environment
    )


def _weight(window: Known[int], *, late: bool) -> tuple[Factor, ...]:
    if not late:
        return (at_most(Severity.MEDIUM, "tasks are acknowledged when they start, so it strikes those that wait"),)
    if not window.stated:
        return (at_most(Severity.MEDIUM, "an estimate: settings in the code may change the time of the broker"),)
    return ()
