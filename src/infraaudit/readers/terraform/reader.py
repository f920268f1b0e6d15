"""Reads Terraform and OpenTofu: every root of a tree with its local modules, lifted into entities."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.readers.terraform.clouds import lifts_for
from infraaudit.readers.terraform.configuration.emission import Emission, emit
from infraaudit.readers.terraform.configuration.inputs import TerraformInputs
from infraaudit.readers.terraform.configuration.resource import Resources
from infraaudit.readers.terraform.configuration.roots import root_module
from infraaudit.readers.terraform.configuration.syntax import CONFIGURATION, VALUES, Sources
from infraaudit.readers.terraform.configuration.variants import variants_of
from infraaudit.readers.terraform.opaque import opaque_of
from infraaudit.readers.terraform.state.backends import lift_state
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Entity
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.reading import UnitRow
    from infraaudit.readers.terraform.configuration.resource import Resource
    from infraaudit.source.file import SourceTree

_TERRAGRUNT = "terragrunt.hcl"
_OF_CLUSTERS = ("kubernetes_", "kubectl_")
"""How the types of resources begin that may stand for objects of a cluster."""

_ANY_OF_AZURE = "azapi_"
"""How the types of resources begin that hand the body of a request to the API of Azure."""

_TERRAGRUNT_WHY = "Terragrunt files are not evaluated; the configurations that they call are read as they stand"


def read(tree: SourceTree, inputs: TerraformInputs | None = None) -> Reading:
    """Read all Terraform files of a tree. Never raises for what a file holds; it reports instead.

    Raises ``InputError`` for inputs that cannot be used, such as a value for a variable that no root declares.
    """
    sources = Sources(tree)
    entities: list[Entity] = []
    variants = variants_of(sources, inputs or TerraformInputs())
    problems = variants.problems
    units = variants.units
    for variant in variants.members:
        module = root_module(sources, variant.folder, variant.given, plan=variant.plan, workspace=variant.workspace)
        words = [each for each in (variant.name, variant.workspace) if each]
        deployment = deployment_of("terraform", variant.folder, *words, detail=variant.name)
        emission = emit(module, deployment)
        resources = Resources(_told_apart(emission.resources), _told_apart(emission.perhaps))
        manifests, found, missed = _manifests(resources, tree, variant.folder)
        entities.extend(_lifted(emission, resources, manifests))
        problems.extend(missed)
        units.extend(found)
        entities.extend(lift_state(module, deployment, emission.resources, emission.perhaps))
        problems.extend(module.root.problems.values())
        units.extend(module.root.units.values())
    for path in tree.paths:
        if path.endswith((*CONFIGURATION, *VALUES)):
            sources.document(path)
    terragrunt = [path for path in tree.paths if posixpath.basename(path) == _TERRAGRUNT]
    problems.extend(Problem(ProblemKind.UNSUPPORTED, whole_file(path), _TERRAGRUNT_WHY) for path in terragrunt)
    rows = (FileRow(path, "terragrunt", FileState.UNKNOWN_KIND, _TERRAGRUNT_WHY) for path in terragrunt)
    return Reading(
        entities=tuple(entities),
        problems=tuple(dict.fromkeys((*sources.problems, *problems))),
        files=tuple(sorted((*sources.rows, *variants.rows, *rows), key=lambda row: row.path)),
        units=tuple(dict.fromkeys(units)),
    )


def _told_apart(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Return resources with those of azapi as the resources of azurerm that they are; the table is loaded for these."""
    found = tuple(resources)
    if not any(each.type.startswith(_ANY_OF_AZURE) for each in found):
        return found
    from infraaudit.readers.terraform.azure.twins import with_twins  # noqa: PLC0415 - see above

    return with_twins(found)


def _lifted(emission: Emission, resources: Resources, manifests: Sequence[Manifest]) -> Iterator[Entity]:
    """Yield what the lifts make of the resources, and an opaque entity for each resource that none of them lifts."""
    lifted: set[str] = set()
    for lift in lifts_for(resources):
        for entity in lift(resources):
            lifted.add(entity.address)
            yield entity
    if manifests:
        from infraaudit.readers.kubernetes.lift import lift_manifests  # noqa: PLC0415 - only where there are any

        for entity in lift_manifests(manifests):
            lifted.add(entity.address)
            yield entity
    yield from opaque_of(emission, lifted)


def _manifests(
    resources: Resources, tree: SourceTree, folder: str
) -> tuple[list[Manifest], list[UnitRow], list[Problem]]:
    """Return the objects that the resources of a cluster stand for; the readers of such are loaded only for these."""
    manifests: list[Manifest] = []
    if any(resource.type.startswith(_OF_CLUSTERS) for resource in resources.members):
        from infraaudit.readers.terraform.kubernetes.objects import manifests_of  # noqa: PLC0415 - see above

        manifests.extend(manifests_of(resources))
    if not resources.of_type("helm_release"):
        return manifests, [], []
    from infraaudit.readers.terraform.kubernetes.helm_releases import releases_of  # noqa: PLC0415 - see above

    releases = releases_of(resources, tree, folder)
    return [*manifests, *releases.manifests], releases.units, releases.problems
