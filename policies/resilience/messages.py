"""What becomes of a message that cannot be handled."""

import re

from infraaudit.model import Absent, Estate, Known, Queue, Subscription, Unknown
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, may_mean, policy, raised

_PRECIOUS = re.compile(r"order|payment|invoice|billing|checkout|transaction")


def _takes_work(queue: Queue, estate: Estate) -> Exclusion | None:
    if queue.is_dead_letter:
        return Exclusion(Reason.ROLE, "it is a dead-letter queue itself")
    for sender in estate.derived(_open_senders).get(queue.deployment.id, ()):
        if sender.key != queue.key and may_mean(sender.dead_letter, queue.address):
            sender.dead_letter.settled()
    return None


def _open_senders(estate: Estate) -> dict[str, list[Queue | Subscription]]:
    """Return what hands messages on to a queue that cannot be told, by deployment."""
    senders: dict[str, list[Queue | Subscription]] = {}
    for sender in (*estate.of(Queue), *estate.of(Subscription)):
        if isinstance(sender.dead_letter, Unknown):
            senders.setdefault(sender.deployment.id, []).append(sender)
    return senders


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_takes_work,
    holds="what a queue cannot hand over is kept in a dead-letter queue",
)
def queue_without_dead_letter(queue: Queue) -> Findings:
    """A queue has nowhere to put messages that cannot be handled.

    Why: a message that its consumer cannot handle comes back again and again until it expires, and then it is gone
    without a trace; in a FIFO queue it blocks everything behind it meanwhile.

    Fix: give the queue a dead-letter queue (a redrive policy with a maximum of about 5 receives, the dead_letter_policy
    of a subscription), and an alarm on its depth.

    Quiet when: the queue serves others as dead-letter queue.

    See: Amazon SQS developer guide, Using dead-letter queues.
    """
    dead_letter = queue.dead_letter.settled()
    if isinstance(dead_letter, Absent):
        heavier = []
        if isinstance(queue.fifo, Known) and queue.fifo.value:
            heavier.append(raised("a FIFO queue is blocked by what it cannot hand over"))
        elif (name := _precious_name(queue)) is not None:
            heavier.append(raised(f"the name {name} speaks of messages that must not be lost"))
        yield Finding(
            dead_letter.at,
            f"{queue} has no dead-letter queue",
            label="failed messages are retried, then dropped",
            factors=tuple(heavier),
        )


def _precious_name(queue: Queue) -> str | None:
    return next((name for name in (queue.name, *queue.identifiers) if _PRECIOUS.search(name.lower())), None)
