"""What a copy does before it serves, and whether it is given the time."""

from infraaudit.model import (
    Absent,
    Container,
    Estate,
    Known,
    Maybe,
    Probe,
    StartStep,
    StepKind,
    Unknown,
    UnsettledError,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    allowance_of,
    answering,
    at_most,
    by_default,
    long_running,
    most_copies,
    operand,
    policy,
    settled_within,
    start_time_of,
)


def _steps(workload: Workload, kind: StepKind) -> list[tuple[Container, StartStep]]:
    """Return the steps of a kind that each copy takes before it serves, those of its init containers among them."""
    return [
        (container, step)
        for container in (*workload.init_containers, *workload.containers)
        if container.process is not None
        for step in container.process.steps
        if step.kind is kind
    ]


def _migrates_at_start(workload: Workload, _: Estate) -> Exclusion | None:
    steps = _steps(workload, StepKind.MIGRATION)
    if not steps:
        return Exclusion(Reason.ROLE, "no migration is seen on its way to the server")
    if all(step.locks for _, step in steps):
        return Exclusion(Reason.DESIGN, f"{steps[0][1]} takes a lock, so that one copy migrates and the others wait")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(long_running, _migrates_at_start),
    holds="no two copies migrate the database at the same time",
    insight=True,
)
def migrations_race_on_startup(workload: Workload, estate: Estate) -> Findings:
    """Every copy migrates the database when it starts.

    Why: copies that start together change the same tables at the same time: one of them fails, or both leave half of
    it behind. A migration that fails then keeps every new copy from starting, just when more of them are needed.

    Fix: migrate once before the rollout: a Helm hook or an Argo CD PreSync job, a task of ECS that is run first,
    a Compose service that others wait for with service_completed_successfully.

    Quiet when: one copy is all that ever runs, or the tool takes a lock (Flyway, Liquibase, Prisma, Rails).

    See: Alembic documentation, Cookbook; Django documentation, Migrations; The Twelve-Factor App, Admin processes.
    """
    copies = settled_within(most_copies(workload, estate), "a single copy has nobody to race with")
    if copies.value <= 1:
        return
    for container, step in _steps(workload, StepKind.MIGRATION):
        if step.locks:
            continue
        if not step.certain:
            why = f"whether {container} runs {step} depends on a condition that cannot be told"
            raise UnsettledError(Unknown(why, step.at))
        yield Finding(
            step.at,
            f"each of the {copies.value} copies of {workload} runs {step} when it starts{by_default(copies)}",
            label="run by every copy",
            places=(Place(copies.at, f"up to {copies.value} copies{by_default(copies)}"),),
            operands=(operand("copies", copies),),
            sum=f"{copies.value} > 1",
            part=container.name,
        )


_PATIENT = 45
"""Seconds that are enough for a start of which nothing but an estimate is known."""


def _is_given_time(container: Container, estate: Estate) -> Exclusion | None:
    if container.process is None or start_time_of(container.process) is None:
        return Exclusion(Reason.ROLE, "nothing that takes long is seen in its start")
    if isinstance(_killing_check(container, estate), Absent):
        return Exclusion(Reason.PLATFORM, "no check gives up its start")
    return None


def _killing_check(container: Container, estate: Estate) -> Maybe[Probe]:
    """Return the check that ends a start which takes too long: the one for the start, else the one that restarts."""
    if not isinstance(container.startup, Absent):
        return container.startup
    return container.readiness if estate.workload_of(container).platform.check_restarts else container.liveness


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _is_given_time),
    holds="checks wait until a copy can be up",
    insight=True,
)
def startup_allowance_too_short(container: Container, estate: Estate) -> Findings:
    """A check gives a copy up before it can be up.

    Why: the copy is killed in the middle of its start, starts anew and is killed again. A migration that grows with
    the data passes for a year, and then no copy comes up any more.

    Fix: add a startup probe that waits for minutes (failureThreshold 30), a start period on ECS, or take the slow step
    out of the start.

    Quiet when: the checks wait for long enough, or nothing that takes long is seen in the start.

    See: Kubernetes documentation, Configure Liveness, Readiness and Startup Probes; Amazon ECS, startPeriod.
    """
    check = _killing_check(container, estate).settled()
    start = start_time_of(container.process) if container.process is not None else None
    if start is None or not isinstance(check, Known):
        return
    given = allowance_of(check.value, f"{min(start.seconds, _PATIENT)} s in all are enough")
    if given.seconds >= min(start.seconds, _PATIENT):
        return
    numbers = f"{given.delay.value} + {given.period.value} x {given.failures.value}"
    what = f"runs {start.step} before" if start.step is not None else "starts a Java machine"
    yield Finding(
        check.at,
        f"{estate.words_for(container)} {what}, and is given up after {given.seconds} s",
        label=f"gives {given.seconds} s",
        places=(Place(start.step.at, "runs before the server"),) if start.step is not None else (),
        operands=(
            operand("delay", given.delay, f"{given.delay.value} s"),
            operand("period", given.period, f"{given.period.value} s"),
            operand("failures", given.failures),
            Operand("start", f"about {start.seconds} s", assumed=start.fact),
        ),
        sum=f"{numbers} = {given.seconds} s < {start.seconds} s",
        factors=(at_most(Severity.MEDIUM, "an estimate: how long the start takes is not written anywhere"),),
    )
