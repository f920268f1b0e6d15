"""Terraform's functions: those that need nothing but their arguments, and the files below the root."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.functions.collections import COLLECTIONS
from infraaudit.readers.terraform.language.functions.declare import Arguments
from infraaudit.readers.terraform.language.functions.encoding import ENCODING
from infraaudit.readers.terraform.language.functions.files import FILES
from infraaudit.readers.terraform.language.functions.lists import LISTS
from infraaudit.readers.terraform.language.functions.moments import MOMENTS
from infraaudit.readers.terraform.language.functions.network import NETWORK
from infraaudit.readers.terraform.language.functions.numeric import NUMERIC
from infraaudit.readers.terraform.language.functions.strings import STRINGS
from infraaudit.readers.terraform.language.functions.types import TYPES
from infraaudit.readers.terraform.language.values import failed, unresolved, why_unknown
from infraaudit.source.hcl_tree import Traversal

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.model.node import Node
    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Call, Expression

FUNCTIONS = {**STRINGS, **NUMERIC, **COLLECTIONS, **LISTS, **ENCODING, **NETWORK, **TYPES, **MOMENTS, **FILES}
"""Every function that is evaluated, by its name."""


NOT_EVALUATED = {
    "abspath": "it tells of the machine that Terraform runs on",
    "base64gzip": "its bytes depend on the compressor",
    "bcrypt": "its result differs with every call",
    "ephemeralasnull": "what is ephemeral is not tracked",
    "issensitive": "what is sensitive is not tracked",
    "pathexpand": "it tells of the machine that Terraform runs on",
    "plantimestamp": "it tells the moment at which Terraform runs",
    "rsadecrypt": "it opens a secret",
    "timestamp": "it tells the moment at which Terraform runs",
    "uuid": "its result differs with every call",
}
"""The functions of Terraform that are not evaluated, each with the reason."""

_OF_TERRAFORM = "core::"
_CATCHES = frozenset({"can", "try"})
"""Functions that go on where one of their arguments fails."""

_TAKES_A_NAME = frozenset({"templatestring"})
"""Functions that Terraform gives a text only by the name of what holds it."""


def call_function(call: Call, scope: Scope, evaluate: Callable[[Expression, Scope], Node]) -> Node:
    """Evaluate a call; a function that is not in the table is unresolved and keeps what its arguments mention."""
    at = call.at.span
    name = call.name.removeprefix(_OF_TERRAFORM)
    inner = replace(scope, caught=True) if name in _CATCHES else scope
    values = [evaluate(argument, inner) for argument in call.arguments]
    function = FUNCTIONS.get(name)
    if function is None:
        reason = f": {NOT_EVALUATED[name]}" if name in NOT_EVALUATED else ""
        return unresolved(f"the function {name} is not evaluated{reason}", at, *values)
    if name in _TAKES_A_NAME and call.arguments and not isinstance(call.arguments[0], Traversal):
        return failed(f"{name} takes the name of what holds its text", at, *values)
    if call.expand and values:
        last = values.pop()
        if not last.is_list or last.open:
            if last.is_unknown or last.open:
                return unresolved(why_unknown(last), at, *values, last)
            return failed("only a list can be expanded into arguments", at, *values, last)
        values.extend(last.each())
    return function(Arguments(tuple(values), at, scope, evaluate))
