"""Tells what an API Gateway hands its requests to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown, default
from infraaudit.readers.terraform.aws.network.listeners import BALANCERS, LISTENERS
from infraaudit.readers.terraform.lifting.arguments import argument, reason
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, last_segment, mentioned

if TYPE_CHECKING:
    from infraaudit.facts import Fact
    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_FUNCTION = "aws_lambda_function"
_IN_PATH = "/functions/"
_SCHEMES = ("http://", "https://")


def target_of(resources: Resources, node: Node) -> Value[str] | None:
    """Return what an address of an integration leads to; ``None`` for one that lies outside of the configuration.

    The function behind an alias stands for it, and the load balancer behind a listener.
    """
    found = _named(resources, node)
    if found is not None:
        return Known(found.address, node.at)
    text = node.string()
    if isinstance(text, Known):
        return None if text.value.startswith(_SCHEMES) else text.map(_function_in)
    mentions = tuple(dict.fromkeys(address_of(resources, target) for target in node.mentions))
    return Unknown(reason(node), node.at, mentions=mentions)


def _named(resources: Resources, node: Node) -> Resource | None:
    alias = behind(resources, node, "aws_lambda_alias")
    if alias is not None:
        return behind(resources, argument(alias, "function_name"), _FUNCTION)
    listener = behind(resources, node, *LISTENERS)
    if listener is not None:
        return behind(resources, argument(listener, "load_balancer_arn"), *BALANCERS)
    return behind(resources, node, _FUNCTION, *BALANCERS) or _only(resources, node)


def _only(resources: Resources, node: Node) -> Resource | None:
    """Return the only resource that an address mentions, whatever its type."""
    found = mentioned(resources, node)
    return found[0] if len(found) == 1 else None


def _function_in(uri: str) -> str:
    """Return the name of the function in the address by which API Gateway invokes it."""
    if _IN_PATH not in uri:
        return last_segment(uri)
    return last_segment(uri.partition(_IN_PATH)[2].partition("/")[0])


def milliseconds(node: Node, stated: Fact) -> Value[int]:
    """Return how long an integration may take."""
    written = node.integer()
    return written if isinstance(written, Known | Unknown) else default(int(stated.value), node.at, stated.words)
