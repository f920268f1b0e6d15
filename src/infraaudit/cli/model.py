"""``infraaudit model``: what was understood of a system, without a judgement."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infraaudit.cli.choices import Colour, FailOn, ModelFormat
from infraaudit.cli.exits import UsageError, exit_code, usage_errors
from infraaudit.cli.inputs import GivenInputs, with_inputs
from infraaudit.cli.paths import hint_at_gaps
from infraaudit.cli.streams import source_width, wants_colour, width, write

if TYPE_CHECKING:
    from infraaudit.engine.result import Result

_JUDGED = frozenset({ModelFormat.MERMAID, ModelFormat.DOT})
"""The forms that mark what fails."""


@with_inputs
def model(
    path: Annotated[Path, typer.Argument(help="The folder or file to read.", show_default=True)] = Path(),
    *,
    format_: Annotated[ModelFormat, typer.Option("--format", help="How to write it.")] = ModelFormat.JSON,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here, not to stdout.")
    ] = None,
    deployment: Annotated[
        str, typer.Option(metavar="ID", help="Show only this deployment (for all but json).", show_default=False)
    ] = "",
    inputs: GivenInputs,
) -> None:
    """Print the model of a system: what runs, what keeps data, and how they hang together.

    A picture marks the parts of which something of at least medium weight was found.
    """
    from infraaudit.audit import audit  # noqa: PLC0415 - the help must not wait for it
    from infraaudit.cli.settings import settings_for  # noqa: PLC0415 - see above
    from infraaudit.config import near_match  # noqa: PLC0415 - see above

    with usage_errors():
        settings, _ = settings_for(path, inputs)
        result = audit(path, settings if format_ in _JUDGED else replace(settings, packs=()))
    known = {entity.deployment.id for entity in result.estate.entities}
    if deployment and deployment not in known:
        message = f"unknown deployment {deployment!r}{near_match(deployment, known)}"
        raise UsageError(message)
    write(_written(result, format_, deployment), output)
    hint_at_gaps(result, path)
    raise typer.Exit(exit_code(result, FailOn.NEVER))


def _written(result: Result, format_: ModelFormat, deployment: str) -> str:
    from infraaudit.reports import dot, drawing, mermaid, model_json, system  # noqa: PLC0415 - a run needs one of them
    from infraaudit.reports.style import Style  # noqa: PLC0415 - see above

    match format_:
        case ModelFormat.JSON:
            return model_json.render(result.estate)
        case ModelFormat.TEXT:
            return system.render(result.estate, Style(width(), wants_colour(Colour.AUTO), source_width()), deployment)
        case ModelFormat.MERMAID | ModelFormat.DOT:
            drawn = drawing.drawing_of(result.estate, deployment, drawing.failing_parts(result))
            return mermaid.render(drawn) if format_ is ModelFormat.MERMAID else dot.render(drawn)
