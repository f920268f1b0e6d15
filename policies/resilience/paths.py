"""Whether one loss on the way of a request ends it."""

from infraaudit.model import (
    Absent,
    EdgeKind,
    Entity,
    Entrance,
    Estate,
    Known,
    Maybe,
    Service,
    TrafficPolicy,
    Unknown,
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
    SinglePoint,
    in_a_row,
    least_copies,
    policy,
    request_path,
    settled_within,
)


def _from_outside(entrance: Entrance, estate: Estate) -> Exclusion | None:
    if not entrance.public.settled().value:
        return Exclusion(Reason.MANAGED, "only the private network reaches it")
    path = request_path(entrance, estate)
    hosts = {each.platform.name for each in path.components if isinstance(each, Workload) and each.platform.single_host}
    if hosts:
        return Exclusion(Reason.PLATFORM, f"what stands behind it shares one host under {in_a_row(sorted(hosts))}")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.LARGE,
    when=_from_outside,
    holds="no single component ends the requests of a public entrance",
    insight=True,
)
def request_path_single_point_of_failure(entrance: Entrance, estate: Estate) -> Findings:
    """Requests from outside fail when one component on their way is lost.

    Why: a request is answered only while everything that it needs is up. Copies at the door help nothing while one
    database, cache or service behind it exists once.

    Fix: give the components a stand-in, those first with which the most stops: a second copy, a standby in another
    zone, a replica that takes over.

    Quiet when: only the private network reaches the entrance, everything behind it shares one host anyway, another
    workload answers in place of the lost one, or the entrance is a part of the app that is lost, which is told as such.

    See: AWS Well-Architected REL10-BP01; Google, Site Reliability Engineering, Managing Critical State.
    """
    path = request_path(entrance, estate)
    found = [each for each in path.singles if not _is_its_own_door(entrance, each)]
    singles = sorted(found, key=lambda each: -each.affected)
    if not singles:
        for doubt in path.doubts:
            doubt.settled()
        return
    heaviest, others = singles[0], singles[1:]
    yield Finding(
        heaviest.standing.at,
        f"requests through {entrance} fail when {_any_of(singles)} is lost",
        label=_words(heaviest),
        places=(
            Place(entrance.at, f"requests come in through {entrance}"),
            *(Place(each.standing.at, _words(each)) for each in others),
        ),
        part=f"{entrance.kind}.{entrance.name}",
    )


def _is_its_own_door(entrance: Entrance, single: SinglePoint) -> bool:
    """Whether the entrance is a part of the component itself, as the front end of an app is: its copies say it all."""
    return entrance.opens.address.partition("#")[0] == single.component.address


def _any_of(singles: list[SinglePoint]) -> str:
    names = [str(each.component) for each in singles]
    return names[0] if len(names) == 1 else f"any one of {len(names)} components ({', '.join(names)})"


def _words(single: SinglePoint) -> str:
    component, stopped = single.component, _stopped(single)
    verb = "stops" if len(stopped) == 1 else "stop"
    return f"{component} has no stand-in" + (f"; {in_a_row(stopped)} {verb} with it" if stopped else "")


def _stopped(single: SinglePoint) -> tuple[Entity, ...]:
    return tuple(each for cause in single.consequences for each in (cause.component, *cause.followers))


def _leaves_out(service: Service, estate: Estate) -> Maybe[bool] | None:
    """Return whether copies that fail are left out, by the balancer or by the mesh; ``None`` where neither can."""
    if service.ejects is not None:
        return service.ejects
    rules = estate.in_deployment(service, TrafficPolicy)
    if not rules:
        return None
    doubt: Unknown[bool] | None = None
    for rule in rules:
        if not isinstance(rule.service, Known):
            doubt = doubt or Unknown(f"which service {rule} is for cannot be told", rule.at)
        elif rule.service.value == service.address:
            if isinstance(rule.breaker, Unknown):
                doubt = doubt or rule.breaker
            elif rule.breaker.value:
                return rule.breaker
    return doubt or Absent(service.at)


def _could_leave_out(service: Service, estate: Estate) -> Exclusion | None:
    if _leaves_out(service, estate) is None:
        return Exclusion(Reason.MANAGED, "nothing that could leave a copy out stands before it")
    if not estate.targets(service, EdgeKind.EXPOSES, Workload):
        return Exclusion(Reason.ROLE, "nothing of the scan stands behind it")
    return None


def _an_example(service: Service, estate: Estate) -> tuple[Service, Known[bool]] | None:
    """Return another service whose failing copies are left out: its owner has chosen to do that."""
    for other in estate.in_deployment(service, Service):
        answer = _leaves_out(other, estate)
        if isinstance(answer, Known) and answer.value:
            return other, answer
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_could_leave_out,
    holds="a copy that keeps failing gets no requests for a while",
    insight=True,
)
def no_outlier_ejection(service: Service, estate: Estate) -> Findings:
    """Requests go on to a copy that keeps failing.

    Why: other services of the system leave such copies out. A health check that is answered says little: a copy that
    has lost its database fails each of its clients until somebody looks. What counts the answers takes it out within
    seconds.

    Fix: outlierDetection under trafficPolicy of a DestinationRule, or outlier_detection of the backend service, with a
    bound for how many copies may be out at once (maxEjectionPercent: 50).

    Quiet when: no service of the deployment leaves copies out, fewer than two copies run, or its balancer cannot do it.

    See: Istio documentation, Circuit Breaking; Cloud Load Balancing, Outlier detection.
    """
    answer = _leaves_out(service, estate)
    if answer is None or (isinstance(answer, Known) and answer.value):
        return
    example = _an_example(service, estate)
    if example is None:
        return
    answer.settled()
    other, at = example
    for workload in estate.targets(service, EdgeKind.EXPOSES, Workload):
        copies = settled_within(least_copies(workload, estate), "of two or more a failing one could be left out")
        if copies.value > 1:
            yield Finding(
                answer.at,
                f"{service} sends requests on to copies of {workload} that fail, as {other} does not",
                label="nothing counts failures",
                places=(Place(at.at, f"{other} leaves them out"), Place(copies.at, f"{copies.value} copies")),
                part=workload.address,
            )
