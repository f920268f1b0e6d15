"""Whether a process hears that it should stop."""

from collections.abc import Iterator

from infraaudit.model import (
    Absent,
    Container,
    EdgeKind,
    Estate,
    Gateway,
    Known,
    Process,
    Role,
    Service,
    Unknown,
    UnsettledError,
    Workload,
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
    answering,
    at_most,
    by_default,
    operand,
    policy,
    raised,
    settled_within,
    with_process,
)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, with_process),
    holds="the stop signal reaches the process that serves",
    equivalents=("DL3025",),
    insight=True,
)
def stop_signal_not_delivered(container: Container, estate: Estate) -> Findings:
    """A shell stays the first process and keeps the stop signal from the program.

    Why: the signal to stop goes to the first process. A shell does not pass it on, so every stop waits for the whole
    grace period and ends in a kill that cuts off requests and tasks in the middle.

    Fix: write the command as a list, CMD ["gunicorn", ...]; in a script, start the program with exec, and end an
    entrypoint script with exec "$@".

    Quiet when: the program itself is the first process, or the shell replaces itself by it.

    See: Dockerfile reference, Shell and exec form; gunicorn documentation, Signal Handling.
    """
    process = container.process
    if process is None or process.pid1_shell is None:
        return
    shell = process.pid1_shell.settled()
    if isinstance(shell, Absent):
        return
    workload = estate.workload_of(container)
    factors = []
    if workload.role not in {Role.WEB, Role.WORKER, Role.PROXY}:
        factors.append(at_most(Severity.MEDIUM, "neither requests nor tasks are known to be cut off"))
    yield Finding(
        shell.at,
        f"the stop signal does not reach {process.server if process.server != 'other' else 'the program'}"
        f" of {workload}: {shell.value}",
        label="a shell stays the first process",
        factors=tuple(factors),
    )


_CLOSE = 5


def _drains(container: Container, estate: Estate) -> Exclusion | None:
    process = container.process
    if process is None or process.drain is None or process.development:
        return Exclusion(Reason.ROLE, "no server that finishes its requests is seen in it")
    if estate.workload_of(container).role in {Role.WORKER, Role.SCHEDULER, Role.JOB}:
        return Exclusion(Reason.ROLE, "it takes tasks, and no requests")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _drains),
    holds="servers are given the time that they take to finish their requests",
    insight=True,
)
def stop_grace_shorter_than_server_drain(container: Container, estate: Estate) -> Findings:
    """The platform kills a server before it has finished its requests.

    Why: the server stops taking requests and lets the running ones end, for as long as it is told. The platform waits
    for less than that, and every deploy cuts off the slowest requests in the middle.

    Fix: give more time than the hook before the stop and the server take together: terminationGracePeriodSeconds,
    stopTimeout on ECS, stop_grace_period in Compose. Or let the server drain for less.

    Quiet when: no request may take longer than what remains, or the server waits for no certain time.

    See: Kubernetes documentation, Pod Lifecycle, Termination of Pods; gunicorn documentation, graceful_timeout; Compose
    Specification, stop_grace_period.
    """
    process, workload = container.process, estate.workload_of(container)
    if process is None or process.drain is None:
        return
    drain = process.drain.settled()
    if isinstance(drain, Absent):
        return
    hook = _hook(container)
    grace = settled_within(workload.stop_grace, f"{hook.value + drain.value} s are needed")
    left = grace.value - hook.value
    if left >= drain.value or left >= _longest_request(process, drain.value):
        return
    before = f" of which {hook.value} s pass before the signal" if hook.value else ""
    yield Finding(
        drain.at if drain.stated or not grace.stated else grace.at,
        f"{process.server} of {estate.words_for(container)} lets requests go on for {drain.value} s"
        f"{by_default(drain)}, {workload.platform.name} kills it after {grace.value} s{by_default(grace)}{before}",
        label=f"{left} s remain",
        places=(Place(grace.at, f"{grace.value} s until the kill{by_default(grace)}"),),
        operands=(
            operand("grace", grace, f"{grace.value} s"),
            operand("hook before the stop", hook, f"{hook.value} s"),
            operand("drain of the server", drain, f"{drain.value} s"),
        ),
        sum=f"{grace.value} s - {hook.value} s = {left} s < {drain.value} s",
        factors=tuple(_how_heavy(workload, grace, drain, hook)),
        fix=f"give {hook.value + drain.value + _CLOSE} s, or let the server drain for {max(left - 1, 1)} s at most",
    )


def _hook(container: Container) -> Known[int]:
    """Return the seconds that pass before the stop signal. Ends the check where that cannot be told."""
    hook = container.stop_hook.settled() if container.stop_hook is not None else Absent(container.at)
    if isinstance(hook, Absent):
        return Known(0, hook.at)
    delay = hook.value.delay.settled()
    return Known(0, hook.at) if isinstance(delay, Absent) else delay


def _longest_request(process: Process, otherwise: int) -> int:
    """Return the seconds that a request may take, and ``otherwise`` where nothing ends it."""
    limit = process.request_limit.settled() if process.request_limit is not None else None
    return limit.value if isinstance(limit, Known) else otherwise


def _how_heavy(workload: Workload, grace: Known[int], drain: Known[int], hook: Known[int]) -> Iterator[Factor]:
    if drain.value - (grace.value - hook.value) <= _CLOSE:
        yield at_most(Severity.LOW, f"by {_CLOSE} s or less")
    if not drain.stated and not grace.stated:
        yield at_most(Severity.MEDIUM, "both times are defaults")
        if workload.platform.single_host:
            yield at_most(Severity.LOW, "on one host every deploy stops the service anyway")


_SLOW = 10
"""How many times the longest request a balancer may drain for before a rollout is slow for nothing."""

_LONG = 60
"""Seconds beyond which a request is one that its owner knows to be long."""


def _drains_requests(service: Service, estate: Estate) -> Exclusion | None:
    if service.drain is None:
        return Exclusion(Reason.MANAGED, "what becomes of the requests of a leaving copy is no setting of it")
    if not any(True for _ in _servers_behind(service, estate)):
        return Exclusion(Reason.ROLE, "no server that is seen answers behind it")
    return None


def _servers_behind(service: Service, estate: Estate) -> Iterator[tuple[Workload, Process]]:
    """Yield what answers behind a service and finishes requests, of which the facts know the limit."""
    for workload in estate.targets(service, EdgeKind.EXPOSES, Workload):
        for container in workload.containers:
            process = container.process
            if process is not None and process.request_limit is not None and not process.development:
                yield workload, process


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_drains_requests,
    holds="load balancers let the requests of a leaving copy end, and wait for nothing beyond",
    insight=True,
)
def lb_drain_longer_than_task_stop(service: Service, estate: Estate) -> Findings:
    """A load balancer drains for a time that does not fit the requests behind it.

    Why: a copy that leaves keeps its running requests until the drain ends. One that is shorter than a request cuts it
    off in the middle; one that is many times longer makes each copy of each rollout wait for nothing.

    Fix: let the times rise from the server outwards: request limit, then drain, then the time until the kill, such as
    30, 35 and 40 seconds.

    Quiet when: the drain lies between the longest request and ten times that.

    See: Elastic Load Balancing user guide, Deregistration delay; Amazon ECS developer guide, Task lifecycle: a task is
    deregistered before it gets the stop signal.
    """
    for workload, process in _servers_behind(service, estate):
        longest = _longest_on_the_way(service, process, estate)
        if longest is None or service.drain is None:
            continue
        needed = f"a drain between {longest.value} s and {_SLOW * longest.value} s fits"
        if isinstance(service.drain, Absent):
            drain = Known(0, service.drain.at, stated=False)
        else:
            drain = settled_within(service.drain, needed)
        if drain.value < longest.value:
            says = f"lets requests of a leaving copy of {workload} end for {drain.value} s{by_default(drain)}, they "
            long = (raised("long requests are configured"),) if longest.stated and longest.value > _LONG else ()
            yield _drain_finding(service, workload, drain, longest, f"{says}may take {longest.value} s", "<", long)
        elif drain.value >= _SLOW * longest.value:
            says = f"waits {drain.value} s{by_default(drain)} for each leaving copy of {workload}, whose requests end "
            light = (at_most(Severity.LOW, "nothing is cut off, rollouts are slow"),)
            says += f"within {longest.value} s"
            yield _drain_finding(service, workload, drain, longest, says, f">= {_SLOW} x", light)


def _drain_finding(  # noqa: PLR0913, PLR0917 - the two times and their words
    service: Service,
    workload: Workload,
    drain: Known[int],
    longest: Known[int],
    says: str,
    relation: str,
    factors: tuple[Factor, ...],
) -> Finding:
    return Finding(
        drain.at,
        f"{service} {says}{by_default(longest)}",
        label=f"drains for {drain.value} s{by_default(drain)}",
        places=(Place(longest.at, f"a request may take {longest.value} s{by_default(longest)}"),),
        operands=(
            operand("drain of the balancer", drain, f"{drain.value} s"),
            operand("longest request", longest, f"{longest.value} s"),
        ),
        sum=f"{drain.value} s {relation} {longest.value} s",
        factors=factors,
        part=workload.address,
        fix=f"drain for {longest.value + _CLOSE} s",
    )


def _longest_on_the_way(service: Service, process: Process, estate: Estate) -> Known[int] | None:
    """Return how long a request may take, by its server or the balancer before it; ``None`` where nothing ends it.

    Of several balancers the one that waits longest decides.
    """
    if process.request_limit is None:
        return None
    own = process.request_limit
    if isinstance(own, Unknown):
        known = service.drain if isinstance(service.drain, Known) else None
        return settled_within(
            own, f"no request may take longer than {known.value} s" if known else "its limit is needed"
        )
    if isinstance(own, Known):
        return own
    limits = [each.response_limit for each in estate.sources(service, EdgeKind.ROUTES_TO, Gateway)]
    unknown = next((each for each in limits if isinstance(each, Unknown)), None)
    if unknown is not None:
        raise UnsettledError(unknown)
    return max((each for each in limits if isinstance(each, Known)), key=lambda each: each.value, default=None)
