"""The doors of a proxy: on which port it takes requests, in which protocol, and what it does with them first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Listener:
    """One door. ``protocol`` is lower case (``http``, ``https``, ``tcp``, ``tls``, ``udp`` ...).

    ``redirects`` tells that it hands no request on and only sends the client to the encrypted door. ``tls_policy`` is
    the platform's word for the versions and ciphers that it takes, absent where none is written, and ``None`` where the
    door is not encrypted or the platform has no such word. ``retired`` is the retired version of TLS that it
    still takes by that word (``TLS 1.0``), absent where the facts know none, and ``None`` before it is looked up.
    ``certificate`` is the address of its certificate, or its literal name, ``further`` are those that it holds beside
    it, ``further_complete`` being false where there may be more. ``hosts`` are the names by which clients call it, as
    far as they are written.
    """

    port: Maybe[int]
    protocol: Value[str]
    redirects: Value[bool]
    at: Span
    tls_policy: Maybe[str] | None = None
    certificate: Maybe[str] | None = None
    retired: Maybe[str] | None = None
    further: tuple[Value[str], ...] = ()
    further_complete: bool = True
    hosts: tuple[Value[str], ...] = ()
