"""The report for code scanning: SARIF 2.1.0 with what GitHub reads of it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import infraaudit
from infraaudit.reports.line_hash import line_hashes
from infraaudit.reports.sarif_notices import invocation
from infraaudit.reports.sarif_rules import LEVELS, rule
from infraaudit.reports.text_finding import set_by
from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from infraaudit.engine.result import Result
    from infraaudit.engine.verdict import ReportedFinding
    from infraaudit.reports.places import Json, JsonValue
    from infraaudit.source.file import SourceTree
    from infraaudit.source.span import Span

MOST_RESULTS = 5_000
"""GitHub shows this many results of a run."""

MOST_RELATED = 100
"""GitHub keeps this many locations of a result."""

_INFORMATION = "pkg:pypi/infraaudit"
"""The package URL by which registries and inventories know the tool; it holds wherever the sources are hosted."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def left_out(result: Result) -> int:
    """Return how many findings a report leaves out because it may hold no more."""
    return max(len(result.active) - MOST_RESULTS, 0)


def render(result: Result) -> str:
    """Return the report as one JSON object with a line end.

    Paths are relative to the top of the Git checkout that holds the scanned folder, to the folder itself where there
    is none. Suppressed findings are left out, and the lightest of more than ``MOST_RESULTS``.
    """
    paths = _Paths(result.tree)
    findings = result.active[:MOST_RESULTS]
    hashes = _Hashes(result.tree, findings)
    index = {packed.id: number for number, packed in enumerate(result.policies)}
    run: Json = {
        "tool": {
            "driver": {
                "name": "infraaudit",
                "fullName": f"infraaudit {infraaudit.__version__}",
                "informationUri": _INFORMATION,
                "version": infraaudit.__version__,
                "semanticVersion": infraaudit.__version__,
                "rules": [rule(packed) for packed in result.policies],
            }
        },
        "automationDetails": {"id": "infraaudit/"},
        "invocations": [invocation(result, paths.uri, left_out(result))],
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, index[each.policy.id], paths, hashes) for each in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


class _Paths:
    """Turns paths below the scanned folder into URIs below the top of the checkout."""

    def __init__(self, tree: SourceTree) -> None:
        self._folder = tree.root.resolve()
        self._top = next((each for each in (self._folder, *self._folder.parents) if (each / ".git").exists()), None)
        self._known: dict[str, str] = {}

    def uri(self, path: str) -> str:
        """Return the percent-encoded path with links followed, for a checkout knows a file by its own name."""
        if path not in self._known:
            self._known[path] = quote(self._relative(path).as_posix())
        return self._known[path]

    def _relative(self, path: str) -> Path:
        top = self._top or self._folder
        target = (self._folder / path).resolve()
        return target.relative_to(top) if target.is_relative_to(top) else Path(path)


class _Hashes:
    """The hashes of the lines that findings start on; where two findings of a rule share a line, hashes of both."""

    def __init__(self, tree: SourceTree, findings: tuple[ReportedFinding, ...]) -> None:
        lines: dict[str, set[int]] = defaultdict(set)
        for finding in findings:
            lines[finding.at.path].add(finding.at.start_line)
        self._lines = {path: _hashes_of(tree, path, numbers) for path, numbers in lines.items()}
        self._sharing = Counter(_line_of(finding) for finding in findings)

    def of(self, finding: ReportedFinding) -> str:
        """Return the hash of the finding's line, made different by the fingerprint where that line is shared."""
        value = self._lines[finding.at.path].get(finding.at.start_line, "")
        if value and self._sharing[_line_of(finding)] == 1:
            return value
        return blake2b(f"{value} {finding.fingerprint}".encode(), digest_size=8).hexdigest() + ":1"


def _line_of(finding: ReportedFinding) -> tuple[str, str, int]:
    return (finding.policy.id, finding.at.path, finding.at.start_line)


def _hashes_of(tree: SourceTree, path: str, numbers: set[int]) -> dict[int, str]:
    file = tree.open(path)
    return line_hashes(file.text, numbers) if isinstance(file, SourceFile) else {}


@dataclass(frozen=True, slots=True)
class _Beside:
    """A further place of a finding, with the number by which the message links to it."""

    number: int
    at: Span
    label: str


def _result(finding: ReportedFinding, index: int, paths: _Paths, hashes: _Hashes) -> Json:
    beside = _beside(finding)
    result: Json = {
        "ruleId": finding.policy.id,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding, beside)},
        "locations": [{"physicalLocation": _physical(finding.at, paths), "logicalLocations": _logical(finding)}],
        "partialFingerprints": {
            "primaryLocationLineHash": hashes.of(finding),
            "infraauditFinding/v1": finding.fingerprint,
        },
        "properties": {"severity": finding.severity.word},
    }
    if beside:
        result["relatedLocations"] = [
            {"id": each.number, "physicalLocation": _physical(each.at, paths), "message": {"text": each.label}}
            for each in beside
        ]
    if any(each.at.path != finding.at.path for each in beside):
        result["codeFlows"] = [_flow(finding, beside, paths)]
    return result


def _beside(finding: ReportedFinding) -> tuple[_Beside, ...]:
    pairs = [(step.at, set_by(step.what)) for step in finding.at.trail]
    pairs.extend((place.at, place.label) for place in finding.places)
    return tuple(_Beside(number, at, label) for number, (at, label) in enumerate(pairs[:MOST_RELATED], start=1))


def _message(finding: ReportedFinding, beside: tuple[_Beside, ...]) -> str:
    """Return the message, the arithmetic and the links to the further places, as sentences."""
    sentences = [_sentence(finding.message)]
    if finding.sum:
        sentences.append(_sentence(finding.sum))
    if len(finding.instances) > 1:
        sentences.append(f"It affects {len(finding.instances)} instances.")
    if beside:
        sentences.append("See " + ", ".join(f"[{_escaped(each.label)}]({each.number})" for each in beside) + ".")
    return " ".join(sentences)


def _sentence(text: str) -> str:
    escaped = _escaped(text)
    return escaped[:1].upper() + escaped[1:] + ("" if escaped.endswith((".", "!", "?")) else ".")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _physical(at: Span, paths: _Paths) -> Json:
    region: Json = {"startLine": at.start_line, "startColumn": at.start_column}
    if (at.end_line, at.end_column) > (at.start_line, at.start_column):
        region |= {"endLine": at.end_line, "endColumn": at.end_column}
    return {"artifactLocation": {"uri": paths.uri(at.path)}, "region": region}


def _logical(finding: ReportedFinding) -> list[JsonValue]:
    return [
        {"fullyQualifiedName": f"{each.deployment}:{each.address}", "kind": "resource"}
        for each in finding.instances[:MOST_RELATED]
    ]


def _flow(finding: ReportedFinding, beside: tuple[_Beside, ...], paths: _Paths) -> Json:
    """Return the way through the files: the further places, then the one to change."""
    steps = [(each.at, each.label) for each in beside]
    steps.append((finding.at, finding.label or finding.message))
    locations: list[JsonValue] = [
        {"location": {"physicalLocation": _physical(at, paths), "message": {"text": label}}} for at, label in steps
    ]
    return {"threadFlows": [{"locations": locations}]}
