"""Whether the timeouts along a request's way fit each other."""

from infraaudit.model import (
    Absent,
    Container,
    Datastore,
    EdgeKind,
    Estate,
    Function,
    Gateway,
    Known,
    Unknown,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Hop,
    Operand,
    Place,
    Reason,
    Severity,
    answering,
    at_most,
    by_default,
    gateways_to,
    hops_before,
    hops_to,
    maybe_within,
    operand,
    policy,
    raised,
    settled_within,
)


def _behind_proxy(container: Container, estate: Estate) -> Exclusion | None:
    if container.process is None or container.process.keep_alive is None:
        return Exclusion(Reason.ROLE, "no server with a known keep-alive time runs in it")
    if not gateways_to(container, estate):
        return Exclusion(Reason.ROLE, "no gateway leads to it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _behind_proxy),
    holds="servers keep idle connections longer than the proxy before them",
    insight=True,
)
def keepalive_shorter_than_proxy_idle(container: Container, estate: Estate) -> Findings:
    """A server closes idle connections that the proxy before it still wants to use.

    Why: the proxy sends a request down a connection in the moment in which the server closes it. The client sees a
    502 now and then, at any load, and no log of the server shows why.

    Fix: keep connections alive longer than the proxy keeps them idle: --timeout-keep-alive 75 for uvicorn,
    --keep-alive 75 for gunicorn (620 behind a Google Cloud load balancer), or lower the proxy's idle timeout.

    Quiet when: the server keeps no connection alive (gunicorn's sync worker), or the proxy does not reuse them.

    See: Elastic Load Balancing user guide, Troubleshoot your Application Load Balancers, HTTP 502.
    """
    process = container.process
    if process is None or process.keep_alive is None:
        return
    keep_alive = process.keep_alive.settled()
    if isinstance(keep_alive, Absent):
        return
    workload = estate.workload_of(container)
    gateways = gateways_to(container, estate)
    for gateway in gateways:
        idle = gateway.idle_timeout
        if not isinstance(idle, Known) or keep_alive.value > idle.value:
            continue
        yield Finding(
            keep_alive.at,
            f"{process.server} of {workload} closes idle connections after {keep_alive.value} s, "
            f"{gateway} reuses them for {idle.value} s",
            label=f"keep-alive {keep_alive.value} s" + by_default(keep_alive),
            places=(Place(idle.at, f"idle timeout {idle.value} s" + by_default(idle)),),
            operands=(
                Operand("keep-alive of the server", f"{keep_alive.value} s", keep_alive.at, keep_alive.fact),
                Operand("idle timeout of the proxy", f"{idle.value} s", idle.at, idle.fact),
            ),
            sum=f"{keep_alive.value} s <= {idle.value} s",
            factors=_retries(gateway),
            part=gateway.address,
        )
    for gateway in gateways:
        maybe_within(gateway.idle_timeout, f"an idle timeout below {keep_alive.value} s is safe")


def _retries(gateway: Gateway) -> tuple[Factor, ...]:
    proxy = known_value(gateway.proxy)
    if gateway.retries == "idempotent":
        return (at_most(Severity.MEDIUM, f"{proxy} tries idempotent requests again, but not a POST"),)
    if gateway.retries == "every":
        return (at_most(Severity.LOW, f"{proxy} tries again what a closed connection refuses"),)
    return ()


def _is_bounded_on_its_way(container: Container, estate: Estate) -> Exclusion | None:
    if container.process is None or container.process.request_limit is None:
        return Exclusion(Reason.ROLE, "no server with a limit for requests is seen in it")
    if not any(hop.limit is not None for hop in hops_to(container, estate)):
        return Exclusion(Reason.ROLE, "no gateway with a known limit leads to it")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(answering, _is_bounded_on_its_way),
    holds="no proxy gives up before the server behind it does",
    insight=True,
)
def timeout_inversion(container: Container, estate: Estate) -> Findings:
    """A proxy gives up on a request that its server still works on.

    Why: the client gets a 504 and tries again, while the first request goes on and holds a worker. Under load the
    servers work on requests that nobody waits for any more.

    Fix: let the limits fall from the edge inwards, 60 s before 55 s before 50 s, and move long work to a queue.

    Quiet when: nothing ends a request in the server, as with event loops.

    See: AWS Well-Architected REL05-BP05; gunicorn documentation, Settings, timeout.
    """
    process = container.process
    if process is None or process.request_limit is None:
        return
    hops = [each for each in hops_to(container, estate) if each.limit is not None]
    least = _least(hops)
    inner = maybe_within(process.request_limit, f"the proxy before it waits for {least} s")
    if isinstance(inner, Absent):
        return
    doubts = [each.limit for each in hops if isinstance(each.limit, Unknown)]
    for first, *outside in _ways([each for each in hops if _gives_up_within(each, inner.value)]):
        outer = first.limit
        if not isinstance(outer, Known):
            continue
        yield Finding(
            inner.at,
            f"{process.server} of {estate.workload_of(container)} works on a request for up to {inner.value} s"
            f"{by_default(inner)}, {first.gateway} gives up after {outer.value} s{by_default(outer)}",
            label=f"up to {inner.value} s",
            places=tuple(_waiting(each) for each in (first, *outside) if isinstance(each.limit, Known)),
            operands=(
                operand("limit of the server", inner, f"{inner.value} s"),
                operand("limit of the proxy", outer, f"{outer.value} s"),
            ),
            sum=f"{outer.value} s < {inner.value} s",
            factors=_how_far(outer, inner),
            part=first.gateway.address,
            fix=f"end requests in the server after {max(least - _MARGIN, 1)} s, or let the proxy wait for longer",
        )
    for doubt in doubts:
        settled_within(doubt, f"it must wait for {inner.value} s or more")


_MARGIN = 5


def _least(hops: list[Hop]) -> int:
    """Return the shortest time that any of them surely waits for."""
    return min((each.limit.value for each in hops if isinstance(each.limit, Known)), default=0)


def _gives_up_within(hop: Hop, seconds: int) -> bool:
    return isinstance(hop.limit, Known) and hop.limit.value < seconds


def _ways(hops: list[Hop]) -> list[list[Hop]]:
    """Return the hops of each way together, from the inside outwards."""
    ways: dict[str, list[Hop]] = {}
    for hop in hops:
        inside = next(
            (way for way in ways.values() if hop.before and hop.before in [each.gateway for each in way]), None
        )
        if inside is None:
            ways[hop.gateway.address] = [hop]
        else:
            inside.append(hop)
    return list(ways.values())


def _waiting(hop: Hop) -> Place:
    limit = hop.limit
    if not isinstance(limit, Known):
        return Place(hop.gateway.at, f"{hop.gateway} is on the way")
    return Place(limit.at, f"{hop.gateway} waits for {limit.value} s{by_default(limit)}")


def _how_far(outer: Known[int], inner: Known[int]) -> tuple[Factor, ...]:
    if outer.stated and inner.stated and inner.value >= 2 * outer.value:
        return (raised("the server goes on for at least as long again"),)
    if not outer.stated and not inner.stated:
        return (at_most(Severity.LOW, "both limits are defaults"),)
    return ()


_PUSHING = frozenset({"api-gateway-websocket"})
"""Gateways whose clients do not wait for the answer to what they send."""


def _asked_through_gateway(function: Function, estate: Estate) -> Exclusion | None:
    if not _waiting_for(function, estate):
        return Exclusion(Reason.ROLE, "no gateway waits for its answer")
    return None


def _waiting_for(function: Function, estate: Estate) -> list[Hop]:
    hops = hops_before(function, estate)
    return [each for each in hops if each.limit is not None and known_value(each.gateway.proxy) not in _PUSHING]


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_asked_through_gateway,
    holds="no function works for longer than its gateway waits",
    insight=True,
)
def gateway_timeout_shorter_than_function(function: Function, estate: Estate) -> Findings:
    """A gateway gives up on a function that goes on working.

    Why: the client gets a 504 and tries again, while the function finishes, is paid for and writes what it was asked
    to write: then twice.

    Fix: end the function at least a second before its gateway gives up, and hand long work to a queue or a workflow.

    Quiet when: nobody waits for the answer: events, queues, messages over a WebSocket.

    See: Amazon API Gateway developer guide, Quotas; AWS Lambda developer guide, Configure Lambda function timeout.
    """
    hops = _waiting_for(function, estate)
    if function.time_limit is None:
        return
    least = _least(hops)
    inner = settled_within(function.time_limit, f"the gateway before it waits for {least} s")
    early = [each for each in hops if _gives_up_within(each, inner.value)]
    for first, *outside in _ways([each for each in early if isinstance(each.gateway.proxy, Known)]):
        outer = first.limit
        if not isinstance(outer, Known):
            continue
        yield Finding(
            inner.at,
            f"{function} works for up to {inner.value} s{by_default(inner)}, "
            f"{first.gateway} gives up after {outer.value} s{by_default(outer)}",
            label=f"up to {inner.value} s",
            places=tuple(_waiting(each) for each in (first, *outside)),
            operands=(
                operand("limit of the function", inner, f"{inner.value} s"),
                operand("limit of the gateway", outer, f"{outer.value} s"),
            ),
            sum=f"{outer.value} s < {inner.value} s",
            factors=_weight_of(function, estate, outer.value, inner.value),
            part=first.gateway.address,
            fix=f"set the timeout of the function to {max(least - 1, 1)} s or less",
        )
    for each in early:
        each.gateway.proxy.settled()
    for each in hops:
        if isinstance(each.limit, Unknown):
            settled_within(each.limit, f"it must wait for {inner.value} s or more")


_CLOSE = 2


def _weight_of(function: Function, estate: Estate, outer: int, inner: int) -> tuple[Factor, ...]:
    if inner - outer < _CLOSE:
        return (at_most(Severity.LOW, "there is hardly any time between the two"),)
    stores = [
        store for each in function.containers for store in estate.targets(each, EdgeKind.READS, Datastore)
    ] or estate.targets(function, EdgeKind.READS, Datastore)
    if inner >= 2 * outer and stores:
        return (raised(f"it goes on for at least as long again, and works with {stores[0]}"),)
    return ()
