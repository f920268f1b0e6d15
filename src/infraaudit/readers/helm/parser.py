"""Parses Go templates into their syntax tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import ChartError
from infraaudit.readers.helm.lexer import chunks_of, unquoted
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
    Template,
    Use,
    Variable,
    Words,
)

if TYPE_CHECKING:
    from infraaudit.readers.helm.cells import Place
    from infraaudit.readers.helm.lexer import Chunk, Word
    from infraaudit.readers.helm.syntax import Operand, Statement
    from infraaudit.source.file import SourceFile

_CONSTANTS = {"true": True, "false": False, "nil": None}
_MOST_VARIABLES = 2
_DEEPEST = 60


def parse_template(file: SourceFile) -> Template:
    """Parse one file. Raises ``ChartError`` for what is not a template."""
    parser = _Parser(list(chunks_of(file)))
    body, _ = parser.statements(frozenset(), 0)
    return Template(tuple(body), tuple(parser.defines))


@dataclass
class _Parser:
    """Reads statements from the chunks of one file."""

    chunks: list[Chunk]
    defines: list[tuple[str, tuple[Statement, ...]]] = field(default_factory=list)
    _next: int = 0

    def statements(self, until: frozenset[str], depth: int) -> tuple[list[Statement], _Words | None]:
        """Read up to one of the words that end a block, and return that action too."""
        if depth > _DEEPEST:
            message = "blocks are nested too deep"
            raise ChartError(message, self.chunks[self._next - 1].place)
        found: list[Statement] = []
        while self._next < len(self.chunks):
            chunk = self.chunks[self._next]
            self._next += 1
            if chunk.words is None:
                found.append(Words(chunk.text, chunk.place))
                continue
            action = _Words(chunk)
            if action.keyword in until:
                return found, action
            if action.keyword in {"end", "else"}:
                action.fail(f"unexpected {action.keyword}")
            statement = self._statement(action, depth)
            if statement is not None:
                found.append(statement)
        if until:
            message = "a block is not closed: end of file"
            raise ChartError(message, self.chunks[-1].place if self.chunks else None)
        return found, None

    def _statement(self, action: _Words, depth: int) -> Statement | None:
        match action.keyword:
            case "if" | "with" | "range":
                word = action.take().text
                return self._block(word, action, depth)
            case "define" | "block":
                return self._define(action, depth)
            case "template":
                action.take()
                name = action.string()
                pipeline = action.pipeline() if action.words else None
                return Use(name, pipeline, action.place)
            case "break" | "continue":
                return Jump(action.take().text)
            case _:
                return Action(action.whole_pipeline()) if action.words else None

    def _block(self, word: str, action: _Words, depth: int) -> Statement:
        pipeline = action.whole_pipeline()
        body, ending = self.statements(frozenset({"else", "end"}), depth + 1)
        otherwise: list[Statement] = []
        if ending is not None and ending.keyword == "else":
            ending.take()
            if ending.keyword in {"if", "with"}:
                otherwise = [self._block(ending.take().text, ending, depth + 1)]
            else:
                otherwise, _ = self.statements(frozenset({"end"}), depth + 1)
        if word == "range":
            return Loop(pipeline, tuple(body), tuple(otherwise))
        return Branch(word, pipeline, tuple(body), tuple(otherwise))

    def _define(self, action: _Words, depth: int) -> Statement | None:
        is_block = action.take().text == "block"
        name = action.string()
        pipeline = action.whole_pipeline() if is_block else None
        body, _ = self.statements(frozenset({"end"}), depth + 1)
        self.defines.append((name, tuple(body)))
        return Use(name, pipeline, action.place) if is_block else None


class _Words:
    """The words of one action, taken from the front."""

    def __init__(self, chunk: Chunk) -> None:
        self.words = list(chunk.words or ())
        self.place: Place = chunk.place
        self._source = chunk.text

    @property
    def keyword(self) -> str:
        return self.words[0].text if self.words and self.words[0].kind == "name" else ""

    def fail(self, message: str) -> None:
        raise ChartError(message, self.place)

    def take(self) -> Word:
        if not self.words:
            self.fail("an action ends too early")
        return self.words.pop(0)

    def string(self) -> str:
        word = self.take()
        if word.kind not in {"quoted", "raw"}:
            self.fail("the name of a template must be a string")
        return unquoted(word)

    def whole_pipeline(self) -> Pipeline:
        pipeline = self.pipeline()
        if self.words:
            self.fail(f"unexpected {self.words[0].text!r}")
        return pipeline

    def pipeline(self, depth: int = 0) -> Pipeline:
        """Read a pipeline up to its end or a closing parenthesis."""
        if depth > _DEEPEST:
            self.fail("parentheses are nested too deep")
        variables, assigns = self._declared()
        commands: list[tuple[Operand, ...]] = [self._command(depth)]
        while self.words and self.words[0].text == "|" and self.words[0].kind == "sign":
            self.take()
            commands.append(self._command(depth))
        return Pipeline(tuple(commands), variables, assigns, self.place, self._source)

    def _declared(self) -> tuple[tuple[str, ...], bool]:
        names: list[str] = []
        position = 0
        while position + 1 < len(self.words) and self.words[position].kind == "variable":
            names.append(self.words[position].text)
            sign = self.words[position + 1].text
            position += 2
            if sign in {":=", "="} and self.words[position - 1].kind == "sign":
                del self.words[:position]
                return tuple(names), sign == "="
            if sign != "," or len(names) >= _MOST_VARIABLES:
                break
        return (), False

    def _command(self, depth: int) -> tuple[Operand, ...]:
        operands: list[Operand] = []
        while self.words and not (self.words[0].kind == "sign" and self.words[0].text in {"|", ")"}):
            operands.append(self._operand(depth))
        if not operands:
            self.fail("a command is missing")
        return tuple(operands)

    def _operand(self, depth: int) -> Operand:  # noqa: PLR0911 - one kind of word a line
        word = self.take()
        base: Operand
        match word.kind:
            case "raw" | "quoted":
                return Literal(unquoted(word))
            case "character":
                return Literal(ord(unquoted(word)[0]))
            case "number":
                return Literal(_number(word.text))
            case "variable":
                base = Variable(word.text)
            case "field":
                names = (word.text[1:], *self._fields())
                return Fields(Dot(), names)
            case "name":
                if word.text in _CONSTANTS:
                    return Literal(_CONSTANTS[word.text])
                base = Call(word.text)
            case _:
                return self._signed(word, depth)
        names = self._fields()
        return Fields(base, names) if names else base

    def _signed(self, word: Word, depth: int) -> Operand:
        if word.text == ".":
            return Dot()
        if word.text != "(":
            self.fail(f"unexpected {word.text!r}")
        inner = self.pipeline(depth + 1)
        if self.take().text != ")":
            self.fail("a parenthesis is not closed")
        names = self._fields()
        return Fields(inner, names, lenient=True) if names else inner

    def _fields(self) -> tuple[str, ...]:
        names: list[str] = []
        while self.words and self.words[0].kind == "field" and self.words[0].joined:
            names.append(self.take().text[1:])
        return tuple(names)


def _number(text: str) -> int | float:
    digits = text.replace("_", "")
    unsigned = digits.lstrip("+-")
    if len(unsigned) > 1 and unsigned[0] == "0" and unsigned.isdigit():
        return int(digits, 8)
    try:
        return int(digits, 0)
    except ValueError:
        return float(digits)
