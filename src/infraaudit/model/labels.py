"""Labels, and the selectors that choose objects by them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Labels = tuple[tuple[str, str], ...] | None
"""The labels of an object in the order written; ``None`` where they cannot be told."""


class Operator(StrEnum):
    """How a requirement compares."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"
    GREATER = "Gt"
    LESS = "Lt"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on a label; ``values`` are those of ``In`` and ``NotIn``, or the bound of ``Gt`` and ``Lt``."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def holds(self, labels: dict[str, str]) -> bool:
        """Tell whether labels meet this condition, as Kubernetes decides it: ``NotIn`` holds without the label too."""
        value = labels.get(self.key)
        match self.operator:
            case Operator.IN:
                return value in self.values
            case Operator.NOT_IN:
                return value not in self.values
            case Operator.EXISTS:
                return value is not None
            case Operator.DOES_NOT_EXIST:
                return value is None
        return self._beyond(value)

    def _beyond(self, value: str | None) -> bool:
        bound = next(iter(self.values), "")
        if value is None or not (value.isdecimal() and bound.isdecimal()):
            return False
        return int(value) > int(bound) if self.operator is Operator.GREATER else int(value) < int(bound)

    def __str__(self) -> str:
        if self.operator is Operator.IN and len(self.values) == 1:
            return f"{self.key}={self.values[0]}"
        values = f" ({', '.join(self.values)})" if self.values else ""
        return f"{self.key} {self.operator}{values}"


@dataclass(frozen=True, slots=True)
class Selector:
    """Which objects are meant, by their labels. One without requirements means every object.

    A selector that is not written at all is another thing, and never this one: what it means differs by field, so a
    field that may be left out holds a ``Maybe[Selector]``.
    """

    requirements: tuple[Requirement, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether this selector asks for nothing."""
        return not self.requirements

    def selects(self, labels: tuple[tuple[str, str], ...]) -> bool:
        """Tell whether an object with these labels is meant."""
        found = dict(labels)
        return all(each.holds(found) for each in self.requirements)

    def __str__(self) -> str:
        return ", ".join(map(str, self.requirements)) or "every object"
