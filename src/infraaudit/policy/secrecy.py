"""What the policies on places of secrets share: which of a place's values they speak of, and how a finding says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import EntryState, SecretSite, Tracking
from infraaudit.policy.finding import Finding, Place, Severity
from infraaudit.policy.grades import at_most
from infraaudit.policy.scopes import Exclusion, Reason

if TYPE_CHECKING:
    from infraaudit.model import Estate, SecretEntry
    from infraaudit.policy.finding import Factor, Findings

_MOST_NAMED = 4


def with_own_secrets(site: SecretSite, _: Estate) -> Exclusion | None:
    """Hold places whose secrets only the names of their keys tell: of the others a policy of their own speaks.

    One value is one finding. A token, a private key or a URL with a password is told by its form wherever it stands,
    and a well-known default by the policy on weak credentials, which knows where it takes effect.
    """
    if site.example:
        return Exclusion(Reason.MANAGED, "its file looks like an example or a test's input")
    if named_secrets(site):
        return None
    if any(each.form is not None for each in site.entries):
        return Exclusion(Reason.MANAGED, "the form of the value tells what it is, and the policy on that speaks of it")
    if site.in_state(EntryState.WEAK):
        return Exclusion(Reason.MANAGED, "a well-known default is judged where it takes effect")
    return None


def named_secrets(site: SecretSite) -> tuple[SecretEntry, ...]:
    """Return the literal secrets of a place that only the names of their keys tell."""
    return tuple(each for each in site.in_state(EntryState.LITERAL) if each.form is None)


def standing_in(site: SecretSite, where: str, *factors: Factor, places: tuple[Place, ...] = ()) -> Findings:
    """Yield the finding on the literal secrets of a place, if it holds any; ``where`` names the place."""
    yield from entries_finding(site, named_secrets(site), where, *factors, places=places)


def entries_finding(
    site: SecretSite, entries: tuple[SecretEntry, ...], where: str, *factors: Factor, places: tuple[Place, ...] = ()
) -> Findings:
    """Yield the finding on some entries of a place, if there are any: at the first, the others as further places."""
    if not entries:
        return
    keys = list(dict.fromkeys(each.key for each in entries))
    named = ", ".join(keys[:_MOST_NAMED]) + (f" and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else "")
    verb = "stands" if len(keys) == 1 else "stand"
    first, *others = entries
    yield Finding(
        first.at,
        f"{named} {verb} in plain text in {where}",
        label=f"value (hidden, {first.length} characters)" if first.length else "value (hidden)",
        places=(*(Place(each.at, f"{each.key} as well") for each in others), *places),
        factors=(*factors, *tracking_factors(site)),
    )


def tracking_factors(site: SecretSite) -> tuple[Factor, ...]:
    """Return what Git says of the file: what it does not track has left nobody's machine."""
    if site.tracking is Tracking.UNTRACKED:
        return (at_most(Severity.LOW, "Git does not track the file"),)
    return ()
