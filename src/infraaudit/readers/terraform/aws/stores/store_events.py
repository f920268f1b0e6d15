"""Tells whether somebody hears what befalls a store of AWS: failovers, full disks, maintenance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import last_segment, mentioned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Told:
    """By which subscriptions a kind of store is told of: their type, the kinds of sources, and its own name."""

    type: str
    kinds: tuple[str, ...]
    name: str


_TOLD = {
    "aws_db_instance": _Told("aws_db_event_subscription", ("db-instance",), "identifier"),
    "aws_rds_cluster": _Told("aws_db_event_subscription", ("db-cluster", "db-instance"), "cluster_identifier"),
    "aws_docdb_cluster": _Told("aws_docdb_event_subscription", ("db-cluster", "db-instance"), "cluster_identifier"),
    "aws_neptune_cluster": _Told("aws_neptune_event_subscription", ("db-cluster", "db-instance"), "cluster_identifier"),
    "aws_redshift_cluster": _Told("aws_redshift_event_subscription", ("cluster",), "cluster_identifier"),
}


def events_of(resource: Resource, resources: Resources) -> Mapping[FacetName, Value[bool]]:
    """Return whether a subscription tells of a store; one without sources tells of all of its kind."""
    told = _TOLD.get(resource.type)
    if told is None:
        return {}
    doubt: Unknown[bool] | None = None
    for subscription in resources.of_type(told.type):
        answer = _tells(subscription, resource, resources, told)
        if isinstance(answer, Known) and answer.value:
            return {FacetName.EVENTS_TOLD: answer}
        doubt = doubt or (answer if isinstance(answer, Unknown) else None)
    maybe = next((each for each in resources.perhaps if each.type == told.type), None)
    if maybe is not None:
        doubt = doubt or Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    words = f"no {told.type} is for it"
    return {FacetName.EVENTS_TOLD: doubt or default(value=False, at=resource.at, fact=words)}


def _tells(subscription: Resource, resource: Resource, resources: Resources, told: _Told) -> Value[bool]:
    enabled, kind = argument(subscription, "enabled").boolean(), argument(subscription, "source_type").string()
    for each in (enabled, kind):
        if isinstance(each, Unknown):
            return Unknown(f"what {subscription.address} tells of: {each.why}", each.at)
    off = isinstance(enabled, Known) and not enabled.value
    if off or (isinstance(kind, Known) and kind.value not in told.kinds):
        return Known(value=False, at=subscription.at)
    sources = argument(subscription, "source_ids")
    if not may_be_present(sources):
        return Known(value=True, at=subscription.at)
    name = argument(resource, told.name).content
    named = [last_segment(each.content) for each in sources.each() if isinstance(each.content, str)]
    if resource in mentioned(resources, sources) or (isinstance(name, str) and name in named):
        return Known(value=True, at=subscription.at)
    if not sources.complete or any(each.is_unknown and not each.mentions for each in sources.each()):
        why = reason(sources) if sources.is_unknown else "some of its sources cannot be told"
        return Unknown(f"what {subscription.address} tells of: {why}", sources.at)
    return Known(value=False, at=subscription.at)
