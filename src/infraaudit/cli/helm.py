"""What the command line and the configuration give for charts."""

from __future__ import annotations

import os
import posixpath
import shutil
from typing import TYPE_CHECKING

from infraaudit.config import ConfigError
from infraaudit.readers.helm.inputs import GivenValues, HelmInputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from infraaudit.config import ChartValues


def helm_inputs(root: Path, charts: Iterable[ChartValues], folder: Path, *, start_helm: bool) -> HelmInputs:
    """Return what is given for the charts below a scanned folder; ``folder`` is that of the configuration.

    Raises ``ConfigError`` for values files outside of the scanned folder, and where there is no helm to start.
    """
    return HelmInputs(
        client=_helm_on_path() if start_helm else "", deployments=tuple(_deployments(root, charts, folder))
    )


def _deployments(root: Path, charts: Iterable[ChartValues], folder: Path) -> Iterator[GivenValues]:
    for each in charts:
        chart, *values = (_below(root, folder / path) for path in (each.chart, *each.values))
        if chart is None:
            continue
        outside = [path for path, found in zip(each.values, values, strict=True) if found is None]
        if outside:
            message = f"charts: the values file {outside[0]} of {each.chart} is not below the scanned folder"
            raise ConfigError(message)
        yield GivenValues(chart=chart, values=tuple(found for found in values if found is not None))


def _below(root: Path, path: Path) -> str | None:
    """Return a path relative to the scanned folder; ``None`` for one outside of it."""
    base = root if root.is_dir() else root.parent
    relative = posixpath.normpath(os.path.relpath(path.absolute(), base.absolute()).replace(os.sep, "/"))
    if relative == ".." or relative.startswith("../"):
        return None
    return "" if relative == "." else relative


def _helm_on_path() -> str:
    program = shutil.which("helm")
    if program is None:
        message = "--helm: there is no helm on PATH"
        raise ConfigError(message)
    return os.path.realpath(program)
