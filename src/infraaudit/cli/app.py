"""The commands put together, and what becomes of what goes wrong in them."""

import os
import sys
import traceback
from typing import Annotated

import typer
import typer.main

import infraaudit
from infraaudit.cli.exits import Exit, UsageError
from infraaudit.cli.explain import explain
from infraaudit.cli.model import model
from infraaudit.cli.policies import policies
from infraaudit.cli.scan import scan
from infraaudit.cli.simulate import simulate
from infraaudit.cli.streams import tell

app = typer.Typer(
    name="infraaudit",
    help="Audit Terraform, Dockerfiles, Kubernetes manifests and Compose files as one system.",
    epilog=(
        "Exit codes: 0 no finding at or above the gate, 1 findings, 2 wrong usage or configuration, "
        "3 something could not be read, 4 internal error."
    ),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


def _version(asked: bool) -> None:  # noqa: FBT001 - the signature that an option's callback has
    if asked:
        typer.echo(f"infraaudit {infraaudit.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


app.command()(scan)
app.command()(explain)
app.command()(policies)
app.command()(model)
app.command()(simulate)


def execute(words: list[str]) -> int:
    """Run one command and return the exit code. Nothing but the interpreter's own exits is raised."""
    try:
        outcome = typer.main.get_command(app).main(
            words, prog_name="infraaudit", standalone_mode=False, obj=tuple(words)
        )
    except UsageError as error:
        tell(str(error))
        return Exit.USAGE
    except typer.TyperException as error:
        tell(_complaint(error))
        return Exit.USAGE
    except Exception as error:  # noqa: BLE001 - the last door: whatever is wrong inside gets its own exit code
        if os.environ.get("INFRAAUDIT_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        else:
            tell(f"internal error: {type(error).__name__}: {error}; INFRAAUDIT_DEBUG=1 shows where")
        return Exit.INTERNAL
    return outcome if isinstance(outcome, int) else Exit.CLEAN


def _complaint(error: typer.TyperException) -> str:
    """Return what the parser of options complains of, with the near matches that it found."""
    near = getattr(error, "possibilities", None)
    message = str(getattr(error, "message", error) if near else getattr(error, "format_message", error.__str__)())
    hint = f"; did you mean {' or '.join(sorted(near))}?" if near else ""
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "infraaudit")
    if type(error).__name__ == "NoArgsIsHelpError":
        return message
    return f"{message}{hint}\nTry '{command} --help'."
