"""Lifts the event hubs of Azure: streams in partitions, for which their namespace buys throughput."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, DataClass, Datastore, Known, Share, Stream, Throughput, Unknown
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_HUB = "azurerm_eventhub"
_NAMESPACE = "azurerm_eventhub_namespace"
_INFLATES = "auto_inflate_enabled"
_DAY, _HOUR = 86_400, 3_600


def lift_event_hubs(resources: Resources) -> Iterator[Stream]:
    """Lift ``azurerm_eventhub``."""
    for resource in resources.of_type(_HUB):
        store = Datastore(
            **resource.head,
            engine="eventhub",
            managed=True,
            data_class=DataClass.PRIMARY,
            identifiers=literals(argument(resource, "name").string()),
            throughput=_throughput(resource, resources),
        )
        yield Stream.of(store, retention=_retention(resource), shards=argument(resource, "partition_count").integer())


def _retention(hub: Resource) -> Value[int]:
    """Return for how many seconds an event is kept: by hours where these are written, else by days."""
    hours = argument(hub, "retention_description.retention_time_in_hours").integer()
    if not isinstance(hours, Absent):
        return hours.map(_HOUR.__mul__)
    return integer_or_default(argument(hub, "message_retention"), f"{_HUB}.message_retention").map(_DAY.__mul__)


def _throughput(hub: Resource, resources: Resources) -> Throughput | None:
    """Return how throughput is bought; ``None`` where the namespace is not in the scan, or of another tier."""
    namespace = behind(resources, argument(hub, "namespace_id"), _NAMESPACE)
    tier = argument(namespace, "sku").string() if namespace is not None else Absent(hub.at)
    if namespace is None or (isinstance(tier, Known) and tier.value != "Standard"):
        return None
    inflates = boolean_or_default(argument(namespace, _INFLATES), f"{_NAMESPACE}.{_INFLATES}")
    fixed: Value[bool] = Unknown(tier.why, tier.at) if isinstance(tier, Unknown) else Known(value=True, at=tier.at)
    share = Share("events of its namespace", argument(namespace, "capacity").integer(), inflates)
    return Throughput(fixed, _INFLATES, "throughput units", (share,))
