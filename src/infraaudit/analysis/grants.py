"""What an identity is permitted, by everything in the scan that permits or forbids it something."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Identity, Known, Opaque, Permission, Unknown, UnsettledError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Entity, Estate, Statement, Value

_TELEMETRY = "telemetry_access"


def may_do(identity: Identity, action: str, estate: Estate) -> Value[bool]:
    """Return whether an identity may do something with anything at all, by which logs and traces are written.

    Unknown where something may permit it that cannot be told. What a statement limits the action to is not looked at:
    who is permitted to write logs somewhere is taken to be permitted to write them where they go.
    """
    wanted = action.lower()
    doubt = unseen(identity, estate) or _unsure_holders(identity, wanted, estate)
    answers = (answer for permission in held_by(identity, estate) for answer in _answers(permission, wanted))
    return weighed(answers, identity, doubt)


def weighed(answers: Iterable[Value[bool]], identity: Identity, doubt: Unknown[bool] | None) -> Value[bool]:
    """Return what all that speaks of a wish of an identity comes to: what forbids it wins, then what permits it.

    ``doubt`` is why there may be more that speaks of it.
    """
    permitted: Known[bool] | None = None
    for answer in answers:
        if isinstance(answer, Unknown):
            doubt = doubt or answer
        elif not answer.value:
            return answer
        else:
            permitted = permitted or answer
    if permitted is not None:
        return permitted
    return doubt or Known(value=False, at=identity.at)


def surely_acting_as(entity: Entity, named: Known[str], estate: Estate) -> Identity:
    """Return the identity as which an entity acts; ends the check where the scan does not have it."""
    identity = acting_as(entity, named.value, estate)
    if identity is None:
        raise UnsettledError(Unknown(f"the role {named.value} is not in the scan", named.at))
    return identity


def acting_as(entity: Entity, name: str, estate: Estate) -> Identity | None:
    """Return the identity of an address or literal name as which an entity acts, ``None`` where the scan has none."""
    found = estate.beside(entity, name, Identity)
    if found is None:
        named = [each for each in estate.in_deployment(entity, Identity) if name in each.identifiers]
        found = named[0] if len(named) == 1 else None
    return found


def held_by(identity: Identity, estate: Estate) -> Iterator[Permission]:
    """Yield the permissions that an identity surely has."""
    names = {identity.address, f"serviceAccount:{identity.address}", *identity.identifiers}
    for permission in estate.of(Permission):
        if permission.boundary:
            continue
        same = permission.deployment.id == identity.deployment.id
        if any(holder in names for holder in permission.holders if same or holder in identity.identifiers):
            yield permission


def unseen(identity: Identity, estate: Estate) -> Unknown[bool] | None:
    """Return why an identity may be permitted more than the scan shows, whatever it is about."""
    if not identity.granted_complete:
        return Unknown(f"some policies of {identity} cannot be told", identity.at)
    held = {each.address for each in held_by(identity, estate)}
    for other in estate.in_deployment(identity, Opaque):
        if identity.address not in other.mentions or held.intersection(other.mentions):
            continue
        if other.type == "module" or "policy" in other.type or "_iam_" in other.type:
            return Unknown(f"{other} may permit {identity} more", other.at)
    return None


def names_action(statement: Statement, action: str) -> bool | None:
    """Return whether a statement is about an action in lower case, ``None`` where that cannot be told."""
    known = tuple(each.value for each in statement.actions if isinstance(each, Known))
    named = True if matches_any(action, known) else None if len(known) < len(statement.actions) else False
    return (None if named is None else not named) if statement.all_but_actions else named


def matches_any(text: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a text in lower case fits one of the patterns of a document."""
    return any(fnmatchcase(text, pattern.lower().replace("[", "[[]")) for pattern in patterns)


def _unsure_holders(identity: Identity, action: str, estate: Estate) -> Unknown[bool] | None:
    for permission in estate.in_deployment(identity, Permission):
        unsure = not permission.holders_complete or "" in permission.holders
        if unsure and any(not isinstance(each, Known) or each.value for each in _answers(permission, action)):
            return Unknown(f"whom {permission} is given to cannot be told", permission.at)
    return None


def _answers(permission: Permission, action: str) -> Iterator[Value[bool]]:
    """Yield true for each thing that permits the action, false for one that forbids it, unknown for what may do so."""
    granted = permission.granted
    if isinstance(granted, Unknown):
        yield Unknown(granted.why, granted.at)
    elif isinstance(granted, Known):
        row = table(_TELEMETRY).get(granted.value)
        if row is None:
            yield Unknown(f"what {granted.value} permits is not among the facts", granted.at)
        elif matches_any(action, tuple(str(each) for each in row["actions"])):
            yield Known(value=True, at=granted.at)
        return
    if not permission.statements_complete:
        yield Unknown(f"some statements of {permission} cannot be told", permission.at)
    for statement in permission.statements:
        acts = names_action(statement, action)
        if acts is False:
            continue
        if acts is None or statement.conditions or not statement.complete or not _of_all(statement):
            yield Unknown(f"whether a statement of {permission} is about {action} cannot be told", statement.at)
        else:
            yield Known(value=statement.allows, at=statement.at)


def _of_all(statement: Statement) -> bool:
    """Whether a statement counts for all that it may be about: one that forbids counts only where it forbids all."""
    return statement.allows or any(isinstance(each, Known) and each.value == "*" for each in statement.resources)
