"""Lifts the action groups of Azure Monitor: topics that alerts are sent to, with a subscriber for each receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Subscription, Topic, Unknown, known_value
from infraaudit.readers.terraform.azure.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_GROUP = "azurerm_monitor_action_group"
_ENDPOINTS = {
    "arm_role_receiver": "",
    "automation_runbook_receiver": "automation_account_id",
    "azure_app_push_receiver": "",
    "azure_function_receiver": "function_app_resource_id",
    "email_receiver": "",
    "event_hub_receiver": "",
    "itsm_receiver": "",
    "logic_app_receiver": "resource_id",
    "sms_receiver": "",
    "voice_receiver": "",
    "webhook_receiver": "",
}
"""The kinds of receivers, and the argument of each that names another resource; of a person or a secret address none is
taken over."""


def lift_action_groups(resources: Resources) -> Iterator[Topic | Subscription]:
    """Lift ``azurerm_monitor_action_group``."""
    for resource in resources.of_type(_GROUP):
        yield Topic(
            **resource.head,
            delivers=boolean_or_default(argument(resource, "enabled"), f"{_GROUP}.enabled"),
            identifiers=literals(argument(resource, "name").string()),
        )
        for kind, endpoint in _ENDPOINTS.items():
            yield from _receivers(resource, resources, kind, endpoint)


def _receivers(group: Resource, resources: Resources, kind: str, endpoint: str) -> Iterator[Subscription]:
    node = group.body[kind]
    members, complete = blocks(node)
    for number, member in enumerate(members):
        yield _receiver(group, kind, number, member, pointed(resources, member[endpoint]) if endpoint else None)
    if not complete:
        why = f"the receivers of {group.address} cannot be told"
        yield _receiver(group, kind, len(members), node, None, Unknown(why, node.at, mentions=(group.address,)))


def _receiver(
    group: Resource,
    kind: str,
    number: int,
    node: Node,
    endpoint: Known[str] | Absent | Unknown[str] | None,
    topic: Unknown[str] | None = None,
) -> Subscription:
    at = node.key_at or node.at
    name = known_value(node["name"].string()) if topic is None else None
    return Subscription(
        address=f"{group.address}/{kind}/{number}",
        kind=kind,
        name=name or str(number),
        at=at,
        deployment=group.deployment,
        topic=topic or Known(group.address, at),
        endpoint=endpoint or Absent(at),
        protocol=Known(kind.removesuffix("_receiver"), at),
        dead_letter=Absent(at),
    )
