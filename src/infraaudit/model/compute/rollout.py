"""How a platform replaces the copies of a workload, and how a job is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Rollout:
    """How copies are replaced by new ones. Times are in seconds.

    ``strategy`` is the platform's own word (``RollingUpdate``, ``Recreate``, ``OnDelete``, ``Canary``, ``BlueGreen``).
    ``max_unavailable`` and ``max_surge`` are counts, or shares written with a percent sign; both are absent where the
    strategy knows none. ``partition`` is the ordinal below which nothing is replaced. ``parallel`` tells that the
    copies of a stateful workload are started and stopped at once. ``auto_stop`` says what ends or turns back a bad
    rollout by itself, if anything does.
    """

    strategy: Maybe[str]
    max_unavailable: Maybe[str]
    max_surge: Maybe[str]
    min_ready: Maybe[int]
    progress_deadline: Maybe[int]
    at: Span
    history_limit: Maybe[int] | None = None
    partition: Maybe[int] | None = None
    parallel: Maybe[bool] | None = None
    auto_stop: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How something that runs once, or by the clock, is run. Times are in seconds.

    ``cron`` is absent for a job that has no clock of its own. ``concurrency`` is what happens when the last run is
    still going (``Allow``, ``Forbid``, ``Replace``). ``restart`` is what happens to a failed copy, ``backoff_limit``
    how often it is tried again.
    """

    cron: Maybe[str]
    time_zone: Maybe[str]
    concurrency: Maybe[str]
    suspended: Maybe[bool]
    starting_deadline: Maybe[int]
    active_deadline: Maybe[int]
    backoff_limit: Maybe[int]
    keep_finished: Maybe[int]
    completions: Maybe[int]
    parallelism: Maybe[int]
    restart: Maybe[str]
    at: Span
    successes_kept: Maybe[int] | None = None
    failures_kept: Maybe[int] | None = None
