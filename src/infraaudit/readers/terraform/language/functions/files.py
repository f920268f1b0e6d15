"""Functions on files: those of the scanned tree, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from typing import TYPE_CHECKING

from infraaudit.model.node import Node
from infraaudit.readers.terraform.language.convert import to_primitive
from infraaudit.readers.terraform.language.functions.collections import counted
from infraaudit.readers.terraform.language.functions.declare import Function, pure
from infraaudit.readers.terraform.language.scope import Scope
from infraaudit.readers.terraform.language.values import (
    MOST_ELEMENTS,
    failed,
    placed,
    set_of,
    through,
    unknown_of,
    unresolved,
)
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_parse import parse_template_file
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.readers.terraform.language.functions.declare import Arguments

_MOST_STARS = 6
_GLOB = re.compile(r"(\*\*/|\*\*|\*|\?)")
_GLOBS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


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


def _of_content(compute: Callable[[bytes], str]) -> Function:
    """Declare a function of what a file holds."""

    def computed(arguments: Arguments) -> Node:
        file = _opened(arguments)
        if isinstance(file, Node):
            return file
        return through(Node(compute(file.data), whole_file(file.path)), "the file is read here", arguments.at)

    return counted(1, computed)


def _digest(name: str) -> Callable[[bytes], str]:
    return lambda data: hashlib.new(name, data, usedforsecurity=False).hexdigest()


def _digest_in_base64(name: str) -> Callable[[bytes], str]:
    return lambda data: base64.b64encode(hashlib.new(name, data, usedforsecurity=False).digest()).decode()


def _fileset(arguments: Arguments) -> Node:
    """Return the files that match a pattern, as far as they are in the tree."""
    folder, pattern = (to_primitive(value, "string") for value in arguments.values)
    if not isinstance(folder.content, str) or not isinstance(pattern.content, str):
        return unknown_of((folder, pattern), arguments.at) or failed("fileset takes texts", arguments.at)
    matching = _glob(posixpath.normpath(pattern.content))
    if matching is None:
        return unresolved("this pattern of file names is not evaluated", arguments.at, *arguments.values)
    found = [path for path in arguments.scope.module.below(folder.content) if matching.fullmatch(path)]
    if not found or len(found) > MOST_ELEMENTS:
        why = f"no file of the tree matches {folder.content}/{pattern.content}, or too many do"
        return unresolved(why, arguments.at, *arguments.values)
    return Node(set_of(Node(path, arguments.at) for path in found), arguments.at)


def _glob(pattern: str) -> re.Pattern[str] | None:
    """Return the regular expression of a pattern: ``**`` crosses folders, ``*`` and ``?`` do not."""
    if any(sign in pattern for sign in "[\\") or pattern.count("*") > _MOST_STARS or "{" in pattern.replace("{", "", 1):
        return None
    text = ""
    for piece in _GLOB.split(pattern):
        text += _GLOBS.get(piece, "") or re.escape(piece)
    braces = re.sub(r"\\\{([^{}]*)\\\}", lambda match: f"(?:{match[1].replace(',', '|')})", text)
    return re.compile(braces)


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


def _template_text(arguments: Arguments) -> Node:
    """Render a text that is a template; Terraform takes it from elsewhere, never written in place."""
    template, variables = arguments.values
    if not isinstance(template.content, str) or not variables.is_mapping or variables.open:
        return unknown_of((template, variables), arguments.at) or failed("templatestring takes a text", arguments.at)
    scope = Scope(arguments.scope.module, arguments.scope.budget, dict(variables.items()))
    rendered = arguments.evaluate(parse_template_file(SourceFile("", template.content)), scope)
    return placed(rendered, arguments.at)


def _base(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path else ".")


def _folder(path: str) -> str:
    return posixpath.dirname(path) or "."


FILES: dict[str, Function] = {
    "filebase64": _of_content(lambda data: base64.b64encode(data).decode()),
    "filebase64sha256": _of_content(_digest_in_base64("sha256")),
    "filebase64sha512": _of_content(_digest_in_base64("sha512")),
    "filemd5": _of_content(_digest("md5")),
    "fileset": counted(2, _fileset),
    "filesha1": _of_content(_digest("sha1")),
    "filesha256": _of_content(_digest("sha256")),
    "filesha512": _of_content(_digest("sha512")),
    "basename": pure("string", compute=_base),
    "dirname": pure("string", compute=_folder),
    "file": counted(1, _file),
    "fileexists": counted(1, _exists),
    "templatefile": counted(2, _template),
    "templatestring": counted(2, _template_text),
}
