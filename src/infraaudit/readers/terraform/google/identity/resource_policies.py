"""Tells what topics, queues, keys, secrets and data of Google themselves say about who may use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Condition, Known, Principal, PrincipalKind, ResourcePolicy, Statement
from infraaudit.readers.terraform.google.identity.grants import EVERYBODY, PLACES, grants_on, role_of, thing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resources
    from infraaudit.readers.terraform.google.identity.grants import Grant

_JUDGED_ELSEWHERE = ("google_storage_bucket", "google_cloud_run", "google_cloudfunctions", "google_artifact_registry")
"""Buckets, what is there to be asked by everybody, and registries are told with what they are."""


def lift_resource_policies(resources: Resources) -> Iterator[ResourcePolicy]:
    """Lift each grant on a single thing as a statement of that thing."""
    for place in PLACES:
        if place.type.startswith(_JUDGED_ELSEWHERE):
            continue
        for grant in grants_on(place, resources):
            things = thing_of(grant, place, resources)
            yield ResourcePolicy(
                address=f"{grant.address}#statement",
                kind=grant.resource.type,
                name=grant.resource.name,
                at=grant.at,
                deployment=grant.resource.deployment,
                guards=Known(things[0], grant.at) if things else Absent(grant.at),
                statements=(_statement(grant, resources),),
                statements_complete=grant.complete,
                barrier=Absent(grant.at),
            )


def _statement(grant: Grant, resources: Resources) -> Statement:
    role = role_of(grant, resources)
    everybody = [each for each in grant.members if each.is_scalar and each.content in EVERYBODY]
    at = everybody[0].at if everybody else grant.at
    return Statement(
        allows=True,
        at=at,
        actions=() if isinstance(role, Absent) else (role,),
        principals=tuple(_principal(each) for each in grant.members),
        conditions=(Condition("condition", "expression", (Known("a condition of its own", grant.at),)),)
        if grant.conditioned
        else (),
        complete=grant.complete,
    )


def _principal(member: Node) -> Principal:
    text = member.string()
    name: Value[str] = Known("", member.at) if isinstance(text, Absent) else text
    if isinstance(name, Known) and name.value in EVERYBODY:
        return Principal(PrincipalKind.EVERYBODY, name)
    return Principal(PrincipalKind.IDENTITY, Known(str(member.content), member.at) if member.is_scalar else name)
