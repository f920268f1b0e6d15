"""Lifts the tests of Application Insights, which ask an address from several places of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infraaudit.model import Absent, Known, Unknown, UptimeCheck
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_STANDARD = "azurerm_application_insights_standard_web_test"
_CLASSIC = "azurerm_application_insights_web_test"


def lift_web_tests(resources: Resources) -> Iterator[UptimeCheck]:
    """Lift the tests of both kinds; what a classic one asks stands in a document of its own, and is not read."""
    for resource in resources.of_type(_STANDARD, _CLASSIC):
        yield UptimeCheck(
            **resource.head,
            host=_host(resource),
            enabled=boolean_or_default(argument(resource, "enabled"), "web_test.enabled"),
            period=integer_or_default(argument(resource, "frequency"), "web_test.frequency"),
            watches_certificate=_certificate(resource),
        )


def _host(test: Resource) -> Maybe[str]:
    if test.type == _CLASSIC:
        return Unknown("its document is not read", argument(test, "configuration").at)
    return argument(test, "request.url").value(lambda url: _name(str(url)), "an address of the web")


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _certificate(test: Resource) -> Maybe[int]:
    """Return for how many days the certificate has to hold; a check of it without a number asks that it holds now."""
    days = argument(test, "validation_rules.ssl_cert_remaining_lifetime").integer()
    if not isinstance(days, Absent):
        return days
    checks = argument(test, "validation_rules.ssl_check_enabled")
    return Known(0, checks.at) if is_true(checks) else Absent(days.at)
