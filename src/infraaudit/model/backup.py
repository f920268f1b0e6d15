"""What keeps copies of data: the vaults that hold them."""

from __future__ import annotations

from dataclasses import dataclass

from infraaudit.model.facet import Faceted


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupVault(Faceted):
    """A place that holds recovery points and nothing else."""
