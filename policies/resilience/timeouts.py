"""Whether the timeouts along a request's way fit each other."""

from infraaudit.model import Absent, Container, Estate, Gateway, Known, known_value
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
    answering,
    at_most,
    gateways_to,
    policy,
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
            label=f"keep-alive {keep_alive.value} s" + ("" if keep_alive.stated else " by default"),
            places=(Place(idle.at, f"idle timeout {idle.value} s" + ("" if idle.stated else " by default")),),
            operands=(
                Operand("keep-alive of the server", f"{keep_alive.value} s", keep_alive.at, keep_alive.fact),
                Operand("idle timeout of the proxy", f"{idle.value} s", idle.at, idle.fact),
            ),
            sum=f"{keep_alive.value} s <= {idle.value} s",
            factors=_retries(gateway),
            part=gateway.address,
        )
    for gateway in gateways:
        gateway.idle_timeout.settled()


def _retries(gateway: Gateway) -> tuple[Factor, ...]:
    proxy = known_value(gateway.proxy)
    if gateway.retries == "idempotent":
        return (at_most(Severity.MEDIUM, f"{proxy} tries idempotent requests again, but not a POST"),)
    if gateway.retries == "every":
        return (at_most(Severity.LOW, f"{proxy} tries again what a closed connection refuses"),)
    return ()
