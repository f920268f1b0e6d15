"""Tells to what the stores of Azure can be brought back; an account of Cosmos DB says so in words of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Known, Recovery, Unknown, or_default
from infraaudit.readers.terraform.azure.defaults import TABLE, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.recovery import recovery_of

if TYPE_CHECKING:
    from infraaudit.model import Facet
    from infraaudit.readers.terraform.configuration.resource import Resource

_ACCOUNT = "azurerm_cosmosdb_account"
_CONTINUOUS = "continuous"
_MINUTE = 60
_HOURS_A_DAY = 24


def store_recovery(resource: Resource, facets: tuple[Facet, ...]) -> Recovery | None:
    """Return to what a store can be brought back; ``None`` for kinds of which the facts know nothing."""
    return _of_account(resource) if resource.type == _ACCOUNT else recovery_of(resource, facets)


def _of_account(account: Resource) -> Recovery:
    """Return how often an account is copied, and for how long copies are kept: by default for hours alone."""
    kind = argument(account, "backup.type").string()
    if isinstance(kind, Unknown):
        doubt: Unknown[int] = Unknown(kind.why, kind.at)
        return Recovery(doubt, doubt, "backup.type")
    if isinstance(kind, Known) and kind.value.lower() == _CONTINUOUS:
        tier = argument(account, "backup.tier").string()
        short = fact(TABLE, f"{_ACCOUNT}.continuous")
        days = or_default(tier, str(short.value), short.words).map(_days_of)
        return Recovery(Known(_MINUTE, kind.at, fact=short.words), days, "backup.tier")
    minutes = integer_or_default(argument(account, "backup.interval_in_minutes"), f"{_ACCOUNT}.interval_in_minutes")
    hours = integer_or_default(argument(account, "backup.retention_in_hours"), f"{_ACCOUNT}.retention_in_hours")
    return Recovery(minutes.map(_MINUTE.__mul__), hours.map(_whole_days), "backup.retention_in_hours")


def _whole_days(hours: int) -> int:
    return hours // _HOURS_A_DAY


def _days_of(tier: str) -> int:
    """Return the days in the name of a tier (``Continuous7Days``)."""
    digits = "".join(each for each in tier if each.isdecimal())
    return int(digits[:4]) if digits else 0
