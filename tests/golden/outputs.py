"""The outputs of the example shop in every format. ``python -m tests.golden.outputs`` writes them anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from infraaudit.audit import Settings, audit
from infraaudit.reports import json_, mermaid, sarif, text
from infraaudit.reports.drawing import drawing_of, failing_parts

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "fixtures" / "stacks" / "shop"
GOLDEN = ROOT / "fixtures" / "golden" / "shop"
TODAY = date(2026, 8, 1)
WIDTH = 100


def outputs() -> dict[str, str]:
    """Return each output under the name of its file."""
    result = audit(SHOP, Settings(today=TODAY))
    return {
        "report.txt": text.render(result, width=WIDTH, colour=False),
        "report.json": json_.render(result),
        "report.sarif": sarif.render(result),
        "model.mmd": mermaid.render(drawing_of(result.estate, failing=failing_parts(result))),
    }


def main() -> None:
    """Write the golden files."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, content in outputs().items():
        (GOLDEN / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
