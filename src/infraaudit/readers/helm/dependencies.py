"""What a chart says of the charts that it depends on: which one, under which name, and when it is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, ChartError, Open
from infraaudit.readers.helm.functions.semver import satisfies, version_of
from infraaudit.readers.helm.values import at_path, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.span import Span

LOCAL = "file://"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of ``dependencies``. ``alias`` is its name in the values of the parent; ``at`` is where it is named."""

    name: str
    alias: str
    version: str
    condition: str
    tags: tuple[str, ...]
    repository: str
    imports: tuple[tuple[str, str], ...]
    at: Span | None = None

    @property
    def shown(self) -> str:
        """The name in the parent's values."""
        return self.alias or self.name

    def accepts(self, name: str, version: str) -> bool:
        """Tell whether a chart of this name and version is meant."""
        if name != self.name:
            return False
        try:
            return satisfies(version_of(version), self.version)
        except ChartError:
            return False

    def is_on(self, values: Cell, top: Cell) -> bool | None:
        """Tell whether the values of the parent and of the whole chart turn it on; ``None`` where that is open."""
        for path in filter(None, self.condition.strip().split(",")):
            found = at_path(values, path)
            if found is not None and isinstance(found.data, bool):
                return found.data
            if found is None and _is_open(values, path):
                return None
        tagged = [at_path(top, f"tags.{tag}") for tag in self.tags]
        settings = [each.data for each in tagged if each is not None and isinstance(each.data, bool)]
        return any(settings) or not settings


def _is_open(values: Cell, path: str) -> bool:
    """Tell whether a path leads into a mapping that may hold more than what is known."""
    cell = values
    for name in path.split("."):
        if not isinstance(cell.data, dict):
            return False
        if name not in cell.data:
            return isinstance(cell.data, Open)
        cell = cell.data[name]
    return False


def dependencies_of(meta: dict[str, Cell]) -> Iterator[Dependency]:
    """Yield the entries of a Chart.yaml or requirements.yaml."""
    cell = meta.get("dependencies")
    for each in cell.data if cell is not None and isinstance(cell.data, list) else ():
        entry = each.data if isinstance(each.data, dict) else {}
        tags = entry.get("tags", Cell([])).data
        if text_at(entry, "name"):
            yield Dependency(
                text_at(entry, "name"),
                text_at(entry, "alias"),
                text_at(entry, "version"),
                text_at(entry, "condition"),
                tuple(str(tag.data) for tag in tags) if isinstance(tags, list) else (),
                text_at(entry, "repository"),
                tuple(_imports(entry.get("import-values", Cell([])))),
                entry["name"].origin,
            )


def _imports(cell: Cell) -> Iterator[tuple[str, str]]:
    """Yield which path of the child's values goes to which path of the parent's; the root is a dot."""
    for each in cell.data if isinstance(cell.data, list) else ():
        if isinstance(each.data, str):
            yield f"exports.{each.data}", "."
        elif isinstance(each.data, dict):
            yield text_at(each.data, "child"), text_at(each.data, "parent")
