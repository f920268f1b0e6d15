"""Lifts what asks public addresses from outside: health checks of Route 53, and canaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown, UptimeCheck
from infraaudit.readers.terraform.aws.compute.schedules import gap_of
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CHECK, _CANARY = "aws_route53_health_check", "aws_synthetics_canary"
_ASKING = ("HTTP", "TCP")


def lift_uptime_checks(resources: Resources) -> Iterator[UptimeCheck]:
    """Lift the health checks that ask an address, and canaries; what looks at alarms or at other checks asks nobody."""
    for resource in resources.of_type(_CHECK):
        kind = argument(resource, "type").string()
        if isinstance(kind, Known) and not kind.value.startswith(_ASKING):
            continue
        yield UptimeCheck(
            **resource.head,
            host=_host(resource),
            enabled=boolean_or_default(argument(resource, "disabled"), f"{_CHECK}.disabled").map(_is_off),
            period=argument(resource, "request_interval").integer(),
            watches_certificate=Absent(resource.at),
        )
    for resource in resources.of_type(_CANARY):
        yield UptimeCheck(
            **resource.head,
            host=Unknown("what it asks stands in its script", resource.at),
            enabled=boolean_or_default(argument(resource, "start_canary"), f"{_CANARY}.start_canary"),
            period=gap_of(argument(resource, "schedule.expression")),
            watches_certificate=Absent(resource.at),
        )


def _host(check: Resource) -> Maybe[str]:
    return argument(check, "fqdn").string().map(str.lower)


def _is_off(disabled: bool) -> bool:  # noqa: FBT001 - the value that is mapped
    return not disabled
