"""Lifts the GraphQL APIs of AWS AppSync with the sources that answer for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Gateway, Known, Route, Unknown, known_value
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.aws.edge.associations import firewall_before
from infraaudit.readers.terraform.aws.edge.bodies import bodies_of_graph
from infraaudit.readers.terraform.aws.edge.integrations import target_of
from infraaudit.readers.terraform.aws.edge.stages import encrypted_door
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_API = "aws_appsync_graphql_api"
_KEY = "API_KEY"
_SOURCES = (
    "lambda_config.function_arn",
    "dynamodb_config.table_name",
    "http_config.endpoint",
    "elasticsearch_config.endpoint",
    "opensearchservice_config.endpoint",
    "relational_database_config.http_endpoint_config.db_cluster_identifier",
)
"""Where a source says what it asks."""


def lift_graph_apis(resources: Resources) -> Iterator[Gateway]:
    """Lift ``aws_appsync_graphql_api``."""
    for resource in resources.of_type(_API):
        yield Gateway(
            **resource.head,
            proxy=Known("appsync", resource.at),
            public=string_or_default(argument(resource, "visibility"), f"{_API}.visibility").map(_is_public),
            idle_timeout=Unknown("how long AppSync keeps unused connections is not published", resource.at),
            routes=tuple(_routes(resource, resources)),
            facets=facets_of(resource, resources, bodies_of_graph(resource)),
            listeners=(encrypted_door(resource.at),),
            web_firewall=firewall_before(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _is_public(visibility: str) -> bool:
    return visibility != "PRIVATE"


def _routes(api: Resource, resources: Resources) -> Iterator[Route]:
    for source in resources.of_type("aws_appsync_datasource"):
        if behind(resources, argument(source, "api_id"), _API) != api:
            continue
        for path in _SOURCES:
            node = argument(source, path)
            target = None if node.is_absent else target_of(resources, node)
            if target is not None:
                name = known_value(argument(source, "name").string()) or source.name
                yield Route(target, Absent(node.at), node.at, path=name, authorization=_asked(api))


def _asked(api: Resource) -> Maybe[str]:
    """Return what the API asks of each request. A key is handed to every browser, but it is asked for."""
    written = argument(api, "authentication_type").string()
    if isinstance(written, Known):
        return Known("key" if written.value == _KEY else written.value.lower(), written.at)
    return written
