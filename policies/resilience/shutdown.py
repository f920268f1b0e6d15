"""Whether a process hears that it should stop."""

from infraaudit.model import Absent, Container, Estate, Role
from infraaudit.policy import Effort, Finding, Findings, Severity, answering, at_most, policy, with_process


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
