"""Lifts the rules for web requests of Azure, for application gateways and for Front Door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown, WebFirewall, WebRule, known_value
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.azure.edge.classic_doors import CLASSIC
from infraaudit.readers.terraform.azure.edge.front_door import PROFILE, SECURITY, guarded
from infraaudit.readers.terraform.azure.network.load_balancers import GATEWAY
from infraaudit.readers.terraform.azure.observability.diagnostics import sends
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_true
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_OF_GATEWAYS = "azurerm_web_application_firewall_policy"
_OF_FRONT_DOOR = "azurerm_cdn_frontdoor_firewall_policy"
_OF_CLASSIC = "azurerm_frontdoor_firewall_policy"
_STOPPING = frozenset({"block", "jschallenge", "captcha", "redirect"})


def lift_web_firewalls(resources: Resources) -> Iterator[WebFirewall]:
    """Lift the policies of all kinds, and the rules that are written within a gateway."""
    for resource in resources.of_type(_OF_GATEWAYS):
        gateways = tuple(_gateways_of(resource, resources))
        stops = _stops(argument(resource, "policy_settings.enabled"), argument(resource, "policy_settings.mode"))
        yield _firewall(
            resource,
            rules=(*_custom(resource, "custom_rules", stops), *_sets(resource, stops)),
            complete=_is_complete(resource, "custom_rules", "managed_rules"),
            logged=_logged(resource, tuple(each for each, _ in gateways), resources),
            protects=tuple(Known(each.address, node.at) for each, node in gateways),
        )
    for resource in resources.of_type(_OF_FRONT_DOOR):
        doors = tuple(_doors_of(resource, resources))
        stops = _stops(argument(resource, "enabled"), argument(resource, "mode"))
        profiles = tuple(_profiles(doors, resources))
        yield _firewall(
            resource,
            rules=(*_custom(resource, "custom_rule", stops), *_managed(resource, stops)),
            complete=_is_complete(resource, "custom_rule", "managed_rule"),
            logged=_logged(resource, profiles, resources),
            protects=tuple(Known(each.address, node.at) for each, node in doors),
        )
    for resource in resources.of_type(_OF_CLASSIC):
        stops = _stops(argument(resource, "enabled"), argument(resource, "mode"))
        hosts = tuple(_classic_doors(resource, resources))
        yield _firewall(
            resource,
            rules=(*_custom(resource, "custom_rule", stops), *_managed(resource, stops)),
            complete=_is_complete(resource, "custom_rule", "managed_rule"),
            logged=_logged(resource, tuple(each for each, _ in hosts), resources),
            protects=tuple(Known(each.address, node.at) for each, node in hosts),
        )
    for gateway in resources.of_type(GATEWAY):
        if is_true(argument(gateway, "waf_configuration.enabled")):
            yield _within(gateway, resources)


def _firewall(
    resource: Resource,
    *,
    rules: tuple[WebRule, ...],
    complete: bool,
    logged: Value[bool],
    protects: tuple[Value[str], ...],
    address: str = "",
) -> WebFirewall:
    return WebFirewall(
        address=address or resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        rules=rules,
        rules_complete=complete,
        blocks_others=Known(value=False, at=resource.at),
        logged=logged,
        protects=protects,
    )


def _within(gateway: Resource, resources: Resources) -> WebFirewall:
    """Return the rules of a gateway that names no policy: one set of rules, in one mode."""
    mode = argument(gateway, "waf_configuration.firewall_mode")
    kind = known_value(argument(gateway, "waf_configuration.rule_set_type").string()) or "OWASP"
    stops = _stops(argument(gateway, "waf_configuration.enabled"), mode)
    return _firewall(
        gateway,
        rules=(WebRule(kind, stops),),
        complete=True,
        logged=_logged(gateway, (gateway,), resources),
        protects=(Known(gateway.address, mode.at),),
        address=inner_address(gateway),
    )


def inner_address(gateway: Resource) -> str:
    """Return the address of the rules that are written within a gateway."""
    return f"{gateway.address}#waf"


# -- what rules do --------------------------------------------------------------------------------------------


def _stops(enabled: Node, mode: Node) -> Value[bool]:
    """Return whether a policy stops what its rules match, or only writes it down."""
    on = boolean_or_default(enabled, "web_firewall.enabled")
    if isinstance(on, Unknown) or not on.value:
        return on
    return string_or_default(mode, "web_firewall.mode").map(_is_prevention)


def _is_prevention(mode: str) -> bool:
    return mode.lower() == "prevention"


def _custom(resource: Resource, name: str, stops: Value[bool]) -> Iterator[WebRule]:
    for number, node in enumerate(blocks(resource.body[name])[0]):
        if node["enabled"].content is False:
            continue
        kind = known_value(node["rule_type"].string()) or known_value(node["type"].string()) or ""
        action = node["action"].string()
        blocks_ = stops
        if isinstance(action, Unknown):
            blocks_ = Unknown(action.why, action.at)
        elif isinstance(action, Absent) or action.value.lower() not in _STOPPING:
            blocks_ = Known(value=False, at=action.at)
        yield WebRule(known_value(node["name"].string()) or str(number), blocks_, kind.lower() == "ratelimitrule")


def _sets(resource: Resource, stops: Value[bool]) -> Iterator[WebRule]:
    rules = first(argument(resource, "managed_rules"))
    for node in blocks(rules["managed_rule_set"])[0]:
        yield WebRule(known_value(node["type"].string()) or "OWASP", stops)


def _managed(resource: Resource, stops: Value[bool]) -> Iterator[WebRule]:
    for node in blocks(resource.body["managed_rule"])[0]:
        action = node["action"].string()
        blocks_ = stops
        if isinstance(action, Unknown):
            blocks_ = Unknown(action.why, action.at)
        elif isinstance(action, Known) and action.value.lower() not in _STOPPING:
            blocks_ = Known(value=False, at=action.at)
        yield WebRule(known_value(node["type"].string()) or "", blocks_)


def _is_complete(resource: Resource, *names: str) -> bool:
    return all(blocks(resource.body[name])[1] for name in names)


# -- what they stand before -----------------------------------------------------------------------------------


def _gateways_of(policy: Resource, resources: Resources) -> Iterator[tuple[Resource, Node]]:
    """Yield the gateways that name a policy for all of them, for a door or for a path."""
    for gateway in resources.of_type(GATEWAY):
        holders = [
            gateway.body,
            *blocks(gateway.body["http_listener"])[0],
            *(rule for paths in blocks(gateway.body["url_path_map"])[0] for rule in blocks(paths["path_rule"])[0]),
        ]
        node = next(
            (
                each["firewall_policy_id"]
                for each in holders
                if policy in mentioned(resources, each["firewall_policy_id"])
            ),
            None,
        )
        if node is not None:
            yield gateway, node


def _doors_of(policy: Resource, resources: Resources) -> Iterator[tuple[Resource, Node]]:
    for security in resources.of_type(SECURITY):
        node = argument(security, "security_policies.firewall.cdn_frontdoor_firewall_policy_id")
        if policy in mentioned(resources, node):
            yield from guarded(security, resources)


def _classic_doors(policy: Resource, resources: Resources) -> Iterator[tuple[Resource, Node]]:
    """Yield the classic Front Doors of which a host names a policy."""
    for door in resources.of_type(CLASSIC):
        nodes = [each["web_application_firewall_policy_link_id"] for each in blocks(door.body["frontend_endpoint"])[0]]
        node = next((each for each in nodes if policy in mentioned(resources, each)), None)
        if node is not None:
            yield door, node


def _profiles(doors: tuple[tuple[Resource, Node], ...], resources: Resources) -> Iterator[Resource]:
    for door, _ in doors:
        profile = behind(resources, argument(door, "cdn_frontdoor_profile_id"), PROFILE)
        if profile is not None:
            yield profile


def _logged(policy: Resource, before: tuple[Resource, ...], resources: Resources) -> Value[bool]:
    """Return whether the decisions are written down: by the diagnostic setting of what the rules stand before."""
    if not before:
        return Unknown("what the rules stand before is not in the scan", policy.at)
    categories = {
        GATEWAY: "ApplicationGatewayFirewallLog",
        PROFILE: "FrontDoorWebApplicationFirewallLog",
        CLASSIC: "FrontdoorWebApplicationFirewallLog",
    }
    answers = [sends(each, resources, categories[each.type]) for each in before]
    off = next((each for each in answers if isinstance(each, Known) and not each.value), None)
    unknown = next((each for each in answers if isinstance(each, Unknown)), None)
    return off or unknown or answers[0]
