"""Whether a copy can work on as many requests as the platform sends it."""

from infraaudit.model import Absent, Container, Estate, Known, Process
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    answering,
    by_default,
    maybe_within,
    operand,
    policy,
)


def _takes_several(container: Container, estate: Estate) -> Exclusion | None:
    workload = estate.workload_of(container)
    if workload.request_concurrency is None:
        return Exclusion(Reason.PLATFORM, f"{workload.platform.name} does not count the requests of a copy")
    process = container.process
    if process is None or process.processes is None or (process.threads is None and not process.asynchronous):
        return Exclusion(Reason.ROLE, "no server with a number of workers is seen in it")
    if process.asynchronous:
        return Exclusion(Reason.DESIGN, "an event loop works on many requests at one time")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(answering, _takes_several),
    holds="a copy gets as many requests at one time as it can work on",
    insight=True,
)
def in_instance_concurrency_mismatch(container: Container, estate: Estate) -> Findings:
    """The platform sends a copy more requests at one time than its server can work on.

    Why: what is too much waits inside the copy, and the platform, which sees a copy that is not full, starts no other.
    Latency grows with the load although the platform could scale.

    Fix: let the platform send about workers x threads requests, or take a server with threads or an event loop.

    Quiet when: an event loop serves the requests.

    See: Cloud Run documentation, Maximum concurrent requests; Optimize Python applications for Cloud Run.
    """
    process, workload = container.process, estate.workload_of(container)
    if process is None or process.processes is None or process.threads is None or workload.request_concurrency is None:
        return
    sent = workload.request_concurrency.settled()
    if isinstance(sent, Absent):
        return
    needed = f"{sent.value} requests come at one time"
    processes, threads = maybe_within(process.processes, needed), maybe_within(process.threads, needed)
    if isinstance(processes, Absent) or isinstance(threads, Absent):
        return
    at_once = processes.value * threads.value
    if sent.value <= 2 * at_once:
        return
    yield Finding(
        sent.at,
        f"{workload} sends a copy {sent.value} requests at one time{by_default(sent)}, "
        f"{process.server} works on {at_once}{_defaults(process)}",
        label=f"{sent.value} at one time",
        places=(Place(process.at, f"{processes.value} x {threads.value} at one time"),),
        operands=(
            operand("requests at one time", sent),
            operand("processes", processes),
            operand("threads", threads),
        ),
        sum=f"{sent.value} > 2 x {processes.value} x {threads.value} = {2 * at_once}",
        fix=f"let the platform send {at_once}, or run {-(-sent.value // max(processes.value, 1))} threads a process",
    )


def _defaults(process: Process) -> str:
    values = [each for each in (process.processes, process.threads) if isinstance(each, Known)]
    return " by default" if values and not any(each.stated for each in values) else ""
