"""The region in which a provider makes its resources: its own argument, handed on to the modules that are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.source.hcl_tree import ObjectExpression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.syntax import Configuration
    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Block


def regions_of(configuration: Configuration, scope: Scope, inherited: Mapping[str, Node]) -> Mapping[str, Node]:
    """Return the regions of the providers of a module, by their local names and aliases (``aws``, ``aws.virginia``)."""
    own = {
        name: evaluate(block.body.attributes["region"].value, scope)
        for name, block in configuration.providers.items()
        if "region" in block.body.attributes
    }
    return {**inherited, **own}


def handed_on(known: Mapping[str, Node], call: Block) -> Mapping[str, Node]:
    """Return the regions that a called module has: those of providers without an alias, and of those named to it."""
    found = {name: region for name, region in known.items() if "." not in name}
    written = call.body.attributes.get("providers")
    if written is None or not isinstance(written.value, ObjectExpression):
        return found
    for key, value in written.value.items:
        name, given = key.at.source.strip().strip('"'), value.at.source.strip()
        found.pop(name, None)
        if given in known:
            found[name] = known[given]
    return found
