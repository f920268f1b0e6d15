"""Fills the facets of a resource of Google Cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.lifting.facets import facets_from

if TYPE_CHECKING:
    from infraaudit.model import Facet
    from infraaudit.readers.terraform.configuration.resource import Resource
    from infraaudit.readers.terraform.lifting.facets import Answers


def facets_of(resource: Resource, answers: Answers | None = None) -> tuple[Facet, ...]:
    """Return the facets of a resource in the order of the table."""
    return facets_from("google_facets", resource, answers)
