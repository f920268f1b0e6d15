"""Lifts the records of Azure DNS and the profiles of Traffic Manager, which answer with what works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, NameRecord, Unknown, known_value
from infraaudit.readers.terraform.lifting.arguments import argument, is_true, reason
from infraaudit.readers.terraform.lifting.pointing import address_of, mentioned, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_RECORDS = {
    "azurerm_dns_a_record": ("A", "records"),
    "azurerm_dns_aaaa_record": ("AAAA", "records"),
    "azurerm_dns_cname_record": ("CNAME", "record"),
    "azurerm_private_dns_a_record": ("A", "records"),
    "azurerm_private_dns_aaaa_record": ("AAAA", "records"),
    "azurerm_private_dns_cname_record": ("CNAME", "record"),
}
"""The types of records, with the kind of their answer and the argument with the answers."""

_PROFILE = "azurerm_traffic_manager_profile"
_ENDPOINTS = {
    "azurerm_traffic_manager_azure_endpoint": "target_resource_id",
    "azurerm_traffic_manager_external_endpoint": "target",
    "azurerm_traffic_manager_nested_endpoint": "target_resource_id",
}
_ROUTINGS = {
    "geographic": "geolocation",
    "multivalue": "multivalue",
    "performance": "latency",
    "priority": "failover",
    "subnet": "subnet",
    "weighted": "weighted",
}
"""The ways in which Traffic Manager picks an answer, in the words of the model."""

_APEX = "@"


def lift_names(resources: Resources) -> Iterator[NameRecord]:
    """Lift the records of public and private zones, and the profiles of Traffic Manager."""
    for type_, (kind, answers) in _RECORDS.items():
        for resource in resources.of_type(type_):
            targets, complete = _targets(resource, answers, resources)
            yield NameRecord(
                **resource.head,
                host=_host(resource),
                type=Known(kind, resource.at),
                targets=targets,
                targets_complete=complete,
                routing=Absent(resource.at),
                role=Absent(resource.at),
                checked=Known(value=False, at=resource.at),
                ttl=argument(resource, "ttl").integer(),
                public=Known("private" not in type_, resource.at),
            )
    for resource in resources.of_type(_PROFILE):
        if argument(resource, "profile_status").content != "Disabled":
            yield _profile(resource, resources)


def _host(record: Resource) -> Value[str]:
    """Return the name that a record answers for, with that of its zone."""
    parts = [argument(record, name) for name in ("name", "zone_name")]
    texts = [each.string() for each in parts]
    for node, text in zip(parts, texts, strict=True):
        if not isinstance(text, Known):
            return Unknown(reason(node) if node.is_unknown else "the name is not complete", node.at)
    name, zone = (known_value(each) or "" for each in texts)
    return Known(zone if name == _APEX else f"{name}.{zone}", parts[0].at)


def _targets(record: Resource, answers: str, resources: Resources) -> tuple[tuple[Value[str], ...], bool]:
    """Return what a record leads to: the resource that it names, or its answers."""
    alias = argument(record, "target_resource_id")
    if not alias.is_absent:
        return (_target(alias, resources),), True
    node = argument(record, answers)
    if node.is_list:
        return tuple(_target(each, resources) for each in node.each()), node.complete
    return (_target(node, resources),), not node.is_absent


def _target(node: Node, resources: Resources) -> Value[str]:
    """Return the address of what a node names, else what is written."""
    reference = reference_of(node)
    if reference is not None:
        return Known(address_of(resources, reference.target), node.at)
    written = node.string()
    if isinstance(written, Unknown):
        mentions = tuple(dict.fromkeys(address_of(resources, each) for each in node.mentions))
        return Unknown(written.why, written.at, mentions=mentions)
    return Unknown("no answer is written", written.at) if isinstance(written, Absent) else written


# -- Traffic Manager ------------------------------------------------------------------------------------------


def _profile(profile: Resource, resources: Resources) -> NameRecord:
    endpoints = tuple(_endpoints(profile, resources))
    label = argument(profile, "dns_config.relative_name").string()
    return NameRecord(
        **profile.head,
        host=Unknown("no name is written", label.at)
        if isinstance(label, Absent)
        else label.map(lambda name: f"{name}.trafficmanager.net"),
        type=Known("CNAME", profile.at),
        targets=tuple(_target(node, resources) for _, node in endpoints),
        targets_complete=not any(each.type in _ENDPOINTS for each in resources.perhaps),
        routing=_routing(profile, endpoints),
        role=Absent(profile.at),
        checked=_checked(profile, endpoints),
        ttl=argument(profile, "dns_config.ttl").integer(),
        public=Known(value=True, at=profile.at),
    )


def _endpoints(profile: Resource, resources: Resources) -> Iterator[tuple[Resource, Node]]:
    for type_, name in _ENDPOINTS.items():
        for endpoint in resources.of_type(type_):
            named = profile in mentioned(resources, argument(endpoint, "profile_id"))
            if named and argument(endpoint, "enabled").content is not False:
                yield endpoint, argument(endpoint, name)


def _routing(profile: Resource, endpoints: tuple[tuple[Resource, Node], ...]) -> Maybe[str]:
    """Return how an answer is picked; with one endpoint there is nothing to pick."""
    node = argument(profile, "traffic_routing_method")
    if len(endpoints) == 1:
        return Absent(node.at)
    return node.string().map(_in_words)


def _in_words(method: str) -> str:
    return _ROUTINGS.get(method.lower(), method.lower())


def _checked(profile: Resource, endpoints: tuple[tuple[Resource, Node], ...]) -> Value[bool]:
    """Return whether an answer that does not work is left out; an endpoint may be given whatever its check says."""
    switches = [argument(endpoint, "always_serve_enabled") for endpoint, _ in endpoints]
    always = next((each for each in switches if is_true(each)), None)
    if always is not None:
        return Known(value=False, at=always.at)
    doubt = next((each for each in switches if each.is_unknown), None)
    if doubt is not None:
        return Unknown(reason(doubt), doubt.at)
    return Known(value=True, at=argument(profile, "monitor_config").at)
