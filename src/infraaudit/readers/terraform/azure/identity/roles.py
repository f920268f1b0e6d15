"""Tells which role is assigned: one that Azure writes, by its name or its id, or one that the configuration defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, Statement, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.pointing import behind, reference_of, resolve

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DEFINITION = "azurerm_role_definition"
_EVERYTHING = "*"


def role_of(assignment: Resource, resources: Resources) -> Maybe[str]:
    """Return the name of the role that is assigned."""
    name = argument(assignment, "role_definition_name").string()
    if not isinstance(name, Absent):
        return name
    node = argument(assignment, "role_definition_id")
    text = node.string()
    if isinstance(text, Known):
        number = text.value.rsplit("/", 1)[-1].lower()
        known = table("azure_roles").get(number)
        return (
            text.map(lambda _: str(known["name"]))
            if known is not None
            else Unknown(f"which role {number} is stands not among the facts", node.at)
        )
    reference = reference_of(node)
    source = resolve(resources, reference.target) if reference is not None else None
    if source is not None and source.data and source.type == _DEFINITION:
        return argument(source, "name").string()
    return Unknown(text.why, text.at) if isinstance(text, Unknown) else text


def statements_of(assignment: Resource, resources: Resources, *, whole: bool) -> tuple[tuple[Statement, ...], bool]:
    """Return what a role of the configuration's own permits, and whether that is all; nothing for other roles.

    ``whole`` tells that it is assigned for a whole subscription or more.
    """
    definition = behind(resources, argument(assignment, "role_definition_id"), _DEFINITION)
    if definition is None:
        return (), True
    members, complete = blocks(definition.body["permissions"])
    return tuple(_statement(each, assignment, whole=whole) for each in members), complete


def _statement(node: Node, assignment: Resource, *, whole: bool) -> Statement:
    """Return a statement; what is taken out of it again leaves open what it comes to."""
    actions = [each.string() for name in ("actions", "data_actions") for each in node[name].each()]
    without = [each for name in ("not_actions", "not_data_actions") for each in node[name].each()]
    scope = argument(assignment, "scope")
    text = scope.string()
    reached: Value[str] = Unknown("no scope is written", scope.at) if isinstance(text, Absent) else text
    return Statement(
        allows=True,
        at=node.key_at or node.at,
        actions=tuple(each for each in actions if not isinstance(each, Absent)),
        resources=(Known(_EVERYTHING, scope.at) if whole else reached,),
        conditions=(),
        complete=not without and node["actions"].complete,
    )
