"""Builds results by hand: files from text, places by the words that stand there, findings from a policy of one line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from infraaudit.engine.ledger import Ledger, PolicyRow, PolicyState
from infraaudit.engine.pack import PackedPolicy
from infraaudit.engine.result import Result
from infraaudit.engine.verdict import Instance, Outcome, ReportedFinding, Unsettled, Verdict
from infraaudit.model import Deployment, Entity, Environment, Estate, Opaque
from infraaudit.policy import Effort, Exclusion, Findings, Severity, policy
from infraaudit.readers.reading import FileRow, FileState
from infraaudit.source.file import SourceFile, SourceTree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.policy import Policy
    from infraaudit.source.span import Span

DEPLOYMENT = Deployment("kubernetes:k8s", "k8s")


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="every service runs two copies or more",
    equivalents=("kube-score:deployment-replicas", "CKV_X_1"),
)
def single_copy(_: Opaque) -> Findings:
    """A service runs as one copy.

    Why: one crash takes the whole service down.

    Fix: ask for two copies or more.

    See: the handbook.
    """
    yield from ()


def packed(area: str = "resilience", checked: Policy = single_copy) -> PackedPolicy:
    return PackedPolicy(f"{area}/{checked.name}", area, "replicas", Path(f"policies/{area}/replicas.py"), checked)


def tree(files: dict[str, str], root: Path = Path()) -> SourceTree:
    opened: dict[str, Any] = {path: SourceFile(path, dedent(text).lstrip("\n")) for path, text in files.items()}
    return SourceTree(root, tuple(sorted(opened)), (), opened)


def place(source: SourceTree, path: str, words: str) -> Span:
    """Return where these words stand first in a file."""
    file = source.open(path)
    assert isinstance(file, SourceFile)
    start = file.text.index(words)
    return file.span_of_text(start, start + len(words))


def finding(
    at: Span,
    message: str = "Deployment web runs 1 copy",
    **changes: Any,  # noqa: ANN401 - whatever a field takes
) -> ReportedFinding:
    fields: dict[str, Any] = {
        "policy": packed(),
        "severity": Severity.HIGH,
        "factors": (),
        "at": at,
        "message": message,
        "label": "",
        "places": (),
        "operands": (),
        "sum": "",
        "fix": "ask for two copies or more",
        "instances": (instance("Deployment/shop/web"),),
        "fingerprint": "0123456789abcdef",
    }
    return ReportedFinding(**{**fields, **changes})


def instance(address: str, deployment: str = DEPLOYMENT.id) -> Instance:
    return Instance(address, deployment, Environment.UNKNOWN)


def subject(at: Span, name: str = "web") -> Entity:
    return Opaque(
        address=f"Deployment/shop/{name}", kind="Deployment", name=name, at=at, deployment=DEPLOYMENT, type="x"
    )


def unknown(at: Span, why: str, name: str = "web") -> Verdict:
    return Verdict(packed(), subject(at, name), Outcome.UNKNOWN, unsettled=Unsettled(why, at))


def passed(at: Span, name: str = "web") -> Verdict:
    return Verdict(packed(), subject(at, name), Outcome.PASS)


def excluded(at: Span, exclusion: Exclusion, name: str = "web") -> Verdict:
    return Verdict(packed(), subject(at, name), Outcome.NOT_APPLICABLE, exclusion=exclusion)


def result(
    source: SourceTree,
    findings: Iterable[ReportedFinding] = (),
    **changes: Any,  # noqa: ANN401 - whatever a field takes
) -> Result:
    found = tuple(findings)
    rows = tuple(FileRow(path, "kubernetes", FileState.PARSED) for path in source.paths)
    policies = tuple({each.policy.id: each.policy for each in found}.values()) or (packed(),)
    ran = tuple(PolicyRow(each.id, PolicyState.RAN, failed=1) for each in policies)
    fields: dict[str, Any] = {
        "tree": source,
        "estate": Estate(()),
        "policies": policies,
        "verdicts": (),
        "findings": found,
        "remarks": (),
        "ledger": Ledger(rows, (), ran, ()),
    }
    return Result(**{**fields, **changes})
