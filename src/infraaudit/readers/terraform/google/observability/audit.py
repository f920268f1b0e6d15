"""Lifts what of the use of data is written down by Cloud Audit Logs; how resources are managed always is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, AuditTrail, Known, Unknown, default
from infraaudit.readers.terraform.google.defaults import TABLE
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CONFIGS = tuple(f"google_{holder}_iam_audit_config" for holder in ("project", "folder", "organization"))


def lift_audit_configs(resources: Resources) -> Iterator[AuditTrail]:
    """Lift the configurations of projects, folders and organizations."""
    management = fact(TABLE, "google_project_iam_audit_config.management")
    for resource in resources.of_type(*_CONFIGS):
        yield AuditTrail(
            **resource.head,
            records=Known(value=True, at=resource.at),
            management=default(bool(management.value), resource.at, management.words),
            everybody=_everybody(resource),
            bucket=Absent(resource.at),
            log_group=Absent(resource.at),
            identifiers=literals(argument(resource, "service").string()),
        )


def _everybody(config: Resource) -> Value[bool]:
    """Return whether the calls of everybody are taken in: nobody is left out."""
    node = argument(config, "audit_log_config")
    members, complete = blocks(node)
    for member in members:
        spared = member["exempted_members"]
        if spared.each():
            return Known(value=False, at=spared.at)
        if spared.is_unknown or spared.open:
            return Unknown("who is left out cannot be told", spared.at)
    if not complete:
        return Unknown("who is left out cannot be told", node.at)
    return Known(value=True, at=config.at)
