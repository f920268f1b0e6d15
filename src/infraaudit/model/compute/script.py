"""A file of the tree that starts a container."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Script:
    """A script of the tree that a command runs, read but never run. ``text`` is gone once the secrets are hidden."""

    path: str
    text: str
