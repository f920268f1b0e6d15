"""The options that say what is read and with which values, the same for every command that reads a system."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a command line gives for reading: each field is one option, and its name the name of the option."""

    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Leave these paths out, written as in .gitignore."),
    ] = None
    var_file: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Take values of Terraform variables from this file, as terraform does."),
    ] = None
    var: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Set a Terraform variable; of values and files the later wins."),
    ] = None
    workspace: Annotated[
        str, typer.Option(metavar="NAME", help="The name of the Terraform workspace.", show_default=False)
    ] = ""
    plan: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Fill what the files leave open from this plan: terraform show -json PLAN."),
    ] = None
    modules_standalone: Annotated[
        bool, typer.Option("--modules-standalone", help="Judge Terraform modules by themselves too.")
    ] = False
    helm: Annotated[
        bool,
        typer.Option("--helm", help="Let the helm on PATH render what cannot be decided here; without network."),
    ] = False
    kubernetes_version: Annotated[
        str | None,
        typer.Option(metavar="1.NN", help="The release of Kubernetes that manifests are meant for."),
    ] = None
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Use this configuration file and look for no other.")
    ] = None


@dataclass(frozen=True, slots=True)
class GivenInputs:
    """The options with all words of the command line, which tell their order."""

    options: Inputs
    words: Sequence[str]


def with_inputs(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of :class:`Inputs`; it gets them together, as the argument ``inputs``."""
    own = [each for each in inspect.signature(command, eval_str=True).parameters.values() if each.name != "inputs"]
    given = [_parameter(each.name, each.type, each.default) for each in fields(Inputs)]

    @wraps(command)
    def run(context: typer.Context, **words: Any) -> None:  # noqa: ANN401 - the parser of options has checked them
        options = Inputs(**{each.name: words.pop(each.name) for each in given})
        command(**words, inputs=GivenInputs(options, context.obj or ()))

    parameters = [_parameter("context", typer.Context), *own, *given]
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # a function has one, if it is set
        [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    )
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _parameter(name: str, annotation: object, default: object = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
