"""Fills the facets of a resource of AWS, the plans of AWS Backup taken into account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import FacetName
from infraaudit.readers.terraform.aws.stores.backup import covered
from infraaudit.readers.terraform.lifting.facets import facets_from

if TYPE_CHECKING:
    from infraaudit.model import Facet
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.readers.terraform.lifting.facets import Answers


def facets_of(resource: Resource, resources: Resources, answers: Answers | None = None) -> tuple[Facet, ...]:
    """Return the facets of a resource in the order of the table."""
    return tuple(
        replace(facet, holds=covered(resource, resources, facet.holds)) if facet.name is FacetName.BACKED_UP else facet
        for facet in facets_from("aws_facets", resource, answers)
    )
