"""Whether a process hears that it should stop."""

from collections.abc import Iterator

from infraaudit.model import Absent, Container, Estate, Known, Process, Role, Workload
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
