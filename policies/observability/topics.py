"""Whether what alarms are sent to hands them on to somebody."""

import re

from infraaudit.model import (
    Alarm,
    EdgeKind,
    Estate,
    Known,
    Opaque,
    Subscription,
    Topic,
    Unknown,
    UnsettledError,
    known_value,
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
    may_mean,
    policy,
)


def _carries_alarms(topic: Topic, estate: Estate) -> Exclusion | None:
    if not _alarms_to(topic, estate):
        return Exclusion(Reason.ROLE, "no alarm is sent to it")
    return None


def _alarms_to(topic: Topic, estate: Estate) -> tuple[Alarm, ...]:
    return tuple(each for each in estate.in_deployment(topic, Alarm) if topic.address in each.actions)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_carries_alarms,
    holds="alarms are handed on to somebody",
    insight=True,
)
def alarm_topic_without_subscriber(topic: Topic, estate: Estate) -> Findings:
    """Alarms are sent to a topic that nobody has subscribed to.

    Why: the alarm fires, its action succeeds, and the message goes to nobody.

    Fix: subscribe what people look at: a chat channel, an on-call service, a function. Subscriptions of the protocol
    email wait for somebody to confirm them. Give an action group of Azure a receiver, and leave it switched on.

    Quiet when: something subscribes to the topic, or reads it by another way.

    See: Amazon SNS developer guide, Subscribing to topics; Azure Monitor, Action groups.
    """
    if topic.delivers is not None:
        delivers = topic.delivers.settled()
        if not delivers.value:
            yield _finding(topic, estate, delivers, "is switched off", "hands on nothing")
            return
    if estate.edges_to(topic, EdgeKind.CONSUMES):
        return
    _may_be_read_elsewhere(topic, estate)
    if any(_CHAT.search(each.type) for each in _mentioning(topic, estate)):
        return
    yield _finding(topic, estate, topic, "nobody has subscribed to", "hands its messages to nobody")


def _finding(topic: Topic, estate: Estate, decides: Topic | Known[bool], how: str, label: str) -> Finding:
    alarms = _alarms_to(topic, estate)
    number = "1 alarm is" if len(alarms) == 1 else f"{len(alarms)} alarms are"
    return Finding(
        decides.at,
        f"{number} sent to {topic}, which {how}",
        label=label,
        places=tuple(Place(each.at, f"{each} is sent there") for each in alarms),
        factors=_heard_otherwise(topic, alarms),
    )


_CHAT = re.compile(r"chatbot")
"""Resources that read a topic without a subscription."""

_NO_READERS = re.compile(r"policy|notification|budget|event|lifecycle_hook|anomaly|backup|permission|alarm")
"""Resources that name a topic to publish to it, or to say who may."""


def _mentioning(topic: Topic, estate: Estate) -> tuple[Opaque, ...]:
    return tuple(each for each in estate.in_deployment(topic, Opaque) if topic.address in each.mentions)


def _may_be_read_elsewhere(topic: Topic, estate: Estate) -> None:
    """End the check where something may subscribe that cannot be told, or that the topic is handed to."""
    for subscription in estate.of(Subscription):
        name = known_value(subscription.topic) or ""
        here = subscription.deployment == topic.deployment
        untold = isinstance(subscription.topic, Unknown) and (not here or may_mean(subscription.topic, topic.address))
        if untold or name.rpartition(":")[2] in topic.identifiers:
            raise UnsettledError(Unknown(f"{subscription} may subscribe to it", subscription.topic.at))
    for other in _mentioning(topic, estate):
        if not _CHAT.search(other.type) and not _NO_READERS.search(other.type):
            raise UnsettledError(Unknown(f"{other} is given the topic, and may subscribe to it", other.at))


def _heard_otherwise(topic: Topic, alarms: tuple[Alarm, ...]) -> tuple[Factor, ...]:
    if all(set(each.actions) - {topic.address} for each in alarms):
        return (at_most(Severity.MEDIUM, "each of these alarms has another action besides"),)
    return ()
