"""Which reports a run writes, and where to."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infraaudit.cli.exits import UsageError
from infraaudit.cli.streams import source_width, tell, wants_colour, width, write

if TYPE_CHECKING:
    from infraaudit.cli.choices import Colour
    from infraaudit.engine.result import Result

FORMATS = ("text", "json", "sarif")


@dataclass(frozen=True, slots=True)
class Output:
    """One report: its format, and the file it goes to; ``None`` is stdout."""

    format: str
    target: Path | None


@dataclass(frozen=True, slots=True)
class Looks:
    """How the text report looks."""

    colour: Colour
    explain: bool
    quiet: bool


def outputs_of(words: list[str], output: Path | None) -> tuple[Output, ...]:
    """Read the values of ``--format``, each ``NAME`` or ``NAME=FILE``, and of ``--output``.

    Raises :class:`UsageError` for an unknown format, two reports on stdout, and two in one file.
    """
    outputs = tuple(_output(word) for word in words or ["text"])
    on_stdout = [each for each in outputs if each.target is None]
    if len(on_stdout) > 1:
        names = " and ".join(each.format for each in on_stdout)
        message = (
            f"only one report can go to stdout, not {names}; give the others a file: --format {outputs[-1].format}=FILE"
        )
        raise UsageError(message)
    if output is not None and not on_stdout:
        message = "--output has nothing to write: every --format names a file"
        raise UsageError(message)
    outputs = tuple(Output(each.format, each.target or output) for each in outputs)
    targets = [each.target for each in outputs if each.target is not None]
    if len(set(targets)) < len(targets):
        message = "two reports cannot go to one file"
        raise UsageError(message)
    return outputs


def _output(word: str) -> Output:
    from infraaudit.config import near_match  # noqa: PLC0415 - only a command that runs needs it

    name, equals, file = word.partition("=")
    if name not in FORMATS:
        message = f"unknown format {name!r}{near_match(name, FORMATS)} (known: {', '.join(FORMATS)})"
        raise UsageError(message)
    if equals and not file:
        message = f"--format {name}= names no file"
        raise UsageError(message)
    return Output(name, Path(file) if file else None)


def write_reports(result: Result, outputs: tuple[Output, ...], looks: Looks) -> None:
    """Render and write every report."""
    for output in outputs:
        write(_render(result, output, looks), output.target)


def write_statistics(result: Result) -> None:
    """Write to stderr how much of what policies read is known, so that a report on stdout stays whole."""
    from infraaudit.engine.statistics import statistics_of  # noqa: PLC0415 - few runs need it
    from infraaudit.reports import statistics  # noqa: PLC0415 - see above

    sys.stderr.write(statistics.render(statistics_of(result.policies, result.estate)))


def _render(result: Result, output: Output, looks: Looks) -> str:
    if output.format == "json":
        from infraaudit.reports import json_  # noqa: PLC0415 - a run needs one report

        return json_.render(result)
    if output.format == "sarif":
        from infraaudit.reports import sarif  # noqa: PLC0415 - a run needs one report

        left_out = sarif.left_out(result)
        if left_out:
            tell(f"SARIF holds the {sarif.MOST_RESULTS:,} heaviest findings; {left_out:,} lighter ones are left out")
        return sarif.render(result)
    from infraaudit.reports import text  # noqa: PLC0415 - a run needs one report

    to_file = output.target is not None
    colour = wants_colour(looks.colour, to_file=to_file)
    return text.render(
        result,
        width=width(),
        source_width=source_width(),
        colour=colour,
        explain=looks.explain,
        quiet=looks.quiet,
    )
