"""The lifts of every cloud: what turns evaluated resources into entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.event_logs import lift_topics
from infraaudit.readers.terraform.replacements import lift_replacements
from infraaudit.readers.terraform.retired import lift_retired
from infraaudit.readers.terraform.vendors import lift_agents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infraaudit.model import Entity
    from infraaudit.readers.terraform.configuration.resource import Resources

    Lift = Callable[[Resources], Iterable[Entity]]

_AWS = ("aws_",)
_GOOGLE = ("google_",)
_AZURE = ("azurerm_", "azuread_")


def lifts_for(resources: Resources) -> tuple[Lift, ...]:
    """Return the lifts of the clouds that these resources are of: each, given all of them, yields those of its family.

    What none lifts stays opaque. The lifts of one cloud take as long to load as a small configuration to judge, and so
    they are loaded where they are needed.
    """
    found: list[Lift] = []
    if resources.has_type(_AWS):
        from infraaudit.readers.terraform import aws  # noqa: PLC0415 - see above

        found.extend(aws.LIFTS)
    if resources.has_type(_GOOGLE):
        from infraaudit.readers.terraform import google  # noqa: PLC0415 - see above

        found.extend(google.LIFTS)
    if resources.has_type(_AZURE):
        from infraaudit.readers.terraform import azure  # noqa: PLC0415 - see above

        found.extend(azure.LIFTS)
    return (*found, lift_topics, lift_replacements, lift_agents, lift_retired)
