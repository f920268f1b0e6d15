"""Whether somebody hears when a part breaks."""

import re
from collections.abc import Iterable

from infraaudit.model import (
    KUBERNETES,
    Absent,
    Alarm,
    Consumer,
    Container,
    Datastore,
    EdgeKind,
    Entity,
    Estate,
    Function,
    Known,
    MonitoringAgent,
    Queue,
    Trigger,
    TriggerKind,
    Unknown,
    UnsettledError,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    may_mean,
    policy,
    raised,
)


def _watched_from_here(entity: Entity, estate: Estate) -> Exclusion | None:
    """Hold what an alarm of the same deployment could watch, and end the check where alarms may live elsewhere."""
    if estate.edges_to(entity, EdgeKind.WATCHES):
        return None
    agents = estate.in_deployment(entity, MonitoringAgent)
    if agents:
        raise UnsettledError(Unknown(f"monitors may live with {agents[0].vendor}", agents[0].at))
    alarms = estate.in_deployment(entity, Alarm)
    if not alarms:
        raise UnsettledError(
            Unknown("no alarm at all is in this deployment, so alarms may be kept elsewhere", entity.at)
        )
    for alarm in alarms:
        if not alarm.complete:
            raise UnsettledError(Unknown(f"what {alarm} watches cannot be told", alarm.at))
    return None


def _managed(store: Datastore, estate: Estate) -> Exclusion | None:
    if not store.managed:
        return Exclusion(Reason.MANAGED, "it is not a managed store")
    if store.engine in {"s3", "gcs", "ebs", "efs", "disk", "filestore"}:
        return Exclusion(Reason.MANAGED, "it is storage that does not fail by load")
    return _watched_from_here(store, estate)


def _dead_letters(queue: Queue, estate: Estate) -> Exclusion | None:
    if not queue.is_dead_letter:
        return Exclusion(Reason.ROLE, "it is not a dead-letter queue")
    return _watched_from_here(queue, estate)


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_managed,
    holds="alarms watch every managed store",
    insight=True,
)
def datastore_without_alarm(store: Datastore, estate: Estate) -> Findings:
    """Alarms exist, but none of them looks at this store.

    Why: a store fills its disk, its memory or its connections slowly and then fails at once. Without an alarm the
    first report comes from users.

    Fix: add alarms for free storage, CPU and connections or memory of this engine, with an action that reaches people.

    Quiet when: a vendor's monitoring is in use, whose monitors need not stand in the files.

    See: Amazon RDS user guide, Recommended alarms.
    """
    if not estate.edges_to(store, EdgeKind.WATCHES):
        others = estate.in_deployment(store, Alarm)
        yield Finding(
            store.at,
            f"no alarm watches {store}, though {_count(others)} in the same deployment",
            label="nobody hears when it fails or fills up",
        )


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_dead_letters,
    holds="an alarm tells when messages fail",
    insight=True,
)
def dead_letter_queue_without_alarm(queue: Queue, estate: Estate) -> Findings:
    """Failed messages pile up in a dead-letter queue that nobody watches.

    Why: the queue keeps what could not be handled only for its retention time. Without an alarm nobody looks into it
    before the messages are gone.

    Fix: alarm on ApproximateNumberOfMessagesVisible > 0 for one period, with treat_missing_data = "notBreaching".

    Quiet when: something consumes the queue.

    See: Amazon SQS developer guide, Using dead-letter queues.
    """
    if estate.edges_to(queue, EdgeKind.WATCHES) or estate.sources(queue, EdgeKind.CONSUMES, Consumer):
        return
    _may_be_consumed(queue, estate)
    yield Finding(
        queue.at,
        f"no alarm watches the dead-letter queue {queue.name}",
        label="failed messages pile up unseen",
        factors=(at_most(Severity.MEDIUM, "nothing says that this is production"),)
        if queue.deployment.environment != "production"
        else (),
    )


def _may_be_consumed(queue: Queue, estate: Estate) -> None:
    """End the check where something may consume the queue: a source that cannot be told, a program that knows it."""
    for consumer in estate.in_deployment(queue, Consumer):
        if may_mean(consumer.queue, queue.address):
            consumer.queue.settled()
    for container in estate.in_deployment(queue, Container):
        for variable in container.environment:
            mentions = variable.value.mentions if isinstance(variable.value, Unknown) else ()
            if queue.address in mentions:
                why = f"{variable.name} gives the queue to {estate.words_for(container)}, which may consume it"
                raise UnsettledError(Unknown(why, variable.value.at))


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    holds="every alarm tells somebody",
    equivalents=("CKV_AWS_319",),
)
def alarm_without_action(alarm: Alarm, estate: Estate) -> Findings:
    """An alarm tells nobody.

    Why: the alarm changes its colour on a page that nobody looks at. The team believes it is watched.

    Fix: give it an action that reaches people: alarm_actions = [aws_sns_topic.alerts.arn] and one for the recovery in
    CloudWatch, notification_channels in Cloud Monitoring, an action block with an action group in Azure Monitor.

    Quiet when: something else acts on the alarm: a composite alarm, a scaling policy, a deployment.

    See: Amazon CloudWatch user guide, Alarm actions.
    """
    if alarm.used_by:
        return
    muted = alarm.muted_by.settled() if alarm.muted_by is not None else None
    if isinstance(muted, Known) and alarm.complete and set(alarm.watches) == {muted.value}:
        yield Finding(
            muted.at,
            f"{alarm} fires for {muted.value} alone, and does nothing while that is in alarm",
            label="mutes itself",
            part="muted",
        )
    acts = alarm.acts.settled()
    if not acts.value:
        yield Finding(
            acts.at, f"{alarm} does nothing when it fires", label="tells nobody", factors=_all_mute(alarm, estate)
        )


def _all_mute(alarm: Alarm, estate: Estate) -> tuple[Factor, ...]:
    """Weigh more where nobody would hear of anything."""
    alarms = estate.in_deployment(alarm, Alarm)
    mute = all(isinstance(each.acts, Known) and not each.acts.value and not each.used_by for each in alarms)
    return (
        (raised(f"none of the {len(alarms)} alarms of this deployment tells anybody"),) if mute and alarms[1:] else ()
    )


def _count(alarms: Iterable[Alarm]) -> str:
    number = len(tuple(alarms))
    return "1 alarm stands" if number == 1 else f"{number} alarms stand"


_HEARTBEAT = re.compile(
    r"HEALTHCHECKS?_.*|.*HEARTBEAT.*|CRONITOR_.*|SENTRY_(CRON|MONITOR).*|DEADMANSSNITCH.*|.*PING_URL"
)
_PINGS = re.compile(r"hc-ping\.com|healthchecks\.io|cronitor\.(io|link)|nosnch\.in|betteruptime\.com/api/v\d/heartbeat")
_PRECIOUS = re.compile(r"(?<![a-z])(backup|billing|invoice|payment|certs?|certificates?|renew(al)?)(?![a-z])")
_OF_OBJECTS = re.compile(r"kube_(?!job|cronjob)")
_OF_JOBS = re.compile(r"kube_(job|cronjob)_")
_STATE_OF_TASKS = frozenset({"ECS Task State Change", "aws.ecs"})


def _started_by_the_clock(workload: Workload, estate: Estate) -> Exclusion | None:
    """Hold what a clock starts, where alarms are among the files that could look at it."""
    if _clock_of(workload, estate) is None:
        return Exclusion(Reason.ROLE, "no clock starts it")
    if _calls_home(workload):
        return Exclusion(Reason.MANAGED, "it tells somebody of each run, who misses the one that does not come")
    agents = estate.in_deployment(workload, MonitoringAgent)
    if agents:
        raise UnsettledError(Unknown(f"monitors may live with {agents[0].vendor}", agents[0].at))
    if workload.platform == KUBERNETES:
        return _watched_by_rules(workload, estate)
    return _watched_from_here(workload, estate)


def _clock_of(workload: Workload, estate: Estate) -> Entity | None:
    schedule = workload.schedule
    if schedule is not None and not isinstance(schedule.cron, Absent):
        return workload if known_value(schedule.suspended) is not True else None
    for trigger in estate.sources(workload, EdgeKind.STARTS, Trigger):
        if known_value(trigger.sets_off) is TriggerKind.CLOCK and known_value(trigger.enabled) is not False:
            return trigger
    return None


def _calls_home(workload: Workload) -> bool:
    for container in workload.containers:
        if any(_HEARTBEAT.fullmatch(each.name) for each in container.environment):
            return True
        for command in (known_value(container.entrypoint), known_value(container.command)):
            if command is not None and any(_PINGS.search(word or "") for word in command.words):
                return True
    return False


def _watched_by_rules(workload: Workload, estate: Estate) -> Exclusion | None:
    """Hold jobs of Kubernetes where rules look at its objects, and end the check where none is in the scan."""
    metrics = {metric for alarm in estate.of(Alarm) for metric in alarm.metrics}
    if any(_OF_JOBS.match(each) for each in metrics):
        return Exclusion(Reason.MANAGED, "a rule looks at all jobs that fail")
    if not any(_OF_OBJECTS.match(each) for each in metrics):
        raise UnsettledError(Unknown("the rules that look at objects of the cluster are not in the scan", workload.at))
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_started_by_the_clock,
    holds="somebody hears of jobs that fail",
    insight=True,
)
def scheduled_job_failure_unmonitored(workload: Workload, estate: Estate) -> Findings:
    """Nobody hears when a job that a clock starts fails, or no longer runs.

    Why: nobody waits for its result, so that a backup or a renewal fails for weeks before it is missed.

    Fix: an alarm on the errors of the function, a rule for tasks that stop with another code than 0, an alert on
    kube_job_status_failed or on the jobs of Cloud Scheduler; or a call at the end of each run to somebody who misses
    it.

    Quiet when: a variable or the command tells that each run is reported somewhere. Could not tell where no alarm is in
    the deployment, or no rule on objects of the cluster in the scan, for then alarms may be kept elsewhere.

    See: Kubernetes documentation, CronJob; AWS Lambda developer guide, Monitoring; Amazon ECS developer guide, Task
    state change events.
    """
    clock = _clock_of(workload, estate)
    if clock is None or _is_watched(workload, clock, estate) or _heard_of(workload, estate):
        return
    name = next(
        (each for each in (workload.name, clock.name) if _PRECIOUS.search(each.replace("_", "-").lower())), None
    )
    yield Finding(
        clock.at,
        f"nobody hears when {workload}, which a clock starts, fails",
        label=f"no alarm, rule or report looks at its runs{_when(clock)}",
        factors=(raised(f"the name {name} speaks of what is missed too late"),) if name is not None else (),
    )


def _when(clock: Entity) -> str:
    written = clock.schedule if isinstance(clock, Trigger) else None
    return f", {written.value}" if isinstance(written, Known) else ""


def _is_watched(workload: Workload, clock: Entity, estate: Estate) -> bool:
    return bool(estate.edges_to(workload, EdgeKind.WATCHES) or estate.edges_to(clock, EdgeKind.WATCHES))


def _heard_of(workload: Workload, estate: Estate) -> bool:
    """Whether a failure is heard of otherwise; ends the check where it may be."""
    if isinstance(workload, Function):
        if not isinstance(workload.dead_letter.settled(), Absent):
            return True
    elif workload.platform != KUBERNETES:
        for trigger in estate.in_deployment(workload, Trigger):
            if _STATE_OF_TASKS & set(trigger.hears):
                return True
            if not trigger.hears_complete and known_value(trigger.sets_off) is not TriggerKind.CLOCK:
                raise UnsettledError(Unknown(f"what {trigger} hears of cannot be told", trigger.at))
    alarms = estate.in_deployment(workload, Alarm)
    return any("FailedInvocations" in each.metrics or _of_all_functions(each) for each in alarms)


def _of_all_functions(alarm: Alarm) -> bool:
    namespace = known_value(alarm.namespace) if alarm.namespace is not None else None
    return namespace == "AWS/Lambda" and not alarm.watches and "Errors" in alarm.metrics
