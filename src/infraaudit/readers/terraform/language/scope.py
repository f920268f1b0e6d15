"""What an expression can see: the module that it stands in, the names of ``for`` and ``dynamic``, and its budget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from infraaudit.model.node import Node, Unresolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model.node import Reference
    from infraaudit.source.file import SourceFile
    from infraaudit.source.hcl_tree import Expression
    from infraaudit.source.problem import Problem
    from infraaudit.source.span import Span

DEEPEST = 120
"""Expressions inside expressions, locals of locals included, beyond which evaluation gives up."""

MOST_STEPS = 400_000
"""Expressions evaluated for one root beyond which evaluation gives up; real roots stay below 20,000."""


@dataclass(slots=True)
class Budget:
    """How much evaluation one root may still cost. Shared by all of its modules."""

    steps: int = field(default_factory=lambda: MOST_STEPS)
    depth: int = 0

    @property
    def spent(self) -> bool:
        """Whether nothing more is evaluated."""
        return self.steps <= 0 or self.depth >= DEEPEST


class Surroundings(Protocol):
    """What a module gives to the expressions in it. Every answer is a node; none of these raises."""

    def variable(self, name: str, at: Span) -> Node:
        """Return the value of ``var.<name>``."""
        ...

    def local(self, name: str, at: Span) -> Node:
        """Return the value of ``local.<name>``."""
        ...

    def call(self, name: str, at: Span) -> Node:
        """Return ``module.<name>``: one module value, or several under their keys."""
        ...

    def resource(self, type_: str, name: str, at: Span, *, data: bool) -> Node:
        """Return a resource or data source: a reference, or several under their keys."""
        ...

    def attribute(self, reference: Reference, name: str, at: Span) -> Node:
        """Return an attribute of a whole resource: its argument where that is known, else a reference."""
        ...

    @property
    def workspace(self) -> str:
        """The name of the workspace, empty where nobody names it."""
        ...

    def path(self, name: str) -> str | None:
        """Return ``path.<name>`` relative to the root module."""
        ...

    def open(self, path: str) -> SourceFile | Problem | None:
        """Return a file of the scanned tree, the path relative to the root module; ``None`` where there is none."""
        ...

    def below(self, path: str) -> tuple[str, ...]:
        """Return the files of the scanned tree below a folder, relative to it; ``path`` is relative to the root."""
        ...


class Outputs(Protocol):
    """One instance of a called module, seen from its caller."""

    def output(self, name: str, at: Span) -> Node:
        """Return the value of an output."""
        ...


@dataclass(frozen=True, slots=True)
class ModuleValue(Unresolved):
    """The content of ``module.<name>`` as a whole: its outputs are evaluated when they are asked for.

    ``many`` marks a call of which the number of instances cannot be told.
    """

    outputs: Outputs | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class UnknownInstances(Unresolved):
    """The content of a resource whose instances cannot be told; an instance taken out of it is a plain reference."""

    target: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is evaluated.

    ``caught`` marks the arguments of ``try`` and ``can``: there a collection fails with any of its parts, as it does
    in Terraform, whereas elsewhere its other parts are worth knowing.
    """

    module: Surroundings
    budget: Budget = field(default_factory=Budget)
    names: Mapping[str, Node] = field(default_factory=dict)
    caught: bool = False

    def with_names(self, names: Mapping[str, Node]) -> Scope:
        """Return the scope inside of a ``for``, a ``dynamic`` block or an instance, with its names added."""
        return replace(self, names={**self.names, **names})


@dataclass(frozen=True, slots=True)
class Argument:
    """What sets a variable: an expression, what it can see, and the file that holds it where that is no call.

    ``stands_at`` is the place that is shown for a value that was written outside of the scanned tree. ``value`` stands
    in place of an expression where none was written.
    """

    expression: Expression | None = None
    scope: Scope | None = None
    set_by: str = ""
    stands_at: Span | None = None
    value: Node | None = None
