"""Lifts the doors of application gateways, and those that the front end of App Service has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Listener, Unknown, default, known_value
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default, string_or_default
from infraaudit.readers.terraform.azure.identity.certificates import CERTIFICATE
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, may_be_present
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_PLAIN, _ENCRYPTED = 80, 443


def listeners_of_app(app: Resource) -> tuple[Listener, ...]:
    """Return the two doors of an app: the plain one sends clients to the other where the app asks for HTTPS."""
    only = boolean_or_default(argument(app, "https_only"), "app_service.https_only")
    node = argument(app, "site_config.minimum_tls_version")
    former = argument(app, "site_config.min_tls_version")
    version = string_or_default(former if node.is_absent else node, "app_service.minimum_tls_version")
    door = fact(TABLE, "app_service.doors").words
    plain, encrypted = default(_PLAIN, app.at, door), default(_ENCRYPTED, app.at, door)
    return (
        Listener(plain, default("http", app.at, door), only, only.at),
        Listener(encrypted, default("https", app.at, door), Known(value=False, at=app.at), app.at, tls_policy=version),
    )


def listeners_of_gateway(gateway: Resource, resources: Resources) -> tuple[tuple[Listener, ...], bool]:
    """Return the doors of an application gateway, and whether these are all; none that others set."""
    left = ignores(gateway, "http_listener")
    if isinstance(left, Unknown) or left.value:
        return (), False
    members, complete = blocks(gateway.body["http_listener"])
    return tuple(_listener(gateway, each, resources) for each in members), complete


def _listener(gateway: Resource, node: Node, resources: Resources) -> Listener:
    written = node["protocol"].string()
    at = node.key_at or node.at
    protocol: Value[str] = (
        Unknown("no protocol is written", at) if isinstance(written, Absent) else written.map(str.lower)
    )
    encrypted = not (isinstance(protocol, Known) and protocol.value == "http")
    return Listener(
        port=_port(gateway, node["frontend_port_name"].string()),
        protocol=protocol,
        redirects=_redirects(gateway, node["name"].string()),
        at=at,
        tls_policy=_policy(gateway) if encrypted else None,
        certificate=_certificate(gateway, node["ssl_certificate_name"].string(), resources) if encrypted else None,
        hosts=tuple(_hosts(node)),
    )


def _hosts(listener: Node) -> Iterator[Value[str]]:
    """Yield the names by which clients call a door, as far as they are written."""
    for each in (listener["host_name"], *listener["host_names"].each()):
        text = each.string()
        if not isinstance(text, Absent):
            yield text


def _certificate(gateway: Resource, name: Maybe[str], resources: Resources) -> Maybe[str]:
    """Return the certificate of a vault that a door shows, or the name under which the gateway itself holds it."""
    if not isinstance(name, Known):
        return name
    for each in blocks(gateway.body["ssl_certificate"])[0]:
        if known_value(each["name"].string()) == name.value:
            kept = behind(resources, each["key_vault_secret_id"], CERTIFICATE)
            return name if kept is None else Known(kept.address, each["key_vault_secret_id"].at)
    return name


def _port(gateway: Resource, name: Maybe[str]) -> Maybe[int]:
    if not isinstance(name, Known):
        return Unknown(name.why, name.at) if isinstance(name, Unknown) else name
    for port in blocks(gateway.body["frontend_port"])[0]:
        if known_value(port["name"].string()) == name.value:
            return port["port"].integer()
    return Unknown(f"no frontend_port of {gateway.address} has the name {name.value}", name.at)


def _redirects(gateway: Resource, name: Maybe[str]) -> Value[bool]:
    """Return whether every rule of a door only sends the client elsewhere."""
    rules, complete = blocks(gateway.body["request_routing_rule"])
    own = [each for each in rules if known_value(each["http_listener_name"].string()) == known_value(name)]
    if not isinstance(name, Known) or not complete or not own:
        return Unknown(f"the rules of a door of {gateway.address} cannot be told", name.at)
    return Known(all(may_be_present(each["redirect_configuration_name"]) for each in own), name.at)


def _policy(gateway: Resource) -> Maybe[str]:
    """Return the name of the policy for encryption, or the least version where one is put together by hand."""
    policy = first(gateway.body["ssl_policy"])
    named = policy["policy_name"].string()
    return policy["min_protocol_version"].string() if isinstance(named, Absent) else named
