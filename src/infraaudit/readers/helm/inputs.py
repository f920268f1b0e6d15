"""What is given for charts beside the tree: values files of deployments, and a ``helm`` that may be started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model import Deployment
    from infraaudit.readers.helm.cells import Cell


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
class DeliveredChart:
    """A chart that an object of a cluster installs; it is then judged as that object installs it, and not by itself.

    ``name`` and ``space`` are the name and namespace of the release, ``values`` those that are laid over the chart's,
    ``files`` the values files among them. ``doubt`` is why others may be laid between the chart's own and these.
    """

    chart: str
    name: Cell
    space: Cell
    values: Cell
    files: tuple[str, ...]
    deployment: Deployment
    words: str
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmInputs:
    """What is given for the charts of a tree. ``client`` is the program to start, empty where none may be.

    ``inflated`` are the folders of charts that overlays take in, and that are judged through these alone.
    """

    client: str = ""
    deployments: tuple[GivenValues, ...] = ()
    delivered: tuple[DeliveredChart, ...] = ()
    inflated: frozenset[str] = frozenset()
