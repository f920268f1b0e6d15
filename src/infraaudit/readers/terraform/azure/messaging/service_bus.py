"""Lifts the queues and subscriptions of Service Bus, each of which brings a dead-letter queue along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Queue, Unknown, default
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default, integer_or_default
from infraaudit.readers.terraform.azure.durations import seconds
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


def lift_queues(resources: Resources) -> Iterator[Queue]:
    """Lift ``azurerm_servicebus_queue`` and ``azurerm_servicebus_subscription``."""
    for resource in resources.of_type("azurerm_servicebus_queue", "azurerm_servicebus_subscription"):
        built_in = fact(TABLE, "azurerm_servicebus.dead_letter")
        yield Queue(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            fifo=boolean_or_default(argument(resource, "requires_session"), "azurerm_servicebus.requires_session"),
            dead_letter=default(f"{resource.address}/{built_in.value}", resource.at, built_in.words),
            max_receive=integer_or_default(
                argument(resource, "max_delivery_count"), "azurerm_servicebus.max_delivery_count"
            ),
            visibility_timeout=_lock(resource),
            retention=_retention(resource),
            idle_expiry=argument(resource, "auto_delete_on_idle").value(seconds, "a duration"),
            facets=facets_of(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _lock(resource: Resource) -> Value[int]:
    written = argument(resource, "lock_duration").value(seconds, "a duration")
    if isinstance(written, Absent):
        stated = fact(TABLE, "azurerm_servicebus.lock_duration")
        return default(int(stated.value), written.at, stated.words)
    return written


def _retention(resource: Resource) -> Value[int]:
    written = argument(resource, "default_message_ttl").value(seconds, "a duration")
    if isinstance(written, Absent):
        return Unknown("no time is written, and the default follows the SKU of the namespace", written.at)
    return written
