"""Reads the parts of containers that are written alike on several platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    Command,
    CommandForm,
    Container,
    EnvironmentVariable,
    Known,
    Unknown,
    default,
    known_value,
)
from infraaudit.readers.terraform.lifting.arguments import blocks, first, reason
from infraaudit.readers.terraform.lifting.pointing import address_of, reference_of

if TYPE_CHECKING:
    from typing import Any

    from infraaudit.facts import Row
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

WHY_SECRET = "its value lies in a secret store"  # noqa: S105 - a sentence, not a secret


def plain_container(resource: Resource, name: str, sandbox: Row, **more: Any) -> Container:  # noqa: ANN401 - its fields
    """Return the one container of a resource that says nothing of it but what is given.

    ``sandbox`` is the fact by which the platform gives it no power over its machine.
    """
    nothing = Absent(resource.at)
    plain: dict[str, Any] = {
        "image": nothing,
        "entrypoint": nothing,
        "command": nothing,
        "readiness": nothing,
        "liveness": nothing,
        "startup": nothing,
        "cpu_request": nothing,
        "cpu_limit": nothing,
        "memory_request": nothing,
        "memory_limit": nothing,
        "privileged": default(bool(sandbox["value"]), resource.at, sandbox.words),
        "user": nothing,
    }
    return Container(
        address=f"{resource.address}[{name}]",
        kind="container",
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        workload=resource.address,
        **{**plain, **more},
    )


def command_of(node: Node) -> Maybe[Command]:
    """Return a command that is written as a list of words; an empty list is none."""
    if node.is_absent:
        return Absent(node.at)
    if not node.is_list or node.open:
        return Unknown(reason(node), node.at, mentions=node.mentions)
    words = [each.string() for each in node.each()]
    known = tuple(each.value for each in words if isinstance(each, Known))
    if len(known) < len(words):
        unknown = next(each for each in node.each() if not isinstance(each.string(), Known))
        return Unknown(reason(unknown), unknown.at, mentions=node.mentions)
    return Known(Command(CommandForm.LIST, known), node.at) if known else Absent(node.at)


def environment_of(
    node: Node, resources: Resources, secret: tuple[str, ...]
) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    """Return the variables of blocks with ``name`` and ``value``, and whether these are all of them.

    ``secret`` is the path within a block under which a secret is named instead of the value.
    """
    members, complete = blocks(node)
    variables = [
        _variable(member, name.value, resources, secret)
        for member in members
        if isinstance(name := member["name"].string(), Known)
    ]
    return tuple(variables), complete and len(variables) == len(members)


def _variable(member: Node, name: str, resources: Resources, secret: tuple[str, ...]) -> EnvironmentVariable:
    source = member
    for key in secret:
        source = first(source[key])
    if not source.is_absent and member["value"].is_absent:
        return secret_variable(name, source, resources)
    written = member["value"]
    return EnvironmentVariable(name, written.string(), member["name"].at if written.is_absent else written.at)


def secret_variable(name: str, source: Node, resources: Resources) -> EnvironmentVariable:
    """Return a variable that takes its value from the secret that a node names."""
    mentions = tuple(address_of(resources, target) for target in source.mentions)
    reference = reference_of(source)
    store = address_of(resources, reference.target) if reference is not None else known_value(source.string())
    place = source.key_at or source.at
    value: Unknown[str] = Unknown(WHY_SECRET, place, mentions=mentions)
    return EnvironmentVariable(name, value, place, store or next(iter(mentions), "a secret store"))


def variables_of(node: Node, resources: Resources) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    """Return the variables of a mapping from names to values, and whether these are all of them."""
    variables = tuple(
        EnvironmentVariable(name, _pointing(value, resources), value.at)
        for name, value in node.items()
        if not value.is_absent
    )
    return variables, node.complete


def _pointing(node: Node, resources: Resources) -> Maybe[str]:
    """Return a text; of one that cannot be told, the addresses under which what it mentions stands in the estate."""
    value = node.string()
    if isinstance(value, Unknown):
        mentions = tuple(dict.fromkeys(address_of(resources, target) for target in value.mentions))
        return Unknown(value.why, value.at, value.candidates, mentions)
    return value
