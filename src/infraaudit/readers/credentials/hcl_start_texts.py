"""Secrets in the text that a machine runs when it starts: written out, from a file, or put in by a template."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import decode_base64, is_secret_name
from infraaudit.model import EntryState
from infraaudit.readers.credentials.hcl_slots import literal_text, words_of
from infraaudit.readers.credentials.slots import Slot, slots_in_text
from infraaudit.source.hcl_tree import (
    Call,
    GetAttribute,
    Interpolation,
    Literal,
    ObjectExpression,
    Parentheses,
    Template,
    Traversal,
    Variable,
)
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile, SourceTree
    from infraaudit.source.hcl_tree import Expression

_GENERATED = frozenset({"random_password", "random_string", "tls_private_key"})


@dataclass(frozen=True, slots=True)
class StartTexts:
    """The texts that the machines of one file of Terraform run."""

    file: SourceFile
    tree: SourceTree

    def of_metadata(self, value: Expression) -> Iterator[Slot]:
        """Yield the secrets in those members of a machine's metadata that it runs."""
        for key, item in value.items if isinstance(value, ObjectExpression) else ():
            if literal_text(key) in words_of("terraform.user_data"):
                yield from self.slots(item)

    def slots(self, value: Expression) -> Iterator[Slot]:
        """Yield the secrets in the text that a machine runs: written out, or put in by the template."""
        if isinstance(value, Parentheses):
            yield from self.slots(value.inner)
        elif isinstance(value, Literal) and isinstance(value.value, str):
            text = value.value
            text = (decode_base64(text) or text) if "\n" not in text else text
            yield from slots_in_text(text, self.file, value.at.span, options=True)
        elif isinstance(value, Template):
            text = "".join(part if isinstance(part, str) else "${_}" for part in value.parts)
            yield from slots_in_text(text, self.file, value.at.span, options=True)
            for part in value.parts:
                if isinstance(part, Interpolation) and (name := _secret_behind(part.value)):
                    yield Slot(name, "", part.value.at.span, name, state=EntryState.INTERPOLATED)
        elif isinstance(value, Call):
            yield from self._called(value)

    def _called(self, call: Call) -> Iterator[Slot]:
        if call.name in {"base64encode", "trimspace", "base64gzip"} and call.arguments:
            yield from self.slots(call.arguments[0])
        elif call.name in {"file", "filebase64", "templatefile"} and call.arguments:
            source = self._file_at(call.arguments[0])
            if source is not None:
                yield from slots_in_text(source.text, source, source.span_of_text(0, 0), options=True)
            if len(call.arguments) > 1 and isinstance(call.arguments[1], ObjectExpression):
                for _, item in call.arguments[1].items:
                    if name := _secret_behind(item):
                        yield Slot(name, "", item.at.span, name, state=EntryState.INTERPOLATED)

    def _file_at(self, expression: Expression) -> SourceFile | None:
        path = literal_text(expression)
        if path is None and isinstance(expression, Template):
            path = "".join(part if isinstance(part, str) else "." for part in expression.parts)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.file.path), (path or "").lstrip("/")))
        if path not in self.tree.known:
            return None
        file = self.tree.open(path)
        return None if isinstance(file, Problem) else file


def _secret_behind(expression: Expression) -> str:
    """Return the name of the secret that an expression refers to, ``""`` where it is none that its name tells."""
    if not isinstance(expression, Traversal) or not isinstance(expression.root, Variable):
        return ""
    names = [step.name for step in expression.steps if isinstance(step, GetAttribute)]
    root = expression.root.name
    if not names:
        return ""
    if root in {"var", "local"}:
        return f"{root}.{names[0]}" if is_secret_name(names[0]) else ""
    if root in _GENERATED and names[-1] in {"result", "private_key_pem", "private_key_openssh"}:
        return ".".join([root, *names])
    return ""
