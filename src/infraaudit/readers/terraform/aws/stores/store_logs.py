"""Tells whether a store of AWS writes its logs where they can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, FacetName, Known, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, is_true, may_be_present
from infraaudit.readers.terraform.lifting.companions import companions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DOMAINS = frozenset({"aws_opensearch_domain", "aws_elasticsearch_domain"})
_APPLICATION_LOGS = "ES_APPLICATION_LOGS"
_WAYS = ("cloudwatch_logs", "firehose", "s3")
_OFF = "nothing is written of it"


def logs_of_database(
    resource: Resource, resources: Resources, engine: str, exports: Maybe[tuple[str, ...]] | None
) -> Mapping[FacetName, Value[bool]]:
    """Return whether a database hands out the logs that its engine has for errors and slow statements."""
    if resource.type == "aws_redshift_cluster":
        return {FacetName.LOGS_WRITTEN: _of_warehouse(resource, resources)}
    row = table("engine_logs").get(engine)
    if argument(resource, "engine_mode").content == "serverless" or exports is None:
        return {FacetName.LOGS_WRITTEN: Known(value=True, at=resource.at)}
    if isinstance(exports, Unknown):
        return {FacetName.LOGS_WRITTEN: Unknown(exports.why, exports.at)}
    if isinstance(exports, Absent):
        words = "no logs are exported unless they are named"
        return {FacetName.LOGS_WRITTEN: default(value=False, at=exports.at, fact=words)}
    if row is None:
        return {FacetName.LOGS_WRITTEN: Unknown("which logs its engine has cannot be told", resource.at)}
    written = set(exports.value)
    enough = set(row.get("all", ())) <= written and (row.get("any") is None or bool(written & set(row["any"])))
    return {FacetName.LOGS_WRITTEN: Known(enough, exports.at)}


def _of_warehouse(resource: Resource, resources: Resources) -> Value[bool]:
    inline = argument(resource, "logging.enable")
    if not inline.is_absent:
        written = inline.boolean()
        return Unknown("its logging cannot be told", inline.at) if isinstance(written, Absent) else written
    found, doubt = companions(resource, resources, "aws_redshift_logging", "cluster_identifier", "cluster_identifier")
    if found:
        return Known(value=True, at=found[0].at)
    return doubt or default(value=False, at=resource.at, fact="no aws_redshift_logging names it")


def logs_of_other(resource: Resource) -> Mapping[FacetName, Value[bool]]:
    """Return whether a broker or a search domain writes its logs, where more than one attribute says so."""
    if resource.type in _DOMAINS:
        return {FacetName.LOGS_WRITTEN: _of_domain(resource)}
    if resource.type == "aws_msk_cluster":
        return {FacetName.LOGS_WRITTEN: _of_log_brokers(resource)}
    return {}


def _of_domain(resource: Resource) -> Value[bool]:
    node = resource.body["log_publishing_options"]
    members, complete = blocks(node)
    for member in members:
        switched_off = member["enabled"].content is False
        if member["log_type"].content == _APPLICATION_LOGS and not switched_off:
            return Known(value=True, at=member.key_at or member.at)
    if not complete or any(not isinstance(each["log_type"].content, str) for each in members):
        return Unknown("which logs it publishes cannot be told", node.at)
    return default(value=False, at=resource.at, fact=_OFF)


def _of_log_brokers(resource: Resource) -> Value[bool]:
    logs = argument(resource, "logging_info.broker_logs")
    if not may_be_present(logs):
        return default(value=False, at=logs.at, fact=_OFF)
    ways = [
        argument(resource, f"logging_info.broker_logs.{way}.enabled") for way in ("cloudwatch_logs", "firehose", "s3")
    ]
    on = next((each for each in ways if is_true(each)), None)
    if on is not None:
        return Known(value=True, at=on.at)
    if any(each.is_unknown for each in ways) or not is_present(logs):
        return Unknown("whether its brokers write logs cannot be told", logs.at)
    return Known(value=False, at=logs.at)
