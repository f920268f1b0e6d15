"""``infraaudit simulate``: what would stop, and which budgets would break."""

from pathlib import Path
from typing import Annotated

import typer

from infraaudit.cli.choices import Colour, DocumentFormat, FailOn
from infraaudit.cli.exits import UsageError, exit_code, usage_errors
from infraaudit.cli.inputs import GivenInputs, with_inputs
from infraaudit.cli.paths import hint_at_gaps
from infraaudit.cli.streams import source_width, wants_colour, width, write


@with_inputs
def simulate(  # noqa: PLR0913 - each argument is one option
    path: Annotated[Path, typer.Argument(help="The folder or file to read.", show_default=True)] = Path(),
    *,
    lose: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND:NAME", help="Lose a component, zone or node-pool; may be given several times."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME.FIELD=VALUE", help="Set a number, as in web.replicas=10; may be given repeatedly."
        ),
    ] = None,
    format_: Annotated[DocumentFormat, typer.Option("--format", help="How to write it.")] = DocumentFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here, not to stdout.")
    ] = None,
    color: Annotated[Colour, typer.Option(help="When to write colours.")] = Colour.AUTO,
    inputs: GivenInputs,
) -> None:
    """Tell what would stop with a loss, and which findings would come and go with other numbers."""
    from infraaudit.audit import audit  # noqa: PLC0415 - the help must not wait for it
    from infraaudit.cli.settings import settings_for  # noqa: PLC0415 - see above
    from infraaudit.config import near_match  # noqa: PLC0415 - see above
    from infraaudit.engine.simulate import ChangeError  # noqa: PLC0415 - see above
    from infraaudit.engine.simulate import simulate as simulated  # noqa: PLC0415 - see above
    from infraaudit.reports import simulation as report  # noqa: PLC0415 - see above
    from infraaudit.reports.style import Style  # noqa: PLC0415 - see above

    if not lose and not settings:
        message = "nothing to simulate: give --lose KIND:NAME or --set NAME.FIELD=VALUE"
        raise UsageError(message)
    with usage_errors():
        result = audit(path, settings_for(path, inputs)[0])
    try:
        simulation = simulated(result.estate, result.policies, lose or (), settings or ())
    except ChangeError as error:
        message = f"{error}{near_match(error.word, error.known) if error.word else ''}"
        raise UsageError(message) from error
    style = Style(width(), wants_colour(color, to_file=output is not None), source_width())
    as_text = format_ is DocumentFormat.TEXT
    write(report.render(simulation, result, style) if as_text else report.render_json(simulation), output)
    hint_at_gaps(result, path)
    raise typer.Exit(exit_code(result, FailOn.NEVER))
