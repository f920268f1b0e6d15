"""Lifts the workflows of Azure Logic Apps, whose steps stand in other resources or are drawn in the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown, Workflow
from infraaudit.readers.terraform.azure.observability.diagnostics import sends
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_HISTORY = "WorkflowRuntime"


def lift_logic_apps(resources: Resources) -> Iterator[Workflow]:
    """Lift ``azurerm_logic_app_workflow``: whether its history is sent to where it can be searched."""
    for resource in resources.of_type("azurerm_logic_app_workflow"):
        yield Workflow(
            **resource.head,
            doubt=Unknown("its steps are not read", resource.at),
            timeout=Absent(resource.at),
            brief=Known(value=False, at=resource.at),
            log_level=sends(resource, resources, _HISTORY).map(_level),
            log_group=Absent(resource.at),
            identifiers=literals(argument(resource, "name").string()),
        )


def _level(sent: bool) -> str:  # noqa: FBT001 - the value that is mapped
    return "ALL" if sent else "OFF"
