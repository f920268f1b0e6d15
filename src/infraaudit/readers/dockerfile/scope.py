"""The variables that are in force at a line of a Dockerfile: arguments before the first stage, and those of a stage."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.dockerfile.words import Variable, expand
from infraaudit.source.span import Step

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.dockerfile.text import PlacedText

_PLATFORM = frozenset(
    f"{where}{what}" for where in ("TARGET", "BUILD") for what in ("PLATFORM", "OS", "ARCH", "VARIANT", "OSVERSION")
)


@dataclass
class Scope:
    """Names and what they stand for.

    ``outside`` says what may set a name that the file does not set; ``""`` where nothing can, so that the name is
    empty. ``environment`` wins over ``arguments`` of the same name.
    """

    escape: str
    outside: str
    arguments: dict[str, Variable] = field(default_factory=dict)
    environment: dict[str, Variable] = field(default_factory=dict)

    def copy(self) -> Scope:
        """Return a scope of its own that starts with these names."""
        return Scope(self.escape, self.outside, dict(self.arguments), dict(self.environment))

    def lookup(self, name: str) -> Variable:
        """Return what a name stands for."""
        found = self.environment.get(name) or self.arguments.get(name)
        if found is not None:
            return found
        if name in _PLATFORM:
            return Variable(None, f"{name} is set by the builder from the platform that it builds for")
        if self.outside:
            return Variable(None, f"{name} is set neither by ARG nor by ENV in this file; {self.outside}")
        return Variable("", unset=True)

    def value(self, word: PlacedText) -> Value[str]:
        """Return a word after expansion, at its place and by way of what set its variables."""
        expansion = expand(word.text, self.lookup, self.escape)
        at = word.span()
        if expansion.text is None:
            return Unknown(expansion.why, at)
        for step in expansion.steps:
            at = at.via(step.what, step.at)
        return Known(expansion.text, at)

    def set_environment(self, name: str, value: Value[str]) -> None:
        """Take an ``ENV`` into force."""
        self.environment[name] = _variable(value, f"ENV {name}")

    def set_argument(self, name: str, value: Value[str]) -> None:
        """Take an ``ARG`` with a default into force."""
        self.arguments[name] = _variable(value, f"the default of ARG {name}")

    def declare_argument(self, name: str, inherited: Variable | None) -> None:
        """Take an ``ARG`` without a default into force; ``inherited`` is what it stands for before the first stage."""
        if inherited is not None:
            self.arguments[name] = inherited
        elif name in _PLATFORM:
            self.arguments.pop(name, None)
        else:
            why = f"ARG {name} has no default; the build argument {name} sets it"
            self.arguments[name] = Variable(None, why, unset=True)


def _variable(value: Value[str], what: str) -> Variable:
    if isinstance(value, Unknown):
        return Variable(None, value.why)
    return Variable(value.value, steps=(Step(what, replace(value.at, trail=())), *value.at.trail))
