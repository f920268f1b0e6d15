"""Whether the output of containers arrives where it is sent."""

import re

from infraaudit.model import (
    Absent,
    Container,
    Estate,
    Function,
    Known,
    Logging,
    LogSink,
    Unknown,
    UnsettledError,
    Value,
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


_FORMATS = re.compile(r"(.*_)?(LOG(GING)?_FORMAT(TER)?|LOG_OUTPUT|LOG_ENCODING|LOG(GING)?_STYLE)")
_STRUCTURED = frozenset({"json", "ndjson", "jsonl", "logstash", "ecs", "gelf", "structured"})
_PLAIN = frozenset({"text", "plain", "console", "pretty", "logfmt", "human", "txt", "simple"})


def _writes_plain(workload: Workload, estate: Estate) -> Exclusion | None:
    """Hold the first workload of a deployment that says that it writes plain lines."""
    plain = estate.derived(_plain).get(workload.deployment.id, ())
    if not plain or workload.address not in plain:
        return Exclusion(Reason.ROLE, "nothing says that it writes plain lines")
    if plain[0] != workload.address:
        return Exclusion(Reason.MANAGED, f"it is told with {plain[0]}")
    return None


def _plain(estate: Estate) -> dict[str, list[str]]:
    """Return the addresses of the workloads that say that they write plain lines, by deployment."""
    found: dict[str, list[str]] = {}
    for workload in estate.of(Workload):
        told = _structured(workload)
        if isinstance(told, Known) and not told.value:
            found.setdefault(workload.deployment.id, []).append(workload.address)
    return found


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_writes_plain,
    holds="the programs of an environment write their logs in one form",
    insight=True,
)
def log_format_inconsistent(workload: Workload, estate: Estate) -> Findings:
    """Some programs of an environment write JSON to their logs, others plain lines.

    Why: a search by request or user finds the half of them, and an alarm that counts a field counts the half.

    Fix: one form for all, best JSON: log_format = "JSON" for Lambda, a formatter of the logging library elsewhere.

    Quiet when: all that say it say the same. What says nothing is not asked.

    See: AWS Well-Architected OPS04.
    """
    own = _structured(workload)
    doubt: Unknown[bool] | None = None
    for other in estate.in_deployment(workload, Workload):
        told = _structured(other)
        if isinstance(told, Known) and told.value and own is not None:
            plain = len(estate.derived(_plain)[workload.deployment.id])
            yield Finding(
                own.at,
                f"{workload} writes plain lines to its logs, and {other} beside it writes objects",
                label=f"one of {plain} that write plain lines" if plain > 1 else "plain lines",
                places=(Place(told.at, "objects"),),
            )
            return
        doubt = doubt or (told if isinstance(told, Unknown) else None)
    if doubt is not None:
        raise UnsettledError(doubt)


def _structured(workload: Workload) -> Value[bool] | None:
    """Return whether a workload says that it writes objects, or plain lines; ``None`` where it says neither."""
    if isinstance(workload, Function) and workload.log_format is not None:
        written = workload.log_format
        if not isinstance(written, Known) or written.stated:
            return written.map(_is_structured)
    for container in workload.containers:
        for variable in container.environment:
            if not isinstance(variable.value, Absent) and _FORMATS.fullmatch(variable.name):
                told = variable.value.map(_form)
                if not isinstance(told, Known) or told.value is not None:
                    return told.map(bool)
    return None


def _form(text: str) -> bool | None:
    """Return whether the value of a variable means objects, and ``None`` where it is no form that is known."""
    word = text.strip().lower()
    return True if word in _STRUCTURED else False if word in _PLAIN else None


def _is_structured(text: str) -> bool:
    return text.lower() in _STRUCTURED
