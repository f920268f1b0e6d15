"""Tells how a managed group of machines goes over to a new template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Rollout, Unknown, default
from infraaudit.readers.terraform.google.defaults import TABLE, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_present

if TYPE_CHECKING:
    from infraaudit.model import Location, Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource

_ROW = "google_compute_instance_group_manager"
_STRATEGIES = {"PROACTIVE": "RollingUpdate", "OPPORTUNISTIC": "Opportunistic"}


def rollout_of(group: Resource, location: Location) -> Rollout:
    """Return how a group replaces its machines: only a proactive one does so by itself.

    Where nothing is written, as many as the group has zones may be away, and as many may be there beside the others.
    """
    kind = string_or_default(argument(group, "update_policy.type"), f"{_ROW}.update_type")
    return Rollout(
        strategy=kind.map(_strategy),
        max_unavailable=_bound(group, "max_unavailable", location),
        max_surge=_bound(group, "max_surge", location),
        min_ready=Absent(group.at),
        progress_deadline=Absent(group.at),
        at=argument(group, "update_policy").key_at or group.at,
    )


def surge_of(rollout: Rollout) -> Maybe[str]:
    """Return how many machines more there are while a group goes over to a new template by itself."""
    strategy = rollout.strategy
    if isinstance(strategy, Unknown):
        return Unknown(strategy.why, strategy.at)
    return (
        rollout.max_surge if isinstance(strategy, Known) and strategy.value == "RollingUpdate" else Absent(rollout.at)
    )


def _strategy(kind: str) -> str:
    return _STRATEGIES.get(kind, kind)


def _bound(group: Resource, name: str, location: Location) -> Maybe[str]:
    """Return a bound as a count, or as a share with a percent sign."""
    share = argument(group, f"update_policy.{name}_percent")
    if is_present(share):
        return share.string().map(_in_percent)
    written = argument(group, f"update_policy.{name}_fixed").string()
    if not isinstance(written, Absent):
        return written
    if isinstance(location.zones, Unknown):
        return Unknown(f"no {name} is written, and its default follows the zones", written.at)
    several = fact(TABLE, "google_container_cluster.zones_of_region")
    number = len(location.zones.value) if isinstance(location.zones, Known) else int(several.value)
    return default(str(number), written.at, fact(TABLE, f"{_ROW}.update_bound").words)


def _in_percent(share: str) -> str:
    return f"{share}%"
