"""How an identity makes itself more than it is, by all that it is permitted together."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.analysis.grants import held_by
from infraaudit.facts import table
from infraaudit.model import Known, Unknown, known_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Estate, Identity, Permission, Statement
    from infraaudit.source.span import Span

_HARMLESS = "harmless"
_EVERYTHING = frozenset({"*", "arn:aws:iam::*:*", "arn:*:iam::*:*"})
_KINDS = ("role", "user", "group", "policy", "function", "instance")


@dataclass(frozen=True, slots=True)
class Escalation:
    """One way. ``words`` are to be read after "it may", ``places`` are those of the statements that permit it."""

    words: str
    places: tuple[Span, ...]
    fact: str


def escalations_of(identity: Identity, estate: Estate) -> tuple[Escalation, ...]:
    """Return the ways that are surely open to an identity."""
    held = tuple(held_by(identity, estate))
    statements = [each for permission in held for each in permission.statements]
    found: list[Escalation] = []
    for name, row in table("escalations").items():
        if name == _HARMLESS:
            continue
        places = _by_actions(statements, row) if "actions" in row.columns else _by_roles(held, row)
        if places:
            found.append(Escalation(str(row["words"]), tuple(dict.fromkeys(places)), row.words))
    return tuple(found)


def why_no_escalation_is_sure(identity: Identity, estate: Estate) -> Unknown[bool] | None:
    """Return why an identity may have more ways than those that are surely open to it."""
    harmless = set(table("escalations")[_HARMLESS]["policies"])
    if not identity.granted_complete:
        return Unknown(f"some policies of {identity} cannot be told", identity.at)
    for permission in held_by(identity, estate):
        granted = permission.granted
        if isinstance(granted, Unknown) or not permission.statements_complete:
            return Unknown(f"some statements of {permission} cannot be told", permission.at)
        if isinstance(granted, Known) and "/" not in granted.value and granted.value not in harmless:
            return Unknown(f"what {granted.value} permits is not among the facts", granted.at)
        for statement in permission.statements:
            unknown = _untold(statement)
            if unknown is not None:
                verb = "allows" if statement.allows else "denies"
                return Unknown(f"what {permission} {verb} cannot be told: {unknown.why}", unknown.at)
    return None


def _untold(statement: Statement) -> Unknown[str] | None:
    return next((each for each in statement.actions if isinstance(each, Unknown)), None)


def _by_roles(held: Iterable[Permission], row: Row) -> list[Span]:
    roles = set(row["roles"])
    return [each.granted.at for each in held if each.reach and not each.objects and known_value(each.granted) in roles]


def _by_actions(statements: Iterable[Statement], row: Row) -> list[Span]:
    """Return the places of the statements that permit all actions of a way, none where one of them is missing."""
    known = list(statements)
    places: list[Span] = []
    for action in row["actions"]:
        if any(not each.allows and (_names(each, action) or _untold(each) is not None) for each in known):
            return []
        allowing = next((each for each in known if _allows(each, action, widely=action in row["widely"])), None)
        if allowing is None:
            return []
        places.append(allowing.at)
    return places


def _allows(statement: Statement, action: str, *, widely: bool) -> bool:
    """Whether a statement surely allows an action without a condition, on everything where that is asked."""
    if not statement.allows or statement.conditions or not _names(statement, action):
        return False
    return not widely or (not statement.all_but_resources and any(_is_wide(each) for each in _texts(statement)))


def _texts(statement: Statement) -> Iterator[str]:
    for each in statement.resources:
        text = known_value(each)
        if text is not None:
            yield text


def _is_wide(resource: str) -> bool:
    """Whether a pattern means all of a kind: everything, or every role, user, policy or function."""
    if resource in _EVERYTHING:
        return True
    tail = resource.rsplit(":", 1)[-1]
    kind, _, name = tail.partition("/")
    return (kind in _KINDS and name == "*") or (resource.startswith("arn:") and tail == "*" and ":lambda:" in resource)


def _names(statement: Statement, action: str) -> bool:
    named = any(
        fnmatchcase(action, (known_value(each) or "").lower().replace("[", "[[]")) for each in statement.actions
    )
    if not statement.all_but_actions:
        return named
    return not named and all(isinstance(each, Known) for each in statement.actions)
