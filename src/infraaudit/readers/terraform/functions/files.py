"""Functions on files: those of the scanned tree, and nothing else."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from infraaudit.model.node import Node
from infraaudit.readers.terraform.convert import to_primitive
from infraaudit.readers.terraform.functions.collections import counted
from infraaudit.readers.terraform.functions.declare import Function, pure
from infraaudit.readers.terraform.scope import Scope
from infraaudit.readers.terraform.values import failed, through, unknown_of, unresolved
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_parse import parse_template_file
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from infraaudit.readers.terraform.functions.declare import Arguments


def _opened(arguments: Arguments) -> SourceFile | Node:
    """Return the file that the first argument names, or why it cannot be had."""
    at = arguments.at
    path = to_primitive(arguments.values[0], "string")
    if not isinstance(path.content, str):
        return unknown_of((path,), at) or failed("a path is needed", at)
    file = arguments.scope.module.open(path.content)
    if isinstance(file, SourceFile):
        return file
    if file is None:
        return unresolved(f"the file {path.content} is not in the tree", at, *arguments.values)
    return unresolved(f"the file {path.content} cannot be read: {file.message}", at, *arguments.values)


def _file(arguments: Arguments) -> Node:
    file = _opened(arguments)
    if isinstance(file, Node):
        return file
    return through(Node(file.text, whole_file(file.path)), "the file is read here", arguments.at)


def _exists(arguments: Arguments) -> Node:
    file = _opened(arguments)
    return file if isinstance(file, Node) else Node(content=True, at=arguments.at)


def _template(arguments: Arguments) -> Node:
    file = _opened(arguments)
    if isinstance(file, Node):
        return unresolved(getattr(file.content, "why", ""), arguments.at, *arguments.values)
    variables = arguments.values[1]
    if not variables.is_mapping or variables.open:
        return unknown_of((variables,), arguments.at) or failed("templatefile takes an object", arguments.at)
    scope = Scope(arguments.scope.module, arguments.scope.budget, dict(variables.items()))
    rendered = arguments.evaluate(parse_template_file(file), scope)
    return through(rendered, "the template is rendered here", arguments.at)


def _folder(path: str) -> str:
    return posixpath.dirname(path) or "."


FILES: dict[str, Function] = {
    "basename": pure("string", compute=lambda path: posixpath.basename(path.rstrip("/"))),
    "dirname": pure("string", compute=_folder),
    "file": counted(1, _file),
    "fileexists": counted(1, _exists),
    "templatefile": counted(2, _template),
}
