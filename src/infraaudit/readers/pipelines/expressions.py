"""Fills in what is known of the expressions and variables in a pipeline, and marks what is known only when it runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMIT = "\ue000"
"""Stands for the hash of the commit, or for a part of it."""

COMPUTED = "\ue001"
"""Stands for anything else that is known only when the pipeline runs."""

_EXPRESSION = re.compile(r"\$\{\{(?P<inside>[^}]*)\}\}")
_ENV = re.compile(r"env\.(?P<name>\w+)|env\[['\"](?P<quoted>\w+)['\"]\]")
_OF_COMMIT = re.compile(r"github\.sha|github\.event\.(?:pull_request\.head\.sha|after|head_commit\.id)")
_VARIABLE = re.compile(r"\$(?:(?P<plain>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)(?P<change>[^}]*)\})")
_HASHES = frozenset({"GITHUB_SHA", "CI_COMMIT_SHA", "CI_COMMIT_SHORT_SHA"})
_SUBSTITUTION = re.compile(r"\$\((?P<command>[^()]*)\)|`(?P<ticked>[^`]*)`")
_REVISION = re.compile(r"git (?:rev-parse|log|describe --always)|(?:GITHUB|CI_COMMIT)(?:_SHORT)?_SHA")
_MOST = 8
"""How often values that name other values are filled in."""


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its ``${{ }}`` expressions and variables filled in, or marked."""
    for _ in range(_MOST):
        changed = _VARIABLE.sub(
            lambda match: _variable(match, values), _SUBSTITUTION.sub(_substituted, expressed(text, values))
        )
        if changed == text:
            break
        text = changed
    return text


def expressed(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its ``${{ }}`` expressions alone filled in, as is done before a shell reads a script."""
    return _EXPRESSION.sub(lambda match: _expression(match["inside"].strip(), values), text)


def _expression(inside: str, values: Mapping[str, str]) -> str:
    named = _ENV.fullmatch(inside)
    if named is not None:
        return values.get(named["name"] or named["quoted"], COMPUTED)
    return COMMIT if _OF_COMMIT.fullmatch(inside) else COMPUTED


def _substituted(match: re.Match[str]) -> str:
    return COMMIT if _REVISION.search(match["command"] or match["ticked"] or "") else COMPUTED


def _variable(match: re.Match[str], values: Mapping[str, str]) -> str:
    name = match["plain"] or match["braced"]
    if name in _HASHES:
        return COMMIT
    known = values.get(name)
    return COMPUTED if known is None or match["change"] else known
