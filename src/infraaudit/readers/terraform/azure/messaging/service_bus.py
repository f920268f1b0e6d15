"""Lifts the queues and subscriptions of Service Bus, each of which brings a dead-letter queue along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Queue, Unknown, default
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default, integer_or_default
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.yaml_tree import Scalar

_DURATION = re.compile(r"P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.[0-9]+)?S)?)?")
_UNITS = (86_400, 3_600, 60, 1)


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


def seconds(scalar: Scalar) -> int | None:
    """Return the seconds of a duration as ISO 8601 writes it (``PT1M``, ``P14D``)."""
    match = _DURATION.fullmatch(str(scalar))
    if match is None or not any(match.groups()):
        return None
    return sum(int(part) * unit for part, unit in zip(match.groups(), _UNITS, strict=True) if part)
