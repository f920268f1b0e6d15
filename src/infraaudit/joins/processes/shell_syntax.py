"""The grammar of shell lines and scripts, as far as it is needed to tell what they start. Nothing is ever run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.joins.processes.shell_tokens import ASSIGNMENT, ShellSyntaxError, tokens_of

if TYPE_CHECKING:
    from infraaudit.joins.processes.shell_tokens import Token

DEEPEST = 40
"""Levels of blocks inside blocks beyond which a script is given up as unreadable."""

_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Simple:
    """One simple command: its words as written, the assignments before them, and where it stands in the text."""

    words: tuple[str, ...]
    assignments: tuple[str, ...]
    redirected: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Choice:
    """An ``if``: conditions with what follows if they hold; the condition of ``else`` is ``None``."""

    arms: tuple[tuple[Body | None, Body], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A ``case``: the subject, and the patterns with what follows if one of them fits."""

    subject: str
    arms: tuple[tuple[tuple[str, ...], Body], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """A ``for``, ``while`` or ``until``."""

    body: Body


@dataclass(frozen=True, slots=True)
class Group:
    """Commands in braces, or in parentheses, where a shell of their own runs them."""

    body: Body
    subshell: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is defined and not yet called."""

    name: str
    body: Body


Statement = Simple | Choice | Case | Loop | Group | Function


@dataclass(frozen=True, slots=True)
class Item:
    """One pipeline of a list. ``connector`` is ``&&``, ``||`` or empty, and stands before it."""

    connector: str
    stages: tuple[Statement, ...]
    negated: bool
    background: bool


Body = tuple[Item, ...]


def parse_shell(text: str) -> Body:
    """Parse a script or the line of ``sh -c``.

    Raises :class:`ShellSyntaxError` for text that cannot be read.
    """
    parser = _Parser(tokens_of(text))
    body = parser.body(frozenset(), 0)
    if parser.position < len(parser.tokens):
        message = f"{parser.tokens[parser.position].text!r} stands where no command can"
        raise ShellSyntaxError(message)
    return body


_RESERVED = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}", "in"})


@dataclass(slots=True)
class _Parser:
    """A descent over the tokens; ``position`` is the next token."""

    tokens: tuple[Token, ...]
    position: int = 0

    def _peek(self, ahead: int = 0) -> Token | None:
        at = self.position + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def _at(self, *texts: str) -> bool:
        token = self._peek()
        return token is not None and token.kind != "redirection" and token.text in texts

    def _skip(self, *texts: str) -> None:
        while self._at(*texts):
            self.position += 1

    def _expect(self, text: str) -> None:
        if not self._at(text):
            message = f"{text!r} is missing"
            raise ShellSyntaxError(message)
        self.position += 1

    def body(self, ends: frozenset[str], depth: int) -> Body:
        """Read a list of commands up to one of the words that end it, which is left."""
        items: list[Item] = []
        connector = ""
        self._skip(";")
        while self._peek() is not None and not self._at(*ends, ")", ";;", ";&", ";;&"):
            items.append(self._item(connector, depth))
            connector = ""
            if self._at("&&", "||"):
                token = self._peek()
                connector = token.text if token is not None else ""
                self.position += 1
            self._skip(";")
        return tuple(items)

    def _item(self, connector: str, depth: int) -> Item:
        negated = self._at("!")
        self._skip("!")
        stages = [self._statement(depth)]
        while self._at("|", "|&"):
            self.position += 1
            self._skip(";")
            stages.append(self._statement(depth))
        background = self._at("&")
        if background:
            self.position += 1
        return Item(connector, tuple(stages), negated, background)

    def _statement(self, depth: int) -> Statement:
        if depth > DEEPEST:
            message = f"blocks are nested deeper than {DEEPEST} levels"
            raise ShellSyntaxError(message)
        token = self._peek()
        if token is None or (token.kind == "operator" and token.text != "(") or token.text in _RESERVED:
            message = f"{token.text!r} stands where no command can" if token is not None else "a command is missing"
            raise ShellSyntaxError(message)
        following = self._peek(1)
        is_function = following is not None and following.text == "(" and _NAME.match(token.text) is not None
        if token.kind == "word" and (is_function or token.text == "function"):
            return self._function(depth)
        compound = self._compound(token, depth)
        if compound is not None:
            self._redirections()
            return compound
        return self._simple()

    def _compound(self, token: Token, depth: int) -> Statement | None:
        match token.text if token.kind != "redirection" else "":
            case "if":
                return self._choice(depth)
            case "case":
                return self._case(depth)
            case "for" | "while" | "until" | "select":
                return self._loop(depth)
            case "{":
                return self._group("}", depth)
            case "(":
                return self._group(")", depth)
            case _:
                return None

    def _choice(self, depth: int) -> Choice:
        arms: list[tuple[Body | None, Body]] = []
        while self._at("if", "elif"):
            self.position += 1
            condition = self.body(frozenset({"then"}), depth + 1)
            self._expect("then")
            arms.append((condition, self.body(frozenset({"elif", "else", "fi"}), depth + 1)))
        if self._at("else"):
            self.position += 1
            arms.append((None, self.body(frozenset({"fi"}), depth + 1)))
        self._expect("fi")
        return Choice(tuple(arms))

    def _case(self, depth: int) -> Case:
        self.position += 1
        subject = self._word()
        self._skip(";")
        self._expect("in")
        arms: list[tuple[tuple[str, ...], Body]] = []
        self._skip(";")
        while self._peek() is not None and not self._at("esac"):
            self._skip("(")
            patterns = [self._word()]
            while self._at("|"):
                self.position += 1
                patterns.append(self._word())
            self._expect(")")
            arms.append((tuple(patterns), self.body(frozenset({"esac"}), depth + 1)))
            self._skip(";;", ";&", ";;&", ";")
        self._expect("esac")
        return Case(subject, tuple(arms))

    def _loop(self, depth: int) -> Loop:
        while self._peek() is not None and not self._at("do"):
            self.position += 1
        self._expect("do")
        body = self.body(frozenset({"done"}), depth + 1)
        self._expect("done")
        return Loop(body)

    def _group(self, closer: str, depth: int) -> Group:
        self.position += 1
        body = self.body(frozenset({closer}), depth + 1)
        self._expect(closer)
        return Group(body, subshell=closer == ")")

    def _function(self, depth: int) -> Function:
        self._skip("function")
        name = self._word()
        if self._at("("):
            self.position += 1
            self._expect(")")
        self._skip(";")
        statement = self._statement(depth + 1)
        return Function(name, statement.body if isinstance(statement, Group) else _alone(statement))

    def _redirections(self) -> None:
        token = self._peek()
        while token is not None and token.kind == "redirection":
            self.position += 1
            token = self._peek()

    def _word(self) -> str:
        token = self._peek()
        if token is None or token.kind != "word":
            message = "a word is missing"
            raise ShellSyntaxError(message)
        self.position += 1
        return token.text

    def _simple(self) -> Simple:
        words: list[str] = []
        assignments: list[str] = []
        redirected = False
        start = end = self.tokens[self.position].start
        token = self._peek()
        while token is not None and token.kind != "operator":
            if token.kind == "redirection":
                redirected = True
            elif not words and ASSIGNMENT.match(token.text):
                assignments.append(token.text)
            else:
                words.append(token.text)
            end = token.end
            self.position += 1
            token = self._peek()
        return Simple(tuple(words), tuple(assignments), redirected, start, end)


def _alone(statement: Statement) -> Body:
    return (Item("", (statement,), negated=False, background=False),)
