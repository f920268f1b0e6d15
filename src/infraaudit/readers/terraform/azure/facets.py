"""Fills the facets of a resource of Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.azure.observability.diagnostics import answers_of
from infraaudit.readers.terraform.lifting.facets import facets_from

if TYPE_CHECKING:
    from infraaudit.model import Facet
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.readers.terraform.lifting.facets import Answers

TABLE = "azure_facets"
"""The name of the table."""


def facets_of(resource: Resource, resources: Resources, answers: Answers | None = None) -> tuple[Facet, ...]:
    """Return the facets of a resource in the order of the table; what is found elsewhere comes before an attribute."""
    return facets_from(TABLE, resource, {**answers_of(resource, resources), **(answers or {})})
