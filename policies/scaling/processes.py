"""Whether the number of processes fits the container that they run in."""

from infraaudit.model import Absent, Container, Estate
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    answering,
    at_most,
    policy,
)


def _counts_by_itself(container: Container, _: Estate) -> Exclusion | None:
    if container.process is None:
        return Exclusion(Reason.MANAGED, "its command is that of an image which is not built here")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _counts_by_itself),
    holds="the number of worker processes is chosen, not taken from the host",
    insight=True,
)
def worker_count_derived_from_host_cpus(container: Container, estate: Estate) -> Findings:
    """The number of processes follows the CPUs of the machine, not the limit of the container.

    Why: a limit does not change how many CPUs a program sees. On a node with 64 CPUs, 64 workers start in a
    container that may use half a core and a few hundred megabytes, and the kernel kills them under load.

    Fix: state the number: celery worker -c 2, dramatiq -p 2, WEB_CONCURRENCY=2.

    Quiet when: the container has no limit that so many processes could break.

    See: Celery documentation, Workers Guide, Concurrency; Kubernetes documentation, Resource Management.
    """
    process = container.process
    if process is None or not process.host_cpus:
        return
    memory, cpu = container.memory_limit.settled(), container.cpu_limit.settled()
    if isinstance(memory, Absent) and isinstance(cpu, Absent):
        return
    factors = []
    if isinstance(memory, Absent):
        factors.append(at_most(Severity.MEDIUM, "no memory limit kills the surplus processes"))
    limits = [
        ("memory limit", f"{memory.value / 2**20:.0f} MiB", memory.at) if not isinstance(memory, Absent) else None,
        ("CPU limit", f"{cpu.value / 1000:g} cores", cpu.at) if not isinstance(cpu, Absent) else None,
    ]
    stated = [limit for limit in limits if limit is not None]
    yield Finding(
        process.at,
        f"{process.server} of {estate.workload_of(container)} starts one process for each CPU of the host: "
        f"{process.host_cpus}",
        label="no number of processes",
        places=tuple(Place(at, f"the container's {name} is {value}") for name, value, at in stated),
        operands=tuple(Operand(name, value, at) for name, value, at in stated),
        factors=tuple(factors),
    )
