"""Finds where the debugger of a started program listens."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from infraaudit.joins.processes.words import split_line
from infraaudit.model import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.joins.processes.launches import Launch
    from infraaudit.joins.processes.words import Word
    from infraaudit.model import Maybe

_NODE = re.compile(r"--inspect(?:-brk|-wait)?(?:=(?P<place>.*))?")
_JAVA = re.compile(r"-(?:agentlib:jdwp=|Xrunjdwp:)(?P<options>.*)")
_NODE_PORT, _JAVA_PORT = "9229", "5005"
_LOOPBACK = "127.0.0.1"
_EVERYWHERE = frozenset({"*", "0", ""})
_VARIABLES = {"node": ("NODE_OPTIONS",), "java": ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")}


def debugger_of(launch: Launch) -> Maybe[str] | None:
    """Return the address at which a debugger listens as ``host:port``, ``None`` where none is started."""
    if launch.debugger is not None:
        return _address(launch.debugger, launch.debugger.text, "5678")
    program = posixpath.basename(launch.words[0].text) if launch.words else ""
    for word in _options(launch, program):
        node, java = _NODE.fullmatch(word.text), _JAVA.fullmatch(word.text)
        if program in {"node", "nodejs"} and node is not None:
            return _address(word, node["place"] or "", _NODE_PORT)
        if program == "java" and java is not None and "server=n" not in java["options"]:
            options = dict(each.partition("=")[::2] for each in java["options"].split(","))
            return _address(word, options.get("address", ""), _JAVA_PORT)
    return None


def _options(launch: Launch, program: str) -> Iterator[Word]:
    yield from launch.words[1:]
    for name in _VARIABLES.get("node" if program == "nodejs" else program, ()):
        found = launch.variables.values.get(name)
        if found is not None and found.known:
            yield from split_line(found.text, found.at)


def _address(word: Word, text: str, port: str) -> Maybe[str]:
    """Complete an address: each of these debuggers listens on the loopback address unless a host is named."""
    if not word.known:
        return Unknown(word.why or "a part of it is not known", word.at)
    host, colon, named = text.rpartition(":")
    if not colon:
        host, named = ("", text) if text.isdecimal() else (text, "")
    if colon and host in _EVERYWHERE:
        host = "0.0.0.0"  # noqa: S104 - the text that others bind to; nothing is bound here
    return Known(f"{host or _LOOPBACK}:{named or port}", word.at)
