"""``infraaudit scan``: audit a folder and report."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from infraaudit.cli.choices import Colour, FailOn, ProfileName
from infraaudit.cli.exits import Exit, exit_code, usage_errors
from infraaudit.cli.inputs import GivenInputs, with_inputs
from infraaudit.cli.outputs import Looks, outputs_of, write_reports, write_statistics
from infraaudit.cli.paths import hint_at_gaps


@with_inputs
def scan(  # noqa: PLR0913 - each argument is one option
    path: Annotated[Path, typer.Argument(help="The folder or file to audit.", show_default=True)] = Path(),
    *,
    format_: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="NAME[=FILE]", help="text, json or sarif; may be given several times."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report here, not to stdout.")
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="ID|AREA", help="Run only these policies; may be given several times.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="ID|AREA", help="Leave these policies out; may be given several times.")
    ] = None,
    profile: Annotated[ProfileName | None, typer.Option(help="Which policies are in use.")] = None,
    fail_on: Annotated[FailOn | None, typer.Option(help="The severity from which findings fail the run.")] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="End with 0 whatever was found and whatever could not be read.")
    ] = False,
    policies: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A folder of policies besides the built-in ones. Its Python code is run."),
    ] = None,
    color: Annotated[Colour, typer.Option(help="When to write colours.")] = Colour.AUTO,
    stats: Annotated[
        bool,
        typer.Option(
            "--stats", help="Tell on stderr how much of what policies read is known, and why the rest is not."
        ),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain-exclusions", "-v", help="Tell whom the policies do not concern, and why.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only findings, gaps and the sum; nothing on stderr.")
    ] = False,
    inputs: GivenInputs,
) -> None:
    """Audit a folder or a file as one system, and report."""
    from infraaudit.audit import audit  # noqa: PLC0415 - the help must not wait for it
    from infraaudit.cli.settings import settings_for  # noqa: PLC0415 - see above
    from infraaudit.engine.pack import built_in_folder  # noqa: PLC0415 - see above
    from infraaudit.policy import Profile  # noqa: PLC0415 - see above

    with usage_errors():
        outputs = outputs_of(format_ or [], output)
        settings, found = settings_for(path, inputs)
        settings = replace(
            settings,
            select=tuple(select or found.select),
            ignore=tuple(ignore or found.ignore),
            profile=Profile(profile or found.profile),
            packs=(built_in_folder(), *(policies or ())),
        )
        result = audit(path, settings)
    write_reports(result, outputs, Looks(color, explain, quiet))
    if stats:
        write_statistics(result)
    if not quiet:
        hint_at_gaps(result, path)
    raise typer.Exit(Exit.CLEAN if exit_zero else exit_code(result, fail_on or FailOn(found.fail_on)))
