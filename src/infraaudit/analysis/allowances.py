"""How long a copy may take to start before its checks give it up, and how long what it does first takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import Absent, Known, Server, StepKind, Unknown, UnsettledError

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Probe, Process, StartStep

_TABLE = "start_times"


@dataclass(frozen=True, slots=True)
class Allowance:
    """The seconds that a check gives: a delay, and a number of failures at a distance of so many seconds each."""

    delay: Known[int]
    period: Known[int]
    failures: Known[int]

    @property
    def seconds(self) -> int:
        """All of them together."""
        return self.delay.value + self.period.value * self.failures.value


def allowance_of(probe: Probe, safe: str = "") -> Allowance:
    """Return what a check gives. Ends the check of a policy where one of its numbers cannot be told.

    ``safe`` are the words that the doubt then adds to say what would be enough.
    """
    return Allowance(
        _number(probe, probe.initial_delay, "kubernetes.probe_delay", safe),
        _number(probe, probe.period, "kubernetes.probe_period", safe),
        _number(probe, probe.failure_threshold, "kubernetes.probe_failures", safe),
    )


def _number(probe: Probe, value: Maybe[int] | None, row: str, safe: str) -> Known[int]:
    if isinstance(value, Unknown):
        raise UnsettledError(replace(value, why=f"{value.why}; {safe}") if safe else value)
    if isinstance(value, Known):
        return value
    stated = fact("defaults", row)
    at = value.at if isinstance(value, Absent) else probe.at
    return Known(int(stated.value), at, stated=False, fact=stated.words)


@dataclass(frozen=True, slots=True)
class StartTime:
    """About how long a start takes in seconds, and the longest part of it."""

    seconds: int
    step: StartStep | None
    fact: str


def start_time_of(process: Process) -> StartTime | None:
    """Return about how long a start takes, ``None`` where nothing is known to take longer than usual."""
    rows = table(_TABLE)
    slow = [step for step in process.steps if step.certain and step.kind is not StepKind.WAIT]
    parts = [rows["migration" if step.kind is StepKind.MIGRATION else "assets"] for step in slow]
    if process.server is Server.JAVA:
        parts.append(rows["java"])
    if not parts:
        return None
    seconds = rows["program"]["seconds"] + sum(row["seconds"] for row in parts)
    return StartTime(int(seconds), slow[0] if slow else None, parts[0].words)
