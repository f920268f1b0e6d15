"""Times the command line as whole processes, each time as a ratio to a fixed loop: ``python -m tests.bench.bench``."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.generate import write_estate
from tests.bench.measure import Runs, calibrate, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOP = Path(__file__).parents[2] / "fixtures" / "stacks" / "shop"
OURS = "infraaudit"
THREE_LINES = """\
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
"""
MEBIBYTE = 1024 * 1024
INCOMPLETE = 3
EXPECTED_CODES = {OURS: {0, 1, INCOMPLETE}, "checkov": {0, 1}, "trivy": {0}}
"""What a run that did its work may answer: a scanner with findings to report does not answer 0."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to run and how often."""

    ours: str
    peers: dict[str, str]
    runs: int
    estate_runs: int
    peer_runs: int
    modules: int


@dataclass(frozen=True, slots=True)
class Row:
    """One program on one input. ``unit`` is what the fixed loop took, in seconds."""

    case: str
    program: str
    runs: Runs
    unit: float

    @property
    def ratios(self) -> tuple[float, float, float]:
        """Median, least and most time on the clock, in turns of the fixed loop."""
        middle, least, most = self.runs.wall
        return middle / self.unit, least / self.unit, most / self.unit

    @property
    def expected(self) -> bool:
        """Whether every run ended as a run that did its work ends."""
        return set(self.runs.codes) <= EXPECTED_CODES[self.program]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two figures of one run set against each other, and what is wanted of the result."""

    what: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def verdict(self) -> str:
        """Say whether the wish is met."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}: {'met' if self.value <= self.at_most else 'missed'}"
        if self.at_least is not None:
            return f"at least {self.at_least:g}: {'met' if self.value >= self.at_least else 'missed'}"
        return ""


class Bench:
    """Runs the cases one after the other and keeps the rows; the fixed loop is timed again before each of them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._turns: list[float] = []
        self._measured: list[tuple[str, str, Runs]] = []

    def start(self) -> None:
        """Time what a run costs before it has anything to do."""
        self._measure("cold start", OURS, [self._options.ours, "--help"], self._options.runs)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "main.tf")
            file.write_text(THREE_LINES)
            self._measure("three lines", OURS, [self._options.ours, "scan", str(file)], self._options.runs)

    def folder(self, case: str, folder: Path, runs: int, *, peers: bool) -> None:
        """Time the scan of a folder, and that of the peers beside it."""
        self._measure(case, OURS, [self._options.ours, "scan", str(folder)], runs)
        for program, path in self._options.peers.items() if peers else ():
            with tempfile.TemporaryDirectory() as cache:
                command = _peer_command(program, path, folder, cache)
                self._measure(case, program, command, self._options.peer_runs)

    def _measure(self, case: str, program: str, command: Sequence[str], runs: int) -> None:
        print(f"{case}: {program} ...", file=sys.stderr)
        self._turns.extend(calibrate())
        self._measured.append((case, program, measure(command, runs)))

    def rows(self) -> list[Row]:
        """Return what was measured, in one unit for all."""
        return [Row(case, program, runs, self.unit) for case, program, runs in self._measured]

    @property
    def unit(self) -> float:
        """The median seconds of the fixed loop."""
        return median(self._turns)


def _peer_command(program: str, path: str, folder: Path, cache: str) -> list[str]:
    if program == "checkov":
        return [path, "-d", str(folder), "--skip-download", "-o", "json", "--quiet"]
    return [path, "config", "--quiet", "--skip-check-update", "--cache-dir", cache, "-f", "json", str(folder)]


def _estate_case(modules: int) -> str:
    return f"{modules} modules"


def _compare(rows: Sequence[Row], modules: int) -> list[Comparison]:
    by_key = {(row.case, row.program): row for row in rows}
    once, twice = by_key[_estate_case(modules), OURS], by_key[_estate_case(2 * modules), OURS]
    found = [
        Comparison("cold start, seconds", by_key["cold start", OURS].runs.wall[0], at_most=0.3),
        Comparison(f"{2 * modules} modules : {modules} modules", twice.runs.wall[0] / once.runs.wall[0], at_most=2.1),
    ]
    for (case, program), row in by_key.items():
        if program != OURS:
            wish = 20.0 if program == "checkov" else 1.0
            ratio = row.runs.wall[0] / by_key[case, OURS].runs.wall[0]
            found.append(Comparison(f"{program} : {OURS}, {case}", ratio, at_least=wish))
    return found


def _table(rows: Sequence[Row], comparisons: Sequence[Comparison], unit: float) -> str:
    heads = ("case", "program", "runs", "median", "least", "most", "cpu", "seconds", "peak MiB", "exit")
    body = [
        (
            row.case,
            row.program,
            str(len(row.runs.members)),
            *(f"{ratio:.1f}" for ratio in row.ratios),
            f"{row.runs.processor / row.unit:.1f}",
            f"{row.runs.wall[0]:.2f}",
            f"{row.runs.peak / MEBIBYTE:.0f}",
            ",".join(map(str, row.runs.codes)) + ("" if row.expected else " !"),
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in (heads, *body)) for column in range(len(heads))]
    lines = [_line(line, widths) for line in (heads, *body)]
    width = max(len(each.what) for each in comparisons)
    against = [f"{each.what:<{width}}  {each.value:8.2f}  {each.verdict}".rstrip() for each in comparisons]
    note = f"median, least, most and cpu are in turns of the fixed loop; one turn took {unit * 1000:.1f} ms"
    return "\n".join([*lines, "", note, "", *against])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    words = 2
    padded = [
        cell.ljust(width) if column < words else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _document(rows: Sequence[Row], comparisons: Sequence[Comparison], unit: float) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "unit_seconds": unit,
        "rows": [
            {
                "case": row.case,
                "program": row.program,
                "runs": len(row.runs.members),
                "ratio": dict(zip(("median", "least", "most"), row.ratios, strict=True)),
                "cpu_ratio": row.runs.processor / row.unit,
                "seconds": row.runs.wall[0],
                "peak_bytes": row.runs.peak,
                "exit_codes": list(row.runs.codes),
                "expected": row.expected,
            }
            for row in rows
        ],
        "comparisons": [{"what": each.what, "value": each.value, "verdict": each.verdict} for each in comparisons],
    }


def _complaints(rows: Sequence[Row]) -> list[str]:
    """Say which runs did not do their work, and which of ours could not read everything."""
    lines = []
    for row in rows:
        if not row.expected:
            lines.append(f"{row.program} on {row.case} answered {row.runs.codes}: {row.runs.members[-1].complaint}")
        elif row.program == OURS and INCOMPLETE in row.runs.codes:
            lines.append(f"{row.program} on {row.case} could not read everything (exit code {INCOMPLETE})")
    return lines


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    beside = Path(sys.executable).with_name(OURS)
    parser = argparse.ArgumentParser(description="Times infraaudit, and its peers where they are installed.")
    parser.add_argument("--infraaudit", default=str(beside) if beside.exists() else OURS, metavar="PROGRAM")
    parser.add_argument("--checkov", default=shutil.which("checkov"), metavar="PROGRAM")
    parser.add_argument("--trivy", default=shutil.which("trivy"), metavar="PROGRAM")
    parser.add_argument("--no-peers", action="store_true", help="leave checkov and trivy out")
    parser.add_argument("--runs", type=int, default=7, help="runs of the small cases (default: %(default)s)")
    parser.add_argument("--estate-runs", type=int, default=3, help="runs of the estates (default: %(default)s)")
    parser.add_argument("--peer-runs", type=int, default=3, help="runs of each peer (default: %(default)s)")
    parser.add_argument("--modules", type=int, default=200, help="modules of the estate (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON as well")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Run all cases; return 1 when a program did not do its work."""
    arguments = _arguments(words)
    named = {} if arguments.no_peers else {"checkov": arguments.checkov, "trivy": arguments.trivy}
    peers = {program: path for program, path in named.items() if path}
    options = Options(
        arguments.infraaudit, peers, arguments.runs, arguments.estate_runs, arguments.peer_runs, arguments.modules
    )
    bench = Bench(options)
    bench.start()
    bench.folder("shop", SHOP, options.runs, peers=True)
    for modules in (options.modules, 2 * options.modules):
        with tempfile.TemporaryDirectory() as folder:
            estate = write_estate(Path(folder), modules)
            print(f"{modules} modules: {estate.files} files, {estate.size / MEBIBYTE:.1f} MiB", file=sys.stderr)
            bench.folder(_estate_case(modules), Path(folder), options.estate_runs, peers=modules == options.modules)
    rows = bench.rows()
    comparisons = _compare(rows, options.modules)
    print(_table(rows, comparisons, bench.unit))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(_document(rows, comparisons, bench.unit), indent=2) + "\n")
    for line in _complaints(rows):
        print(line, file=sys.stderr)
    return 0 if all(row.expected for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
