"""Lifts the vaults of AWS Backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import BackupVault
from infraaudit.readers.terraform.aws.facets import facets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.resource import Resources


def lift_vaults(resources: Resources) -> Iterator[BackupVault]:
    """Lift ``aws_backup_vault``."""
    for resource in resources.of_type("aws_backup_vault"):
        yield BackupVault(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            facets=facets_of(resource, resources),
        )
