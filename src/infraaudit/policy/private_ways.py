"""The doors within a network by which a service of a cloud is reached without its public address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import CloudResource, Datastore, PrivateEndpoint, known_value
from infraaudit.policy.finding import Place

if TYPE_CHECKING:
    from infraaudit.model import Estate, Faceted


def private_ways(resource: Faceted, estate: Estate) -> tuple[Place, ...]:
    """Return the place of a private endpoint that leads to a service anyway, if there is one."""
    names = {resource.address, *(resource.identifiers if isinstance(resource, Datastore | CloudResource) else ())}
    for each in estate.in_deployment(resource, PrivateEndpoint):
        if each.target is not None and known_value(each.target) in names:
            return (Place(each.at, f"{each} leads to it from within the network"),)
    return ()
