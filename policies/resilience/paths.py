"""Whether one loss on the way of a request ends it."""

from infraaudit.model import Entity, Entrance, Estate, Workload
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
    policy,
    request_path,
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
        part=str(entrance.opens.address),
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
