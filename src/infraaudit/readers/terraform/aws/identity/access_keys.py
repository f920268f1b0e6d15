"""Lifts the long-lived keys of users of IAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import AccessKey
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_TYPE = "aws_iam_access_key"


def lift_access_keys(resources: Resources) -> Iterator[AccessKey]:
    """Lift ``aws_iam_access_key``."""
    for resource in resources.of_type(_TYPE):
        yield AccessKey(
            **resource.head,
            identity=pointed(resources, argument(resource, "user")),
            active=string_or_default(argument(resource, "status"), f"{_TYPE}.status").map(_is_active),
        )


def _is_active(status: str) -> bool:
    return status == "Active"
