"""Lifts the desktops of Amazon WorkSpaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Desktop, FacetName, Known, Unknown
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_VOLUMES = ("user_volume_encryption_enabled", "root_volume_encryption_enabled")


def lift_desktops(resources: Resources) -> Iterator[Desktop]:
    """Lift ``aws_workspaces_workspace``."""
    for resource in resources.of_type("aws_workspaces_workspace"):
        answers = {FacetName.ENCRYPTED_AT_REST: _encrypted(resource)}
        yield Desktop(**resource.head, facets=facets_of(resource, resources, answers))


def _encrypted(resource: Resource) -> Value[bool]:
    """Return whether both volumes of a desktop are encrypted."""
    row = table("aws_facets")["aws_workspaces_workspace encrypted"]
    answers = [argument(resource, name).boolean_or(bool(row["absent"]), row.words) for name in _VOLUMES]
    plain = next((each for each in answers if isinstance(each, Known) and not each.value), None)
    return plain or next((each for each in answers if isinstance(each, Unknown)), answers[0])
