"""Whether a broker fits the tasks that it carries: in the time after which it hands them out again, and in its kind."""

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
    in_a_row,
    long_running,
    maybe_within,
    operand,
    policy,
    settled_within,
)

_CELERY = frozenset({Server.CELERY_WORKER, Server.CELERY_BEAT})
_PREFIX = re.compile(r"BROKER_TRANSPORT_OPTIONS$|KEY_?PREFIX")
_HASH_TAG = re.compile(r"keyprefix\W+[^\"']*\{[^{}\"']+\}|^[^{}\"']*\{[^{}\"']+\}", re.IGNORECASE)
_CARRIED = {"broker": "its tasks", "result": "its results"}
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


def _may_be_clustered(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.clustered is None:
        return Exclusion(Reason.MANAGED, "its engine has no cluster mode")
    if not _celery_edges(store, estate):
        return Exclusion(Reason.ROLE, "Celery keeps neither tasks nor results in it")
    return None


def _celery_edges(store: Datastore, estate: Estate) -> tuple[tuple[Edge, Workload], ...]:
    """Return the edges by which workloads of Celery name a store as their broker or for their results."""
    found = ((edge, estate.get(edge.source, Workload)) for edge in estate.edges_to(store, EdgeKind.READS))
    return tuple(
        (edge, user)
        for edge, user in found
        if user is not None and edge.purpose in _CARRIED and any(map(_is_celery, user.containers))
    )


def _is_celery(container: Container) -> bool:
    if container.process is not None and container.process.server in _CELERY:
        return True
    return any(variable.name.upper().startswith("CELERY") for variable in container.environment)


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_may_be_clustered,
    holds="no store in cluster mode carries the tasks of Celery",
    insight=True,
)
def clustered_redis_as_celery_broker(store: Datastore, estate: Estate) -> Findings:
    """A Redis in cluster mode carries the tasks of Celery.

    Why: Celery's Redis transport takes tasks from several keys in one command and knows nothing of shards. In cluster
    mode the store answers with CROSSSLOT or MOVED, and workers stop taking tasks.

    Fix: give Celery a store of its own with cluster mode disabled (one shard and replicas), RabbitMQ or SQS. Keep the
    cluster for the cache.

    Quiet when: a prefix with a hash tag keeps all keys of Celery in one slot, or the store is a cache alone.

    See: Kombu documentation, Redis transport; Redis documentation, Redis Cluster specification.
    """
    if store.clustered is None:
        return
    spread = store.clustered.settled()
    edges = [(edge, user) for edge, user in _celery_edges(store, estate) if spread.value and not _in_one_slot(user)]
    if not edges:
        return
    users = dict.fromkeys(user for _, user in edges)
    carried = in_a_row(dict.fromkeys(_CARRIED[edge.purpose] for edge, _ in edges))
    yield Finding(
        spread.at,
        f"{store} runs in cluster mode{by_default(spread)}, and {in_a_row(users)} "
        f"{'keeps' if len(users) == 1 else 'keep'} {carried} there",
        label="commands on several keys are refused",
        places=tuple(Place(edge.at, f"{user} keeps {_CARRIED[edge.purpose]} there") for edge, user in edges),
    )


def _in_one_slot(workload: Workload) -> bool:
    """Tell whether a prefix keeps all keys of a workload in one slot; ends the check where there may be one."""
    for container in workload.containers:
        for variable in container.environment:
            if _PREFIX.search(variable.name.upper()):
                written = variable.value.settled()
                if isinstance(written, Known) and _HASH_TAG.search(written.value):
                    return True
    return False
