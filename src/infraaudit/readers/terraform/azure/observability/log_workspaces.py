"""Lifts where Azure keeps logs: the workspaces of Log Analytics, and Application Insights where it keeps its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import LogSink
from infraaudit.readers.terraform.azure.defaults import integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_WORKSPACE = "azurerm_log_analytics_workspace"
_INSIGHTS = "azurerm_application_insights"


def lift_workspaces(resources: Resources) -> Iterator[LogSink]:
    """Lift ``azurerm_log_analytics_workspace`` and ``azurerm_application_insights``."""
    for type_ in (_WORKSPACE, _INSIGHTS):
        for resource in resources.of_type(type_):
            written = argument(resource, "retention_in_days")
            yield LogSink(
                **resource.head,
                retention=integer_or_default(written, f"{type_}.retention_in_days"),
                identifiers=literals(argument(resource, "name").string()),
                is_group=False,
            )
