"""Tells which headers a distribution of CloudFront adds to its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import Known, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_present, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, looked_up

if TYPE_CHECKING:
    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_POLICY = "aws_cloudfront_response_headers_policy"
_USUAL = "default_cache_behavior"
_SAFE_NAMES = "SecurityHeaders"
"""How the names of the managed policies go that add the headers of security."""


def strict_transport_of(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether answers tell browsers to come back encrypted only, by the policy of the usual behaviour."""
    answer = _by_policy(resource, resources)
    origins, _ = blocks(resource.body["origin"])
    program = next((each for each in origins if may_be_present(each["custom_origin_config"])), None)
    if program is not None and isinstance(answer, Known) and not answer.value:
        return Unknown("the program behind it may add the headers itself", program.key_at or program.at)
    return answer


def _by_policy(resource: Resource, resources: Resources) -> Value[bool]:
    node = argument(resource, f"{_USUAL}.response_headers_policy_id")
    for name in ("function_association", "lambda_function_association"):
        for each in blocks(argument(resource, f"{_USUAL}.{name}"))[0]:
            if each["event_type"].content != "viewer-request":
                return Unknown("a function of the edge may add headers", each.key_at or each.at)
    if node.is_absent:
        stated = fact("aws_defaults", "aws_cloudfront_distribution.strict_transport")
        return default(bool(stated.value), resource.at, stated.words)
    policy = behind(resources, node, _POLICY)
    return _of_managed(node, resources) if policy is None else _of_policy(policy)


def _of_policy(policy: Resource) -> Value[bool]:
    node = argument(policy, "security_headers_config.strict_transport_security")
    if is_present(node):
        return Known(value=True, at=node.at)
    if node.is_unknown or node.open:
        return Unknown("which headers its policy adds cannot be told", node.at)
    for header in blocks(argument(policy, "custom_headers_config.items"))[0]:
        if str(header["header"].content).lower() == "strict-transport-security":
            return Known(value=True, at=header["header"].at)
    return Known(may_be_present(first(node)), policy.at)


def _of_managed(node: Node, resources: Resources) -> Value[bool]:
    """Return the answer of a policy that AWS keeps, by its id or, where it is looked up, by its name."""
    found = looked_up(resources, node)
    name = argument(found, "name").content if found is not None and found.type == _POLICY else None
    if isinstance(name, str) and name.startswith("Managed-"):
        return Known(_SAFE_NAMES in name, node.at)
    if isinstance(node.content, str):
        managed = table("aws_defaults")["aws_cloudfront_response_headers_policy.managed"]
        if node.content in managed["safe"]:
            return Known(value=True, at=node.at, fact=managed.words)
        if node.content in managed["plain"]:
            return Known(value=False, at=node.at, fact=managed.words)
    return Unknown(reason(node) if node.is_unknown else "the policy of its headers is not in the scan", node.at)
