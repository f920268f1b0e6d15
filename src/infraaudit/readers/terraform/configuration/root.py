"""What all modules of one root share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.scope import Budget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model.node import Node
    from infraaudit.readers.reading import UnitRow
    from infraaudit.readers.terraform.configuration.installed import Installed
    from infraaudit.readers.terraform.configuration.instances import Instance
    from infraaudit.readers.terraform.configuration.planned import Filling
    from infraaudit.readers.terraform.configuration.syntax import Sources
    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Block
    from infraaudit.source.problem import Problem


@dataclass(slots=True)
class Root:
    """What all modules of one root share."""

    folder: str
    sources: Sources
    budget: Budget = field(default_factory=Budget)
    modules: int = 0
    problems: dict[tuple[object, ...], Problem] = field(default_factory=dict)
    units: dict[tuple[str, str], UnitRow] = field(default_factory=dict)
    installed: Mapping[str, Installed] = field(default_factory=dict)
    """What ``terraform init`` left for the calls of this root, by the path of their names."""

    owners: dict[str, tuple[Scope, Block, Instance]] = field(default_factory=dict)
    """The block that declares the resource at an address, and what it sees: filled as references to it are made."""

    filling: Filling | None = None
    """What a plan fills in."""

    workspace: str = ""
    """The name of the workspace, empty where nobody names it."""

    attributes: dict[tuple[str, str], Node | None] = field(default_factory=dict)
    """Arguments of resources that were asked for by reference; ``None`` while one is evaluated."""
