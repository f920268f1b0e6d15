"""Names the deployment that files belong to, and tells its environment from the words of its path."""

from __future__ import annotations

import re
from itertools import pairwise

from infraaudit.model import Deployment, Environment

_PRODUCTION = frozenset({"prod", "production", "prd", "live"})
_NONPRODUCTION = frozenset(
    {
        "dev", "development", "test", "testing", "tests", "qa", "stg", "stage", "staging", "sandbox", "demo", "local",
        "ci", "preview", "nonprod", "preprod", "uat", "int", "integration", "example", "examples",
    },
)  # fmt: skip

_RETIRED = frozenset({"archived", "attic", "graveyard", "obsolete", "retired"})
"""Names of folders, without signs around them, for what is put aside; an ``archive`` may be a part of a system."""

_NEARLY = frozenset({"non", "not", "pre"})
"""What before a word for production says that it is not: ``non-production``, ``pre-prod``."""


def environment_in(*names: str) -> tuple[Environment, str]:
    """Tell the environment from names (paths, workspaces, namespaces), the first name that tells one winning.

    Within a name the last word that tells an environment wins: ``examples/prod`` is production.
    Returns the environment and what told it, ``(UNKNOWN, "")`` where nothing does.
    """
    environment, word, name = _told_by(names)
    return environment, _evidence(word, name)


def _evidence(word: str, name: str) -> str:
    return f"{word!r} in {name!r}" if word else ""


def environment_word(name: str) -> str:
    """Return the word of a name that tells an environment, nothing where there is none."""
    return _told_by((name,))[1]


def _told_by(names: tuple[str, ...]) -> tuple[Environment, str, str]:
    """Return the environment with the word that tells it, and the name in which that stands."""
    for name in names:
        words = re.split(r"[^a-z0-9]+", name.lower())
        for before, word in reversed(tuple(pairwise(("", *words)))):
            if word in _PRODUCTION and before in _NEARLY:
                return Environment.NONPRODUCTION, f"{before}-{word}", name
            if word in _PRODUCTION:
                return Environment.PRODUCTION, word, name
            if word in _NONPRODUCTION:
                return Environment.NONPRODUCTION, word, name
    return Environment.UNKNOWN, "", ""


def retired_by(folder: str) -> str:
    """Return the folder of a path by whose name its files are kept for the record only, nothing where there is none."""
    return next((part for part in folder.split("/") if part.lower().strip("_.-") in _RETIRED), "")


def deployment_of(kind: str, folder: str, *names: str, local: bool = False, detail: str = "") -> Deployment:
    """Return the deployment of a folder: ``kind`` is compose, kubernetes, terraform or build.

    ``names`` tell the environment before the folder does. ``detail`` tells several deployments of one folder apart.
    """
    environment, word, name = _told_by((*names, folder))
    evidence = _evidence(word, name)
    parts = [kind, folder or "."]
    if detail:
        parts.append(detail)
    return Deployment(":".join(parts), folder or ".", environment, evidence, local, word, retired_by(folder))
