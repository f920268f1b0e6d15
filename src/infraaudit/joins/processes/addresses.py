"""Where a server listens, read from its options."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.joins.processes.server_options import whole_number
from infraaudit.joins.processes.words import HOLE
from infraaudit.model import Absent, Known, Unknown

if TYPE_CHECKING:
    from infraaudit.joins.processes.server_options import Settings
    from infraaudit.joins.processes.words import Word
    from infraaudit.model import Maybe

ALL_ADDRESSES = "0.0.0.0"  # noqa: S104 - the text that others bind to; nothing is bound here
"""What every way of writing "listen everywhere" becomes."""

_ADDRESS = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<host>[^:]*))(?::(?P<port>.*))?")
_EVERYWHERE = frozenset({"", "*", "0", "::"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Bind:
    """An address and a port; both are absent for a socket file. ``others`` are further ports beside it."""

    host: Maybe[str]
    port: Maybe[int]
    others: tuple[Maybe[int], ...] = ()


def bind_of(settings: Settings) -> Bind:
    """Return where a server listens: ``host:port`` in one word, else host and port apart."""
    socket = settings.find("socket")
    if socket is not None and socket.known:
        return Bind(Absent(socket.at), Absent(socket.at))
    default_bind = Bind(settings.text("host"), settings.number("port"))
    if "bind" not in settings.row.columns:
        return default_bind
    words = settings.options(settings.row["bind"]["options"])
    found = settings.find("bind")
    words = words or ((found,) if found is not None else ())
    binds = [address_of(word, word.text, default_bind) for word in words]
    reachable = (bind for bind in binds if isinstance(bind.host, Known) and bind.host.value not in _LOOPBACK)
    chosen = next(reachable, binds[0] if binds else default_bind)
    return replace(chosen, others=tuple(bind.port for bind in binds if bind is not chosen))


def address_of(word: Word, text: str, fallback: Bind) -> Bind:
    """Take ``host:port`` apart; a port that is not written is that of ``fallback``."""
    bare = text.partition("://")[2] if text.startswith(("tcp://", "http://")) else text
    if bare.startswith(("unix:", "fd://", "/", "@")) or bare.endswith(".sock"):
        return Bind(Absent(word.at), Absent(word.at))
    match = _ADDRESS.fullmatch(bare)
    if match is None or (HOLE in bare and ":" not in bare):
        unknown = word.why or f"{word.shown} is no address"
        return Bind(Unknown(unknown, word.at), Unknown(unknown, word.at))
    host = match["six"] if match["six"] is not None else match["host"]
    value = word.part(ALL_ADDRESSES if host in _EVERYWHERE else host)
    if match["port"] is None:
        return Bind(value, fallback.port)
    return Bind(value, port_of(word, match["port"]))


def port_of(word: Word, text: str) -> Maybe[int]:
    """Return the port that a piece of a word names."""
    if HOLE in text:
        return Unknown(word.why or "a part of it is not known", word.at)
    number = whole_number(text)
    return Known(number, word.at) if number is not None else Unknown(f"{text} is no port", word.at)
