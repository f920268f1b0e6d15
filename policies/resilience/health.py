"""Whether a copy that cannot answer is kept out of traffic."""

from infraaudit.model import (
    Container,
    EdgeKind,
    Estate,
    Known,
    Role,
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
    policy,
    services_to,
)


def _receives_traffic(container: Container, estate: Estate) -> Exclusion | None:
    workload = estate.workload_of(container)
    if workload.platform.single_host:
        return None if _behind_a_proxy(workload, estate) else Exclusion(Reason.ROLE, "no proxy sends requests to it")
    if not services_to(container, estate):
        return Exclusion(Reason.ROLE, "no service sends requests to it")
    return None


def _behind_a_proxy(workload: Workload, estate: Estate) -> bool:
    """Whether a proxy of the same project calls it or waits for it."""
    callers = estate.sources(workload, EdgeKind.CALLS, Workload)
    return any(
        other.role is Role.PROXY and (other in callers or workload.address in other.depends_on)
        for other in estate.in_deployment(workload, Workload)
    )


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _receives_traffic),
    holds="every copy that receives requests says when it is ready",
    equivalents=(
        "CKV_K8S_9",
        "CKV_DOCKER_2",
        "CKV_AWS_261",
        "kube-score:pod-probes",
        "kube-linter:no-readiness-probe",
        "polaris:readinessProbeMissing",
        "C-0018",
        "DS-0026",
    ),
)
def missing_readiness_signal(container: Container, estate: Estate) -> Findings:
    """Requests are sent to a copy that never says whether it can answer.

    Why: traffic arrives before the process can answer it, stays when it no longer can, and every rollout drops
    requests.

    Fix: add a check of a cheap endpoint where the platform acts on it: a readiness probe, a target group's health
    check, a Compose healthcheck.

    Quiet when: the workload ends by itself or nothing sends requests to it. A HEALTHCHECK in the image counts only on
    platforms that run it; Kubernetes and ECS do not.

    See: Kubernetes documentation, Configure Liveness, Readiness and Startup Probes.
    """
    workload = estate.workload_of(container)
    services = services_to(container, estate)
    checks = [container.readiness, container.image_health, *(service.health_check for service in services)]
    if any(isinstance(check, Known) for check in checks):
        return
    for check in checks:
        if check is not None:
            check.settled()
    yield Finding(
        container.at,
        f"{estate.words_for(container)} receives requests without a readiness check",
        label="no readiness check",
        places=tuple(Place(service.at, f"{service} sends requests to it") for service in services),
        factors=_weight(workload),
    )


def _weight(workload: Workload) -> tuple[Factor, ...]:
    if workload.platform.single_host:
        return (at_most(Severity.LOW, "a Compose service is not taken out of traffic, only waited for"),)
    if workload.role is Role.DATASTORE:
        return (at_most(Severity.MEDIUM, "clients of a store hold connections and retry by themselves"),)
    if workload.role in {Role.WORKER, Role.SCHEDULER, Role.AGENT}:
        return (at_most(Severity.LOW, f"its role is {workload.role}: nobody waits for its answer"),)
    return ()
