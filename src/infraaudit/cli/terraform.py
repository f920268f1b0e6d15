"""What the options and the configuration give to Terraform's roots."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.inputs import InputSet, TerraformInputs, plans_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from infraaudit.config import TerraformConfig

_FILE, _VALUE = "--var-file", "--var"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformOptions:
    """The options of a command line that are for Terraform. ``words`` are all of that line, which tell their order."""

    words: Sequence[str]
    files: Sequence[Path]
    values: Sequence[str]
    plans: Sequence[Path]
    workspace: str
    standalone: bool


def terraform_inputs(path: Path, options: TerraformOptions, config: TerraformConfig, folder: Path) -> TerraformInputs:
    """Return the inputs; ``folder`` is that of the configuration file.

    Raises ``InputError`` for a file that cannot be read and a word that sets nothing.
    """
    return TerraformInputs(
        settings=settings_of(_in_order(options), path),
        workspace=options.workspace,
        plans=plans_of(options.plans, path),
        sets=tuple(_sets(path, config, folder)),
        standalone=options.standalone or config.modules_standalone,
    )


def _in_order(options: TerraformOptions) -> list[Path | str]:
    """Return files and values in the order of the command line, for the later one wins whichever it is."""
    files, values = list(options.files), list(options.values)
    ordered: list[Path | str] = []
    for word in options.words:
        name = word.partition("=")[0]
        if name == _FILE and files:
            ordered.append(files.pop(0))
        elif name == _VALUE and values:
            ordered.append(values.pop(0))
    return [*ordered, *files, *values]


def _sets(path: Path, config: TerraformConfig, folder: Path) -> Iterator[InputSet]:
    top = path if path.is_dir() else path.parent
    base = os.path.relpath(top.resolve(), folder.resolve()).replace(os.sep, "/")
    for name, each in config.sets.items():
        words = (f"{key}={_text(value)}" for key, value in each.vars.items())
        yield InputSet(
            name=name,
            settings=settings_of([*(folder / file for file in each.var_files), *words], path),
            workspace=each.workspace,
            roots=each.roots,
            base=base,
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
