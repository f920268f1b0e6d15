"""Lifts the projects of AWS CodeBuild: whether what they build is kept encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import CloudResource, FacetName, Known, Unknown, default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import blocks, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "aws_codebuild_project"
_PLACES = ("artifacts", "secondary_artifacts", "logs_config")


def lift_projects(resources: Resources) -> Iterator[CloudResource]:
    """Lift ``aws_codebuild_project``."""
    for resource in resources.of_type(_TYPE):
        yield CloudResource(
            **resource.head,
            facets=facets_of(resource, resources, {FacetName.ENCRYPTED_AT_REST: _encrypted(resource)}),
            identifiers=literals(resource.body["name"].string()),
        )


def _encrypted(resource: Resource) -> Value[bool]:
    """Return whether all that a project writes is encrypted: what is built, and its log in a bucket."""
    doubt: Unknown[bool] | None = None
    for name in _PLACES:
        members, complete = blocks(resource.body[name])
        holders = [
            holder for each in members for holder in ((each,) if name != "logs_config" else blocks(each["s3_logs"])[0])
        ]
        for holder in holders:
            off = holder["encryption_disabled"].boolean()
            if isinstance(off, Known) and off.value:
                return Known(value=False, at=off.at)
            if isinstance(off, Unknown):
                doubt = doubt or off
        if not complete:
            doubt = doubt or Unknown(f"some of its {name} cannot be told", resource.at)
    stated = fact("aws_defaults", "aws_codebuild_project.encrypted")
    return doubt or default(bool(stated.value), resource.at, stated.words)
