"""Whether the output of containers arrives where it is sent."""

from infraaudit.model import Absent, Container, Estate, Known, Logging, LogSink, Unknown, UnsettledError
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    policy,
)

_TO_GROUP, _TO_ROUTER = "awslogs", "awsfirelens"


def _is_sent(container: Container, _: Estate) -> Exclusion | None:
    if container.logging is None:
        return Exclusion(Reason.PLATFORM, "the platform decides where its output goes")
    driver = container.logging.driver.settled()
    if isinstance(driver, Absent) or driver.value not in {_TO_GROUP, _TO_ROUTER}:
        return Exclusion(Reason.MANAGED, "its output goes neither to a log group nor to a router beside it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_sent,
    holds="the output of containers goes to groups and routers that are there",
    insight=True,
)
def log_group_dangling(container: Container, estate: Estate) -> Findings:
    """A container sends its output to a log group or router that is not there.

    Why: with a missing group the task does not start at all; with a missing router nothing is kept of what it says.

    Fix: refer to the group, aws_cloudwatch_log_group.x.name, instead of writing its name twice; for awsfirelens, add a
    container with the firelensConfiguration.

    Quiet when: the driver makes the group. Could not tell where no group is declared at all, for then groups may be
    kept elsewhere.

    See: Amazon ECS developer guide, Send Amazon ECS logs to CloudWatch; Send logs to an AWS service with FireLens.
    """
    logging = container.logging
    if logging is None:
        return
    if logging.driver == Known(_TO_ROUTER, logging.driver.at):
        yield from _without_router(container, logging, estate)
        return
    group = logging.group.settled()
    if isinstance(group, Absent) or logging.creates.settled().value:
        return
    sinks = [each for each in estate.of(LogSink) if each.is_group]
    if not sinks:
        raise UnsettledError(Unknown("no log group is declared here, so groups may be kept elsewhere", group.at))
    names = {name for sink in sinks for name in (sink.address, *sink.identifiers)}
    if group.value in names:
        return
    if any(not sink.identifiers for sink in sinks):
        raise UnsettledError(Unknown("the name of a log group that is declared here cannot be told", group.at))
    yield Finding(
        group.at,
        f"{estate.words_for(container)} sends its output to the log group {group.value}, which is not declared",
        label="no log group has this name",
        factors=_kept_here(container, estate),
        part=container.name,
    )


def _kept_here(container: Container, estate: Estate) -> tuple[Factor, ...]:
    if any(each.is_group for each in estate.in_deployment(container, LogSink)):
        return ()
    return (at_most(Severity.MEDIUM, "the groups that are declared belong to another deployment"),)


def _without_router(container: Container, logging: Logging, estate: Estate) -> Findings:
    beside = estate.workload_of(container).containers
    if not any(each.logging is not None and each.logging.routes for each in beside):
        yield Finding(
            logging.at,
            f"{estate.words_for(container)} hands its output to a router, and no container beside it is one",
            label="nothing takes it",
            part=container.name,
        )
