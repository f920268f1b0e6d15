"""Conversions that are written as functions, and the marks that change no value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.convert import to_primitive
from infraaudit.readers.terraform.language.functions.collections import counted
from infraaudit.readers.terraform.language.unify import have_a_type, unified_all
from infraaudit.readers.terraform.language.values import ListOf, MapOf, failed, set_of, unknown_of

if TYPE_CHECKING:
    from infraaudit.model.node import Node
    from infraaudit.readers.terraform.language.functions.declare import Arguments, Function


def _to(kind: str) -> Function:
    def convert(arguments: Arguments) -> Node:
        return to_primitive(arguments.values[0], kind)

    return counted(1, convert)


def _to_list(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if value.content is None or value.is_unknown:
        return value
    if not value.is_list:
        return failed("tolist takes a list or a set", arguments.at)
    if not have_a_type(value.each()):
        return failed("the elements have no common type", arguments.at)
    return replace(value, content=ListOf(unified_all(value.each())))


def _to_set(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if value.content is None or value.is_unknown:
        return value
    if not value.is_list:
        return failed("toset takes a list", arguments.at)
    if not have_a_type(value.each()):
        return failed("the elements have no common type", arguments.at)
    return replace(value, content=set_of(unified_all(value.each())))


def _to_map(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if value.content is None or value.is_unknown:
        return value
    if not value.is_mapping:
        return failed("tomap takes a map or an object", arguments.at)
    if not have_a_type(child for _, child in value.items()):
        return failed("the elements have no common type", arguments.at)
    names = [name for name, _ in value.items()]
    members = unified_all(child for _, child in value.items())
    return replace(value, content=MapOf(zip(names, members, strict=True)))


def _same(arguments: Arguments) -> Node:
    return arguments.values[0]


def _old_list(arguments: Arguments) -> Node:
    unknown = unknown_of(arguments.values, arguments.at)
    return unknown or failed("the function list is gone from Terraform; write [...]", arguments.at)


TYPES: dict[str, Function] = {
    "list": _old_list,
    "nonsensitive": counted(1, _same),
    "sensitive": counted(1, _same),
    "tobool": _to("bool"),
    "tolist": counted(1, _to_list),
    "tomap": counted(1, _to_map),
    "tonumber": _to("number"),
    "toset": counted(1, _to_set),
    "tostring": _to("string"),
}
