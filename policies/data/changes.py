"""Whether a change of a store happens when its owner wants it, and no other change with it."""

from infraaudit.model import Datastore, Environment, Estate, Known, Upkeep
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    policy,
)


def _has_flags(store: Datastore, _: Estate) -> Exclusion | None:
    if store.upkeep is None or (store.upkeep.immediate is None and store.upkeep.major is None):
        return Exclusion(Reason.MANAGED, "its kind has no flag by which changes are let through")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"a change may interrupt it there: {store.deployment.evidence}")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_has_flags,
    holds="flags for one planned change are taken back afterwards",
    insight=True,
)
def risky_engine_change_flags(store: Datastore) -> Findings:
    """A flag that is meant for one planned change of a store is left on.

    Why: with allow_major_version_upgrade the next apply raises the database to whatever major version is the newest by
    then, and there is no way back. With apply_immediately a change of class or parameters restarts production in the
    middle of the day.

    Fix: take the flag back after the change, write the major version down, and let the weekly window take changes.

    Quiet when: it is not production; that changes are applied at once is told only where something says production.

    See: Amazon RDS user guide, Upgrading a DB instance engine version; Modifying an Amazon RDS DB instance.
    """
    upkeep = store.upkeep
    if upkeep is None:
        return
    yield from _raised_unasked(store, upkeep)
    if upkeep.immediate is None or store.deployment.environment is not Environment.PRODUCTION:
        return
    at_once = upkeep.immediate.settled()
    if at_once.value:
        window = upkeep.window
        yield Finding(
            at_once.at,
            f"every change of {store} is made at once, also one that restarts it",
            label="the next apply does not wait for the window",
            places=(Place(window.at, f"its window is {window.value}"),) if isinstance(window, Known) else (),
            factors=(at_most(Severity.LOW, "only some changes restart it"),),
            part="immediate",
        )


def _raised_unasked(store: Datastore, upkeep: Upkeep) -> Findings:
    """Report that another major version is let through, and that the version asked for is whichever is the newest."""
    if upkeep.major is None or upkeep.newest is None:
        return
    let_through = upkeep.major.settled()
    if not let_through.value:
        return
    newest = upkeep.newest.settled()
    if newest.value:
        yield Finding(
            let_through.at,
            f"{store} is raised to whichever major version is the newest on the day of an apply",
            label="another major version is let through",
            places=(Place(newest.at, "the version is looked up, and no major one is given"),),
            part="major",
        )
