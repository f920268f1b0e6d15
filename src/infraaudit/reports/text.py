"""The report for a person: findings like a compiler's messages, then what could not be told and was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.reports.masking import Masks
from infraaudit.reports.style import Style
from infraaudit.reports.text_coverage import (
    excluded_lines,
    gap_lines,
    remark_lines,
    summary_lines,
    unknown_lines,
)
from infraaudit.reports.text_finding import finding_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.engine.result import Result


def render(
    result: Result,
    *,
    width: int,
    colour: bool,
    source_width: int = 0,
    explain: bool = False,
    quiet: bool = False,
) -> str:
    """Return the whole report, ending in a line end.

    ``width`` is in cells, and ``source_width`` that of source lines where it is another one. ``explain`` adds whom the
    policies do not concern and why; ``quiet`` keeps only findings, what was not covered, and the sum. Findings that a
    suppression covers are counted and not shown.
    """
    style = Style(width, colour, source_width or width)
    paragraphs = [list(lines) for lines in _paragraphs(result, style, explain=explain, quiet=quiet)]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def _paragraphs(result: Result, style: Style, *, explain: bool, quiet: bool) -> Iterator[Iterator[str]]:
    masks = Masks(result.estate)
    for finding in result.active:
        yield finding_lines(finding, result.tree, masks, style)
    if explain:
        yield excluded_lines(result, style)
    if not quiet:
        yield unknown_lines(result, style)
        yield remark_lines(result, style)
    yield gap_lines(result, style)
    yield summary_lines(result, style)
