"""What a firewall rule opens: to how much of the internet, and for which ports."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown, known_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import FirewallRule, Maybe

IPRange = IPv4Network | IPv6Network

_HALF = 0.5
_EVERY_ADDRESS = IPv4Network("0.0.0.0/0")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All public addresses of the newer protocol lie in this eighth of them (RFC 4291)."""

_TRANSPORTS = frozenset({"tcp", "udp"})


def world_of(rule: FirewallRule) -> Maybe[str]:
    """Return the largest of the sources that together admit half of the public addresses of a family or more.

    It is absent where they surely do not, and unknown where some cannot be told and the others do not.
    """
    known = [source for source in rule.sources if isinstance(source, Known)]
    networks = [(source, network) for source in known if (network := range_of(source.value)) is not None]
    for version in (4, 6):
        family = [(source, network) for source, network in networks if network.version == version]
        if sum(_share(network) for network in _collapsed(network for _, network in family)) >= _HALF:
            return max(family, key=lambda pair: pair[1].num_addresses)[0]
    unknown = (source for source in rule.sources if isinstance(source, Unknown))
    return next(unknown, Absent(rule.at))


def _collapsed(networks: Iterable[IPRange]) -> Iterator[IPRange]:
    """Yield networks of one family without what they have in common."""
    of_family = list(networks)
    yield from collapse_addresses(network for network in of_family if isinstance(network, IPv4Network))
    yield from collapse_addresses(network for network in of_family if isinstance(network, IPv6Network))


def _share(network: IPRange) -> float:
    """Return the share of the public addresses of its family that a network holds."""
    if isinstance(network, IPv4Network):
        return network.num_addresses / _EVERY_ADDRESS.num_addresses
    if network.supernet_of(_GLOBAL_UNICAST):
        return 1
    return network.num_addresses / _GLOBAL_UNICAST.num_addresses if network.subnet_of(_GLOBAL_UNICAST) else 0


def range_of(text: str) -> IPRange | None:
    """Return the range of addresses that a text is, ``None`` where it is none."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def holds_range(outer: IPRange, inner: IPRange) -> bool:
    """Whether one range holds another one."""
    if isinstance(outer, IPv4Network):
        return isinstance(inner, IPv4Network) and inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and inner.subnet_of(outer)


def covers(rule: FirewallRule, port: int) -> bool:
    """Tell whether a rule surely opens a port."""
    return opens(rule, port) is True


def opens(rule: FirewallRule, port: int) -> bool | None:
    """Tell whether a rule opens a port, ``None`` where that cannot be told."""
    protocol = known_value(rule.protocol)
    if protocol == "all":
        return True
    if protocol is not None and protocol not in _TRANSPORTS:
        return False
    low, high = rule.from_port, rule.to_port
    if isinstance(low, Known) and isinstance(high, Known):
        within = low.value <= port <= high.value
        return within if protocol is not None or not within else None
    return None


def ports_of(rule: FirewallRule) -> Maybe[tuple[int, int]]:
    """Return from which port to which a rule opens, absent where it speaks of something without ports."""
    protocol, low, high = rule.protocol, rule.from_port, rule.to_port
    if isinstance(protocol, Unknown):
        return Unknown(protocol.why, protocol.at)
    if protocol.value == "all":
        return Known((0, 65535), protocol.at)
    if protocol.value not in _TRANSPORTS:
        return Absent(protocol.at)
    for value in (low, high):
        if isinstance(value, Unknown):
            return Unknown(value.why, value.at)
    if isinstance(low, Known) and isinstance(high, Known):
        return Known((low.value, high.value), low.at)
    return Known((0, 65535), protocol.at)
