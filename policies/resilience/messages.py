"""What becomes of a message that cannot be handled."""

import re
from collections.abc import Iterator

from infraaudit.model import (
    Absent,
    Delivering,
    EdgeKind,
    Estate,
    Function,
    Known,
    Queue,
    Subscription,
    Trigger,
    TriggerKind,
    Unknown,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_least,
    by_default,
    may_mean,
    operand,
    policy,
    raised,
    settled_within,
)

_HOUR = 60 * 60
_DAY = 24 * _HOUR
_PRECIOUS = re.compile(r"order|payment|invoice|billing|checkout|transaction")


def _may_give_up(sender: Delivering, estate: Estate) -> Exclusion | None:
    if isinstance(sender, Queue):
        return _takes_work(sender, estate)
    if isinstance(sender, Function):
        return _is_called_and_left(sender, estate)
    if isinstance(sender, Trigger):
        return _hands_over_once(sender, estate)
    return _asks_the_internet(sender) if isinstance(sender, Subscription) else _NEVER


_NEVER = Exclusion(Reason.PLATFORM, "it never gives a message up")


def _takes_work(queue: Queue, estate: Estate) -> Exclusion | None:
    if queue.is_dead_letter:
        return Exclusion(Reason.ROLE, "it is a dead-letter queue itself")
    for sender in estate.derived(_open_senders).get(queue.deployment.id, ()):
        if sender.key != queue.key and may_mean(sender.dead_letter, queue.address):
            sender.dead_letter.settled()
    return None


def _is_called_and_left(function: Function, estate: Estate) -> Exclusion | None:
    """Hold the functions that are called by what does not wait, and that call for nothing a second time."""
    if not any(_calls_and_leaves(function, estate)):
        return Exclusion(Reason.ROLE, "whoever calls it waits for the answer, or calls it again by the clock")
    return None


def _calls_and_leaves(function: Function, estate: Estate) -> Iterator[Trigger | Subscription]:
    yield from estate.sources(function, EdgeKind.STARTS, Subscription)
    for trigger in estate.sources(function, EdgeKind.STARTS, Trigger):
        if known_value(trigger.enabled) is not False and known_value(trigger.sets_off) in _ONCE:
            yield trigger


_ONCE = frozenset({TriggerKind.EVENTS, TriggerKind.OBJECTS})


def _hands_over_once(trigger: Trigger, estate: Estate) -> Exclusion | None:
    """Hold the targets that are tried for less than the usual day: what is refused for longer is another's matter."""
    if trigger.retries is None or trigger.event_age is None:
        return Exclusion(Reason.PLATFORM, "its platform hands over what it has until it is taken")
    if known_value(trigger.enabled) is False:
        return Exclusion(Reason.DESIGN, "it is switched off")
    if known_value(trigger.sets_off) is TriggerKind.CLOCK:
        return Exclusion(Reason.DESIGN, "the clock sets it off again")
    if estate.targets(trigger, EdgeKind.STARTS, Function):
        return Exclusion(Reason.ROLE, "the function that it calls is judged itself")
    if trigger.retries.settled().value >= _USUAL_TRIES and trigger.event_age.settled().value >= _DAY:
        return Exclusion(Reason.PLATFORM, "what is refused is tried again for a day")
    return None


_USUAL_TRIES = 100


def _asks_the_internet(subscription: Subscription) -> Exclusion | None:
    protocol = subscription.protocol.settled()
    if isinstance(protocol, Absent) or protocol.value not in {"http", "https"}:
        return Exclusion(Reason.PLATFORM, "its platform tries for weeks to reach a subscriber of its own")
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
    when=_may_give_up,
    holds="what cannot be handed over or handled is kept in a dead-letter queue",
    equivalents=("CKV_AWS_116",),
)
def queue_without_dead_letter(sender: Delivering, estate: Estate) -> Findings:
    """A queue, or what is called by events, has nowhere to put what cannot be handled.

    Why: a message that its consumer cannot handle comes back again and again until it expires, and then it is gone
    without a trace; in a FIFO queue it blocks everything behind it meanwhile. An event for which a function fails is
    tried again twice, and then dropped.

    Fix: give the queue a dead-letter queue (a redrive policy with a maximum of about 5 receives, the dead_letter_policy
    of a subscription), and an alarm on its depth; give a function a dead_letter_config or a destination for failures.

    Quiet when: the queue serves others as dead-letter queue; a function is called by the clock, or by somebody who
    waits; the platform tries for a day or longer to hand over what is refused.

    See: Amazon SQS developer guide, Using dead-letter queues; AWS Lambda developer guide, Asynchronous invocation.
    """
    if isinstance(sender, Queue):
        yield from _of_queue(sender)
    elif isinstance(sender, Function):
        yield from _of_function(sender, estate)
    else:
        yield from _of_other(sender)


def _of_function(function: Function, estate: Estate) -> Findings:
    if not isinstance(function.dead_letter.settled(), Absent):
        return
    caller = next(_calls_and_leaves(function, estate))
    tries, age = function.retries, function.event_age
    times = f" after {tries.value + 1} {'try' if not tries.value else 'tries'}" if isinstance(tries, Known) else ""
    old = f", or when it is {age.value / _HOUR:.3g} h old" if isinstance(age, Known) else ""
    yield Finding(
        function.dead_letter.at,
        f"{function} has nowhere to put an event that it cannot handle",
        label=f"dropped{times}{old}",
        places=(Place(caller.at, f"{caller} calls it and does not wait"),),
    )


def _of_other(sender: Delivering) -> Findings:
    kept = sender.gives_up_to
    if kept is None or not isinstance(kept.settled(), Absent):
        return
    label = "dropped when the subscriber stays away for an hour"
    if isinstance(sender, Trigger) and isinstance(sender.retries, Known) and isinstance(sender.event_age, Known):
        label = f"dropped after {sender.retries.value} more tries, or {sender.event_age.value} s"
    yield Finding(kept.at, f"{sender} has nowhere to put what is refused", label=label)


def _of_queue(queue: Queue) -> Findings:
    if queue.never_gives_up is not None:
        yield from _never_given_up(queue, queue.never_gives_up.settled())
        return
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


def _never_given_up(queue: Queue, for_ever: Known[bool]) -> Findings:
    """Find a queue that hands nothing on and tries for ever what fails."""
    if for_ever.value:
        yield Finding(
            for_ever.at,
            f"{queue} tries for ever what fails",
            label="no number of attempts ends it",
        )


def _precious_name(queue: Queue) -> str | None:
    return next((name for name in (queue.name, *queue.identifiers) if _PRECIOUS.search(name.lower())), None)


_LONGEST = 14 * _DAY


def _moves_what_fails(queue: Queue, estate: Estate) -> Exclusion | None:
    if isinstance(queue.dead_letter.settled(), Absent):
        return Exclusion(Reason.ROLE, "it hands what fails to no other queue")
    if not estate.targets(queue, EdgeKind.DEAD_LETTERS_TO, Queue):
        return Exclusion(Reason.MANAGED, "its dead-letter queue is not in the scan")
    if not queue.keeps_age:
        return Exclusion(Reason.PLATFORM, "a message that moves starts its time anew")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_moves_what_fails,
    holds="dead-letter queues keep messages longer than the queues before them",
    insight=True,
)
def dead_letter_retention_not_longer(queue: Queue, estate: Estate) -> Findings:
    """A dead-letter queue keeps messages no longer than the queue that they come from.

    Why: a message keeps the time of its first sending when it moves. What waited and failed for three days is
    deleted by a dead-letter queue of four days on the next, before anybody has looked into it.

    Fix: let the dead-letter queue keep messages for 14 days (message_retention_seconds = 1209600).

    Quiet when: the queue is a FIFO queue, which starts the time anew.

    See: Amazon SQS developer guide, Using dead-letter queues, message retention periods.
    """
    fifo = queue.fifo.settled()
    for taker in estate.targets(queue, EdgeKind.DEAD_LETTERS_TO, Queue):
        if taker.fifo.settled().value is not fifo.value:
            yield Finding(
                queue.dead_letter.at,
                f"{queue} and its dead-letter queue {taker.name} are not of one type",
                label="a FIFO queue takes from FIFO queues alone, as a standard queue from standard ones",
                factors=(at_least(Severity.HIGH, "the provider refuses to create it"),),
                part="type",
            )
        elif not fifo.value:
            yield from _not_longer(queue, taker)


def _not_longer(queue: Queue, taker: Queue) -> Findings:
    kept = settled_within(queue.retention, f"{_days(_LONGEST)} in {taker.name} are enough for any value")
    longer = settled_within(taker.retention, f"more than the {_days(kept.value)} of {queue} are needed")
    if longer.value > kept.value or kept.value >= _LONGEST:
        return
    yield Finding(
        longer.at,
        f"{taker} keeps messages for {_days(longer.value)}{by_default(longer)}, "
        f"{queue} for {_days(kept.value)}{by_default(kept)} before it",
        label="counted from the first sending",
        places=(Place(kept.at, f"{_days(kept.value)}{by_default(kept)}"),),
        operands=(
            operand("retention of the dead-letter queue", longer, f"{longer.value} s"),
            operand("retention of the queue before it", kept, f"{kept.value} s"),
        ),
        sum=f"{longer.value} s <= {kept.value} s",
        part=queue.address,
    )


def _days(seconds: int) -> str:
    return f"{seconds / _DAY:.3g} day{'' if seconds == _DAY else 's'}"


_SELDOM = re.compile(r"(?<![a-z])(dr|disaster|failover|standby|seasonal|yearly|annual|quarterly|replay)(?![a-z])")


def _is_seldom_used(queue: Queue, _: Estate) -> Exclusion | None:
    if queue.idle_expiry is None:
        return Exclusion(Reason.PLATFORM, "its platform keeps a queue that nobody uses")
    if not queue.is_dead_letter and not _SELDOM.search(f"{queue.name} {' '.join(queue.identifiers)}".replace("_", "-")):
        return Exclusion(Reason.ROLE, "nothing tells that it stands still for weeks")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_is_seldom_used,
    holds="queues that stand still for weeks are kept",
    insight=True,
)
def subscription_silently_expires(queue: Queue) -> Findings:
    """A subscription that nobody uses for some weeks is deleted with what is in it.

    Why: what fails once a month, or what is there for the day of a disaster, finds no subscription when it is needed,
    and the messages go nowhere.

    Fix: write expiration_policy { ttl = "" }, which keeps it for ever.

    Quiet when: it never expires, or nothing tells that it stands still: a subscription with a consumer never expires.

    See: Pub/Sub documentation, Subscription properties, Expiration period.
    """
    if queue.idle_expiry is None:
        return
    expiry = queue.idle_expiry.settled()
    if isinstance(expiry, Known):
        days = expiry.value // _DAY
        yield Finding(
            expiry.at,
            f"{queue} is deleted after {days} days without use{by_default(expiry)}",
            label="no expiration_policy keeps it" if not expiry.stated else "the time without use",
            factors=(at_least(Severity.MEDIUM, "it keeps what failed, until somebody looks"),)
            if queue.is_dead_letter
            else (),
        )
