"""The variables that a container starts with: its own over those of the image that is built for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import EdgeKind, Image, Unknown, UnsettledError

if TYPE_CHECKING:
    from infraaudit.model import Container, EnvironmentVariable, Estate


def effective_variable(container: Container, estate: Estate, name: str) -> EnvironmentVariable | None:
    """Return the variable of this name that wins, ``None`` where none is written.

    Ends the check where only the image states it, and the container may state it in what cannot be read.
    """
    own = container.variable(name)
    if own is not None:
        return own
    images = estate.targets(container, EdgeKind.RUNS, Image)
    every = images[0].environment if len(images) == 1 else ()
    found = next((each for each in reversed(every) if each.name == name), None)
    if found is not None and not container.environment_complete:
        why = f"some of the variables of {container} cannot be read, and may set {name}"
        raise UnsettledError(Unknown(why, found.at))
    return found
