"""The values that were given beside the tree, and the roots that they are for."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.configuration.inputs import InputError
from infraaudit.readers.terraform.configuration.syntax import VALUES, parsed
from infraaudit.readers.terraform.language.scope import Argument
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_parse import parse_hcl
from infraaudit.source.hcl_tree import FixedPlace, Literal, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infraaudit.readers.terraform.configuration.inputs import Setting
    from infraaudit.readers.terraform.configuration.syntax import Configuration, Sources
    from infraaudit.source.hcl_tree import Block, Expression

_PRIMITIVES = frozenset({"string", "number", "bool"})


@dataclass(frozen=True, slots=True)
class Word:
    """The text of a value, whose meaning the type of its variable tells, and what gives it."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Given:
    """Values by the names of their variables: parsed from a file, or words."""

    values: Mapping[str, Argument | Word]

    def arguments(self, configuration: Configuration) -> dict[str, Argument]:
        """Return what is given for the variables of one root. Raises ``InputError`` for a text that is no value."""
        result: dict[str, Argument] = {}
        for name, block in configuration.variables.items():
            value = self.values.get(name)
            if isinstance(value, Word):
                result[name] = _of_word(name, value, block)
            elif value is not None:
                outside = value.stands_at is not None
                result[name] = replace(value, stands_at=block.head.span) if outside else value
        return result

    def concerns(self, configuration: Configuration) -> bool:
        """Whether a root declares a variable of these."""
        return not self.values.keys().isdisjoint(configuration.variables)


def given_values(settings: Iterable[Setting], sources: Sources, folders: Sequence[str], by: str = "--var") -> Given:
    """Return what is given, what stands later in place of what stands before.

    As for Terraform, a file may set variables that nobody declares, and a value may not. Raises ``InputError`` for
    such a value, for a file of which no variable is declared, and for one that is not valid.
    """
    declared = sorted({name for folder in folders for name in sources.configuration(folder).variables})
    values: dict[str, Argument | Word] = {}
    for setting in settings:
        if isinstance(setting, SourceFile):
            found = dict(_of_file(setting, inside=setting.path in sources.tree.known))
            _check(found, declared)
            values.update(found)
        else:
            _check(setting[:1], declared)
            values[setting[0]] = Word(setting[1], by)
    return Given(values)


def _check(names: Iterable[str], declared: Sequence[str]) -> None:
    """Raise ``InputError`` where none of these variables is declared."""
    kept = list(names)
    if kept and not set(kept) & set(declared):
        message = f"no Terraform root declares the variable {kept[0]!r}"
        raise InputError(message, kept[0], declared)


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


def _of_word(name: str, word: Word, block: Block) -> Argument:
    """Return the value of ``NAME=VALUE``: text for a variable of a simple type or of none, else an expression."""
    type_ = block.body.attributes.get("type")
    place = FixedPlace(block.head.span, word.text)
    expression: Expression = Literal(word.text, place)
    if type_ is not None and not _is_primitive(type_.value):
        document = parse_hcl(SourceFile("", f"value = {word.text}\n"))
        attribute = document.body.attributes.get("value")
        if attribute is None or document.problems or len(document.body.attributes) > 1:
            message = f"the value given for the variable {name!r} is not valid: its type needs an expression"
            raise InputError(message)
        expression = attribute.value
    return Argument(expression, set_by=f"{word.by} sets var.{name}", stands_at=block.head.span)


def _is_primitive(type_: Expression) -> bool:
    if isinstance(type_, Literal):
        return type_.value in _PRIMITIVES
    return isinstance(type_, Variable) and type_.name in _PRIMITIVES
