"""Lifts the alert policies of Cloud Monitoring."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model import Alarm, Known, Unknown, default
from infraaudit.readers.terraform.google.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, reason
from infraaudit.readers.terraform.lifting.pointing import address_of, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_POLICY = "google_monitoring_alert_policy"
_LOG_METRIC = "google_logging_metric"
_BY_FILTER = ("condition_threshold", "condition_absent")
_BY_LOGS = "condition_matched_log"
_BY_QUERY = (
    "condition_monitoring_query_language",
    "condition_prometheus_query_language",
    "condition_sql",
)
_METRIC = re.compile(r"""metric\.type\s*=\s*["']([^"']+)["']""")
_RESOURCE = re.compile(r"""resource\.type\s*=\s*["']([^"']+)["']""")
_LABEL = re.compile(r"""(?:resource|metadata)\.(?:labels?|user_labels|system_labels)\.("?[\w.-]+"?)\s*(\S)""")
_PINNED = re.compile(r"""resource\.labels?\."?([\w-]+)"?\s*=\s*["']([^"']+)["']""")
_WIDE = frozenset({"project_id", "location", "region", "zone", "type"})
"""Labels that narrow a filter to a place, not to a resource."""

_OF_LOGS = "logging.googleapis.com/user/"
"""How the names of metrics begin that count entries of logs."""

_KINDS = {
    "cloudsql_database": ("google_sql_database_instance",),
    "redis_instance": ("google_redis_instance",),
    "spanner_instance": ("google_spanner_instance",),
    "alloydb.googleapis.com/Cluster": ("google_alloydb_cluster",),
    "alloydb.googleapis.com/Instance": ("google_alloydb_cluster",),
    "gcs_bucket": ("google_storage_bucket",),
    "pubsub_subscription": ("google_pubsub_subscription",),
    "pubsub_topic": ("google_pubsub_topic",),
    "cloud_scheduler_job": ("google_cloud_scheduler_job",),
    "cloud_tasks_queue": ("google_cloud_tasks_queue",),
    "cloud_run_job": ("google_cloud_run_v2_job",),
    "cloud_run_revision": (
        "google_cloud_run_v2_service",
        "google_cloud_run_service",
        "google_cloudfunctions2_function",
    ),
    "cloud_function": ("google_cloudfunctions_function", "google_cloudfunctions2_function"),
    "k8s_cluster": ("google_container_cluster",),
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
        entries = first(condition[_BY_LOGS])
        if not entries.is_absent:
            yield _of_logs(entries["filter"], resources)
        for name in _BY_QUERY:
            node = first(condition[name])
            if not node.is_absent:
                yield _View(watches=tuple(_mentioned(node, resources)), complete=False)


def _mentioned(node: Node, resources: Resources) -> Iterator[str]:
    for target in node.mentions:
        yield address_of(resources, target)


def _of_filter(node: Node, resources: Resources) -> _View:
    """Return what a filter picks: what it mentions or names, else everything of the type that it speaks of."""
    counting = mentioned(resources, node, _LOG_METRIC)
    if counting:
        return _of_logs(argument(counting[0], "filter"), resources)
    mentions = tuple(_mentioned(node, resources))
    text = node.string()
    if not isinstance(text, Known):
        return _View(watches=mentions, complete=bool(mentions))
    metrics = tuple(_METRIC.findall(text.value))
    counted = next((each.removeprefix(_OF_LOGS) for each in metrics if each.startswith(_OF_LOGS)), None)
    if counted is not None and not mentions:
        return replace(_of_log_metric(counted, resources), metrics=metrics)
    named = [value for label, value in _PINNED.findall(text.value) if label not in _WIDE]
    if named or mentions:
        names = [part for value in named for part in (value, value.rpartition(":")[2], value.rpartition("/")[2])]
        names += _addresses(names, _types(text.value), resources)
        return _View(metrics, tuple(dict.fromkeys((*mentions, *names))))
    narrowed = any(label.strip('"') not in _WIDE for label, _ in _LABEL.findall(text.value))
    types = _types(text.value)
    if not _RESOURCE.search(text.value) or (narrowed and types):
        return _View(metrics, complete=False)
    return _View(metrics, tuple(each.address for each in resources.of_type(*types)))


def _types(text: str) -> list[str]:
    """Return the types of Terraform that the types of monitored resources in a filter stand for."""
    return [type_ for kind in _RESOURCE.findall(text) for type_ in _KINDS.get(kind, ())]


def _addresses(names: list[str], types: list[str], resources: Resources) -> list[str]:
    """Return the addresses of the resources of some types that have one of these literal names."""
    return [each.address for each in resources.of_type(*types) if argument(each, "name").content in names]


def _of_log_metric(name: str, resources: Resources) -> _View:
    """Return what a metric of the own project counts entries of."""
    for metric in resources.of_type(_LOG_METRIC):
        if argument(metric, "name").content == name:
            return _of_logs(argument(metric, "filter"), resources)
    return _View(complete=False)


def _of_logs(node: Node, resources: Resources) -> _View:
    """Return whose entries a filter of logs picks: what it names, else everything of the type that it speaks of."""
    view = _of_filter(node, resources)
    return view if view.watches or _RESOURCE.search(str(node.content)) else replace(view, complete=False)
