"""Lifts the alert policies of Cloud Monitoring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Alarm, Known, Unknown, default
from infraaudit.readers.terraform.google.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, reason
from infraaudit.readers.terraform.lifting.pointing import address_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_POLICY = "google_monitoring_alert_policy"
_BY_FILTER = ("condition_threshold", "condition_absent")
_BY_QUERY = (
    "condition_monitoring_query_language",
    "condition_prometheus_query_language",
    "condition_matched_log",
    "condition_sql",
)
_METRIC = re.compile(r"""metric\.type\s*=\s*["']([^"']+)["']""")
_RESOURCE = re.compile(r"""resource\.type\s*=\s*["']([^"']+)["']""")
_LABEL = re.compile(r"""(?:resource|metric|metadata)\.(?:labels?|user_labels|system_labels)\.("?[\w.-]+"?)\s*(\S)""")
_PINNED = re.compile(r"""resource\.labels?\."?([\w-]+)"?\s*=\s*["']([^"']+)["']""")
_WIDE = frozenset({"project_id", "location", "region", "zone"})
"""Labels that narrow a filter to a place, not to a resource."""

_KINDS = {
    "cloudsql_database": ("google_sql_database_instance",),
    "redis_instance": ("google_redis_instance",),
    "spanner_instance": ("google_spanner_instance",),
    "alloydb.googleapis.com/Cluster": ("google_alloydb_cluster",),
    "alloydb.googleapis.com/Instance": ("google_alloydb_cluster",),
    "gcs_bucket": ("google_storage_bucket",),
    "pubsub_subscription": ("google_pubsub_subscription",),
}
"""The types of monitored resources, and the resources of Terraform that they are."""


@dataclass(frozen=True, slots=True)
class _View:
    """What one condition looks at; ``complete`` is false where some of it cannot be told."""

    metrics: tuple[str, ...] = ()
    watches: tuple[str, ...] = ()
    complete: bool = True


def lift_alert_policies(resources: Resources) -> Iterator[Alarm]:
    """Lift ``google_monitoring_alert_policy``."""
    for resource in resources.of_type(_POLICY):
        views = tuple(_views(resource, resources))
        enabled = boolean_or_default(argument(resource, "enabled"), f"{_POLICY}.enabled")
        channels = argument(resource, "notification_channels")
        yield Alarm(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            metrics=tuple(dict.fromkeys(name for view in views for name in view.metrics)),
            watches=tuple(dict.fromkeys(name for view in views for name in view.watches)),
            complete=all(view.complete for view in views),
            enabled=enabled,
            acts=_acts(enabled, channels),
            actions=tuple(dict.fromkeys(address_of(resources, target) for target in channels.mentions)),
        )


def _acts(enabled: Value[bool], channels: Node) -> Value[bool]:
    """Return whether a policy tells anybody: it is on, and there is a channel."""
    if isinstance(enabled, Known) and not enabled.value:
        return enabled
    if channels.is_absent:
        return default(value=False, at=channels.at, fact="no notification_channels are written")
    if channels.each():
        return enabled if isinstance(enabled, Unknown) else Known(value=True, at=channels.at)
    if not channels.complete:
        return Unknown(reason(channels) if channels.is_unknown else "the channels cannot be told", channels.at)
    return Known(value=False, at=channels.at)


def _views(resource: Resource, resources: Resources) -> Iterator[_View]:
    conditions, complete = blocks(resource.body["conditions"])
    yield _View(complete=complete)
    for condition in conditions:
        for name in _BY_FILTER:
            node = first(condition[name])
            if not node.is_absent:
                yield _of_filter(node["filter"], resources)
        for name in _BY_QUERY:
            node = first(condition[name])
            if not node.is_absent:
                yield _View(watches=tuple(_mentioned(node, resources)), complete=False)


def _mentioned(node: Node, resources: Resources) -> Iterator[str]:
    for target in node.mentions:
        yield address_of(resources, target)


def _of_filter(node: Node, resources: Resources) -> _View:
    """Return what a filter picks: what it mentions or names, else everything of the type that it speaks of."""
    mentions = tuple(_mentioned(node, resources))
    text = node.string()
    if not isinstance(text, Known):
        return _View(watches=mentions, complete=bool(mentions))
    metrics = tuple(_METRIC.findall(text.value))
    named = [value for label, value in _PINNED.findall(text.value) if label not in _WIDE]
    if named or mentions:
        names = [part for value in named for part in (value, value.rpartition(":")[2], value.rpartition("/")[2])]
        return _View(metrics, tuple(dict.fromkeys((*mentions, *names))))
    narrowed = any(label.strip('"') not in _WIDE for label, _ in _LABEL.findall(text.value))
    kinds = _RESOURCE.findall(text.value)
    types = [type_ for kind in kinds for type_ in _KINDS.get(kind, ())]
    if not kinds or (narrowed and types):
        return _View(metrics, complete=False)
    return _View(metrics, tuple(each.address for each in resources.of_type(*types)))
