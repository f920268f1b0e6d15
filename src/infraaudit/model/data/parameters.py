"""What an engine is told to do: its own settings, wherever they were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.values import Absent

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Unknown, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting under the name by which the engine calls it, in lower case."""

    name: str
    value: Value[str]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The settings of an engine, the one that wins first. ``at`` is the place where one more would be written.

    ``doubt`` says why others may be set somewhere that cannot be read; it is ``None`` where these are all.
    """

    at: Span
    members: tuple[Parameter, ...] = ()
    doubt: Unknown[str] | None = None

    def get(self, *names: str) -> Maybe[str]:
        """Return the value set under any of these names: unknown where it may be set out of sight, else absent."""
        found = next((each.value for each in self.members if each.name in names), None)
        if found is not None:
            return found
        return Absent(self.at) if self.doubt is None else self.doubt

    def over(self, others: Parameters) -> Parameters:
        """Return these settings with those of ``others`` behind them. What may be set here hides what is set there."""
        if self.doubt is not None:
            return self
        return Parameters(self.at, (*self.members, *others.members), others.doubt)
