"""Runs templates: variables, branches, loops and calls, within limits on steps, size and depth."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import (
    MARK,
    NIL,
    STAND_IN,
    Cell,
    ChartError,
    Exhausted,
    LackingError,
    Open,
    Piece,
    Text,
    Undecided,
    copied,
    truth,
)
from infraaudit.readers.helm.effects import changes_others, pipelines_of
from infraaudit.readers.helm.go_text import printed
from infraaudit.readers.helm.parser import parse_template
from infraaudit.readers.helm.reaching import elements_of, field_of
from infraaudit.readers.helm.syntax import (
    Action,
    Branch,
    Call,
    Dot,
    Fields,
    Jump,
    Literal,
    Loop,
    Pipeline,
    Use,
    Variable,
    Words,
)
from infraaudit.readers.helm.ways import Way, printed_each_way
from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from infraaudit.readers.helm.cells import Place
    from infraaudit.readers.helm.syntax import Operand, Statement
    from infraaudit.readers.helm.ways import Printing

    Function = Callable[["Engine", Sequence[Cell]], Cell]

MOST_STEPS = 300_000
"""Nodes that one rendering may evaluate; a stack of 113 objects takes a twelfth of it."""

MOST_CHARACTERS = 8_000_000
"""Characters that one chart may print."""

DEEPEST = 40
"""How deep templates may include each other; real charts stay below 12."""


class _Jumped(Exception):  # noqa: N818 - a jump of the template language, no error
    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass
class Engine:
    """What all templates of one chart share: definitions, functions, stand-ins, and what is left of the limits.

    ``unevaluated`` tells that a function was met which Helm would run and we do not, ``lacking`` which values it would
    not render without. ``way`` decides at blocks of which nobody knows whether they run.
    """

    defines: dict[str, tuple[Statement, ...]]
    functions: Mapping[str, Function]
    missing: str = ""
    unevaluated: bool = False
    lacking: dict[str, Place] = field(default_factory=dict)
    stand_ins: dict[str, Undecided] = field(default_factory=dict)
    way: Way = field(default_factory=Way)
    _names: dict[Undecided, str] = field(default_factory=dict)
    _steps: int = 0
    _characters: int = 0
    _depth: int = 0
    _tired: bool = False

    def stand_in(self, undecided: Undecided) -> str:
        """Return the text that stands for an undecided value; the same reason is told by the same text."""
        name = self._names.get(undecided)
        if name is None:
            name = f"{MARK}{'filled' if undecided.filled else ''}{len(self.stand_ins):06d}"
            self._names[undecided] = name
            self.stand_ins[name] = undecided
        return name

    def why(self, text: str) -> str:
        """Return why a text that holds a stand-in is undecided."""
        for name in STAND_IN.findall(text):
            if name in self.stand_ins:
                return self.stand_ins[name].why
        return "a part of it is not decided"

    def each_way(self, body: Sequence[Statement], dot: Cell) -> Printing:
        """Run statements in each way that they may take. Raises ``ChartError`` where helm would fail in all of them."""
        lacking, before = self.lacking, self._steps
        lacking_by_way: list[dict[str, Place]] = []
        used = (self._steps, self._characters)

        def render(way: Way) -> Text:
            nonlocal used
            first = self._steps == before
            self.way, self.lacking = way, {}
            # A further way must not see what the first one changed of the values for the templates after it.
            try:
                text = self.render(body, dot if first else copied(dot))
            finally:
                used = (self._steps, self._characters) if first else used
            lacking_by_way.append(self.lacking)
            return text

        try:
            printing = printed_each_way(render, tired=self._tired)
        finally:
            self.way, self.lacking = Way(), lacking
        if printing.lost is not None:
            # What the further ways took is not taken from the templates that are still to come.
            self._tired, (self._steps, self._characters) = True, used
        for message, place in lacking_by_way[0].items() if lacking_by_way else ():
            if all(message in each for each in lacking_by_way):
                self.lacking.setdefault(message, place)
        return printing

    def render(self, body: Sequence[Statement], dot: Cell) -> Text:
        """Run statements on a value. Raises ``ChartError`` where helm would fail."""
        if self._depth >= DEEPEST:
            message = f"templates include each other more than {DEEPEST} deep"
            raise ChartError(message)
        self._depth += 1
        try:
            run = _Run(self, [("$", dot)])
            run.statements(body, dot)
            return Text.of(run.pieces)
        finally:
            self._depth -= 1

    def include(self, name: str, dot: Cell) -> Text:
        """Run a defined template. One that a missing dependency may define is undecided."""
        body = self.defines.get(name)
        if body is None and self.missing:
            why = (
                f"the template {name!r} is not defined, and the dependency {self.missing} is not in the scanned folder"
            )
            return Text.of((Piece(self.stand_in(Undecided(why))),))
        if body is None:
            message = f"no template {name!r} is defined"
            raise ChartError(message)
        return self.render(body, dot)

    def evaluate_text(self, text: str, dot: Cell) -> Text:
        """Run a text that is itself a template. What it prints has the place of the call."""
        if "{{" not in text:
            return Text.of((Piece(text),))
        template = parse_template(SourceFile("", text))
        before = dict(self.defines)
        self.defines.update(template.defines)
        try:
            result = self.render(template.body, dot)
        except ChartError as error:
            raise ChartError(error.message) from error
        finally:
            self.defines.clear()
            self.defines.update(before)
        return Text.of(replace(piece, place=None) for piece in result.pieces)

    def count(self, characters: int) -> None:
        """Count one step and what it printed."""
        self._steps += 1
        self._characters += characters
        if self._steps > MOST_STEPS or self._characters > MOST_CHARACTERS:
            message = "rendering it takes more steps or room than is allowed"
            raise Exhausted(message)


@dataclass
class _Run:
    """One run of one template: its variables and what it printed."""

    engine: Engine
    variables: list[tuple[str, Cell]]
    pieces: list[Piece] = field(default_factory=list)

    def statements(self, body: Sequence[Statement], dot: Cell) -> None:
        for statement in body:
            self._statement(statement, dot)

    def _statement(self, statement: Statement, dot: Cell) -> None:
        match statement:
            case Words():
                self.engine.count(len(statement.text))
                self.pieces.append(Piece(statement.text, statement.place))
            case Action():
                value = self._pipeline(statement.pipeline, dot)
                if not statement.pipeline.variables:
                    self._print(value, statement.pipeline.place)
            case Branch():
                with self._block():
                    self._branch(statement, dot)
            case Loop():
                with self._block():
                    self._loop(statement, dot)
            case Jump():
                raise _Jumped(statement.word)
            case Use():
                value = NIL if statement.pipeline is None else self._pipeline(statement.pipeline, dot)
                with _placed(statement.place):
                    self._print(Cell(self.engine.include(statement.name, value)), statement.place)

    def _print(self, cell: Cell, place: Place) -> None:
        text = printed(cell, self.engine.stand_in)
        self.engine.count(len(text))
        self.pieces.extend(Piece(each.text, each.place or place, each.origin, place) for each in text.pieces)

    @contextmanager
    def _block(self) -> Iterator[None]:
        depth = len(self.variables)
        try:
            yield
        finally:
            del self.variables[depth:]

    def _branch(self, statement: Branch, dot: Cell) -> None:
        value = self._pipeline(statement.pipeline, dot)
        holds = truth(value)
        if holds is None:
            value = self._filled(value)
            holds = self._runs(value, statement)
        if holds:
            self.statements(statement.body, value if statement.word == "with" else dot)
        else:
            self.statements(statement.otherwise, dot)

    def _runs(self, value: Cell, statement: Branch | Loop) -> bool:
        """Decide whether a block runs of which nobody knows that, as the way has it."""
        pipeline = statement.pipeline
        why = self._undecided(value).why
        for inner in pipelines_of((*statement.body, *statement.otherwise)):
            if changes_others(inner):
                message = f"what a block changes cannot be told, because {why}"
                raise ChartError(message, inner.place)
        return self.engine.way.runs(pipeline.place, why)

    def _undecided(self, value: Cell) -> Undecided:
        """Return what is undecided of a value of which nobody knows whether it is true."""
        if isinstance(value.data, Undecided):
            return value.data
        return Undecided(value.data.why if isinstance(value.data, Open) else self.engine.why(str(value.data)))

    def _filled(self, value: Cell) -> Cell:
        """Return an undecided value as what it is where its block runs."""
        return Cell(replace(value.data, filled=True), value.origin) if isinstance(value.data, Undecided) else value

    def _loop(self, statement: Loop, dot: Cell) -> None:
        pipeline = statement.pipeline
        value = self._pipeline(replace(pipeline, variables=()), dot)
        if truth(value) is None:
            runs = self._runs(value, statement)
            value = Cell([Cell(self._undecided(value))] if runs else [])
        pairs = list(elements_of(value, pipeline.place))
        if not pairs:
            self.statements(statement.otherwise, dot)
        for key, each in pairs:
            with self._block():
                self._declare_loop(pipeline, key, each)
                try:
                    self.statements(statement.body, each)
                except _Jumped as jump:
                    if jump.word == "break":
                        return

    def _declare_loop(self, pipeline: Pipeline, key: Cell, each: Cell) -> None:
        values = (each,) if len(pipeline.variables) == 1 else (key, each)
        for name, value in zip(pipeline.variables, values, strict=False):
            if pipeline.assigns:
                self._assign(name, value)
            else:
                self.variables.append((name, value))

    def _assign(self, name: str, value: Cell) -> None:
        for index in range(len(self.variables) - 1, -1, -1):
            if self.variables[index][0] == name:
                self.variables[index] = (name, value)
                return
        message = f"undefined variable {name}"
        raise ChartError(message)

    # -- values ----------------------------------------------------------------------------------------------

    def _pipeline(self, pipeline: Pipeline, dot: Cell) -> Cell:
        value: Cell | None = None
        with _placed(pipeline.place):
            try:
                for command in pipeline.commands:
                    value = self._command(command, dot, value)
            except LackingError as error:
                self.engine.lacking.setdefault(error.message, pipeline.place)
                value = Cell(
                    Undecided(f"a value that its template requires is not given: {error.message}", filled=True)
                )
            result = value if value is not None else NIL
            for name in pipeline.variables:
                if pipeline.assigns:
                    self._assign(name, result)
                else:
                    self.variables.append((name, result))
        return result

    def _command(self, command: tuple[Operand, ...], dot: Cell, last: Cell | None) -> Cell:
        self.engine.count(0)
        head, *words = command
        if isinstance(head, Call):
            return self._call(head.name, words, dot, last)
        if isinstance(head, Fields) and (words or last is not None):
            arguments = [self._operand(word, dot) for word in words]
            return self._method(head, dot, [*arguments, last] if last is not None else arguments)
        if words or last is not None:
            message = "a value that is no function has arguments"
            raise ChartError(message)
        return self._operand(head, dot)

    def _call(self, name: str, words: Sequence[Operand], dot: Cell, last: Cell | None) -> Cell:
        if name in {"and", "or"}:
            return self._logic(name, words, dot, last)
        arguments = [self._operand(word, dot) for word in words]
        if last is not None:
            arguments.append(last)
        function = self.engine.functions.get(name)
        if function is None:
            self.engine.unevaluated = True
            return Cell(Undecided(f"the function {name} of its template is not evaluated"))
        try:
            result = function(self.engine, arguments)
        except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
            message = f"error calling {name}: {error}"
            raise ChartError(message) from error
        if isinstance(result.data, str | list) and len(result.data) > MOST_CHARACTERS:
            message = f"what {name} gives is too large"
            raise ChartError(message)
        return result

    def _logic(self, name: str, words: Sequence[Operand], dot: Cell, last: Cell | None) -> Cell:
        """Return the first operand that decides; the ones after it are not evaluated."""
        value = NIL
        unsure: Cell | None = None
        for word in (*words, *(() if last is None else (last,))):
            value = word if isinstance(word, Cell) else self._operand(word, dot)
            holds = truth(value)
            if holds is None:
                unsure = unsure or value
            elif holds == (name == "or"):
                # Whatever the undecided one is, the result is as true as this one; only its text may differ.
                return value if unsure is None or name == "and" else unsure
        return value if unsure is None else unsure

    def _operand(self, operand: Operand, dot: Cell) -> Cell:
        match operand:
            case Literal():
                return Cell(operand.value)
            case Dot():
                return dot
            case Variable():
                for name, value in reversed(self.variables):
                    if name == operand.name:
                        return value
                message = f"undefined variable {operand.name}"
                raise ChartError(message)
            case Call():
                return self._call(operand.name, (), dot, None)
            case Fields():
                return self._method(operand, dot, ())
            case Pipeline():
                with self._block():
                    return self._pipeline(operand, dot)

    def _method(self, fields: Fields, dot: Cell, arguments: Sequence[Cell]) -> Cell:
        value = self._operand(fields.base, dot)
        lenient = fields.lenient or isinstance(fields.base, Dot | Variable)
        for position, name in enumerate(fields.names):
            is_last = position == len(fields.names) - 1
            value = field_of(value, name, arguments if is_last else (), lenient=lenient)
            lenient = False
        return value


@contextmanager
def _placed(place: Place) -> Iterator[None]:
    """Give an error the place of the innermost action that it happened in."""
    try:
        yield
    except ChartError as error:
        if error.place is None and place.file.path:
            raise ChartError(error.message, place) from error
        raise
