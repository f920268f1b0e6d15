"""Reads the routes of an API out of its description by OpenAPI, in JSON or YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Route, Unknown, known_value
from infraaudit.readers.terraform.aws.edge.integrations import milliseconds, target_of
from infraaudit.readers.terraform.lifting.arguments import argument, document, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Fact
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_INTEGRATION = "x-amazon-apigateway-integration"
_AUTHORIZATION = "x-amazon-apigateway-auth"
_AUTHORIZER = "x-amazon-apigateway-authorizer"
_AUTHORIZATION_TYPE = "x-amazon-apigateway-authtype"
_ANY = "x-amazon-apigateway-any-method"
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", _ANY})
_LOCAL = "#/"


def described_routes(api: Resource, resources: Resources, limit: Fact) -> Iterator[Route]:
    """Yield the routes of the description of an API, or one that cannot be told for a description that cannot."""
    body = argument(api, "body")
    if body.is_absent:
        return
    described = document(body)
    paths = described["paths"]
    if not paths.is_mapping:
        why = reason(body) if body.is_unknown else "the document of the API cannot be read"
        yield Route(Unknown(why, body.at, mentions=body.mentions), Absent(body.at), body.at)
        return
    for path, methods in paths.items():
        for verb, operation in _followed(methods, described).items():
            if verb.lower() in _METHODS:
                yield from _operation(operation, path, verb.lower(), described, resources, limit)


def _operation(
    operation: Node, path: str, verb: str, described: Node, resources: Resources, limit: Fact
) -> Iterator[Route]:
    integration = _followed(operation[_INTEGRATION], described)
    kind = known_value(integration["type"].string()) or ""
    if kind.lower() == "mock" or integration["uri"].is_absent:
        return
    target = target_of(resources, integration["uri"])
    if target is not None:
        yield Route(
            target,
            Absent(integration.at),
            integration["uri"].at,
            path=path,
            backend_timeout=milliseconds(integration["timeoutInMillis"], limit),
            method="" if verb == _ANY else verb.upper(),
            authorization=_asked(operation, described),
        )


def _followed(node: Node, described: Node) -> Node:
    """Return what a reference within the description leads to, and any other part as it is."""
    written = node["$ref"].content if node.is_mapping else None
    if not isinstance(written, str) or not written.startswith(_LOCAL):
        return node
    found = described
    for step in written.removeprefix(_LOCAL).split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def _asked(operation: Node, described: Node) -> Maybe[str]:
    """Return what is asked of a request: by the operation itself, else by the whole description."""
    own = operation[_AUTHORIZATION]["type"].string()
    if isinstance(own, Known):
        return Absent(own.at) if own.value.upper() == "NONE" else own.map(str.lower)
    secured = operation["security"] if not operation["security"].is_absent else described["security"]
    if secured.is_unknown or secured.open:
        return Unknown("what it asks of requests cannot be told", secured.at)
    choices = [each for each in secured.each() if each.is_mapping]
    if not choices or any(not each.items() for each in choices):
        return Absent(operation.at)
    return Known(_word(next(iter(dict(choices[0].items()))), described), secured.at)


def _word(name: str, described: Node) -> str:
    """Return the word for a scheme: a key by itself, a token of a provider, or what a program looks at."""
    scheme = described["components"]["securitySchemes"][name]
    if scheme.is_absent:
        scheme = described["securityDefinitions"][name]
    if str(scheme[_AUTHORIZATION_TYPE].content).lower() == "awssigv4":
        return "aws_iam"
    authorizer = scheme[_AUTHORIZER]
    if str(authorizer["type"].content).lower() == "jwt":
        return "jwt"
    kind = scheme["type"].content
    return "key" if kind == "apiKey" and authorizer.is_absent and scheme[_AUTHORIZATION_TYPE].is_absent else "custom"
