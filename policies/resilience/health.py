"""Whether a copy that cannot answer is kept out of traffic."""

from infraaudit.model import (
    Absent,
    Container,
    Edge,
    EdgeKind,
    Estate,
    Image,
    Maybe,
    Probe,
    Role,
    Service,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    answering,
    at_most,
    policy,
    services_before,
)


def _receives_traffic(container: Container, estate: Estate) -> Exclusion | None:
    workload = estate.workload_of(container)
    if workload.role in {Role.SCHEDULER, Role.AGENT}:
        return Exclusion(Reason.ROLE, f"{workload} is a {workload.role}")
    if container in workload.init_containers:
        return Exclusion(Reason.RUNS_ONCE, "it runs before the others and ends")
    if workload.platform.single_host:
        return None if _behind_a_proxy(workload, estate) else Exclusion(Reason.ROLE, "no proxy sends requests to it")
    if not any(_leads_to(edge, container, workload, estate) for edge in estate.edges_to(workload, EdgeKind.EXPOSES)):
        return Exclusion(Reason.ROLE, "no service sends requests to it")
    return None


def _behind_a_proxy(workload: Workload, estate: Estate) -> bool:
    """Whether a proxy of the same project calls it or waits for it."""
    callers = estate.sources(workload, EdgeKind.CALLS, Workload)
    return any(
        other.role is Role.PROXY and (other in callers or workload.address in other.depends_on)
        for other in estate.in_deployment(workload, Workload)
    )


def _leads_to(edge: Edge, container: Container, workload: Workload, estate: Estate) -> bool:
    """Whether a service sends requests to this container, and not to another one of the same workload."""
    if len(workload.containers) == 1:
        return True
    service = estate.get(edge.source, Service)
    if service is None or service.exposure == "headless":
        return False
    targets = {door.target.settled().value for door in service.ports}
    return any(str(port.number.settled().value) in targets or port.name in targets for port in container.ports)


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
    checks = [container.readiness, *_checks_of_services(workload, estate), *_check_of_image(container, estate)]
    if any(not isinstance(check.settled(), Absent) for check in checks):
        return
    senders = services_before(workload, estate)
    factors = []
    if workload.platform.single_host:
        factors.append(at_most(Severity.LOW, "a Compose service is not taken out of traffic, only waited for"))
    elif workload.role is Role.DATASTORE:
        factors.append(at_most(Severity.MEDIUM, "clients of a store hold connections and retry by themselves"))
    yield Finding(
        container.at,
        f"{estate.words_for(container)} receives requests without a readiness check",
        label="no readiness check",
        places=tuple(Place(service.at, f"{service} sends requests to it") for service in senders),
        factors=tuple(factors),
    )


def _checks_of_services(workload: Workload, estate: Estate) -> list[Maybe[Probe]]:
    return [each.health_check for each in services_before(workload, estate) if each.health_check is not None]


def _check_of_image(container: Container, estate: Estate) -> list[Maybe[Probe]]:
    if not estate.workload_of(container).platform.image_healthcheck:
        return []
    return [image.healthcheck for image in estate.targets(container, EdgeKind.RUNS, Image)]
