"""Tells with whose key a bucket of Amazon S3 encrypts, and whether it answers requests in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Known, Unknown, default, known_value
from infraaudit.readers.terraform.aws.identity.access_policies import statements_of
from infraaudit.readers.terraform.aws.stores.bucket_parts import about, perhaps
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_present, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Statement, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
_POLICY = "aws_s3_bucket_policy"
_SECURE = "aws:securetransport"
_OF_AWS = "alias/aws/"


def own_key(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether objects are encrypted with a key of the owner; without a rule Amazon S3 takes one of its own."""
    rules = list(_rules(resource, resources))
    for rule in rules:
        written = first(rule["apply_server_side_encryption_by_default"])
        key = written["kms_master_key_id"]
        text = key.string()
        if isinstance(text, Known):
            return Known(_OF_AWS not in text.value, key.at)
        if is_present(key):
            return Known(value=True, at=key.at)
        if key.is_unknown or written.is_unknown:
            return Unknown(reason(key if key.is_unknown else written), written.at)
    if rules:
        return Known(value=False, at=rules[0].key_at or rules[0].at)
    maybe = perhaps(resources, _ENCRYPTION)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return default(value=False, at=resource.at, fact=table("aws_facets")["aws_s3_bucket own key"].words)


def _rules(resource: Resource, resources: Resources) -> Iterator[Node]:
    yield from blocks(argument(resource, "server_side_encryption_configuration.rule"))[0]
    for each in about(resource, resources, _ENCRYPTION):
        yield from blocks(argument(each, "rule"))[0]


def https_alone(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a policy of a bucket refuses requests that are not encrypted."""
    nodes = [argument(resource, "policy"), *(argument(each, "policy") for each in about(resource, resources, _POLICY))]
    doubt: Unknown[bool] | None = None
    for node in nodes:
        statements, complete = statements_of(resources, node)
        refusing = next((each for each in statements if _refuses(each)), None)
        if refusing is not None:
            return Known(value=True, at=refusing.at)
        if not complete or any(_may_refuse(each) for each in statements):
            doubt = doubt or Unknown("some statements of its policy cannot be told", node.at)
    maybe = perhaps(resources, _POLICY)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    if doubt is not None:
        return doubt
    written = next((each for each in nodes if not each.is_absent), None)
    if written is not None:
        return Known(value=False, at=written.at)
    return default(value=False, at=resource.at, fact=table("aws_facets")["aws_s3_bucket https alone"].words)


def _refuses(statement: Statement) -> bool:
    """Whether a statement denies what comes in plain text, to whomever it denies that."""
    if statement.allows:
        return False
    return any(
        each.variable.lower() == _SECURE and any((known_value(value) or "").lower() == "false" for value in each.values)
        for each in statement.conditions
    )


def _may_refuse(statement: Statement) -> bool:
    return not statement.allows and any(
        not each.variable or (each.variable.lower() == _SECURE and not all(isinstance(v, Known) for v in each.values))
        for each in statement.conditions
    )
