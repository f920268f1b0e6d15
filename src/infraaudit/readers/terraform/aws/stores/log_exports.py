"""Tells whether the engine of a database writes the logs that are exported from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, LogExport, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Datastore, Parameters, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_GROUPS = "aws_db_option_group"


def exports_of(
    store: Datastore, resource: Resource, resources: Resources, *, aurora: bool = False
) -> tuple[LogExport, ...]:
    """Return the kinds of logs that are exported and that the engine writes only where it is told to."""
    if not isinstance(store.log_exports, Known):
        return ()
    return tuple(_exports(store, resource, resources, aurora=aurora))


def _exports(store: Datastore, resource: Resource, resources: Resources, *, aurora: bool) -> Iterator[LogExport]:
    rows = table("log_producers")
    names = store.log_exports.value if isinstance(store.log_exports, Known) else ()
    for name in names:
        row = (rows.get(f"aurora {store.engine} {name}") if aurora else None) or rows.get(f"{store.engine} {name}")
        if row is None:
            continue
        if "option" in row.columns:
            yield LogExport(name, _by_option(resource, resources, row), f"the option {row['option']}")
        elif store.parameters is not None:
            yield LogExport(name, _by_parameter(store.parameters, row), str(row["setting"]))


def _by_parameter(parameters: Parameters, row: Row) -> Value[bool]:
    written = parameters.get(row["setting"])
    if isinstance(written, Absent):
        return default(bool(row["absent"]), written.at, row.words)
    on = written.map(lambda text: text.lower() in row["on"])
    if "output" not in row.columns or (isinstance(on, Known) and not on.value):
        return on
    output = parameters.get(row["output"])
    if isinstance(output, Absent):
        return on
    away = output.map(lambda text: text.lower() not in row["elsewhere"])
    return away if isinstance(on, Known) else on


def _by_option(resource: Resource, resources: Resources, row: Row) -> Value[bool]:
    node = argument(resource, "option_group_name")
    if node.is_absent:
        return default(value=False, at=node.at, fact=row.words)
    group = behind(resources, node, _GROUPS)
    if group is None:
        name = node.string()
        if isinstance(name, Known) and name.value.startswith("default:"):
            return Known(value=False, at=node.at)
        return Unknown("the option group is not among these files", node.at)
    options, complete = blocks(group.body["option"])
    if any(each["option_name"].content == row["option"] for each in options):
        return Known(value=True, at=group.at)
    if not complete or any(each["option_name"].is_unknown for each in options):
        return Unknown(f"the options of {group.address} cannot be told", group.at)
    return Known(value=False, at=group.at)
