"""``infraaudit policies``: the list of all policies."""

from pathlib import Path
from typing import Annotated

import typer

from infraaudit.cli.choices import Colour, DocumentFormat
from infraaudit.cli.exits import UsageError, usage_errors
from infraaudit.cli.streams import wants_colour, width, write


def policies(
    *,
    area: Annotated[list[str] | None, typer.Option(help="Only this area; may be given several times.")] = None,
    format_: Annotated[DocumentFormat, typer.Option("--format", help="How to write it.")] = DocumentFormat.TEXT,
    folders: Annotated[
        list[Path] | None,
        typer.Option("--policies", metavar="DIR", help="A folder of policies besides the built-in ones."),
    ] = None,
    color: Annotated[Colour, typer.Option(help="When to write colours.")] = Colour.AUTO,
) -> None:
    """List the policies."""
    from infraaudit.config import near_match  # noqa: PLC0415 - the help must not wait for it
    from infraaudit.engine.pack import built_in_folder, load_packs  # noqa: PLC0415 - see above
    from infraaudit.reports.catalogue import policies_json, policies_text  # noqa: PLC0415 - see above

    with usage_errors():
        packed = load_packs((built_in_folder(), *(folders or ())))
    areas = {each.area for each in packed}
    for name in area or ():
        if name not in areas:
            message = f"unknown area {name!r}{near_match(name, areas)} (known: {', '.join(sorted(areas))})"
            raise UsageError(message)
    chosen = tuple(sorted((each for each in packed if not area or each.area in area), key=lambda each: each.id))
    if format_ is DocumentFormat.JSON:
        write(policies_json(chosen), None)
    else:
        write(policies_text(chosen, width=width(), colour=wants_colour(color)), None)
