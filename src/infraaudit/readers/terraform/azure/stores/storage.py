"""Lifts the storage accounts of Azure with their containers: versions, and whether anybody may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import DataClass, Datastore, Known, ObjectStore, PublicAccess, Unknown
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals
from infraaudit.readers.terraform.lifting.buckets import role_of
from infraaudit.readers.terraform.lifting.naming import data_class_of
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CONTAINER = "azurerm_storage_container"
_OPEN = frozenset({"blob", "container"})


def lift_accounts(resources: Resources) -> Iterator[ObjectStore]:
    """Lift ``azurerm_storage_account``."""
    for resource in resources.of_type("azurerm_storage_account"):
        containers = _containers(resource, resources)
        names = (resource.name, *literals(argument(resource, "name").string()))
        inside = (each.name for each in containers)
        store = Datastore(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            engine="azure-blob",
            managed=True,
            data_class=data_class_of(names, DataClass.PRIMARY),
            identifiers=literals(argument(resource, "name").string()),
        )
        yield ObjectStore.of(
            store,
            role=role_of((*names, *inside)),
            versioning=_versioning(resource),
            public=_access(resource, containers),
        )


def _containers(resource: Resource, resources: Resources) -> tuple[Resource, ...]:
    """Return the containers of an account; the argument that names it was another one before version 4."""
    name = argument(resource, "name").content
    return tuple(
        each
        for each in resources.of_type(_CONTAINER)
        if any(
            resource in mentioned(resources, node := argument(each, path))
            or (isinstance(name, str) and node.content == name)
            for path in ("storage_account_id", "storage_account_name")
        )
    )


def _versioning(resource: Resource) -> Value[bool]:
    """Return whether a blob that was deleted can be had back: as an old version, or for some days by itself."""
    node = argument(resource, "blob_properties.delete_retention_policy")
    if is_present(node):
        return Known(value=True, at=node.at)
    if node.is_unknown:
        return Unknown("whether deleted blobs are kept cannot be told", node.at)
    written = argument(resource, "blob_properties.versioning_enabled")
    return boolean_or_default(written, "azurerm_storage_account.versioning")


def _access(resource: Resource, containers: tuple[Resource, ...]) -> Value[PublicAccess]:
    kinds = [
        string_or_default(argument(each, "container_access_type"), "azurerm_storage_container.access")
        for each in containers
    ]
    public = next((each for each in kinds if isinstance(each, Known) and each.value in _OPEN), None)
    unknown = next((each for each in kinds if isinstance(each, Unknown)), None)
    if public is None:
        return Known(PublicAccess.NONE, resource.at) if unknown is None else Unknown(unknown.why, unknown.at)
    written = argument(resource, "allow_nested_items_to_be_public").boolean()
    if isinstance(written, Unknown):
        return Unknown(written.why, written.at)
    if isinstance(written, Known) and not written.value:
        return written.map(_nobody)
    return public.map(_everybody)


def _nobody(_: object) -> PublicAccess:
    return PublicAccess.NONE


def _everybody(_: object) -> PublicAccess:
    return PublicAccess.READ
