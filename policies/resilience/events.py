"""Whether messages are handled once: times of queues and streams against those of what takes from them."""

import re

from infraaudit.model import (
    Absent,
    Consumer,
    EdgeKind,
    Estate,
    Function,
    Known,
    Queue,
    SourceKind,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
    raised,
    settled_within,
)

_TRIES = 6
"""How often the time of a function a queue should hide a message: AWS tries again where a function is throttled."""


def _between_queue_and_worker(consumer: Consumer, estate: Estate) -> Exclusion | None:
    if consumer.enabled is not None and not consumer.enabled.settled().value:
        return Exclusion(Reason.MANAGED, "it is switched off")
    if not estate.targets(consumer, EdgeKind.CONSUMES, Queue):
        return Exclusion(Reason.MANAGED, "what it reads is no queue of the scan")
    workers = estate.targets(consumer, EdgeKind.CALLS, Workload)
    if not any(each.time_limit is not None for each in workers):
        return Exclusion(Reason.MANAGED, "what it calls is not in the scan, or has no limit of time")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_between_queue_and_worker,
    holds="a queue hides a message for as long as its consumer may work on it",
    equivalents=("cfn-lint:E3505",),
)
def redelivery_before_completion(consumer: Consumer, estate: Estate) -> Findings:
    """A queue hands a message out again while its first consumer still works on it.

    Why: the message becomes visible again after its time, no matter that somebody is at work. A second consumer takes
    it, and whatever it does is done twice; each further receive also brings it nearer to the dead-letter queue.

    Fix: let the queue hide a message for six times the time limit of a Lambda function, plus its batch window; for a
    push subscription, make the acknowledgement deadline at least the time limit of its endpoint.

    Quiet when: the consumer is switched off, or one of the two sides is not in the scan.

    See: AWS Lambda developer guide, Creating and configuring an Amazon SQS event source mapping; Pub/Sub documentation,
    Push subscriptions.
    """
    queue = estate.targets(consumer, EdgeKind.CONSUMES, Queue)[0]
    workers = [each for each in estate.targets(consumer, EdgeKind.CALLS, Workload) if each.time_limit is not None]
    worker = workers[0]
    if worker.time_limit is None:
        return
    tries = _TRIES if isinstance(worker, Function) else 1
    stated = known_value(worker.time_limit)
    least = f"{tries * stated} s or more are safe" if stated is not None else "its consumer decides what is enough"
    hidden = settled_within(queue.visibility_timeout, least)
    limit = settled_within(worker.time_limit, f"{hidden.value // tries} s at most are safe")
    window = consumer.batch_window.settled() if consumer.batch_window is not None else None
    more = window.value if isinstance(window, Known) else 0
    needed = _TRIES * limit.value + more if isinstance(worker, Function) else limit.value
    if hidden.value >= needed:
        return
    covers = hidden.value >= limit.value
    yield Finding(
        hidden.at,
        f"{queue} hands a message out again after {hidden.value} s, {worker} may work on it for {limit.value} s"
        if not covers
        else f"{queue} hides a message for {hidden.value} s, {worker} may need {needed} s with the tries of Lambda",
        label=f"{hidden.value} s" + by_default(hidden),
        places=(Place(limit.at, f"{limit.value} s" + by_default(limit)),),
        operands=(
            Operand(f"{queue} hides a message", f"{hidden.value} s", hidden.at, hidden.fact),
            Operand(f"time limit of {worker}", f"{limit.value} s", limit.at, limit.fact),
            *((Operand("batch window", f"{more} s", window.at),) if more and window is not None else ()),
        ),
        sum=_sum(hidden.value, limit.value, more, needed),
        factors=_weight(hidden, limit, covers=covers),
        fix=f"let {queue} hide a message for {needed} s or more, or make the limit of {worker} smaller",
    )


def _sum(hidden: int, limit: int, window: int, needed: int) -> str:
    if needed == limit:
        return f"{hidden} s < {limit} s"
    added = f" + {window}" if window else ""
    return f"{_TRIES} x {limit}{added} = {needed} s > {hidden} s"


def _weight(hidden: Known[int], limit: Known[int], *, covers: bool) -> tuple[Factor, ...]:
    if covers:
        return (
            at_most(Severity.MEDIUM, "the message stays hidden while the function works, but not through its retries"),
        )
    if not limit.stated:
        least = Severity.MEDIUM if hidden.stated else Severity.LOW
        return (at_most(least, "nobody stated the limit of the consumer, so it is the platform's"),)
    return ()


def _reads_shards(consumer: Consumer, _: Estate) -> Exclusion | None:
    if consumer.enabled is not None and not consumer.enabled.settled().value:
        return Exclusion(Reason.MANAGED, "it is switched off")
    if consumer.source is None or consumer.retries is None or consumer.oldest is None:
        return Exclusion(Reason.MANAGED, "how often it tries a record again is no setting of it")
    source = consumer.source.settled()
    if isinstance(source, Absent) or source.value is not SourceKind.SHARDED_STREAM:
        return Exclusion(Reason.MANAGED, "it reads no shards of Kinesis or DynamoDB")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_reads_shards,
    holds="a record that cannot be handled leaves its shard after some tries",
    insight=True,
)
def poison_record_blocks_stream(consumer: Consumer) -> Findings:
    """A record that cannot be handled stops its shard, or is lost without a trace.

    Why: a shard is read in order, and a batch that fails is tried again until its records expire, which takes a day or
    more. All that stands behind it in the shard waits; once it has expired it is gone, and nobody knows what it was.

    Fix: bound the tries or the age of a record, halve the batches that fail, and name a queue or topic for the records
    that are given up.

    Quiet when: the source is a queue, which hides a message that fails and goes on with the next.

    See: AWS Lambda developer guide, Kinesis and DynamoDB event source mappings, error handling.
    """
    retries = consumer.retries.settled() if consumer.retries is not None else None
    oldest = consumer.oldest.settled() if consumer.oldest is not None else None
    if isinstance(retries, Absent) and isinstance(oldest, Absent):
        yield Finding(
            retries.at,
            f"{consumer} tries a record that fails until it expires, and its shard stands still meanwhile",
            label="neither the tries nor the age of a record is bounded",
        )
        return
    failures = consumer.failures.settled() if consumer.failures is not None else None
    if isinstance(failures, Absent):
        yield Finding(
            failures.at,
            f"{consumer} gives records up without keeping them anywhere",
            label="no destination for what failed",
            factors=(at_most(Severity.MEDIUM, "the shard goes on, the records are lost"),),
            part="destination",
        )


def _hands_over_batches(consumer: Consumer, _: Estate) -> Exclusion | None:
    if consumer.enabled is not None and not consumer.enabled.settled().value:
        return Exclusion(Reason.MANAGED, "it is switched off")
    if consumer.source is None or consumer.batch is None or consumer.partial is None:
        return Exclusion(Reason.MANAGED, "it hands over no batches")
    source = consumer.source.settled()
    if isinstance(source, Absent) or source.value is not SourceKind.QUEUE:
        return Exclusion(Reason.MANAGED, "it reads no queue")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_hands_over_batches,
    holds="of a batch only the messages that failed come again",
    insight=True,
)
def batch_failure_redelivers_successes(consumer: Consumer, estate: Estate) -> Findings:
    """One failed message brings its whole batch back, the handled ones included.

    Why: a function that raises an error fails for the batch. The queue shows all of its messages again, and what was
    done for the others is done twice: sent twice, charged twice. Each return also brings good messages nearer to the
    dead-letter queue.

    Fix: let the function name the messages that failed (function_response_types = ["ReportBatchItemFailures"], for
    which the libraries of Powertools for AWS Lambda have a helper), or take one message at a time.

    Quiet when: a batch is one message, or the source is a stream, whose batches can be split.

    See: AWS Lambda developer guide, Handling errors for an SQS event source, partial batch responses.
    """
    if consumer.batch is None or consumer.partial is None:
        return
    batch = consumer.batch.settled()
    if isinstance(batch, Absent) or batch.value <= 1:
        return
    partial = consumer.partial.settled()
    if isinstance(partial, Absent) or partial.value:
        return
    yield Finding(
        partial.at,
        f"{consumer} hands over up to {batch.value} messages{by_default(batch)}, and one that fails brings all of them "
        "back",
        label="the function does not name the messages that failed",
        places=(Place(batch.at, f"{batch.value} messages{by_default(batch)}"),),
        operands=(Operand("messages of a batch", str(batch.value), batch.at, batch.fact),),
        factors=_heavy_batches(consumer, batch, estate),
    )


def _heavy_batches(consumer: Consumer, batch: Known[int], estate: Estate) -> tuple[Factor, ...]:
    if batch.value > _LARGE_BATCH:
        return (raised(f"a batch holds up to {batch.value} messages"),)
    queues = estate.targets(consumer, EdgeKind.CONSUMES, Queue)
    if any(known_value(each.fifo) for each in queues):
        return (raised("a FIFO queue keeps the order, so all that follows waits as well"),)
    return ()


_LARGE_BATCH = 100


_FEWEST, _FEWEST_FOR_FUNCTIONS, _MOST = 3, 5, 50
_ON_PURPOSE = re.compile(r"(?<![a-z])(once|no-?retry|non-?idempotent)(?![a-z])")


def _counts_tries(queue: Queue, _: Estate) -> Exclusion | None:
    if isinstance(queue.dead_letter.settled(), Absent) or isinstance(queue.max_receive.settled(), Absent):
        return Exclusion(Reason.ROLE, "no number of tries moves a message elsewhere")
    if _ON_PURPOSE.search(f"{queue.name} {' '.join(queue.identifiers)}".replace("_", "-").lower()):
        return Exclusion(Reason.DESIGN, "its name says that nothing is tried again")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_counts_tries,
    holds="messages are tried some times before they count as failed",
    insight=True,
)
def dead_letter_threshold_misfit(queue: Queue, estate: Estate) -> Findings:
    """A message counts as failed after one fault, or only after hours of trying.

    Why: a consumer that is restarted, throttled or waits for a lock fails once, and the message lies among those that
    nobody can handle. After fifty tries, on the other hand, everything behind it was late.

    Fix: 5 to 10 tries (maxReceiveCount), with a time between them in which a fault passes.

    Quiet when: the name of the queue says that nothing is to be tried again.

    See: AWS Lambda developer guide, Creating and configuring an Amazon SQS event source mapping.
    """
    tries = queue.max_receive.settled()
    if isinstance(tries, Absent):
        return
    mapping, function = _function_behind(queue, estate)
    fewest = _FEWEST_FOR_FUNCTIONS if function is not None and queue.keeps_age else _FEWEST if queue.keeps_age else 2
    if fewest <= tries.value <= _MOST:
        return
    times = "once" if tries.value == 1 else f"{tries.value} times"
    yield Finding(
        tries.at,
        f"{queue} gives a message up that was received {times}",
        label="one fault that passes is enough" if tries.value < fewest else "tried for hours",
        places=() if function is None else (Place(function.at, "Lambda is throttled now and then"),),
        operands=(Operand("receives before it is moved", str(tries.value), tries.at, tries.fact),),
        sum=f"{tries.value} < {fewest}" if tries.value < fewest else f"{tries.value} > {_MOST}",
        factors=_weight_of(tries.value, mapping, function),
    )


def _function_behind(queue: Queue, estate: Estate) -> tuple[Consumer | None, Function | None]:
    for consumer in estate.sources(queue, EdgeKind.CONSUMES, Consumer):
        for function in estate.targets(consumer, EdgeKind.CALLS, Function):
            return consumer, function
    return None, None


def _weight_of(tries: int, mapping: Consumer | None, function: Function | None) -> tuple[Factor, ...]:
    """Weigh by how soon a message is given up, and by whether the function is bounded so that it refuses some."""
    if tries > _MOST:
        return (at_most(Severity.LOW, "nothing is lost, only late"),)
    bounded = function is not None and known_value(function.most_at_once) is not None
    paced = mapping is not None and mapping.most_at_once is not None and known_value(mapping.most_at_once) is not None
    if bounded and not paced and tries == 1:
        return (raised("the function is bounded, so that it refuses messages when it is busy"),)
    if tries >= _FEWEST and not (bounded and not paced):
        return (at_most(Severity.LOW, "the function may take as many at once as the account allows"),)
    return ()
