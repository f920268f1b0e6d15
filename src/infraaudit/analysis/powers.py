"""What an identity may do that opens everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.analysis.escalations import escalations_of
from infraaudit.analysis.grants import acting_as, held_by
from infraaudit.model import Known, known_value

if TYPE_CHECKING:
    from infraaudit.model import Estate, Identity, Statement, Workload
    from infraaudit.source.span import Span

_ADMINISTRATORS = frozenset({"AdministratorAccess", "IAMFullAccess", "roles/owner", "roles/editor", "Owner"})
_EVERYTHING = frozenset({"*", "*:*"})
_HEAVY = {
    "iam:*": "change who may do what",
    "kms:*": "use every key",
    "kms:decrypt": "decrypt with every key",
    "secretsmanager:*": "read every secret",
    "secretsmanager:getsecretvalue": "read every secret",
}


@dataclass(frozen=True, slots=True)
class Power:
    """One of them, in words to be read after "may", and where it is written."""

    words: str
    at: Span


def identity_of(workload: Workload, estate: Estate) -> Identity | None:
    """Return the identity of the scan as which the programs of a workload act."""
    named = known_value(workload.identity) if workload.identity is not None else None
    if named is None:
        return None
    return acting_as(workload, named, estate)


def powers_of(identity: Identity, estate: Estate) -> tuple[Power, ...]:
    """Return what an identity surely may do that opens everything else, the heaviest first."""
    found: list[Power] = []
    for permission in held_by(identity, estate):
        granted = permission.granted
        if isinstance(granted, Known) and granted.value in _ADMINISTRATORS and not permission.objects:
            found.append(Power(f"do nearly everything ({granted.value})", granted.at))
        found.extend(power for each in permission.statements if (power := _of_statement(each)) is not None)
    found.extend(Power(each.words, each.places[0]) for each in escalations_of(identity, estate))
    return tuple(dict.fromkeys(sorted(found, key=lambda each: "everything" not in each.words)))


def _of_statement(statement: Statement) -> Power | None:
    if not statement.allows or statement.conditions or statement.all_but_actions or statement.all_but_resources:
        return None
    if not any(known_value(each) == "*" for each in statement.resources):
        return None
    actions = [each.value.lower() for each in statement.actions if isinstance(each, Known)]
    if _EVERYTHING.intersection(actions):
        return Power("do everything", statement.at)
    return next((Power(_HEAVY[each], statement.at) for each in actions if each in _HEAVY), None)
