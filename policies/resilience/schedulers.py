"""Whether a schedule is fired once."""

from itertools import pairwise

from infraaudit.model import Container, EdgeKind, Estate, Image, Process, Unknown, UnsettledError, Workload, known_value
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    autoscaler_of,
    by_default,
    long_running,
    most_copies,
    operand,
    policy,
    settled_within,
    surge_copies,
)


def _fires_a_schedule(workload: Workload, _: Estate) -> Exclusion | None:
    container = _scheduling(workload)
    if container is None:
        return Exclusion(Reason.ROLE, "it fires no schedule")
    if any("redbeat" in word.lower() for word in _words(container)):
        return Exclusion(Reason.DESIGN, "RedBeat takes a lock, so that one of several fires")
    return None


def _scheduling(workload: Workload) -> Container | None:
    return next((each for each in workload.containers if each.process is not None and each.process.schedules), None)


def _words(container: Container) -> tuple[str, ...]:
    return container.process.words if container.process is not None else ()


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(long_running, _fires_a_schedule),
    holds="every schedule is fired by one copy alone",
    insight=True,
)
def duplicate_scheduler(workload: Workload, estate: Estate) -> Findings:
    """More than one copy fires the same schedule.

    Why: each copy of a scheduler counts the time by itself, so that every task is started once for each of them:
    invoices go out twice, and reports are mailed by all copies.

    Fix: give the scheduler a workload of its own with one copy that is stopped before its successor starts (strategy
    Recreate, a maximum of 100 % on ECS), or take a scheduler that holds a lock, such as RedBeat.

    Quiet when: the scheduler takes a lock, or the platform stops the old copy first.

    See: Celery documentation, Periodic Tasks: only a single scheduler may run for a schedule at a time.
    """
    container = _scheduling(workload)
    if container is None or container.process is None:
        return
    _end_where_a_lock_may_be_set(container, estate)
    yield from _beside_another(workload, container, container.process, estate)
    copies = settled_within(most_copies(workload, estate), "one copy is the most that a schedule takes")
    program = _name(container.process)
    if copies.value > 1:
        autoscaler = autoscaler_of(workload, estate)
        yield Finding(
            copies.at,
            f"{workload} {'may run' if autoscaler else 'runs'} {copies.value} copies of {program}{by_default(copies)}, "
            "and each fires the schedule",
            label=f"the schedule is fired {copies.value} times",
            places=(Place(container.process.at, f"{program} is started here"),),
            operands=(operand("copies", copies),),
            sum=f"{copies.value} > 1",
        )
        return
    surge = settled_within(surge_copies(workload, copies.value), "none may run beside the old one during a rollout")
    if copies.value and surge.value:
        yield Finding(
            surge.at,
            f"a rollout of {workload} runs {copies.value + surge.value} copies of {program}{by_default(surge)} "
            "for a while, and each fires the schedule",
            label="the new copy starts before the old one stops",
            places=(Place(container.process.at, f"{program} is started here"),),
            operands=(operand("copies", copies), operand("more of them during a rollout", surge)),
            sum=f"{copies.value} + {surge.value} > 1",
            factors=(at_most(Severity.MEDIUM, "only while a rollout runs both"),),
            part="rollout",
        )


def _name(process: Process) -> str:
    if process.server != "other":
        return str(process.server) if "beat" in process.server else f"{process.server} with --beat"
    return process.words[0].rpartition("/")[2] if process.words else "a scheduler"


def _end_where_a_lock_may_be_set(container: Container, estate: Estate) -> None:
    for origin in (container.image, container.build_context, container.build_file):
        if origin is not None:
            origin.settled()
    for image in estate.targets(container, EdgeKind.RUNS, Image):
        for package in image.python_packages or ():
            if package.name == "celery-redbeat":
                raise UnsettledError(Unknown("celery-redbeat is installed, and settings may choose it", package.at))


def _beside_another(workload: Workload, container: Container, process: Process, estate: Estate) -> Findings:
    """Report the second of two workloads that fire the schedule of one application."""
    own = _application(container, process)
    for other in estate.in_deployment(workload, Workload):
        rival = _scheduling(other)
        if other.key == workload.key:
            return
        if rival is None or rival.process is None or other.namespace != workload.namespace:
            continue
        apart = other.profiles != workload.profiles
        if own and not apart and own == _application(rival, rival.process):
            yield Finding(
                process.at,
                f"{workload} and {other} both fire the schedule of {own[0]}",
                label="one of two",
                places=(Place(rival.process.at, "the other one"),),
                part=other.address,
            )


def _application(container: Container, process: Process) -> tuple[str, ...]:
    """Return the application whose schedule is fired and the image that it lies in, empty where nothing tells."""
    image = container.build_context if container.build_context is not None else container.image
    words = process.words
    named = [after for word, after in pairwise(words) if word in {"-A", "--app"}]
    joined = [word.partition("=")[2] for word in words if word.startswith("--app=")]
    known = known_value(image)
    return (*(named or joined)[:1], str(known)) if (named or joined) and known is not None else ()
