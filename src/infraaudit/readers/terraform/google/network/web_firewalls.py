"""Lifts the security policies of Cloud Armor, with the services that they stand before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Unknown, WebFirewall, WebRule, default, known_value
from infraaudit.readers.terraform.google.defaults import TABLE, boolean_or_default
from infraaudit.readers.terraform.google.network.backends import BACKEND_SERVICES, BUCKETS, logs_requests
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, reason
from infraaudit.readers.terraform.lifting.pointing import means, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_POLICIES = ("google_compute_security_policy", "google_compute_region_security_policy")
_RULES = ("google_compute_security_policy_rule", "google_compute_region_security_policy_rule")
_NAMED = ("security_policy", "edge_security_policy")
_LAST = 2_147_483_647
"""The priority of the rule for what no other rule speaks of."""

_LIMITS = frozenset({"throttle", "rate_based_ban"})


def lift_web_firewalls(resources: Resources) -> Iterator[WebFirewall]:
    """Lift the policies, global and regional, with the rules that stand in them and beside them."""
    for resource in resources.of_type(*_POLICIES):
        rules, complete = _rules(resource, resources)
        users = [each for each in _backends(resources) if _names(each, resource, resources)]
        yield WebFirewall(
            **resource.head,
            rules=tuple(_rule(each, number) for number, each in enumerate(rules) if not _is_last(each)),
            rules_complete=complete,
            blocks_others=_blocks_others(resource, rules, complete=complete),
            logged=_logged(resource, users),
            protects=tuple(Known(each.address, each.at) for each in users),
        )


def firewall_before(backend: Resource, resources: Resources) -> Maybe[str]:
    """Return the policy that a backend names: its address, or its literal name."""
    nodes = [argument(backend, each) for each in _NAMED]
    node = next((each for each in nodes if not each.is_absent and each.content != ""), None)
    if node is None:
        return Absent(nodes[0].at)
    for policy in resources.of_type(*_POLICIES):
        if means(resources, node, policy, "name"):
            return Known(policy.address, node.at)
    return pointed(resources, node)


def _backends(resources: Resources) -> tuple[Resource, ...]:
    return resources.of_type(*BACKEND_SERVICES, BUCKETS)


def _names(backend: Resource, policy: Resource, resources: Resources) -> bool:
    return any(means(resources, argument(backend, each), policy, "name") for each in _NAMED)


# -- rules ---------------------------------------------------------------------------------------------------


def _rules(resource: Resource, resources: Resources) -> tuple[tuple[Node, ...], bool]:
    inside, complete = blocks(resource.body["rule"] if resource.type == _POLICIES[0] else resource.body["rules"])
    beside = [each.body for each in resources.of_type(*_RULES) if means(resources, _policy_of(each), resource, "name")]
    unsure = any(means(resources, _policy_of(each), resource, "name") is None for each in resources.of_type(*_RULES))
    maybe = any(each.type in _RULES for each in resources.perhaps)
    return (*inside, *beside), complete and not unsure and not maybe


def _policy_of(rule: Resource) -> Node:
    return argument(rule, "security_policy")


def _rule(node: Node, number: int) -> WebRule:
    """Return a rule. One in preview is written down and stops nothing."""
    action = node["action"].string()
    preview = boolean_or_default(node["preview"], "google_compute_security_policy.preview")
    name = str(node["priority"].content) if node["priority"].is_scalar else str(number)
    at = node.key_at or node.at
    stops: Value[bool]
    if isinstance(action, Absent):
        stops = Unknown("no action is written", action.at)
    elif isinstance(action, Unknown):
        stops = Unknown(action.why, action.at)
    elif action.value == "allow":
        stops = Known(value=False, at=action.at)
    else:
        stops = preview.map(_is_not) if isinstance(preview, Unknown) or preview.value else Known(value=True, at=at)
    return WebRule(name, stops, rate=known_value(action) in _LIMITS)


def _is_last(node: Node) -> bool:
    return node["priority"].content == _LAST


def _is_not(answer: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not answer


def _blocks_others(resource: Resource, rules: tuple[Node, ...], *, complete: bool) -> Value[bool]:
    """Return what becomes of other requests, as the last rule says; Cloud Armor adds one that lets them pass."""
    last = next((each for each in rules if _is_last(each)), None)
    if last is not None:
        action = last["action"].string()
        if isinstance(action, Known):
            return action.map(_denies)
        return Unknown(reason(last["action"]), action.at)
    if not complete:
        return Unknown("the rules cannot all be told", resource.at)
    stated = fact(TABLE, "google_compute_security_policy.blocks_others")
    return default(bool(stated.value), resource.at, stated.words)


def _denies(action: str) -> bool:
    return action.startswith("deny")


def _logged(resource: Resource, users: list[Resource]) -> Value[bool]:
    """Return whether decisions are written down, which is said by the services that the policy stands before."""
    if not users:
        return Unknown("no service in the scan names the policy", resource.at)
    answers = [logs_requests(each) for each in users]
    silent = next((each for each in answers if isinstance(each, Known) and not each.value), None)
    return silent or next((each for each in answers if isinstance(each, Unknown)), answers[0])
