"""Functions on address ranges."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.functions.declare import Function, NotComputedError, pure

if TYPE_CHECKING:
    from infraaudit.readers.terraform.language.values import Plain

Network = IPv4Network | IPv6Network
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def _network(text: str) -> Network:
    if "/" not in text:
        raise ValueError
    return ip_network(_LEADING_ZEROS.sub("", text) if ":" not in text else text, strict=False)


def _host(prefix: str, position: int) -> Plain:
    network = _network(prefix)
    size = network.num_addresses
    if int(position) != position or not -size <= position < size:
        raise ValueError
    return str(network[int(position)])


def _netmask(prefix: str) -> Plain:
    network = _network(prefix)
    if isinstance(network, IPv6Network):
        raise TypeError
    return str(network.netmask)


def _subnet(prefix: str, bits: int, number: int) -> Plain:
    network = _network(prefix)
    length = network.prefixlen + bits
    if int(bits) != bits or int(number) != number or bits < 0 or length > network.max_prefixlen:
        raise ValueError
    if number < 0:
        message = "a subnet of a negative number is not computed"
        raise NotComputedError(message)
    if number >= 2**bits:
        raise ValueError
    return _written(network, int(network.network_address) + (number << network.max_prefixlen - length), length)


def _written(network: Network, start: int, length: int) -> str:
    make = IPv4Network if isinstance(network, IPv4Network) else IPv6Network
    return str(make((start, length)))


def _subnets(prefix: str, *bits: int) -> Plain:
    network = _network(prefix)
    first, end = int(network.network_address), int(network.broadcast_address) + 1
    result: list[Plain] = []
    cursor = first
    for extra in bits:
        length = network.prefixlen + extra
        if extra < 1 or length > network.max_prefixlen:
            raise ValueError
        size = 2 ** (network.max_prefixlen - length)
        start = first + -(-(cursor - first) // size) * size
        if start + size > end:
            raise ValueError
        result.append(_written(network, start, length))
        cursor = start + size
    return result


NETWORK: dict[str, Function] = {
    "cidrhost": pure("string", "number", compute=_host),
    "cidrnetmask": pure("string", compute=_netmask),
    "cidrsubnet": pure("string", "number", "number", compute=_subnet),
    "cidrsubnets": pure("string", compute=_subnets, rest="number", makes_a_list=True),
}
