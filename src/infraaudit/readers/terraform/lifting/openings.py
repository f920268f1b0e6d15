"""Tells what is left open of a rule that admits traffic when rules that come before it refuse some."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown, known_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.source.span import Span

EVERY = "all"
"""The word for every protocol."""

WORLD = "0.0.0.0/0"
"""The word for every address."""

_TRANSPORTS = ("tcp", "udp")
_LAST_PORT = 65535
_Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports from one number to another, and the place where they are written."""

    low: int
    high: int
    at: Span


def every_port(at: Span) -> Ports:
    """Return all ports."""
    return Ports(0, _LAST_PORT, at)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a rule speaks of, whether it admits or refuses.

    ``address`` is that of its resource. ``doubt`` says why it cannot be told whether a refusal concerns all that an
    admission does.
    """

    address: str
    at: Span
    protocol: Value[str]
    ports: tuple[Value[Ports], ...]
    sources: tuple[Value[str], ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a rule opens: a protocol and ports from one number to another, absent for every protocol."""

    protocol: Value[str]
    low: Maybe[int]
    high: Maybe[int]


def openings(admission: Filter, refusals: Iterable[Filter]) -> tuple[Opening, ...]:
    """Return what an admission opens after the refusals that come before it."""
    relevant = [each for each in refusals if _meets(each, admission)]
    doubt = next((why for each in relevant if (why := _why_unsure(each))), "")
    if doubt:
        unknown: Unknown[int] = Unknown(doubt, admission.at)
        return (Opening(admission.protocol, unknown, unknown),)
    refused = [each for each in relevant if _takes_in(each.sources, admission.sources)]
    if not refused:
        return tuple(_as_written(admission.protocol, ports) for ports in admission.ports)
    whole = known_value(admission.protocol) == EVERY
    protocols = _TRANSPORTS if whole else (known_value(admission.protocol) or "",)
    return tuple(
        opening
        for protocol in protocols
        for ports in admission.ports
        for opening in _left(Known(protocol, admission.protocol.at), ports, refused)
    )


def _as_written(protocol: Value[str], ports: Value[Ports]) -> Opening:
    if isinstance(ports, Unknown):
        unknown: Unknown[int] = Unknown(ports.why, ports.at)
        return Opening(protocol, unknown, unknown)
    return _opening(protocol, ports.value)


def _opening(protocol: Value[str], ports: Ports) -> Opening:
    if known_value(protocol) == EVERY and (ports.low, ports.high) == (0, _LAST_PORT):
        return Opening(protocol, Absent(ports.at), Absent(ports.at))
    return Opening(protocol, Known(ports.low, ports.at), Known(ports.high, ports.at))


def _left(protocol: Known[str], ports: Value[Ports], refused: Iterable[Filter]) -> Iterator[Opening]:
    if isinstance(ports, Unknown):
        yield _as_written(protocol, ports)
        return
    left = [(ports.value.low, ports.value.high)]
    for refusal in refused:
        if known_value(refusal.protocol) in {EVERY, protocol.value}:
            for closed in refusal.ports:
                if isinstance(closed, Known):
                    left = [part for each in left for part in _without(each, closed.value)]
    for low, high in left:
        yield Opening(protocol, Known(low, ports.at), Known(high, ports.at))


def _without(interval: tuple[int, int], closed: Ports) -> Iterator[tuple[int, int]]:
    low, high = interval
    if low < closed.low:
        yield low, min(high, closed.low - 1)
    if high > closed.high:
        yield max(low, closed.high + 1), high


def _meets(refusal: Filter, admission: Filter) -> bool:
    """Whether a refusal may speak of a protocol and a port that an admission opens."""
    one, other = known_value(refusal.protocol), known_value(admission.protocol)
    if one is not None and other is not None and EVERY not in {one, other} and one != other:
        return False
    return any(_overlap(closed, opened) for closed in refusal.ports for opened in admission.ports)


def _overlap(one: Value[Ports], other: Value[Ports]) -> bool:
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return True
    return one.value.low <= other.value.high and other.value.low <= one.value.high


def _why_unsure(refusal: Filter) -> str:
    if refusal.doubt:
        return refusal.doubt
    for value in (refusal.protocol, *refusal.ports, *refusal.sources):
        if isinstance(value, Unknown):
            return f"what {refusal.address} refuses before cannot be told: {value.why}"
    return ""


def _takes_in(refused: Iterable[Value[str]], admitted: Iterable[Value[str]]) -> bool:
    """Whether the refused ranges hold every range that is admitted and can be told."""
    closed = [network for each in refused if (network := _network(known_value(each) or "")) is not None]
    merged: list[_Network] = [
        *collapse_addresses(each for each in closed if isinstance(each, IPv4Network)),
        *collapse_addresses(each for each in closed if isinstance(each, IPv6Network)),
    ]
    ranges = [_network(each.value) if isinstance(each, Known) else None for each in admitted]
    return bool(ranges) and all(each is not None and any(_within(each, other) for other in merged) for each in ranges)


def _within(inner: _Network, outer: _Network) -> bool:
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def _network(text: str) -> _Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
