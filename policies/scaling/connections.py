"""Whether a database accepts as many connections as its clients can open."""

from infraaudit.model import (
    Absent,
    ConnectionPool,
    Datastore,
    EdgeKind,
    Estate,
    Known,
    Pooler,
    PoolMode,
    Unknown,
    UnsettledError,
    Workload,
    known_value,
)
from infraaudit.policy import (
    ClientDemand,
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    at_most,
    by_default,
    client_demands,
    least_copies,
    maybe_within,
    operand,
    policy,
    settled_within,
)

_RELATIONAL = frozenset({"postgres", "mysql", "mariadb"})


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
    demands = list(client_demands(store, estate))
    expected = sum(each.expected for each in demands)
    if expected <= _share(limit):
        for doubt in (doubt for demand in demands for doubt in demand.doubts):
            settled_within(doubt, f"{_share(limit)} connections of all clients together are safe")
        return
    heaviest = demands[0]
    fits = expected <= limit
    yield Finding(
        heaviest.edge.at,
        f"clients of {store} can open {expected} "
        + (f"of the {limit} connections that it accepts" if fits else f"connections, it accepts {limit}"),
        label=f"{heaviest.workload} opens up to {heaviest.expected}",
        places=(
            Place(ceiling.at, f"{store} accepts {ceiling.value}" + by_default(ceiling)),
            *_library(heaviest.pool),
        ),
        operands=(*(_operand(each) for each in demands), _limit(store, ceiling)),
        sum=f"{' + '.join(_product(each) for each in demands)} = {expected} > {f'80 % of {limit}' if fits else limit}",
        factors=_weight(demands, limit),
        fix=_advice(demands, limit),
    )


def _library(pool: ConnectionPool) -> tuple[Place, ...]:
    """Return the place of the dependency by which the library was told, where its default is what counts."""
    if pool.package_at is None or pool.expected == pool.least:
        return ()
    return (Place(pool.package_at, f"{pool.package} brings {pool.client}"),)


def _share(limit: int) -> int:
    """Return how much of the limit clients may take up: the rest is for rollouts, operators and what is not seen."""
    return limit * 8 // 10


def _weight(demands: list[ClientDemand], limit: int) -> tuple[Factor, ...]:
    least, expected = sum(each.least for each in demands), sum(each.expected for each in demands)
    if expected <= limit:
        return (at_most(Severity.LOW, "it still fits, by less than a fifth"),)
    if least <= limit and expected <= 2 * limit:
        return (at_most(Severity.MEDIUM, "an estimate: pool sizes are the library's defaults"),)
    return ()


def _product(demand: ClientDemand) -> str:
    return f"{demand.copies} x {demand.processes} x {demand.pool.expected}"


def _operand(demand: ClientDemand) -> Operand:
    copies, processes, pool = demand.copies, demand.processes, demand.pool.expected
    words = " x ".join(
        (
            f"{copies} {'copy' if copies == 1 else 'copies'}",
            f"{'at least ' if demand.doubts else ''}{processes} {'process' if processes == 1 else 'processes'}",
            f"{pool} {'connection' if pool == 1 else 'connections'}",
        )
    )
    assumed = f"{demand.pool.client}: {demand.pool.fact}" if demand.pool.expected != demand.pool.least else ""
    return Operand(str(demand.workload), words, demand.edge.at, assumed)


def _limit(store: Datastore, ceiling: Known[int]) -> Operand:
    kept = f" - {store.reserved_connections} reserved" if store.reserved_connections else ""
    return Operand(f"limit of {store}", f"{ceiling.value}{kept}", ceiling.at, ceiling.fact)


def _advice(demands: list[ClientDemand], limit: int) -> str:
    processes = sum(each.copies * each.processes for each in demands)
    share = _share(limit) // max(processes, 1)
    if share >= 1:
        return (
            f"limit each process to {share} connections (80 % of {limit} over {processes} processes), or add a pooler"
        )
    return f"put a pooler between: {processes} processes cannot share {limit} connections"


def _pools_for_clients(pooler: Pooler, estate: Estate) -> Exclusion | None:
    if not estate.edges_to(pooler, EdgeKind.READS) and not _beside(pooler, estate):
        return Exclusion(Reason.ROLE, "no client of it is in the scan")
    return None


def _beside(pooler: Pooler, estate: Estate) -> list[Pooler]:
    """Return the poolers that take a share of the same store, this one first; none where another one is the first."""
    own = {known_value(each) for each in pooler.targets} - {None}
    found = [
        each
        for each in estate.in_deployment(pooler, Pooler)
        if each.share is not None and own & {known_value(target) for target in each.targets}
    ]
    return found if len(found) > 1 and found[0].key == pooler.key else []


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_pools_for_clients,
    holds="poolers take all their clients, and share few connections among them",
    insight=True,
)
def connection_pooler_misfit(pooler: Pooler, estate: Estate) -> Findings:
    """A pooler takes fewer clients than come, or shares nothing among them.

    Why: a pooler refuses clients beyond its own limit, whatever the database could bear. In session mode each client
    keeps a connection of the pool for as long as it is connected, so that pools of applications leave none for others.

    Fix: raise max_client_conn above copies x processes x pool of all clients, and share by transaction (pool_mode =
    transaction, with max_prepared_statements for drivers that prepare).

    Quiet when: no client of the pooler is in the scan.

    See: PgBouncer documentation, PgBouncer config, max_client_conn, pool_mode.
    """
    yield from _takes_too_much(pooler, estate)
    demands = list(client_demands(pooler, estate))
    if not demands:
        return
    expected = sum(each.expected for each in demands)
    copies = _copies_of(pooler, estate)
    taken = maybe_within(pooler.most_clients, f"at least {-(-expected // copies.value)} clients a copy are needed")
    if isinstance(taken, Known) and expected > taken.value * copies.value:
        room = taken.value * copies.value
        least = sum(each.least for each in demands)
        estimate = (at_most(Severity.MEDIUM, "an estimate: pool sizes are the library's defaults"),)
        yield Finding(
            taken.at,
            f"clients of {pooler} can open {expected} connections, it takes {room}{by_default(taken)}",
            label=f"{taken.value} clients a copy{by_default(taken)}",
            places=(Place(demands[0].edge.at, f"{demands[0].workload} opens up to {demands[0].expected}"),),
            operands=(*(_operand(each) for each in demands), _room(pooler, taken, copies)),
            sum=f"{' + '.join(map(_product, demands))} = {expected} > {taken.value} x {copies.value} = {room}",
            factors=() if least > room else estimate,
            part="clients",
        )
    yield from _shares_nothing(pooler, demands, copies)
    for doubt in (doubt for demand in demands for doubt in demand.doubts):
        doubt.settled()


def _takes_too_much(pooler: Pooler, estate: Estate) -> Findings:
    """Report proxies that together may take more connections of a store than it has."""
    shares = [(each, each.share.settled()) for each in _beside(pooler, estate) if each.share is not None]
    total = sum(share.value for _, share in shares)
    if total > _ALL:
        yield Finding(
            shares[0][1].at,
            f"{len(shares)} proxies may take {total} percent of the connections of one store",
            label=f"{shares[0][1].value} percent{by_default(shares[0][1])}",
            places=tuple(Place(share.at, f"{each} takes {share.value} percent") for each, share in shares[1:]),
            operands=tuple(operand(str(each), share) for each, share in shares),
            sum=f"{' + '.join(str(share.value) for _, share in shares)} = {total} > {_ALL}",
            factors=(at_most(Severity.LOW, "each takes them only when its clients come"),),
            part="shares",
        )


_ALL = 100


def _shares_nothing(pooler: Pooler, demands: list[ClientDemand], copies: Known[int]) -> Findings:
    """Report a pooler that gives each client a connection of its own, where there are fewer of these than clients."""
    expected = sum(each.expected for each in demands)
    fits = f"{expected} clients need a pool of {-(-expected // copies.value)} in session mode"
    mode = settled_within(pooler.mode, fits)
    if mode.value is not PoolMode.SESSION:
        return
    size = settled_within(pooler.pool_size, fits)
    pool = size.value * pooler.pairs * copies.value
    if expected > pool:
        yield Finding(
            mode.at,
            f"{pooler} keeps a connection for each client{by_default(mode)}: {expected} clients share {pool}",
            label="sessions are not shared",
            places=(Place(size.at, f"a pool of {size.value}{by_default(size)}"),),
            operands=(*(_operand(each) for each in demands), operand("pool of a copy", size)),
            sum=f"{expected} > {size.value} x {pooler.pairs} x {copies.value} = {pool}",
            factors=(at_most(Severity.MEDIUM, "clients wait for a connection, and are refused after a while"),),
            part="mode",
        )


def _copies_of(pooler: Pooler, estate: Estate) -> Known[int]:
    carrier = estate.beside(pooler, pooler.workload, Workload)
    return least_copies(carrier, estate).settled() if carrier is not None else Known(1, pooler.at)


def _room(pooler: Pooler, taken: Known[int], copies: Known[int]) -> Operand:
    return Operand(f"clients of {pooler}", f"{copies.value} x {taken.value}", taken.at, taken.fact)
