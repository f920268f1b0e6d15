"""Tells what changes a secret of Azure Key Vault from time to time, and until when it is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, is_put_together, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CLOCK = "time_rotating"
_MADE_OF = ("azuread_application_password", "azuread_service_principal_password", "random_password", "random_string")
_TRIGGERS = ("keepers", "rotate_when_changed")
_DAYS = {"rotation_days": 1, "rotation_months": 30, "rotation_years": 365}
_ENDS = "expiration_date"
_NOT_NOW = "is not evaluated: it tells the moment"
"""Why a function of time is left alone: what it gives is a date all the same."""


def rotation_of(secret: Resource, resources: Resources) -> Maybe[int]:
    """Return after how many days an apply gives a secret another value: those of the clock that it follows."""
    nodes = [argument(secret, name) for name in ("value", "value_wo", "value_wo_version", _ENDS)]
    nodes += [node for each in nodes[:2] for node in _triggers(each, resources)]
    clock = next((each for node in nodes for each in mentioned(resources, node, _CLOCK)), None)
    return Absent(secret.at) if clock is None else _period(clock)


def _triggers(value: Node, resources: Resources) -> Iterator[Node]:
    for made in mentioned(resources, value, *_MADE_OF):
        yield from (argument(made, name) for name in _TRIGGERS)


def _period(clock: Resource) -> Maybe[int]:
    """Return the days of a clock; a month counts for thirty, as it is compared with a bound in days."""
    for name, days in _DAYS.items():
        written = argument(clock, name).integer()
        if not isinstance(written, Absent):
            return written.map(days.__mul__)
    return Unknown(f"when {clock.address} turns cannot be told", clock.at)


def ends(secret: Resource) -> Value[bool]:
    """Return whether a day is written on which a secret ends."""
    node = argument(secret, _ENDS)
    if is_present(node) or is_put_together(node) or _NOT_NOW in reason(node):
        return Known(value=True, at=node.at)
    return Unknown(reason(node), node.at) if node.is_unknown else Known(value=False, at=secret.at)
