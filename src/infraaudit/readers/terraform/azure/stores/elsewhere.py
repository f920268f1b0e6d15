"""Tells whether Azure brings copies of a store to another region by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource

_SERVERS = (
    "azurerm_mysql_flexible_server",
    "azurerm_mysql_server",
    "azurerm_postgresql_flexible_server",
    "azurerm_postgresql_server",
)
_BY_WORD = {
    "azurerm_cosmosdb_account": "backup.storage_redundancy",
    "azurerm_mssql_database": "storage_account_type",
}


def copied_away(resource: Resource) -> Value[bool] | None:
    """Return whether copies of a store lie in another region too; ``None`` where that is not known of its kind."""
    if resource.type in _SERVERS:
        return boolean_or_default(
            argument(resource, "geo_redundant_backup_enabled"), "azure.geo_redundant_backup_enabled"
        )
    path = _BY_WORD.get(resource.type)
    if path is None:
        return None
    regions = blocks(argument(resource, "geo_location"))[0]
    if len(regions) > 1:
        return Known(value=True, at=regions[1].key_at or regions[1].at)
    written = argument(resource, path).string()
    if isinstance(written, Absent):
        return string_or_default(argument(resource, path), f"{resource.type}.{path.rsplit('.', 1)[-1]}").map(_is_geo)
    return written.map(_is_geo)


def _is_geo(word: str) -> bool:
    return word.lower().startswith("geo")
