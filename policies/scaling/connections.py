"""Whether a database accepts as many connections as its clients can open."""

from dataclasses import dataclass

from infraaudit.model import (
    Absent,
    ConnectionPool,
    Datastore,
    Edge,
    EdgeKind,
    Estate,
    Known,
    Unknown,
    UnsettledError,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    at_most,
    autoscaler_of,
    policy,
)

_RELATIONAL = frozenset({"postgres", "mysql", "mariadb"})


@dataclass(frozen=True, slots=True)
class _Demand:
    """What one client may open: ``least`` for certain, ``expected`` with what its library does by default.

    ``doubt`` is set where the number of processes cannot be told, and one stands for it.
    """

    workload: Workload
    edge: Edge
    pool: ConnectionPool
    copies: int
    processes: int
    doubt: Unknown[object] | None

    @property
    def least(self) -> int:
        return self.copies * self.processes * self.pool.least

    @property
    def expected(self) -> int:
        return self.copies * self.processes * self.pool.expected


def _has_clients(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.engine not in _RELATIONAL:
        return Exclusion(Reason.MANAGED, f"{store.engine} has no fixed number of connections that clients exhaust")
    if not estate.edges_to(store, EdgeKind.READS):
        return Exclusion(Reason.ROLE, "no client of it is in the scan")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_has_clients,
    holds="the database accepts every connection that its clients can open",
    insight=True,
)
def database_connection_budget_exceeded(store: Datastore, estate: Estate) -> Findings:
    """At full scale the clients open more connections than the database accepts.

    Why: each process of each copy keeps its own pool. The peak that scales the copies out is the moment in which the
    database refuses connections, and the errors hit old and new copies alike.

    Fix: put a pooler between (PgBouncer, RDS Proxy), or make the pools small enough that copies x processes x pool
    stays below 80 % of the limit.

    Quiet when: no client of the database is in the scan.

    See: SQLAlchemy documentation, Connection Pooling; PostgreSQL documentation, max_connections.
    """
    ceiling = store.max_connections.settled() if store.max_connections is not None else None
    if ceiling is None or isinstance(ceiling, Absent):
        raise UnsettledError(Unknown(f"the connection limit of {store} is not known", store.at))
    limit = ceiling.value - store.reserved_connections
    demands = [demand for edge in _clients(store, estate) if (demand := _demand(edge, estate)) is not None]
    least, expected = sum(each.least for each in demands), sum(each.expected for each in demands)
    if expected <= limit:
        for demand in demands:
            if demand.doubt is not None:
                demand.doubt.settled()
        return
    heaviest = max(demands, key=lambda each: each.expected)
    factors = []
    if least <= limit and expected <= 2 * limit:
        factors.append(at_most(Severity.MEDIUM, "an estimate: pool sizes are the library's defaults"))
    yield Finding(
        heaviest.edge.at,
        f"clients of {store} can open {expected} connections, it accepts {limit}",
        label=f"{heaviest.workload} opens up to {heaviest.expected}",
        places=(Place(ceiling.at, f"{store} accepts {ceiling.value}" + ("" if ceiling.stated else " by default")),),
        operands=(*(_operand(each) for each in demands), _limit(store, ceiling)),
        sum=f"{' + '.join(_product(each) for each in demands)} = {expected} > {limit}",
        factors=tuple(factors),
        fix=_advice(demands, limit),
    )


def _clients(store: Datastore, estate: Estate) -> tuple[Edge, ...]:
    """Return one edge for each client workload: the one with the largest pool."""
    largest: dict[object, Edge] = {}
    for edge in estate.edges_to(store, EdgeKind.READS):
        kept = largest.get(edge.source)
        if edge.pool is not None and (kept is None or kept.pool is None or edge.pool.expected > kept.pool.expected):
            largest[edge.source] = edge
    return tuple(largest.values())


def _demand(edge: Edge, estate: Estate) -> _Demand | None:
    workload = estate.get(edge.source, Workload)
    if workload is None or edge.pool is None or workload.runs_once:
        return None
    autoscaler = autoscaler_of(workload, estate)
    copies = (autoscaler.maximum if autoscaler is not None else workload.replicas).settled().value
    processes, doubt = _processes(workload)
    return _Demand(workload, edge, edge.pool, copies + _surge(workload, copies), processes, doubt)


def _processes(workload: Workload) -> tuple[int, Unknown[object] | None]:
    """Return how many processes each copy runs, at least one, and the value that is missing for certainty."""
    total, doubt = 0, None
    for container in workload.containers:
        count = container.process.processes if container.process is not None else None
        if isinstance(count, Known):
            total += count.value
        elif isinstance(count, Unknown):
            doubt = count
    if total == 0 and doubt is None:
        doubt = Unknown(f"what {workload} runs is not in the scan", workload.at)
    return max(total, 1), doubt


def _surge(workload: Workload, copies: int) -> int:
    """Return how many more copies a rollout runs, rounded up as the platforms do."""
    surge = workload.surge.settled()
    if isinstance(surge, Absent) or workload.recreate:
        return 0
    if surge.value.endswith("%"):
        return -(-copies * int(surge.value[:-1]) // 100)
    return int(surge.value)


def _product(demand: _Demand) -> str:
    return f"{demand.copies} x {demand.processes} x {demand.pool.expected}"


def _operand(demand: _Demand) -> Operand:
    words = f"{demand.copies} copies with surge x {demand.processes} processes x {demand.pool.expected} connections"
    assumed = f"{demand.pool.library}: {demand.pool.fact}" if demand.pool.expected != demand.pool.least else ""
    return Operand(str(demand.workload), words, demand.edge.at, assumed)


def _limit(store: Datastore, ceiling: Known[int]) -> Operand:
    kept = f" - {store.reserved_connections} reserved" if store.reserved_connections else ""
    return Operand(f"limit of {store}", f"{ceiling.value}{kept}", ceiling.at, ceiling.fact)


def _advice(demands: list[_Demand], limit: int) -> str:
    processes = sum(each.copies * each.processes for each in demands)
    share = limit * 8 // 10 // max(processes, 1)
    if share >= 1:
        return (
            f"limit each process to {share} connections (80 % of {limit} over {processes} processes), or add a pooler"
        )
    return f"put a pooler between: {processes} processes cannot share {limit} connections"
