"""What a copy does before it serves, and whether it is given the time."""

from infraaudit.model import Container, Estate, StartStep, StepKind, Unknown, UnsettledError, Workload
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    by_default,
    long_running,
    most_copies,
    operand,
    policy,
    settled_within,
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
