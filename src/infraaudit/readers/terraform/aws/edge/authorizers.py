"""Tells which functions an API asks who sends a request: its authorizers, and those of its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.aws.edge.integrations import target_of
from infraaudit.readers.terraform.lifting.arguments import argument, document
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_KINDS = {
    "aws_api_gateway_authorizer": "rest_api_id",
    "aws_apigatewayv2_authorizer": "api_id",
}
_AUTHORIZER = "x-amazon-apigateway-authorizer"


def functions_asked(api: Resource, resources: Resources) -> tuple[Value[str], ...]:
    """Return the functions that the authorizers of an API are; one that asks a pool of users or a token is none."""
    found = (target_of(resources, each) for each in _addresses(api, resources) if not each.is_absent)
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _addresses(api: Resource, resources: Resources) -> Iterator[Node]:
    for type_, named_by in _KINDS.items():
        for authorizer in resources.of_type(type_):
            if behind(resources, argument(authorizer, named_by)) == api:
                yield argument(authorizer, "authorizer_uri")
    described = document(argument(api, "body"))
    for schemes in (described["components"]["securitySchemes"], described["securityDefinitions"]):
        yield from (named[1][_AUTHORIZER]["authorizerUri"] for named in schemes.items())
