"""The stages of a Dockerfile: which is built upon which, and what the arguments stand for in each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model import Absent, BuildArgument, BuildStep, Known, Unknown
from infraaudit.readers.dockerfile.copies import copied_files
from infraaudit.readers.dockerfile.instructions import trigger_of
from infraaudit.readers.dockerfile.pairs import split_pair
from infraaudit.readers.dockerfile.run_commands import commands_of_run
from infraaudit.readers.dockerfile.scope import Scope
from infraaudit.readers.dockerfile.stage import Stage, configure, note_uses
from infraaudit.readers.dockerfile.words import placed_words

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.dockerfile.instructions import Instruction, Instructions
    from infraaudit.readers.dockerfile.text import PlacedText

_BASE_MAY_SET = "the base image may set it"
_STEPS = frozenset({"RUN", "ENV", "ARG", "LABEL", "COPY", "ADD"})


def read_stages(instructions: Instructions) -> list[Stage]:
    """Read all stages of a Dockerfile in order."""
    return _StageReader(Scope(instructions.escape, outside="")).read(instructions)


@dataclass
class _StageReader:
    """Goes through the instructions once; ``globals`` are the arguments before the first stage."""

    globals: Scope
    stages: list[Stage] = field(default_factory=list)

    def read(self, instructions: Instructions) -> list[Stage]:
        for instruction in instructions.items:
            if instruction.keyword == "FROM":
                self._begin(instruction)
            elif self.stages:
                self._apply(self.stages[-1], instruction)
            elif instruction.keyword == "ARG":
                self._global_argument(instruction)
        return self.stages

    def _global_argument(self, instruction: Instruction) -> None:
        for word in placed_words(instruction.rest, self.globals.escape):
            name, value = split_pair(word)
            if value is None:
                self.globals.declare_argument(name.text, None)
            else:
                self.globals.set_argument(name.text, self.globals.value(value))

    # -- a new stage -----------------------------------------------------------------------------------------

    def _begin(self, instruction: Instruction) -> None:
        words = placed_words(instruction.rest, self.globals.escape)
        named = len(words) >= 3 and words[1].text.upper() == "AS"  # noqa: PLR2004 - FROM image AS name
        label = words[2].text.lower() if named else str(len(self.stages))
        if not words:
            base: Maybe[str] = Unknown("FROM names no image", instruction.at)
            self.stages.append(Stage(label, instruction.at, base, self._fresh(base)))
            return
        base = self._base(words[0])
        parent = self._stage_named(base.value) if isinstance(base, Known) else None
        if parent is not None:
            stage = Stage(label, instruction.at, parent.base, parent.scope.copy(), parent)
        else:
            stage = Stage(label, instruction.at, base, self._fresh(base))
        stage.named = named
        stage.platform = self._platform(instruction, parent)
        self.stages.append(stage)
        for trigger in parent.triggers if parent is not None else ():
            self._apply(stage, trigger)

    def _platform(self, instruction: Instruction, parent: Stage | None) -> Maybe[str]:
        """Return the platform that a stage is pulled for; what the builder sets is no choice of the file."""
        flag = instruction.flag("platform")
        if flag is None:
            return parent.platform if parent is not None else Absent(instruction.at)
        if re.search(r"\$\{?(?:BUILD|TARGET)", flag.text):
            return Unknown("the builder sets the platform", flag.span())
        return self.globals.value(flag)

    def _base(self, word: PlacedText) -> Value[str]:
        """Return the image that a ``FROM`` names; a name with an unset part is no name."""
        value = self.globals.value(word)
        missing = [name for name in re.findall(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)", word.text) if self._undeclared(name)]
        if isinstance(value, Known) and missing and ":-" not in word.text and "+" not in word.text:
            return Unknown(f"{missing[0]} is declared by no ARG before the first FROM", value.at)
        return value

    def _undeclared(self, name: str) -> bool:
        variable = self.globals.lookup(name)
        return variable.unset and variable.text == ""

    def _fresh(self, base: Maybe[str]) -> Scope:
        empty = isinstance(base, Known) and base.value == "scratch"
        return Scope(self.globals.escape, "" if empty else _BASE_MAY_SET)

    def _stage_named(self, name: str) -> Stage | None:
        return next((each for each in reversed(self.stages) if each.named and each.label == name.lower()), None)

    def _source_stage(self, reference: PlacedText | None) -> str:
        """Return what ``--from`` means: the label of a stage by name or number, else the image as written."""
        if reference is None:
            return ""
        value = self.globals.value(reference)
        name = value.value if isinstance(value, Known) else reference.text
        if name.isdecimal() and int(name) < len(self.stages):
            return self.stages[int(name)].label
        named = self._stage_named(name)
        return named.label if named is not None else name

    # -- an instruction of a stage ---------------------------------------------------------------------------

    def _apply(self, stage: Stage, instruction: Instruction) -> None:
        if instruction.keyword in _STEPS:
            stage.steps.append(BuildStep(instruction.keyword, instruction.arguments, instruction.at))
        match instruction.keyword:
            case "ARG":
                self._argument(stage, instruction)
            case "RUN":
                note_uses(stage, instruction)
                stage.runs.append(commands_of_run(instruction, stage.shell))
            case "ENV":
                note_uses(stage, instruction)
                configure(stage, instruction)
            case "COPY" | "ADD":
                workdir = stage.workdir.value if isinstance(stage.workdir, Known) else None
                origin = self._source_stage(instruction.flag("from"))
                stage.copies.extend(copied_files(instruction, stage.scope, workdir, origin))
            case "ONBUILD":
                trigger = trigger_of(instruction, stage.scope.escape)
                stage.triggers.extend(() if trigger is None else (trigger,))
            case _:
                configure(stage, instruction)

    def _argument(self, stage: Stage, instruction: Instruction) -> None:
        for word in placed_words(instruction.rest, stage.scope.escape):
            name, value = split_pair(word)
            at = name.span()
            if value is not None:
                default: Maybe[str] = stage.scope.value(value)
                stage.scope.set_argument(name.text, stage.scope.value(value))
            else:
                inherited = self.globals.arguments.get(name.text)
                stage.scope.declare_argument(name.text, inherited)
                default = Absent(at)
                if inherited is not None and inherited.text is not None:
                    place = replace(inherited.steps[0].at, trail=inherited.steps[1:]) if inherited.steps else at
                    default = Known(inherited.text, place)
            stage.arguments[name.text] = BuildArgument(name.text, default, at)
