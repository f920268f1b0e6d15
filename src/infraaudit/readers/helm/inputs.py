"""What is given for charts beside the tree: values files of deployments, and a ``helm`` that may be started."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenValues:
    """One deployment of a chart: the chart's folder, and the values files that are laid over its own, in order."""

    chart: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        """What tells the deployment from others of the chart."""
        return " + ".join(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmInputs:
    """What is given for the charts of a tree. ``client`` is the program to start, empty where none may be."""

    client: str = ""
    deployments: tuple[GivenValues, ...] = ()
