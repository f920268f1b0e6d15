"""What the statements of a template do beside printing: they may change mappings that other templates see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.helm.syntax import Action, Branch, Call, Loop, Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.readers.helm.syntax import Operand, Statement

_CHANGING = frozenset({"set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"})
_MAKING = frozenset({"dict", "deepCopy", "mustDeepCopy", "omit", "pick", "fromYaml", "fromJson"})


def pipelines_of(body: Sequence[Statement]) -> Iterator[Pipeline]:
    """Yield the pipelines of statements and of the blocks inside of them."""
    for statement in body:
        match statement:
            case Action():
                yield statement.pipeline
            case Branch() | Loop():
                yield statement.pipeline
                yield from pipelines_of((*statement.body, *statement.otherwise))
            case _:
                continue


def changes_others(pipeline: Pipeline) -> bool:
    """Tell whether a pipeline may change a mapping that others see, and not only one that it has just made."""
    for command in pipeline.commands:
        head, *words = command
        if isinstance(head, Call) and head.name in _CHANGING and not (words and _is_new(words[0])):
            return True
        if any(isinstance(word, Pipeline) and changes_others(word) for word in command):
            return True
    return False


def _is_new(operand: Operand) -> bool:
    head = operand.commands[-1][0] if isinstance(operand, Pipeline) and not operand.variables else None
    return isinstance(head, Call) and head.name in _MAKING
