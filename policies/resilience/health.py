"""Whether a copy that cannot answer is kept out of traffic."""

import re

from infraaudit.model import (
    APP_SERVICE,
    CLOUD_RUN,
    Absent,
    Container,
    EdgeKind,
    Estate,
    Known,
    Maybe,
    Probe,
    Role,
    Service,
    Workload,
    known_value,
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
    if workload.role is Role.FUNCTION:
        return Exclusion(Reason.MANAGED, "a function gets a request only once it is started for it")
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

    Quiet when: the workload ends by itself, is a function, or nothing sends requests to it. A HEALTHCHECK in the image
    counts only on platforms that run it; Kubernetes and ECS do not.

    See: Kubernetes documentation, Configure Liveness, Readiness and Startup Probes.
    """
    workload = estate.workload_of(container)
    services = services_to(container, estate)
    checks = [container.readiness, container.image_health, *(service.health_check for service in services)]
    if workload.platform is CLOUD_RUN:
        checks += [container.startup, container.liveness]
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
        factors=_weight(workload, container),
    )


_ONLY_WAITED_FOR = "a Compose service is not taken out of traffic, only waited for"
_OPEN_PORT = "Cloud Run waits by itself until the port of a copy is open"


def _weight(workload: Workload, container: Container) -> tuple[Factor, ...]:
    if container.image_role == "agent":
        return (at_most(Severity.LOW, "it gives out metrics, and whoever collects them asks again"),)
    if workload.platform.single_host or workload.platform is CLOUD_RUN:
        return (at_most(Severity.LOW, _ONLY_WAITED_FOR if workload.platform.single_host else _OPEN_PORT),)
    if workload.platform is APP_SERVICE and known_value(workload.replicas) == 1:
        return (at_most(Severity.MEDIUM, "App Service leaves the only worker in traffic, whatever a check says"),)
    if workload.role is Role.DATASTORE:
        return (at_most(Severity.MEDIUM, "clients of a store hold connections and retry by themselves"),)
    if workload.role in {Role.WORKER, Role.SCHEDULER, Role.AGENT}:
        return (at_most(Severity.LOW, f"its role is {workload.role}: nobody waits for its answer"),)
    return ()


_DEPENDENT_PATH = re.compile(
    r"(?:^|[/_-])(?:ready|readyz|readiness|deep|db|database|dependencies|full)(?:[/_-]|$)|health/all|/ht/?$"
)
_ASKS_ANOTHER = (
    (re.compile(r"pg_isready\b.*(?:-h|--host)[ =]?(?!localhost\b|127\.0\.0\.1\b|/)[\w$]"), "the database"),
    (re.compile(r"\bpsql\b.*(?:-h|--host)[ =]?(?!localhost\b|127\.0\.0\.1\b|/)[\w$]"), "the database"),
    (re.compile(r"\bredis-cli\b.*-h[ =]?(?!localhost\b|127\.0\.0\.1\b)[\w$]"), "Redis"),
    (re.compile(r"\bmysqladmin\b.*(?:-h|--host)[ =]?(?!localhost\b|127\.0\.0\.1\b)[\w$]"), "the database"),
    (re.compile(r"manage\.py check\b.*--database"), "the database"),
    (re.compile(r"\bcelery\b.*\binspect ping\b"), "the broker"),
)


def _is_restarted_by_a_check(container: Container, estate: Estate) -> Exclusion | None:
    workload = estate.workload_of(container)
    check = _restarting_check(container, estate)
    if check is None or isinstance(check, Absent):
        return Exclusion(Reason.PLATFORM, "no check restarts it")
    if workload.role is Role.DATASTORE:
        return Exclusion(Reason.ROLE, "what it asks is the store itself")
    return None


def _restarting_check(container: Container, estate: Estate) -> Maybe[Probe] | None:
    """Return the check on whose failure a copy is started anew."""
    return container.readiness if estate.workload_of(container).platform.check_restarts else container.liveness


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _is_restarted_by_a_check),
    holds="a copy is restarted for faults of its own alone",
    insight=True,
)
def liveness_checks_dependencies(container: Container, estate: Estate) -> Findings:
    """The check that restarts a copy asks other systems too.

    Why: when the database is slow for a minute, every copy fails its check at the same time and is restarted. What was
    a slow minute becomes an outage, and the restarted copies all connect anew to the database that was slow.

    Fix: let the check that restarts ask the process alone, and put dependencies into the readiness check.

    Quiet when: a store asks itself, or the check only takes the copy out of traffic.

    See: Amazon Builders Library, Implementing health checks; Kubernetes documentation, Configure Probes.
    """
    check = _restarting_check(container, estate)
    probe = check.settled() if check is not None else None
    if not isinstance(probe, Known):
        return
    words = estate.words_for(container)
    if probe.value.path is not None:
        path = probe.value.path.settled()
        if isinstance(path, Known) and _DEPENDENT_PATH.search(path.value.lower()):
            yield Finding(
                path.at,
                f"{words} is restarted when {path.value} fails, which by its name asks more than the process",
                label="restarts the copy",
                factors=(at_most(Severity.MEDIUM, "the name of the path is the only evidence"),),
            )
    if probe.value.command is not None:
        command = probe.value.command.settled()
        line = " ".join(command.value.words) if isinstance(command, Known) else ""
        asked = next((whom for pattern, whom in _ASKS_ANOTHER if pattern.search(line)), "")
        if asked:
            yield Finding(
                command.at,
                f"{words} is restarted when {asked} does not answer its check",
                label=f"asks {asked}",
            )


_CODES = (
    "alb.ingress.kubernetes.io/success-codes",
    "service.beta.kubernetes.io/aws-load-balancer-healthcheck-success-codes",
)
"""Annotations by which an object of a cluster says which answers its load balancer takes for healthy."""

_RANGE = re.compile(r"([0-9]{3})(?:-([0-9]{3}))?")
_BAD = 400
_REFUSED = frozenset({401, 403})


def _says_codes(service: Service, _: Estate) -> Exclusion | None:
    codes = _codes(service)
    if codes is None or isinstance(codes, Absent):
        return Exclusion(Reason.PLATFORM, "the platform decides which answers count as healthy")
    return None


def _codes(service: Service) -> Maybe[str] | None:
    for name, value in service.annotations or ():
        if name in _CODES:
            return Known(value, service.at)
    if service.health_check is None or not isinstance(service.health_check, Known):
        return None
    return service.health_check.value.accepts


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_says_codes,
    holds="health checks take errors for errors",
    insight=True,
)
def lb_health_check_too_lenient(service: Service) -> Findings:
    """A health check takes errors for healthy answers.

    Why: a copy that lost its database or was deployed without its settings answers every request with an error, and the
    load balancer goes on to send requests to it. No alarm fires, for by the check everything is well.

    Fix: a path that answers 200 only where the program can work, and matcher = "200". A program that refuses the name
    by which the load balancer asks (ALLOWED_HOSTS) is taught that name.

    Quiet when: only answers below 400 are taken, or a single 401 or 403 of a page that asks who it is.

    See: Elastic Load Balancing user guide, Health checks for target groups.
    """
    codes = _codes(service)
    if codes is None:
        return
    written = codes.settled()
    if isinstance(written, Absent):
        return
    wrong = _taken_errors(written.value)
    if wrong:
        yield Finding(
            written.at,
            f"the health check of {service} takes {written.value} for healthy, errors included",
            label="a copy that only answers errors stays in traffic",
        )


def _taken_errors(codes: str) -> bool:
    """Whether errors are among the codes, beyond a single one that asks for a password."""
    errors: list[int] = []
    for part in codes.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is not None:
            low, high = int(match[1]), int(match[2] or match[1])
            errors.extend(range(max(low, _BAD), high + 1))
    return len(errors) > 1 or (len(errors) == 1 and errors[0] not in _REFUSED)
