"""Lifts which web sites may send requests from a browser: to APIs, functions, buckets and through distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, CrossOriginRule, Known, Unknown
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import beneath, blocks, first, may_be_present
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_API = "aws_apigatewayv2_api"
_URL = "aws_lambda_function_url"
_HEADERS = "aws_cloudfront_response_headers_policy"
_BUCKET_RULES = "aws_s3_bucket_cors_configuration"
_CREDENTIALS = "cors.allow_credentials"
_ALLOWING = ("allow_origins", "allow_methods", "allow_headers")
_ALLOWED = ("allowed_origins", "allowed_methods", "allowed_headers")


def lift_cross_origins(resources: Resources) -> Iterator[CrossOriginRule]:
    """Lift the rules of APIs, function URLs, response headers policies and buckets."""
    for resource in resources.of_type(_API):
        yield from _one(resource, resource.body["cors_configuration"], Known(resource.address, resource.at))
    for resource in resources.of_type(_URL):
        function = behind(resources, resource.body["function_name"], "aws_lambda_function", "aws_lambda_alias")
        owner = (
            pointed(resources, resource.body["function_name"])
            if function is None
            else Known(function.address, resource.at)
        )
        yield from _one(resource, resource.body["cors"], owner)
    for resource in resources.of_type(_HEADERS):
        yield from _of_headers(resource)
    for resource in resources.of_type(_BUCKET_RULES):
        yield from _of_bucket(resource, resource.body["cors_rule"], pointed(resources, resource.body["bucket"]))
    for resource in resources.of_type("aws_s3_bucket"):
        yield from _of_bucket(resource, resource.body["cors_rule"], Known(resource.address, resource.at))


def _one(resource: Resource, node: Node, owner: Maybe[str]) -> Iterator[CrossOriginRule]:
    """Yield the rule of a single block. One of which it cannot be told whether it is there is none that is told."""
    if may_be_present(node):
        yield _rule(resource, first(node), owner, _ALLOWING, "#cors")


def _rule(
    resource: Resource, node: Node, owner: Maybe[str], words: tuple[str, str, str], suffix: str
) -> CrossOriginRule:
    """Return a rule whose origins, methods and headers stand under these words."""
    origins, methods, headers = words
    listed = node[origins]
    names = _texts(listed)
    known = listed.complete and all(isinstance(each, Known) for each in names)
    return CrossOriginRule(
        address=f"{resource.address}{suffix}",
        kind=resource.type,
        name=resource.name,
        at=node.key_at or node.at,
        deployment=resource.deployment,
        owner=owner,
        origins=names,
        origins_complete=known,
        methods=tuple(each.map(str.upper) for each in _texts(node[methods])),
        headers=tuple(each.map(str.lower) for each in _texts(node[headers])),
        credentials=boolean_or_default(node["allow_credentials"], _CREDENTIALS),
    )


def _texts(node: Node) -> tuple[Value[str], ...]:
    """Return the texts of a list, and an unknown one for those that cannot be told."""
    found: list[Value[str]] = []
    for each in node.each() if node.is_list else (() if node.is_absent else (node,)):
        text = each.string()
        if not isinstance(text, Absent):
            found.append(text)
    if node.open:
        found.append(Unknown("some of these cannot be told", node.at))
    return tuple(found)


def _of_headers(resource: Resource) -> Iterator[CrossOriginRule]:
    node = first(resource.body["cors_config"])
    if not may_be_present(node):
        return
    origins = _texts(beneath(node, "access_control_allow_origins.items", resource.at))
    yield CrossOriginRule(
        address=f"{resource.address}#cors",
        kind=resource.type,
        name=resource.name,
        at=node.key_at or node.at,
        deployment=resource.deployment,
        owner=Known(resource.address, resource.at),
        origins=origins,
        origins_complete=bool(origins) and all(isinstance(each, Known) for each in origins),
        methods=tuple(
            each.map(_every_method) for each in _texts(beneath(node, "access_control_allow_methods.items", resource.at))
        ),
        headers=tuple(
            each.map(str.lower) for each in _texts(beneath(node, "access_control_allow_headers.items", resource.at))
        ),
        credentials=boolean_or_default(node["access_control_allow_credentials"], _CREDENTIALS),
    )


def _every_method(word: str) -> str:
    return "*" if word.upper() == "ALL" else word.upper()


def _of_bucket(resource: Resource, node: Node, owner: Maybe[str]) -> Iterator[CrossOriginRule]:
    for number, each in enumerate(blocks(node)[0]):
        yield _rule(resource, each, owner, _ALLOWED, f"#cors[{number}]")
