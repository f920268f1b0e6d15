"""Lifts the addresses that functions of AWS Lambda are given: who may call them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, OwnAddress, Unknown
from infraaudit.readers.terraform.aws.compute.functions import function_named
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_URL = "aws_lambda_function_url"
_NOBODY = "NONE"


def lift_function_addresses(resources: Resources) -> Iterator[OwnAddress]:
    """Lift ``aws_lambda_function_url``."""
    for resource in resources.of_type(_URL):
        named = function_named(resources, argument(resource, "function_name"))
        yield OwnAddress(
            **resource.head,
            of=named.value if isinstance(named, Known) else "",
            reached=Known(value=True, at=resource.at),
            asks=_asks(resource),
            setting="authorization_type",
        )


def _asks(resource: Resource) -> Maybe[str]:
    """Return what is asked of a caller: nothing where the type of authorization is none."""
    written = argument(resource, "authorization_type").string()
    if isinstance(written, Absent):
        return Unknown("the type of authorization is required and not written", written.at)
    if isinstance(written, Known):
        return Absent(written.at) if written.value == _NOBODY else written.map(str.lower)
    return written
