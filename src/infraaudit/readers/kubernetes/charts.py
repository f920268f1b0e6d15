"""Helm charts: which files are templates and values, to be read by rendering and not as manifests."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceTree

_MANIFEST_ENDINGS = (".yaml", ".yml", ".json")


def chart_folders(tree: SourceTree) -> tuple[str, ...]:
    """Return the folders that hold a ``Chart.yaml``, in the order of their paths."""
    return tuple(posixpath.dirname(path) for path in tree.paths if path.rpartition("/")[2] == "Chart.yaml")


def chart_files(tree: SourceTree) -> Iterator[str]:
    """Yield the files that belong to a chart alone; its custom resource definitions are plain manifests."""
    for folder in chart_folders(tree):
        yield from (path for path in tree.below(folder) if is_of_chart(folder, path))


def is_of_chart(folder: str, path: str) -> bool:
    """Tell whether a file is a template or values of the chart in a folder, or the chart's own description."""
    inner = path.removeprefix(f"{folder}/" if folder else "")
    if inner.startswith("templates/"):
        return inner.endswith(_MANIFEST_ENDINGS)
    name = inner.removeprefix("ci/")
    return "/" not in name and (name == "Chart.yaml" or fnmatchcase(name, "*values*.y*ml"))
