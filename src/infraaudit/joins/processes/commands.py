"""Puts the orchestrator's entrypoint and command over those of the image, by the rule of Docker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.joins.processes.words import Word, hole, plain
from infraaudit.model import Absent, CommandForm, Known, Unknown

if TYPE_CHECKING:
    from infraaudit.model import Command, Container, Image, Maybe
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Effective:
    """The words that the container starts with. ``at`` is the place of the part that decides what runs.

    ``has_entrypoint`` tells that an entrypoint is among them, so that none of the image below comes before.
    """

    words: tuple[Word, ...]
    at: Span
    has_entrypoint: bool


def effective_command(container: Container, image: Image | None) -> Effective | Unknown[Command] | None:
    """Return what a container starts with, ``None`` where nothing says so.

    An entrypoint that the orchestrator sets clears the command of the image; an empty one clears only the image's
    entrypoint.
    """
    entrypoint: Maybe[Command] | None = container.entrypoint
    cleared = isinstance(entrypoint, Known) and not entrypoint.value.words
    command: Maybe[Command] | None = container.command
    if isinstance(entrypoint, Absent):
        entrypoint = image.entrypoint if image is not None else None
        inherits = True
    else:
        inherits = cleared
    if inherits and isinstance(command, Absent):
        command = image.command if image is not None else None
    if isinstance(entrypoint, Unknown):
        return entrypoint
    cleared = isinstance(entrypoint, Known) and not entrypoint.value.words
    return _joined(entrypoint, command, cleared=cleared)


def _joined(
    entrypoint: Known[Command] | Absent | None, command: Maybe[Command] | None, *, cleared: bool
) -> Effective | Unknown[Command] | None:
    first = _words(entrypoint) if isinstance(entrypoint, Known) else ()
    if isinstance(command, Unknown):
        if not first or not isinstance(entrypoint, Known):
            return command
        return Effective((*first, hole("the command", command.at, command.why)), entrypoint.at, has_entrypoint=True)
    second = _words(command) if isinstance(command, Known) else ()
    places = [part.at for part, words in ((entrypoint, first), (command, second)) if part is not None and words]
    if not places:
        return None
    return Effective((*first, *second), places[0], has_entrypoint=bool(first) or cleared)


def _words(command: Known[Command]) -> tuple[Word, ...]:
    """Return the words of a command; a shell line follows the shell that it is given to."""
    written = command.value
    before = written.shell if written.form is CommandForm.SHELL else ()
    return tuple(plain(word, command.at) for word in (*before, *written.words))
