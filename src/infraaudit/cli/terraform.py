"""What the options and the configuration give to Terraform's roots."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.configuration.inputs import InputSet, TerraformInputs, plans_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infraaudit.cli.inputs import GivenInputs
    from infraaudit.config import TerraformConfig

_FILE, _VALUE = "--var-file", "--var"


def terraform_inputs(path: Path, inputs: GivenInputs, config: TerraformConfig, folder: Path) -> TerraformInputs:
    """Return the inputs; ``folder`` is that of the configuration file.

    Raises ``InputError`` for a file that cannot be read and a word that sets nothing.
    """
    options = inputs.options
    return TerraformInputs(
        settings=settings_of(_in_order(inputs), path),
        workspace=options.workspace,
        plans=plans_of(options.plan or (), path),
        sets=tuple(_sets(path, config, folder)),
        standalone=options.modules_standalone or config.modules_standalone,
    )


def _in_order(inputs: GivenInputs) -> list[Path | str]:
    """Return files and values in the order of the command line, for the later one wins whichever it is."""
    files, values = list(inputs.options.var_file or ()), list(inputs.options.var or ())
    ordered: list[Path | str] = []
    for word in inputs.words:
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
