"""Prometheus and Alertmanager as their operator runs them: which objects they take up, and where alerts go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    AlertDestination,
    Alertmanager,
    AlertReceiver,
    AlertRoute,
    AlertRouting,
    Known,
    Prometheus,
    RecordedMetric,
    RuleSet,
    Unknown,
    Uptake,
    known_value,
)
from infraaudit.readers.kubernetes.selection import selector_of
from infraaudit.readers.kubernetes.texts import labels_of, literal
from infraaudit.readers.prometheus.expressions import metric_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Alarm, Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest

_WAYS = {
    "discordConfigs": "discord", "emailConfigs": "email", "jiraConfigs": "jira", "msteamsConfigs": "teams",
    "msteamsv2Configs": "teams", "opsgenieConfigs": "opsgenie", "pagerdutyConfigs": "pagerduty",
    "pushoverConfigs": "pushover", "rocketchatConfigs": "rocketchat", "slackConfigs": "slack", "snsConfigs": "sns",
    "telegramConfigs": "telegram", "victoropsConfigs": "victorops", "webexConfigs": "webex",
    "webhookConfigs": "webhook", "wechatConfigs": "wechat",
}  # fmt: skip
_DEEPEST = 20


def prometheus_of(manifest: Manifest) -> Prometheus:
    """Return a Prometheus, or an agent of one, with what it takes up."""
    spec = manifest.body["spec"]
    destinations = spec["alerting"]["alertmanagers"]
    extra = ("additionalAlertManagerConfigs", "additionalScrapeConfigs")
    return Prometheus(
        **manifest.head,
        namespace=manifest.namespace,
        labels=labels_of(manifest.labels),
        service_monitors=_uptake(spec, "serviceMonitor"),
        pod_monitors=_uptake(spec, "podMonitor"),
        probes=_uptake(spec, "probe"),
        scrape_configs=_uptake(spec, "scrapeConfig"),
        rules=_uptake(spec, "rule"),
        destinations=tuple(_destination(each) for each in destinations.each()),
        destinations_complete=destinations.complete and spec[extra[0]].is_absent,
        external_targets=not spec[extra[1]].is_absent,
        replicas=_replicas(spec),
        retention=literal(spec["retention"]),
        keeps_data=_keeps_data(spec),
        writes_elsewhere=bool(spec["remoteWrite"].each()) or spec["remoteWrite"].is_unknown or _uploads(spec["thanos"]),
    )


def thanos_ruler_of(manifest: Manifest) -> Prometheus:
    """Return a ThanosRuler: it takes up rules and scrapes nothing."""
    spec = manifest.body["spec"]
    nothing = Uptake(Absent(manifest.at), Absent(manifest.at))
    return Prometheus(
        **manifest.head,
        namespace=manifest.namespace,
        labels=labels_of(manifest.labels),
        service_monitors=nothing,
        pod_monitors=nothing,
        probes=nothing,
        scrape_configs=nothing,
        rules=_uptake(spec, "rule"),
        destinations_complete=False,
        replicas=_replicas(spec),
        retention=literal(spec["retention"]),
        keeps_data=_keeps_data(spec),
    )


def _uptake(spec: Node, kind: str) -> Uptake:
    return Uptake(selector_of(spec[f"{kind}Selector"]), selector_of(spec[f"{kind}NamespaceSelector"]))


def _destination(node: Node) -> AlertDestination:
    name = literal(node["name"])
    told: Value[str] = Unknown("no Alertmanager is named here", name.at) if isinstance(name, Absent) else name
    return AlertDestination(told, literal(node["namespace"]), literal(node["port"]), node.at)


def _replicas(spec: Node) -> Value[int]:
    row = fact("defaults", "prometheus_operator.replicas")
    return spec["replicas"].integer_or(row.value, row.words)


def _keeps_data(spec: Node) -> Value[bool]:
    """Tell whether the data outlives a pod: not in an emptyDir, which it is where nothing is said."""
    storage = spec["storage"]
    if storage.is_unknown:
        return Unknown("its storage cannot be told", storage.at)
    return Known(not storage["volumeClaimTemplate"].is_absent, storage.key_at or storage.at)


def _uploads(thanos: Node) -> bool:
    return not thanos["objectStorageConfig"].is_absent or not thanos["objectStorageConfigFile"].is_absent


def alertmanager_of(manifest: Manifest) -> Alertmanager:
    """Return an Alertmanager with the configurations that it takes up."""
    spec = manifest.body["spec"]
    return Alertmanager(
        **manifest.head,
        namespace=manifest.namespace,
        labels=labels_of(manifest.labels),
        configurations=_uptake(spec, "alertmanagerConfig"),
        config_secret=literal(spec["configSecret"]),
        global_configuration=literal(spec["alertmanagerConfiguration"]["name"]),
        replicas=_replicas(spec),
        keeps_data=_keeps_data(spec),
    )


def rule_set_of(manifest: Manifest, alarms: list[Alarm]) -> RuleSet:
    """Return a PrometheusRule with the addresses of its alerts."""
    groups = manifest.body["spec"]["groups"]
    return RuleSet(
        **manifest.head,
        namespace=manifest.namespace,
        labels=labels_of(manifest.labels),
        alarms=tuple(each.address for each in alarms),
        recorded=tuple(_recorded(groups)),
        complete=groups.complete and all(each["rules"].complete for each in groups.each()),
    )


def _recorded(groups: Node) -> Iterator[RecordedMetric]:
    for group in groups.each():
        for rule in group["rules"].each():
            name = literal(rule["record"])
            if not isinstance(name, Absent):
                yield RecordedMetric(name, metric_names(known_value(rule["expr"].string()) or ""), name.at)


def alert_routing_of(manifest: Manifest) -> AlertRouting:
    """Return an AlertmanagerConfig."""
    spec = manifest.body["spec"]
    return AlertRouting(
        **manifest.head,
        namespace=manifest.namespace,
        labels=labels_of(manifest.labels),
        receivers=tuple(_receiver(each) for each in spec["receivers"].each()),
        route=_route(spec["route"], 0),
        complete=spec["receivers"].complete,
    )


def _receiver(node: Node) -> AlertReceiver:
    ways = tuple(_WAYS.get(name, name) for name, part in node.items() if name.endswith("Configs") and part.each())
    name = literal(node["name"])
    told: Value[str] = Unknown("the receiver has no name", name.at) if isinstance(name, Absent) else name
    return AlertReceiver(told, ways, node["name"].at, complete=node.complete and not _untold_ways(node))


def _untold_ways(node: Node) -> bool:
    return any(name.endswith("Configs") and not part.complete for name, part in node.items())


def _route(node: Node, depth: int) -> Maybe[AlertRoute]:
    if node.is_absent:
        return Absent(node.key_at or node.at)
    if not node.is_mapping or depth > _DEEPEST:
        return Unknown("the route cannot be told", node.at)
    below = [_route(each, depth + 1) for each in node["routes"].each()]
    return Known(
        AlertRoute(
            receiver=literal(node["receiver"]),
            matchers=tuple(_matcher(each) for each in node["matchers"].each()),
            goes_on=node["continue"].boolean(),
            at=node.at,
            routes=tuple(each.value for each in below if isinstance(each, Known)),
            complete=node["routes"].complete and all(isinstance(each, Known) for each in below),
        ),
        node.at,
    )


def _matcher(node: Node) -> str:
    if node.is_scalar:
        return known_value(literal(node)) or ""
    name, value = known_value(literal(node["name"])) or "?", known_value(literal(node["value"])) or ""
    kind = known_value(literal(node["matchType"])) or ("=~" if known_value(node["regex"].boolean()) else "=")
    return f"{name}{kind}{value}"
