"""``infraaudit scan``: audit a folder and report."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infraaudit.cli.choices import Colour, FailOn, ProfileName
from infraaudit.cli.exits import Exit, exit_code, usage_errors
from infraaudit.cli.outputs import Looks, outputs_of, write_reports, write_statistics
from infraaudit.cli.paths import existing, hint_at_gaps


def scan(  # noqa: PLR0913 - each argument is one option
    context: typer.Context,
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
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Leave these paths out, written as in .gitignore."),
    ] = None,
    var_file: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Take values of Terraform variables from this file, as terraform does."),
    ] = None,
    var: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Set a Terraform variable; of values and files the later wins."),
    ] = None,
    workspace: Annotated[
        str, typer.Option(metavar="NAME", help="The name of the Terraform workspace.", show_default=False)
    ] = "",
    plan: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Fill what the files leave open from this plan: terraform show -json PLAN."),
    ] = None,
    modules_standalone: Annotated[
        bool, typer.Option("--modules-standalone", help="Judge Terraform modules by themselves too.")
    ] = False,
    helm: Annotated[
        bool,
        typer.Option("--helm", help="Let the helm on PATH render what cannot be decided here; without network."),
    ] = False,
    kubernetes_version: Annotated[
        str | None,
        typer.Option(metavar="1.NN", help="The release of Kubernetes that manifests are meant for."),
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
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Use this configuration file and look for no other.")
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
) -> None:
    """Audit a folder or a file as one system, and report."""
    from infraaudit.audit import Settings, audit  # noqa: PLC0415 - the help must not wait for it
    from infraaudit.cli.configuration import configuration_for, release_of  # noqa: PLC0415 - see above
    from infraaudit.cli.helm import helm_inputs  # noqa: PLC0415 - see above
    from infraaudit.cli.terraform import TerraformOptions, terraform_inputs  # noqa: PLC0415 - see above
    from infraaudit.engine.pack import built_in_folder  # noqa: PLC0415 - see above
    from infraaudit.policy import Profile  # noqa: PLC0415 - see above

    with usage_errors():
        outputs = outputs_of(format_ or [], output)
        found, folder = configuration_for(existing(path), config)
        settings = Settings(
            today=datetime.now(tz=UTC).date(),
            select=tuple(select or found.select),
            ignore=tuple(ignore or found.ignore),
            exclude=tuple(exclude or found.exclude),
            profile=Profile(profile or found.profile),
            packs=(built_in_folder(), *(policies or ())),
            terraform=terraform_inputs(
                path,
                TerraformOptions(
                    words=context.obj or (),
                    files=var_file or (),
                    values=var or (),
                    plans=plan or (),
                    workspace=workspace,
                    standalone=modules_standalone,
                ),
                found.terraform,
                folder,
            ),
            helm=helm_inputs(path, found.charts, folder, start_helm=helm),
            kubernetes_version=release_of(kubernetes_version or found.kubernetes_version),
        )
        result = audit(path, settings)
    write_reports(result, outputs, Looks(color, explain, quiet))
    if stats:
        write_statistics(result)
    if not quiet:
        hint_at_gaps(result, path)
    raise typer.Exit(Exit.CLEAN if exit_zero else exit_code(result, fail_on or FailOn(found.fail_on)))
