"""Measures the budgets of large Terraform configurations: ``python -m tests.bench.budgets [FOLDER ...]``.

Folders given are measured beside the generated ones, against the budget of a large real module.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.configurations import write_instances, write_keys, write_modules
from tests.bench.measure import measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEBIBYTE = 1024 * 1024
COPIES = 500


@dataclass(frozen=True, slots=True)
class Budget:
    """What one case may cost."""

    case: str
    folder: Path
    seconds: float
    mebibytes: float


def _budgets(target: Path, folders: Sequence[str]) -> Iterator[Budget]:
    lines = write_modules(target / "modules", 1000)
    yield Budget(f"1,000 modules, {lines:,} lines, 6 deep", target / "modules", 60, 400)
    write_keys(target / "keys", 10_000)
    yield Budget("for_each of 10,000 equal", target / "keys", 5, 300)
    write_keys(target / "distinct", 10_000, distinct=True)
    yield Budget("for_each of 10,000, none equal", target / "distinct", 5, 300)
    for copies in (COPIES, 2 * COPIES):
        write_instances(target / f"count{copies}", copies)
        yield Budget(f"100 resources x count {copies}", target / f"count{copies}", 5, 300)
    for folder in folders:
        yield Budget(Path(folder).name, Path(folder), 15, 250)


def main(words: Sequence[str]) -> int:
    """Run each case three times and print the figures beside what is wanted; return 1 where one is missed."""
    program = str(Path(sys.executable).with_name("infraaudit"))
    missed = False
    counted: list[float] = []
    with tempfile.TemporaryDirectory() as target:
        for budget in _budgets(Path(target), words):
            runs = measure([program, "scan", str(budget.folder), "--fail-on", "never"], 3)
            cost, memory = runs.processor, runs.peak / MEBIBYTE
            met = cost <= budget.seconds and memory <= budget.mebibytes
            missed = missed or not met
            figures = f"{cost:6.2f} s of {budget.seconds:g}  {memory:6.0f} MiB of {budget.mebibytes:g}"
            print(f"{budget.case:<42}{figures}  {'met' if met else 'missed'}")
            if "x count" in budget.case:
                counted.append(cost)
    ratio = counted[1] / counted[0]
    print(f"{'twice the count : once':<42}{ratio:6.2f} of 1.2  {'met' if ratio <= 1.2 else 'missed'}")
    return int(missed or ratio > 1.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
