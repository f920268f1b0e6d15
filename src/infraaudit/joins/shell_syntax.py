"""The grammar of shell lines and scripts, as far as it is needed to tell what they start. Nothing is ever run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 40
"""Levels of blocks inside blocks beyond which a script is given up as unreadable."""


class ShellSyntaxError(ValueError):
    """The text is no shell that this grammar reads; the message says why."""


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


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, an operator (``;`` for a line end as well), or a redirection together with its target."""

    kind: str
    text: str
    start: int
    end: int


_OPERATORS = ("&&", "||", ";;&", ";;", ";&", "|&", ";", "|", "&", "(", ")")
_REDIRECTION = re.compile(r"(?:\d+|\{\w+\})?(?:<<<|<<-?|>>|<>|>\||[<>]&|&>>?|<|>)")
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_TEST = re.compile(r"\[\[\s|\(\(")
_WORD_ENDS = frozenset(" \t\r\n;&|<>()")
_CLOSERS = {"$(": ")", "${": "}", "<(": ")", ">(": ")"}


def parse_shell(text: str) -> Body:
    """Parse a script or the line of ``sh -c``.

    Raises :class:`ShellSyntaxError` for text that cannot be read.
    """
    parser = _Parser(_tokens(text))
    body = parser.body(frozenset(), 0)
    if parser.position < len(parser.tokens):
        message = f"{parser.tokens[parser.position].text!r} stands where no command can"
        raise ShellSyntaxError(message)
    return body


def skip_quoted(text: str, start: int) -> int:
    """Return the index after the quoted or substituted piece that begins at ``start``."""
    closers: list[str] = []
    index = start
    while index < len(text):
        inside = closers[-1] if closers else ""
        character = text[index]
        width = 1
        if character == "\\" and inside != "'":
            width = 2
        elif character == inside:
            closers.pop()
        elif inside != "'":
            opened = _opened(text, index, inside)
            if opened:
                width, closer = opened
                closers.append(closer)
        index += width
        if not closers:
            return min(index, len(text))
    message = f"the {closers[0] if closers else text[start : start + 1]} of a quotation or substitution is missing"
    raise ShellSyntaxError(message)


def _opened(text: str, index: int, inside: str) -> tuple[int, str] | None:
    """Tell what a character opens: how many characters the opener has, and what closes it."""
    pair = text[index : index + 2]
    if pair in _CLOSERS and not (inside == '"' and pair[0] in "<>"):
        return 2, _CLOSERS[pair]
    character = text[index]
    if character in {'"', "`"} or (character == "'" and inside != '"'):
        return 1, character
    if character == "(" and inside in {")", ""}:
        return 1, ")"
    return None


def _tokens(text: str) -> tuple[_Token, ...]:
    found: list[_Token] = []
    heredocs: list[tuple[str, bool]] = []
    index = 0
    while index < len(text):
        blank = _BLANK.match(text, index)
        if blank is not None:
            index = blank.end()
        elif text[index] == "#":
            index = _line_end(text, index)
        elif text[index] == "\n":
            found.append(_Token("operator", ";", index, index + 1))
            index = _skip_heredocs(text, index + 1, heredocs)
            heredocs.clear()
        elif _TEST.match(text, index):
            found.extend(_test(text, index))
            index = found[-1].end
        else:
            token = _token(text, index)
            if token.kind == "redirection":
                token = _with_target(text, token, heredocs)
            found.append(token)
            index = token.end
    return tuple(found)


def _test(text: str, start: int) -> Iterator[_Token]:
    """Read ``[[ ... ]]`` or ``(( ... ))``, inside which operators and parentheses mean something else."""
    opener = text[start : start + 2]
    if opener == "((":
        end = skip_quoted(text, start)
        yield _Token("word", text[start:end], start, end)
        return
    index = start
    while index < len(text):
        end = index
        while end < len(text) and not text[end].isspace():
            end = skip_quoted(text, end) if text[end] in "\"'`" or text[end : end + 2] in _CLOSERS else end + 1
        closing = index != start and text[index : index + 2] == "]]"
        yield _Token("word", text[index : index + 2 if closing else end], index, index + 2 if closing else end)
        if closing:
            return
        index = end
        while index < len(text) and text[index].isspace():
            index += 1
    message = "']]' is missing"
    raise ShellSyntaxError(message)


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def _token(text: str, index: int) -> _Token:
    if not text.startswith(("<(", ">("), index):
        redirection = _REDIRECTION.match(text, index)
        if redirection is not None:
            return _Token("redirection", redirection[0], index, redirection.end())
        for operator in _OPERATORS:
            if text.startswith(operator, index):
                return _Token("operator", operator, index, index + len(operator))
    end = _word_end(text, index)
    return _Token("word", text[index:end], index, end)


def _word_end(text: str, start: int) -> int:
    index = start
    while index < len(text) and (text[index] not in _WORD_ENDS or index == start):
        if text[index] == "\\":
            index = min(index + 2, len(text))
        elif text[index] in "\"'`" or text[index : index + 2] in _CLOSERS:
            index = skip_quoted(text, index)
        else:
            index += 1
        if text.startswith("(", index) and _ASSIGNMENT.fullmatch(text, start, index):
            index = skip_quoted(text, index)
    return index


def _with_target(text: str, token: _Token, heredocs: list[tuple[str, bool]]) -> _Token:
    """Take the word after a redirection into its token; a heredoc's body is skipped at the end of the line."""
    blank = _BLANK.match(text, token.end)
    start = blank.end() if blank is not None else token.end
    if start >= len(text) or text[start] in _WORD_ENDS - {"<", ">"}:
        message = f"nothing stands after {token.text}"
        raise ShellSyntaxError(message)
    end = _word_end(text, start)
    if token.text.lstrip("0123456789") in {"<<", "<<-"}:
        heredocs.append((re.sub(r"[\"'\\]", "", text[start:end]), token.text.endswith("-")))
    return _Token("redirection", token.text, token.start, end)


def _skip_heredocs(text: str, index: int, heredocs: list[tuple[str, bool]]) -> int:
    for marker, tabs in heredocs:
        while index < len(text):
            end = _line_end(text, index)
            line = text[index:end].rstrip("\r")
            index = end + 1
            if (line.lstrip("\t") if tabs else line) == marker:
                break
    return min(index, len(text))


_RESERVED = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}", "in"})


@dataclass(slots=True)
class _Parser:
    """A descent over the tokens; ``position`` is the next token."""

    tokens: tuple[_Token, ...]
    position: int = 0

    def _peek(self, ahead: int = 0) -> _Token | None:
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

    def _compound(self, token: _Token, depth: int) -> Statement | None:
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
            elif not words and _ASSIGNMENT.match(token.text):
                assignments.append(token.text)
            else:
                words.append(token.text)
            end = token.end
            self.position += 1
            token = self._peek()
        return Simple(tuple(words), tuple(assignments), redirected, start, end)


def _alone(statement: Statement) -> Body:
    return (Item("", (statement,), negated=False, background=False),)
