"""Lifts which web sites may send requests to the apps and storage accounts of Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, CrossOriginRule, Known
from infraaudit.readers.terraform.azure.compute.app_service import APPS
from infraaudit.readers.terraform.azure.compute.functions import FUNCTIONS
from infraaudit.readers.terraform.azure.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


def lift_cross_origins(resources: Resources) -> Iterator[CrossOriginRule]:
    """Lift the rules of apps and functions, and those for the blobs of an account."""
    for resource in resources.of_type(*APPS, *FUNCTIONS):
        for number, node in enumerate(blocks(argument(resource, "site_config.cors"))[0]):
            credentials = boolean_or_default(node["support_credentials"], "app_service.support_credentials")
            yield _rule(resource, node, number, credentials)
    for resource in resources.of_type("azurerm_storage_account"):
        for number, node in enumerate(blocks(argument(resource, "blob_properties.cors_rule"))[0]):
            yield _rule(resource, node, number, Known(value=False, at=node.key_at or node.at))


def _rule(resource: Resource, node: Node, number: int, credentials: Value[bool]) -> CrossOriginRule:
    at = node.key_at or node.at
    origins, methods, headers = node["allowed_origins"], node["allowed_methods"], node["allowed_headers"]
    return CrossOriginRule(
        address=f"{resource.address}#cors{number}",
        kind=resource.type,
        name=resource.name,
        at=at,
        deployment=resource.deployment,
        owner=Known(resource.address, at),
        origins=tuple(_texts(origins)),
        origins_complete=origins.complete,
        methods=tuple(each.map(str.upper) for each in _texts(methods)),
        headers=tuple(each.map(str.lower) for each in _texts(headers)),
        credentials=credentials,
    )


def _texts(node: Node) -> Iterator[Value[str]]:
    for each in node.each():
        text = each.string()
        if not isinstance(text, Absent):
            yield text
