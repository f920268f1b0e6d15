"""Whether the number of processes fits the container that they run in."""

from infraaudit.model import Absent, Container, Estate, Known, Process, Server, Workload
from infraaudit.policy import (
    MEBIBYTE,
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    answering,
    at_most,
    by_default,
    in_mebibytes,
    lowered,
    maybe_within,
    operand,
    policy,
    with_process,
)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, with_process),
    holds="the number of worker processes is chosen, not taken from the host",
    insight=True,
)
def worker_count_derived_from_host_cpus(container: Container, estate: Estate) -> Findings:
    """The number of processes follows the host's CPUs, not the container's limit.

    Why: a limit does not change how many CPUs a program sees. On a node with 64 CPUs, 64 workers start in a
    container that may use half a core and a few hundred megabytes, and the kernel kills them under load.

    Fix: state the number: celery worker -c 2, dramatiq -p 2, WEB_CONCURRENCY=2.

    Quiet when: the container has no limit that so many processes could break.

    See: Celery documentation, Workers Guide, Concurrency; Kubernetes documentation, Resource Management.
    """
    process = container.process
    memory, cpu = container.memory_limit.settled(), container.cpu_limit.settled()
    if process is None or (isinstance(memory, Absent) and isinstance(cpu, Absent)):
        return
    if not process.host_cpus:
        if process.processes is not None:
            process.processes.settled()
        return
    stated = []
    if isinstance(memory, Known):
        stated.append(("memory limit", f"{memory.value / 2**20:.0f} MiB", memory.at))
    if isinstance(cpu, Known):
        stated.append(("CPU limit", f"{cpu.value / 1000:g} cores", cpu.at))
    yield Finding(
        process.at,
        f"{process.server} of {estate.workload_of(container)} starts one process for each CPU of the host: "
        f"{process.host_cpus}",
        label="no number of processes",
        places=tuple(Place(at, f"the container's {name} is {value}") for name, value, at in stated),
        operands=tuple(Operand(name, value, at) for name, value, at in stated),
        factors=_weight(estate.workload_of(container), memory),
    )


def _weight(workload: Workload, memory: Known[int] | Absent) -> tuple[Factor, ...]:
    if workload.platform.own_machine:
        return (at_most(Severity.LOW, f"{workload.platform.name} shows a copy about the CPUs that it was given"),)
    if isinstance(memory, Absent):
        return (at_most(Severity.MEDIUM, "no memory limit kills the surplus processes"),)
    return ()


_SMALLEST, _ENOUGH = 64 * MEBIBYTE, 128 * MEBIBYTE
"""What a process of Python needs to start at all, and to serve."""

_WITH_MASTER = frozenset(
    {Server.GUNICORN, Server.CELERY_WORKER, Server.UWSGI, Server.HYPERCORN, Server.DRAMATIQ, Server.GRANIAN}
)
"""Servers that keep a process beside those that work, even beside a single one."""


def _counts_processes(container: Container, _: Estate) -> Exclusion | None:
    process = container.process
    if process is None or process.processes is None or process.development:
        return Exclusion(Reason.ROLE, "no server with a number of processes runs in it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, with_process, _counts_processes),
    holds="the memory limit leaves every process enough to work with",
    insight=True,
)
def memory_per_worker_too_small(container: Container, estate: Estate) -> Findings:
    """The memory limit leaves each process less than a Python process needs.

    Why: each worker loads the application anew. What does not fit is killed by the kernel in the middle of a request,
    most often when the load is highest, and the proxy answers 502 in its place.

    Fix: run fewer workers or raise the limit: 128 to 256 MiB for each process of Django or FastAPI is usual.

    Quiet when: nothing limits the memory, or the server is none of Python.

    See: gunicorn documentation, FAQ, Why are workers silently killed; Kubernetes documentation, Assign Memory
    Resources.
    """
    process = container.process
    limit = container.memory_limit.settled()
    if process is None or process.processes is None or isinstance(limit, Absent) or process.host_cpus:
        return
    fits = max((limit.value // _ENOUGH) - (process.server in _WITH_MASTER), 1)
    count = maybe_within(process.processes, f"{in_mebibytes(limit.value)} are enough for {fits} of them at most")
    if isinstance(count, Absent):
        return
    yield from _outgrown(container, process, count, limit, estate)
    together = count.value + (process.server in _WITH_MASTER or count.value > 1)
    share = limit.value / together
    if share >= _ENOUGH:
        return
    yield Finding(
        limit.at,
        f"{in_mebibytes(limit.value)} leave each of the {together} processes of {process.server} in "
        f"{estate.words_for(container)} {in_mebibytes(share)}",
        label=f"shared by {together} processes",
        places=(Place(count.at, f"{count.value} processes{by_default(count)}"),),
        operands=(operand("memory limit", limit, in_mebibytes(limit.value)), operand("processes", count)),
        sum=f"{in_mebibytes(limit.value)} / {together} = {in_mebibytes(share)} < {in_mebibytes(_ENOUGH)}",
        factors=(*_by_share(share), *_by_preload(process)),
        fix=f"give it {in_mebibytes(together * _ENOUGH)}, or run {fits} at most",
    )


def _by_share(share: float) -> tuple[Factor, ...]:
    if share < _SMALLEST:
        return ()
    return (at_most(Severity.MEDIUM, f"more than the {in_mebibytes(_SMALLEST)} that a process needs to start"),)


def _by_preload(process: Process) -> tuple[Factor, ...]:
    return (lowered("--preload shares what is loaded before the fork"),) if "--preload" in process.words else ()


def _outgrown(container: Container, process: Process, count: Known[int], limit: Known[int], estate: Estate) -> Findings:
    """Report processes that may each grow to a size which they cannot all have."""
    size = process.memory_per_process
    if not isinstance(size, Known) or size.value * count.value <= limit.value:
        return
    most = size.value * count.value
    yield Finding(
        size.at,
        f"{count.value} processes of {estate.words_for(container)} may grow to {in_mebibytes(size.value)} each, "
        f"beyond its limit of {in_mebibytes(limit.value)}",
        label=f"up to {in_mebibytes(most)} in all",
        places=(Place(limit.at, f"the memory limit is {in_mebibytes(limit.value)}"),),
        operands=(
            operand("processes", count),
            operand("memory at which one is replaced", size, in_mebibytes(size.value)),
            operand("memory limit", limit, in_mebibytes(limit.value)),
        ),
        sum=f"{count.value} x {in_mebibytes(size.value)} = {in_mebibytes(most)} > {in_mebibytes(limit.value)}",
        part="size of a process",
        fix=f"replace a process at {in_mebibytes(limit.value * 8 // 10 // count.value)} at most",
    )
