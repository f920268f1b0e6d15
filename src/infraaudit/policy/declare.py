"""Declares a policy: the decorator registers it, the annotation names its subject, the docstring documents it."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_type_hints

from infraaudit.model import Entity, Estate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.policy.finding import Finding, Severity
    from infraaudit.policy.scopes import Scope


class Effort(StrEnum):
    """What the repair costs: one attribute, several files, or a change of design."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Profile(StrEnum):
    """Where a policy is in use. Each profile holds the ones before it."""

    DEFAULT = "default"
    STRICT = "strict"
    PREVIEW = "preview"


class Local(StrEnum):
    """How a policy judges files that only serve development on one's own machine."""

    EXEMPT = "exempt"
    LOWERED = "lowered"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Documentation:
    """The parts of a policy's docstring."""

    title: str
    why: str
    fix: str
    quiet_when: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, complete. ``name`` is the function's, with hyphens; the id is the folder's name before it."""

    name: str
    severity: Severity
    effort: Effort
    subject: type[Entity]
    scopes: tuple[Scope, ...]
    holds: str
    equivalents: tuple[str, ...]
    insight: bool
    profile: Profile
    local: Local
    environment_matters: bool
    documentation: Documentation
    line: int
    check: Callable[[Any, Estate], Iterator[Finding]]


def policy(  # noqa: PLR0913 - each argument is one fact about a policy, given by name
    severity: Severity,
    *,
    effort: Effort,
    holds: str,
    when: Scope | tuple[Scope, ...] = (),
    equivalents: tuple[str, ...] = (),
    insight: bool = False,
    profile: Profile = Profile.DEFAULT,
    local: Local = Local.EXEMPT,
    environment_matters: bool = True,
) -> Callable[[Callable[..., Iterator[Finding]]], Policy]:
    """Turn a check into a policy.

    The check takes the subject, whose type is the first annotation, and may take the estate second. ``when`` are the
    scopes that a subject must be in. ``holds`` says what is true of a subject that passes. ``insight`` marks what no
    other static tool decides. ``environment_matters`` is false where a non-production environment changes nothing.

    Raises ``TypeError`` for a check whose signature or docstring is not as above.
    """

    def declare(check: Callable[..., Iterator[Finding]]) -> Policy:
        parameters = list(inspect.signature(check).parameters)
        if len(parameters) > len(("subject", "estate")):
            message = f"{check.__name__}: a check takes its subject and, where it needs it, the estate"
            raise TypeError(message)
        subject = get_type_hints(check).get(parameters[0]) if parameters else None
        if not (isinstance(subject, type) and issubclass(subject, Entity)):
            message = f"{check.__name__}: the first parameter's annotation must be an entity of the model"
            raise TypeError(message)
        return Policy(
            name=check.__name__.replace("_", "-"),
            severity=severity,
            effort=effort,
            subject=subject,
            scopes=when if isinstance(when, tuple) else (when,),
            holds=holds,
            equivalents=equivalents,
            insight=insight,
            profile=profile,
            local=local,
            environment_matters=environment_matters,
            documentation=_documentation(check),
            line=check.__code__.co_firstlineno,
            check=_with_estate(check) if len(parameters) == 1 else check,
        )

    return declare


def _with_estate(check: Callable[..., Iterator[Finding]]) -> Callable[[Any, Estate], Iterator[Finding]]:
    def judge(subject: Entity, _: Estate) -> Iterator[Finding]:
        return check(subject)

    return judge


_SECTION = re.compile(r"^(Why|Fix|Quiet when|See):[ \n]", re.MULTILINE)


def _documentation(check: Callable[..., object]) -> Documentation:
    text = inspect.getdoc(check) or ""
    title, _, body = text.partition("\n")
    pieces = _SECTION.split(body)
    sections = {name: " ".join(words.split()) for name, words in zip(pieces[1::2], pieces[2::2], strict=True)}
    if not title or "Why" not in sections or "Fix" not in sections:
        message = f"{check.__name__}: the docstring needs a title, Why: and Fix:"
        raise TypeError(message)
    return Documentation(
        title.strip().rstrip("."),
        sections["Why"],
        sections["Fix"],
        sections.get("Quiet when", ""),
        sections.get("See", ""),
    )
