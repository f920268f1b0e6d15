"""What a run of SARIF says about itself: whether it saw everything, and what it did not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.engine.ledger import PolicyState
from infraaudit.facts.secrets import mask_line
from infraaudit.readers.reading import FileState, UnitState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.engine.result import Result
    from infraaudit.reports.places import Json


def invocation(result: Result, uri: Callable[[str], str], left_out: int) -> Json:
    """Return the invocation: successful where the scan is complete, with a notification for each gap."""
    return {
        "executionSuccessful": result.is_complete,
        "toolExecutionNotifications": [
            *_gaps(result, uri),
            *_crashes(result),
            *_cut(left_out),
            *_remarks(result, uri),
        ],
    }


def _gaps(result: Result, uri: Callable[[str], str]) -> Iterator[Json]:
    ledger = result.ledger
    if ledger.read_nothing:
        yield _notification("nothing-read", "error", "Nothing was found that could be read.")
    for problem in result.unlisted:
        yield _notification("file-gap", "error", f"{problem.at.path}: {problem.message}.", uri(problem.at.path))
    for row in ledger.files:
        if row.state in {FileState.PARTLY, FileState.FAILED}:
            level = "error" if row.state is FileState.FAILED else "warning"
            text = f"{row.path} was read {row.state}: {mask_line(row.why)}."
            if row.state is FileState.FAILED:
                text = f"{row.path} could not be read: {mask_line(row.why)}."
            yield _notification("file-gap", level, text, uri(row.path))
    for unit in ledger.units:
        if unit.state is not UnitState.RESOLVED:
            text = f"{unit.kind} {unit.name} is {unit.state}: {unit.why}."
            yield _notification("unit-gap", "warning", text, uri(unit.path))


def _crashes(result: Result) -> Iterator[Json]:
    for policy in result.ledger.policies:
        if policy.state is PolicyState.CRASHED:
            yield _notification("policy-crash", "error", f"{policy.id} crashed {mask_line(policy.why)}.")


def _cut(left_out: int) -> Iterator[Json]:
    if left_out:
        yield _notification("results-cut", "warning", f"{left_out:,} lighter findings are left out of this report.")


def _remarks(result: Result, uri: Callable[[str], str]) -> Iterator[Json]:
    for remark in result.remarks:
        yield _notification("suppression", "note", f"{remark.at}: {remark.message}.", uri(remark.at.path))


def _notification(identity: str, level: str, text: str, uri: str = "") -> Json:
    notification: Json = {"descriptor": {"id": identity}, "level": level, "message": {"text": text}}
    if uri:
        notification["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": uri}}}]
    return notification
