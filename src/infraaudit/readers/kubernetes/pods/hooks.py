"""What a container does before it is stopped, and how long that surely takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, HookKind, Known, StopHook, Unknown
from infraaudit.readers.kubernetes.commands import command_of

if TYPE_CHECKING:
    from infraaudit.model import Command, Maybe, Node

_HANDLERS = (
    ("exec", HookKind.EXEC),
    ("sleep", HookKind.SLEEP),
    ("httpGet", HookKind.HTTP),
    ("tcpSocket", HookKind.TCP),
)
_SLEEP = re.compile(r"(?:^|[;&|]\s*|\bdo\s+)(?:/(?:usr/)?bin/)?sleep\s+(\d+)(s|m)?\s*(?=$|[;&|])")
_WHOLE_SLEEP = re.compile(r"(?:/(?:usr/)?bin/)?sleep")
_SECONDS = re.compile(r"(\d+)(s|m)?")
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_UNTOLD = "how long its command takes stands in the command itself"


def stop_hook_of(container: Node) -> Maybe[StopHook]:
    """Return the preStop hook of a container."""
    node = container["lifecycle"]["preStop"]
    at = node.key_at or node.at
    if node.is_absent:
        return Absent(at)
    unread = node.string()
    if node.is_unknown and isinstance(unread, Unknown):
        return Unknown(unread.why, at, mentions=node.mentions)
    for name, kind in _HANDLERS:
        if not node[name].is_absent:
            return Known(_hook(node[name], kind, node), at)
    return Unknown("the hook does nothing that is known: it has no exec, sleep, httpGet or tcpSocket", at)


def _hook(handler: Node, kind: HookKind, node: Node) -> StopHook:
    at = node.key_at or node.at
    if kind is HookKind.SLEEP:
        return StopHook(kind, at, handler["seconds"].integer())
    if kind is HookKind.EXEC:
        command = command_of(handler["command"])
        return StopHook(kind, at, _delay(command), command)
    return StopHook(kind, at, Unknown("how long the request takes is not told here", at))


def _delay(command: Maybe[Command]) -> Maybe[int]:
    """Return the seconds that a command sleeps; unknown for one that does anything else of its own length."""
    if not isinstance(command, Known):
        return Unknown(_UNTOLD, command.at)
    words = command.value.words
    if len(words) == 2 and _WHOLE_SLEEP.fullmatch(words[0]):  # noqa: PLR2004 - the program and its argument
        return _seconds(words[1], command)
    if len(words) >= 3 and words[0].rpartition("/")[2] in _SHELLS and words[1].endswith("c"):  # noqa: PLR2004 - sh -c line
        sleeps = _SLEEP.findall(words[2])
        if sleeps:
            return Known(sum(int(number) * (60 if unit == "m" else 1) for number, unit in sleeps), command.at)
    return Unknown(_UNTOLD, command.at)


def _seconds(word: str, command: Known[Command]) -> Maybe[int]:
    match = _SECONDS.fullmatch(word)
    if match is None:
        return Unknown(_UNTOLD, command.at)
    return Known(int(match[1]) * (60 if match[2] == "m" else 1), command.at)
