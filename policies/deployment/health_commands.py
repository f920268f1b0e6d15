"""Whether the commands of health checks can run at all."""

from infraaudit.model import (
    Absent,
    Container,
    Estate,
    Known,
    Probe,
    ProbeKind,
    Programs,
    Unknown,
    UnsettledError,
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
)


def _checks(container: Container) -> tuple[Known[Probe], ...]:
    """Return the checks that run a command, those of the image only where nothing replaces them."""
    stated = (container.readiness, container.liveness, container.startup)
    brought = container.image_health if isinstance(container.readiness, Absent) else None
    every = (*stated, brought) if brought is not None else stated
    return tuple(each for each in every if isinstance(each, Known) and each.value.kind is ProbeKind.EXEC)


def _is_asked_by_command(container: Container, _: Estate) -> Exclusion | None:
    if not _checks(container):
        return Exclusion(Reason.MANAGED, "no check of it runs a command")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _is_asked_by_command),
    holds="the programs of every health check are in the image",
    insight=True,
    environment_matters=False,
)
def health_check_tool_missing(container: Container, estate: Estate) -> Findings:
    """A health check runs a program that its image does not have.

    Why: the check can never succeed. What restarts or waits by it restarts a healthy program for ever, or never starts
    what waits.

    Fix: ask with what is there: python -c with urllib in images of Python, wget --spider of BusyBox in those of Alpine,
    the store's own client; or install the program.

    Quiet when: the build installs the program or may install it unseen, or another program is tried behind ||.

    See: Dockerfile reference, HEALTHCHECK; the Dockerfiles of the base images.
    """
    for check in _checks(container):
        missing = _missing(check, container.programs, container)
        if missing is None:
            continue
        programs = container.programs
        base = programs.base if programs is not None else ""
        at = check.value.command.at if isinstance(check.value.command, Known) else check.at
        what = "a shell" if missing == "sh" else missing
        yield Finding(
            at,
            f"the health check of {estate.words_for(container)} runs {what}, which is not in its image",
            label=f"needs {what}",
            places=(Place(container.image.at, f"starts from {base}, which has no {what.removeprefix('a ')}"),),
            factors=_weight(container, estate),
            part=missing,
        )


def _missing(check: Known[Probe], programs: Programs | None, container: Container) -> str | None:
    """Return what the first alternative lacks where all lack something; ends the check where that is not known."""
    if programs is None:
        raise UnsettledError(Unknown("which programs are in its image is not known", check.at))
    alternatives = check.value.programs
    if alternatives is None:
        raise UnsettledError(Unknown("the command of its health check cannot be followed", check.at))
    lacking = [next((name for name in each if name in programs.absent), None) for each in alternatives]
    if all(lacking):
        return lacking[0]
    for each, name in zip(alternatives, lacking, strict=True):
        if name is None and not set(each) <= programs.present:
            foreign = min(set(each) - programs.present)
            raise UnsettledError(Unknown(f"whether {foreign} is in the image of {container} is not known", check.at))
    return None


def _weight(container: Container, estate: Estate) -> tuple[Factor, ...]:
    """Weigh what the failing check does: it restarts, it holds others back, or it only shows a state."""
    workload = estate.workload_of(container)
    if not workload.platform.single_host or _somebody_waits(workload, estate):
        return ()
    return (at_most(Severity.MEDIUM, "nothing restarts or waits by it, it only shows a wrong state"),)


def _somebody_waits(workload: Workload, estate: Estate) -> bool:
    return any(workload.address in other.waits_for_health for other in estate.in_deployment(workload, Workload))
