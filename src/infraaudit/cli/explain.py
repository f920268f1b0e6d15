"""``infraaudit explain``: the documentation of one policy."""

from pathlib import Path
from typing import Annotated

import typer

from infraaudit.cli.choices import Colour, DocumentFormat
from infraaudit.cli.exits import usage_errors
from infraaudit.cli.streams import wants_colour, width, write


def explain(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id or the bare name of a policy.")],
    *,
    format_: Annotated[DocumentFormat, typer.Option("--format", help="How to write it.")] = DocumentFormat.TEXT,
    policies: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="A folder of policies besides the built-in ones.")
    ] = None,
    color: Annotated[Colour, typer.Option(help="When to write colours.")] = Colour.AUTO,
) -> None:
    """Tell what a policy looks for, why, and how to repair what it finds."""
    from infraaudit.engine.pack import built_in_folder, load_packs  # noqa: PLC0415 - the help must not wait for it
    from infraaudit.engine.select import find_policy  # noqa: PLC0415 - see above
    from infraaudit.reports.catalogue import policy_json, policy_text  # noqa: PLC0415 - see above
    from infraaudit.reports.examples import examples_of  # noqa: PLC0415 - see above

    with usage_errors():
        packed = find_policy(load_packs((built_in_folder(), *(policies or ()))), identity)
    examples = examples_of(packed)
    if format_ is DocumentFormat.JSON:
        write(policy_json(packed, examples), None)
    else:
        write(policy_text(packed, examples, width=width(), colour=wants_colour(color)), None)
