"""Whether the number of processes fits the container that they run in."""

from infraaudit.model import Absent, Container, Estate, Known, Workload
from infraaudit.policy import (
    Effort,
    Factor,
    Finding,
    Findings,
    Operand,
    Place,
    Severity,
    answering,
    at_most,
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
