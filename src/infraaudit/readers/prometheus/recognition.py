"""Tells by its content whether a document is a file of monitoring, and of which kind."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model import Node

_KEYS = re.compile(r"^[\"']?(scrape_configs|rule_files|scrape_config_files|groups|receivers)[\"']?[ ]*:", re.MULTILINE)
_OF_OTHERS = ("clients", "positions", "limits_config", "schema_config", "server", "ingester")
"""Keys of Promtail and Loki, whose configurations have jobs of the same name for something else."""

_TIMES = ("scrape_interval", "evaluation_interval", "scrape_timeout", "external_labels")


class FileKind(StrEnum):
    """What a file of monitoring is."""

    SCRAPING = "Prometheus configuration"
    RULES = "rules"
    DASHBOARD_RULES = "Grafana rules"
    ROUTING = "Alertmanager configuration"


def may_be_monitoring(text: str) -> bool:
    """Tell whether a text holds a key without which no file of monitoring is one, before it is parsed."""
    return _KEYS.search(text) is not None


def kind_of(root: Node) -> FileKind | None:
    """Return what a document is, ``None`` for everything else."""
    if not root.is_mapping or (not root["apiVersion"].is_absent and not root["kind"].is_absent):
        return None
    if root["route"].is_mapping and root["receivers"].is_list:
        return FileKind.ROUTING
    if root["groups"].is_list:
        return _kind_of_groups(root["groups"])
    return FileKind.SCRAPING if _scrapes(root) else None


def _kind_of_groups(groups: Node) -> FileKind | None:
    rules = [rule for group in groups.each() for rule in group["rules"].each()]
    if any(_is_rule(rule) for rule in rules):
        return FileKind.RULES
    if any(not rule["title"].is_absent and rule["data"].is_list for rule in rules):
        return FileKind.DASHBOARD_RULES
    return None


def _is_rule(rule: Node) -> bool:
    return not rule["expr"].is_absent and not (rule["alert"].is_absent and rule["record"].is_absent)


def _scrapes(root: Node) -> bool:
    if any(not root[key].is_absent for key in _OF_OTHERS):
        return False
    if any(not job["job_name"].is_absent for job in root["scrape_configs"].each()):
        return True
    timed = any(not root["global"][key].is_absent for key in _TIMES)
    return timed and not (root["rule_files"].is_absent and root["alerting"].is_absent)
