"""The values that were given beside the tree, and the roots that they are for."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.inputs import InputError
from infraaudit.readers.terraform.modules import Argument
from infraaudit.readers.terraform.syntax import VALUES, parsed
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_parse import parse_hcl
from infraaudit.source.hcl_tree import FixedPlace, Literal, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infraaudit.readers.terraform.inputs import TerraformInputs
    from infraaudit.readers.terraform.syntax import Configuration, Sources
    from infraaudit.source.hcl_tree import Block, Expression

_PRIMITIVES = frozenset({"string", "number", "bool"})


@dataclass(frozen=True, slots=True)
class Given:
    """Values by the names of their variables: ``files`` are parsed, ``words`` are text whose meaning its type tells."""

    files: Mapping[str, Argument]
    words: Mapping[str, str]

    def arguments(self, configuration: Configuration) -> dict[str, Argument]:
        """Return what is given for the variables of one root. Raises ``InputError`` for a text that is no value."""
        result: dict[str, Argument] = {}
        for name, block in configuration.variables.items():
            if name in self.words:
                result[name] = _of_word(name, self.words[name], block)
            elif name in self.files:
                argument = self.files[name]
                outside = argument.stands_at is not None
                result[name] = replace(argument, stands_at=block.head.span) if outside else argument
        return result


def given_values(inputs: TerraformInputs, sources: Sources, folders: Sequence[str]) -> Given:
    """Return what is given. Raises ``InputError`` for a variable that no root declares and a file that is not valid."""
    declared = sorted({name for folder in folders for name in sources.configuration(folder).variables})
    files: dict[str, Argument] = {}
    for file in inputs.files:
        files.update(_of_file(file, inside=file.path in sources.tree.known))
    words = dict(inputs.values)
    for name in (*files, *words):
        if name not in declared:
            message = f"no Terraform root declares the variable {name!r}"
            raise InputError(message, name, declared)
    return Given(files, words)


def _of_file(file: SourceFile, *, inside: bool) -> Iterable[tuple[str, Argument]]:
    named = file if file.path.endswith(VALUES) else SourceFile(f"{file.path}{_ending(file)}", file.text)
    document = parsed(named)
    if document.problems or document.body.blocks:
        problem = next(iter(document.problems), None)
        why = f"line {problem.at.start_line}: {problem.message}" if problem is not None else "it holds a block"
        message = f"cannot use the variable file {file.path}: {why}"
        raise InputError(message)
    for name, attribute in document.body.attributes.items():
        by = f"{posixpath.basename(file.path)} sets var.{name}"
        elsewhere = None if inside else attribute.value.at.span
        yield name, Argument(attribute.value, set_by=by, stands_at=elsewhere)


def _ending(file: SourceFile) -> str:
    return ".tfvars.json" if file.path.endswith(".json") else ".tfvars"


def _of_word(name: str, text: str, block: Block) -> Argument:
    """Return the value of ``NAME=VALUE``: text for a variable of a simple type or of none, else an expression."""
    type_ = block.body.attributes.get("type")
    place = FixedPlace(block.head.span, text)
    expression: Expression = Literal(text, place)
    if type_ is not None and not _is_primitive(type_.value):
        document = parse_hcl(SourceFile("", f"value = {text}\n"))
        attribute = document.body.attributes.get("value")
        if attribute is None or document.problems or len(document.body.attributes) > 1:
            message = f"the value given for the variable {name!r} is not valid: its type needs an expression"
            raise InputError(message)
        expression = attribute.value
    return Argument(expression, set_by=f"--var sets var.{name}", stands_at=block.head.span)


def _is_primitive(type_: Expression) -> bool:
    if isinstance(type_, Literal):
        return type_.value in _PRIMITIVES
    return isinstance(type_, Variable) and type_.name in _PRIMITIVES
