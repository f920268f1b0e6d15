"""The ports that a service opens: to the host, and to the services beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Node, Port, Unknown

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Value


def ports_of(service: Node) -> tuple[Port, ...]:
    """Return the published ports, then those that are only exposed.

    ``published`` is unknown where the engine picks the port, or where the address that it is bound to cannot be told.
    """
    published = [_published(entry) for entry in service["ports"].each()]
    taken = {(port.number.value, port.protocol) for port in published if isinstance(port.number, Known)}
    exposed = [_exposed(item) for item in service["expose"].each()]
    own = [
        port
        for port in exposed
        if not isinstance(port.number, Known) or (port.number.value, port.protocol) not in taken
    ]
    return (*published, *own)


def _published(entry: Node) -> Port:
    host = entry["host_ip"].string()
    protocol = entry["protocol"].string()
    name = entry["name"].string()
    return Port(
        number=_number(entry["target"]),
        at=entry.at,
        name=name.value if isinstance(name, Known) else "",
        protocol=protocol.value.lower() if isinstance(protocol, Known) else "tcp",
        published=_on_host(entry, host),
        host_address=host.value if isinstance(host, Known) else "",
    )


def _number(node: Node) -> Value[int]:
    number = node.integer()
    return Unknown("no port is written here", node.at) if isinstance(number, Absent) else number


def _on_host(entry: Node, host: Maybe[str]) -> Maybe[int]:
    if isinstance(host, Unknown):
        return Unknown(f"it is bound to an address that cannot be told: {host.why}", host.at)
    written = entry["published"]
    if written.is_absent or written.content == "":
        return Unknown("the engine picks a free port of the host", entry.at)
    first, dash, last = (written.text or "").partition("-")
    if dash and isinstance(written.content, str) and first.isdecimal() and last.isdecimal():
        why = f"the engine picks a free port between {first} and {last}"
        return Unknown(why, written.at)
    return written.integer()


def _exposed(item: Node) -> Port:
    text, _, protocol = (item.text or "").partition("/")
    number: Value[int] = _number(item)
    if isinstance(item.content, str) and text.isdecimal():
        number = Known(int(text), item.at)
    return Port(number=number, at=item.at, protocol=protocol.lower() or "tcp")
