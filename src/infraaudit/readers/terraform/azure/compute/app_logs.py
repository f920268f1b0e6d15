"""Tells whether anything keeps what an app or a function of App Service says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, Unknown, default
from infraaudit.readers.terraform.azure.observability.diagnostics import answers_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, may_be_present

if TYPE_CHECKING:
    from infraaudit.model import EnvironmentVariable, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_INSIGHTS = frozenset({"APPLICATIONINSIGHTS_CONNECTION_STRING", "APPINSIGHTS_INSTRUMENTATIONKEY"})
_CONFIGURED = ("application_insights_connection_string", "application_insights_key")
_QUIET = frozenset({"off", "error"})
"""Levels at which an app that works says nothing: of what went before a failure nothing is left."""


def output_kept(
    app: Resource, resources: Resources, variables: tuple[EnvironmentVariable, ...], *, complete: bool
) -> dict[FacetName, Value[bool]]:
    """Return whether the logs of an app are kept: by its own settings, by a diagnostic one or by Application Insights.

    What a diagnostic setting sends is returned beside it.
    """
    sent = answers_of(app, resources)
    places = [_own(app), sent.get(FacetName.LOGS_SENT), _insights(app, variables, complete=complete)]
    known = next((each for each in places if isinstance(each, Known) and each.value), None)
    doubt = next((each for each in places if isinstance(each, Unknown)), None)
    nothing = default(value=False, at=app.at, fact="no logs block, no diagnostic setting and no Application Insights")
    return {**sent, FacetName.OUTPUT_KEPT: known or doubt or nothing}


def _own(app: Resource) -> Value[bool] | None:
    """Return whether the block ``logs`` keeps requests, or what the program says; for functions it has another name."""
    for name in ("logs", "site_config.app_service_logs"):
        members, complete = blocks(argument(app, name))
        if not complete:
            return Unknown("its settings for logs cannot be told", argument(app, name).at)
        for each in members:
            if name != "logs" or may_be_present(each["http_logs"]) or _says_enough(each["application_logs"]):
                return Known(value=True, at=each.key_at or each.at)
    return None


def _says_enough(node: Node) -> bool:
    """Whether the logs of the program are kept from warnings on, or handed to a storage account."""
    for each in blocks(node)[0]:
        level = each["file_system_level"]
        if may_be_present(each["azure_blob_storage"]):
            return True
        if may_be_present(level) and str(level.content).lower() not in _QUIET:
            return True
    return False


def _insights(app: Resource, variables: tuple[EnvironmentVariable, ...], *, complete: bool) -> Value[bool] | None:
    found = next((each for each in variables if each.name in _INSIGHTS), None)
    if found is not None:
        return Known(value=True, at=found.at)
    for name in _CONFIGURED:
        node = argument(app, f"site_config.{name}")
        if may_be_present(node):
            return Known(value=True, at=node.at)
    return None if complete else Unknown("its settings cannot all be told", argument(app, "app_settings").at)
