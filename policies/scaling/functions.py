"""How many functions run at once, and what that does to the queues before and the databases behind them."""

from infraaudit.model import (
    Absent,
    Consumer,
    Datastore,
    Edge,
    EdgeKind,
    Estate,
    Function,
    Known,
    Queue,
    SourceKind,
    Unknown,
    UnsettledError,
)
from infraaudit.policy import (
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
    may_mean,
    policy,
)

_POLLERS = 20
"""A reservation below this is soon taken up by a queue whose pollers nothing bounds."""
_FEW_RECEIVES = 5
_RELATIONAL = frozenset({"postgres", "mysql", "mariadb"})


def _queues_before(function: Function, estate: Estate) -> tuple[Consumer, ...]:
    """Return what hands the messages of queues to a function. Ends the check where more may do so."""
    for other in estate.in_deployment(function, Consumer):
        if may_mean(other.workload, function.address):
            other.workload.settled()
    return tuple(each for each in estate.sources(function, EdgeKind.CALLS, Consumer) if _hands_messages(each))


def _hands_messages(consumer: Consumer) -> bool:
    source = consumer.source.settled() if consumer.source is not None else None
    if not isinstance(source, Known) or source.value is not SourceKind.QUEUE:
        return False
    return consumer.enabled is None or consumer.enabled.settled().value


def _is_bounded_and_fed(function: Function, estate: Estate) -> Exclusion | None:
    if not _queues_before(function, estate):
        return Exclusion(Reason.ROLE, "no queue feeds it")
    if isinstance(function.most_at_once.settled(), Absent):
        return Exclusion(Reason.MANAGED, "nothing is reserved for it, so nothing but the account bounds it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_bounded_and_fed,
    holds="queues hand a function no more messages at once than it may work on",
    insight=True,
)
def event_source_concurrency_exceeds_function(function: Function, estate: Estate) -> Findings:
    """Queues hand a function more batches at once than it may work on.

    Why: the pollers take messages that the function then refuses for lack of reserved concurrency. Each refusal counts
    as a receive, so messages that nobody ever looked at drift into the dead-letter queue.

    Fix: give each event source a maximum concurrency, all of them together no more than the function has reserved.

    Quiet when: the function has no reserved concurrency.

    See: AWS Lambda developer guide, Configuring maximum concurrency for Amazon SQS event sources.
    """
    reserved = function.most_at_once.settled()
    if isinstance(reserved, Absent) or reserved.value == 0:
        return
    sources = _queues_before(function, estate)
    bounds = [(each, each.most_at_once.settled()) for each in sources if each.most_at_once is not None]
    stated = [(each, bound) for each, bound in bounds if isinstance(bound, Known)]
    total = sum(bound.value for _, bound in stated)
    if total > reserved.value:
        yield Finding(
            stated[0][1].at,
            f"queues hand {function} up to {total} batches at once, it may work on {reserved.value}",
            label=f"at most {stated[0][1].value} at once",
            places=(Place(reserved.at, f"{reserved.value} reserved"),),
            operands=tuple(Operand(str(each), str(bound.value), bound.at) for each, bound in stated),
            sum=f"{' + '.join(str(bound.value) for _, bound in stated)} = {total} > {reserved.value}",
        )
        return
    open_ones = [each for each, bound in bounds if isinstance(bound, Absent)]
    if open_ones and reserved.value < _POLLERS:
        yield Finding(
            open_ones[0].at,
            f"nothing bounds how many batches {open_ones[0]} hands {function}, which may work on {reserved.value}",
            label="no maximum concurrency",
            places=(Place(reserved.at, f"{reserved.value} reserved"),),
            operands=(Operand(f"reserved for {function}", str(reserved.value), reserved.at),),
            factors=_drift(open_ones, estate),
        )


def _drift(consumers: list[Consumer], estate: Estate) -> tuple[Factor, ...]:
    """Return what the receives that a queue allows do to the weight: few of them are soon used up by refusals."""
    queues = [queue for each in consumers for queue in estate.targets(each, EdgeKind.CONSUMES, Queue)]
    for queue in queues:
        if isinstance(queue.max_receive, Known) and queue.max_receive.value < _FEW_RECEIVES:
            return (Factor(f"after {queue.max_receive.value} receives a message is given up", floor=Severity.HIGH),)
    return (at_most(Severity.MEDIUM, "refused messages come back until their receives are used up"),)


def _reads_database(function: Function, estate: Estate) -> Exclusion | None:
    if not _connections(function, estate):
        return Exclusion(Reason.ROLE, "it opens no connection to a relational database of the scan")
    return None


def _connections(function: Function, estate: Estate) -> tuple[tuple[Edge, Datastore], ...]:
    """Return the edges to relational databases, one for each database."""
    found: dict[object, tuple[Edge, Datastore]] = {}
    for edge in estate.edges_from(function, EdgeKind.READS):
        store = estate.get(edge.target, Datastore)
        if store is not None and store.engine in _RELATIONAL:
            found.setdefault(edge.target, (edge, store))
    return tuple(found.values())


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_reads_database,
    holds="a database accepts a connection from every execution of its functions",
    insight=True,
)
def function_fanout_to_database_without_pooler(function: Function, estate: Estate) -> Findings:
    """Every execution of a function opens a connection of its own to a database.

    Why: a burst of events starts an execution for each of them, and each holds a connection until its sandbox is
    thrown away. The database refuses connections then, to the function and to everybody else.

    Fix: put a proxy between that keeps few connections open (RDS Proxy, managed pooling of Cloud SQL), or bound the
    executions to 80 % of what the database accepts.

    Quiet when: the function reaches the database through a proxy, so that no variable names the database itself.

    See: Amazon RDS user guide, Using Amazon RDS Proxy; Google Cloud documentation, Configure maximum instances.
    """
    worst, why = _most_executions(function, estate)
    for edge, store in _connections(function, estate):
        ceiling = store.max_connections.settled() if store.max_connections is not None else None
        if ceiling is None or isinstance(ceiling, Absent):
            raise UnsettledError(Unknown(f"the connection limit of {store} is not known", store.at))
        limit = ceiling.value - store.reserved_connections
        if worst.value <= limit * 8 // 10:
            continue
        yield Finding(
            edge.at,
            f"up to {worst.value} executions of {function} each connect to {store}, which accepts {limit}",
            label="a connection for each execution",
            places=(
                Place(worst.at, f"{worst.value} at once" + by_default(worst)),
                Place(ceiling.at, f"{store} accepts {ceiling.value}" + by_default(ceiling)),
            ),
            operands=(
                Operand(f"executions of {function}", str(worst.value), worst.at, worst.fact),
                Operand(f"limit of {store}", str(limit), ceiling.at, ceiling.fact),
            ),
            sum=f"{worst.value} x 1 = {worst.value} > {f'80 % of {limit}' if worst.value <= limit else limit}",
            factors=why,
            part=store.address,
            fix=f"put a pooler before {store}, or bound {function} to {limit * 8 // 10} executions at once",
        )


def _most_executions(function: Function, estate: Estate) -> tuple[Known[int], tuple[Factor, ...]]:
    """Return how many executions may run at once, and what that says of the weight."""
    own = function.most_at_once.settled()
    if isinstance(own, Known):
        return own, () if own.stated else (at_most(Severity.MEDIUM, "nobody stated a bound, so it is the platform's"),)
    callers = estate.edges_to(function, EdgeKind.CALLS)
    consumers = _queues_before(function, estate)
    bounds = [each.most_at_once.settled() for each in consumers if each.most_at_once is not None]
    known = [each for each in bounds if isinstance(each, Known)]
    if known and len(known) == len(callers):
        return Known(sum(each.value for each in known), known[0].at), ()
    shared = function.shared_at_once.settled() if function.shared_at_once is not None else None
    if isinstance(shared, Known):
        return shared, (at_most(Severity.MEDIUM, "nothing bounds the function, so the quota of the account does"),)
    raise UnsettledError(Unknown(f"how many executions of {function} may run at once is not known", function.at))
