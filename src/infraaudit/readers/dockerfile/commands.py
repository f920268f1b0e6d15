"""What an image starts and how it is asked for its health: ``CMD``, ``ENTRYPOINT``, ``SHELL`` and ``HEALTHCHECK``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Command, CommandForm, Known, Maybe, Probe, ProbeKind, Unknown
from infraaudit.model.quantities import go_duration
from infraaudit.readers.dockerfile.words import string_array

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.readers.dockerfile.instructions import Instruction
    from infraaudit.readers.dockerfile.text import PlacedText


def command_of(rest: PlacedText, shell: tuple[str, ...]) -> Maybe[Command]:
    """Return what a ``CMD`` or ``ENTRYPOINT`` starts; one without words takes away what was inherited."""
    at = rest.span()
    words = string_array(rest.text) if rest.text else ()
    if words is not None:
        return Known(Command(CommandForm.LIST, words, shell), at)
    return Known(Command(CommandForm.SHELL, (rest.text,), shell), at)


def healthcheck_of(instruction: Instruction, shell: tuple[str, ...]) -> Maybe[Probe]:
    """Return the check that a ``HEALTHCHECK`` declares; ``NONE`` takes away what was inherited."""
    rest = instruction.rest
    word = re.match(r"\S*", rest.text)
    kind = word[0].upper() if word else ""
    if kind == "NONE":
        return Absent(instruction.at)
    if kind != "CMD":
        return Unknown("HEALTHCHECK is followed by neither CMD nor NONE", instruction.at)
    _, command = rest.cut(len(kind))
    probe = Probe(
        kind=ProbeKind.EXEC,
        at=instruction.at,
        command=command_of(command, shell),
        initial_delay=_option(instruction, "start-period", go_duration),
        period=_option(instruction, "interval", go_duration),
        timeout=_option(instruction, "timeout", go_duration),
        failure_threshold=_option(instruction, "retries", _count),
    )
    return Known(probe, instruction.at)


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _option(instruction: Instruction, name: str, read: Callable[[str], int | None]) -> Maybe[int]:
    flag = instruction.flag(name)
    if flag is None:
        return Absent(instruction.at)
    number = read(flag.text)
    if number is None:
        return Unknown(f"--{name} is not written as a plain value", flag.span())
    return Known(number, flag.span())
