"""Words of a command with where they were written, and the variables that are put into them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.joins.processes.quotes import skip_quoted
from infraaudit.model import Known, Secrecy, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infraaudit.model import EnvironmentVariable, Value
    from infraaudit.source.span import Span

HOLE = "\ufffc"
"""Stands in a word for each piece that cannot be told."""

_CPUS = re.compile(r"\bnproc\b|cpu_count|/proc/cpuinfo|_NPROCESSORS_(?:ONLN|CONF)")
_DEEPEST = 8
_BRACED = re.compile(r"(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?P<operator>:?[-=+?]|##?|%%?)?(?P<rest>.*)", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z_]\w*|\d|[@*#?$!-]")
_KUBERNETES = re.compile(r"\$\$|\$\((?P<name>[A-Za-z_.-][\w.-]*)\)")
_SLICE = re.compile(r":(?P<first>\d{1,6})(?::(?P<length>\d{1,6}))?")
_BY_RUNTIME = frozenset({"HOME", "HOSTNAME", "PATH", "PWD", "OLDPWD", "SHELL", "USER", "TERM", "UID", "RANDOM", "PPID"})
_BY_PLATFORM = re.compile(r"^(?:KUBERNETES|AWS|ECS)_|_SERVICE_(?:HOST|PORT)(?:_|$)|_PORT_\d+_(?:TCP|UDP)")
_LONGEST = 4 * 1024
_SHORTENED = 80
_MOST_DIGITS = 6
_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command.

    ``text`` is what the program gets, with ``HOLE`` for what cannot be told, and ``why`` then says why. ``shown`` is
    the word with the names of variables instead of their values. ``cpus`` is the expression by which the word depends
    on the CPUs of the machine.
    """

    text: str
    at: Span
    shown: str
    why: str = ""
    cpus: str = ""

    @property
    def known(self) -> bool:
        """Whether every piece of the text is known."""
        return HOLE not in self.text

    def value(self) -> Value[str]:
        """Return the text with its place, or why it cannot be told."""
        return self.part(self.text)

    def part(self, text: str) -> Value[str]:
        """Return a piece of this word's text with the place of the whole word."""
        return Known(text, self.at) if HOLE not in text else Unknown(self.why or "a part of it is not known", self.at)


def plain(text: str, at: Span) -> Word:
    """Return a word that is as it was written."""
    return Word(text, at, text.replace(HOLE, ""))


def hole(shown: str, at: Span, why: str, cpus: str = "") -> Word:
    """Return a word of which nothing is known."""
    return Word(HOLE, at, shown, why, cpus)


@dataclass(frozen=True)
class Variables:
    """What the variables of a process are. ``gap`` says why a name that is not listed may have a value all the same."""

    values: Mapping[str, Word] = field(default_factory=dict)
    gap: str = ""

    def get(self, name: str, at: Span) -> Word | None:
        """Return a variable's value, ``None`` where it surely has none."""
        found = self.values.get(name)
        if found is not None:
            return found
        shown = f"${{{name}}}"
        if name in _BY_RUNTIME or _BY_PLATFORM.search(name):
            return hole(shown, at, f"{shown} is set by what runs the container")
        return hole(shown, at, self.gap) if self.gap else None

    def with_value(self, name: str, value: Word) -> Variables:
        """Return these variables with one of them set."""
        return Variables({**self.values, name: value}, self.gap)


def variables_of(variables: Iterable[EnvironmentVariable], gap: str) -> Variables:
    """Return the variables that are written for an image and its container, the last one of a name winning."""
    return Variables({each.name: _of_variable(each) for each in variables}, gap)


def _of_variable(variable: EnvironmentVariable) -> Word:
    shown = f"${{{variable.name}}}"
    if isinstance(variable.value, Known) and variable.secrecy is not Secrecy.LITERAL:
        return Word(variable.value.value, variable.value.at, shown)
    if isinstance(variable.value, Unknown):
        return hole(shown, variable.value.at, variable.value.why)
    return hole(shown, variable.at, f"the value of {variable.name} is not written")


def expand_references(word: Word, variables: Variables) -> Word:
    """Put in the ``$(NAME)`` of a Kubernetes command; a name that is not set stays as it is written."""

    def value_of(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "$"
        found = variables.get(match["name"], word.at)
        return match[0] if found is None else found.text

    if "$" not in word.text:
        return word
    names = [match["name"] for match in _KUBERNETES.finditer(word.text) if match["name"] is not None]
    used = [found for found in (variables.get(name, word.at) for name in names) if found is not None]
    if sum(len(each.text) for each in used) > _LONGEST:
        return hole(word.shown[:_SHORTENED], word.at, "it is too long to be read")
    text = _KUBERNETES.sub(value_of, word.text)
    why = next((each.why for each in used if each.why), "")
    at = used[0].at.via("the command", word.at) if len(used) == 1 and word.text == f"$({names[0]})" else word.at
    return replace(word, text=text, why=word.why or why, at=at)


@dataclass(frozen=True)
class Expansion:
    """What is needed to expand the words of a shell: variables, the arguments, and the place of the words."""

    variables: Variables
    arguments: tuple[Word, ...] | None
    program: Word
    at: Span

    def words(self, raw: str) -> tuple[Word, ...]:
        """Expand one word as written; an unquoted variable may give several words or none.

        Raises :class:`ShellSyntaxError` where a quotation does not end.
        """
        if raw in {'"$@"', "$@", "$*"}:
            if self.arguments is None:
                return (hole(raw.strip('"'), self.at, "the arguments of the script are not known"),)
            return self.arguments
        pieces = tuple(self._pieces(raw, quoted=False, depth=0))
        whole = self._join(pieces)
        if all(piece.quoted for piece in pieces):
            return (whole,)
        if not whole.text:
            return ()
        if len(pieces) == 1 and whole.known and any(each.isspace() for each in whole.text):
            return tuple(replace(whole, text=text) for text in whole.text.split())
        return (whole,)

    def text(self, raw: str) -> Word:
        """Expand a word without splitting it, as in an assignment."""
        return self._join(tuple(self._pieces(raw, quoted=False, depth=0)))

    def _join(self, pieces: tuple[_Piece, ...]) -> Word:
        """Make one word of its pieces. A word that is one variable alone stands where that variable was set."""
        if sum(len(piece.word.text) + len(piece.word.shown) for piece in pieces) > 2 * _LONGEST:
            return hole(pieces[0].word.shown[:_SHORTENED], self.at, "it is too long to be read")
        text = "".join(piece.word.text for piece in pieces)
        shown = "".join(piece.word.shown for piece in pieces)
        why = next((piece.word.why for piece in pieces if piece.word.why), "")
        cpus = next((piece.word.cpus for piece in pieces if piece.word.cpus), "")
        only = pieces[0].word.at if len(pieces) == 1 else self.at
        at = only if only == self.at else only.via("the command", self.at)
        return Word(text, at, shown, why, cpus)

    def _pieces(self, raw: str, *, quoted: bool, depth: int) -> Iterator[_Piece]:
        """Cut a word into literal text, quoted text and variables. Inside double quotes ``quoted`` is true."""
        literal: list[str] = []
        index = 0
        while index < len(raw):
            special = self._special(raw, index, quoted=quoted, depth=depth)
            if special is None:
                text, index = _literal_at(raw, index, quoted=quoted)
                literal.append(text)
                continue
            if literal:
                yield self._literal("".join(literal))
                literal.clear()
            pieces, index = special
            yield from pieces
        if literal or not raw:
            yield self._literal("".join(literal))

    def _special(self, raw: str, index: int, *, quoted: bool, depth: int) -> tuple[list[_Piece], int] | None:
        character = raw[index]
        if character == "'" and not quoted:
            end = skip_quoted(raw, index)
            return [self._literal(raw[index + 1 : end - 1])], end
        if character == '"' and depth < _DEEPEST:
            end = skip_quoted(raw, index)
            inner = self._pieces(raw[index + 1 : end - 1], quoted=True, depth=depth + 1)
            return [replace(piece, quoted=True) for piece in inner], end
        if character == "`":
            end = skip_quoted(raw, index)
            return [self._substitution(raw[index:end], quoted=quoted)], end
        return self._dollar(raw, index, quoted=quoted, depth=depth) if character == "$" else None

    def _dollar(self, raw: str, index: int, *, quoted: bool, depth: int) -> tuple[list[_Piece], int] | None:
        if raw.startswith("$(", index):
            end = skip_quoted(raw, index)
            return [self._substitution(raw[index:end], quoted=quoted)], end
        if raw.startswith("${", index):
            end = skip_quoted(raw, index)
            return self._braced(raw[index:end], quoted=quoted, depth=depth), end
        name = _PLAIN.match(raw, index + 1)
        if name is None:
            return None
        return [_Piece(self._variable(name[0]) or plain("", self.at), quoted=quoted)], name.end()

    def _literal(self, text: str) -> _Piece:
        return _Piece(plain(text, self.at), quoted=True)

    def _substitution(self, raw: str, *, quoted: bool) -> _Piece:
        cpus = raw if _CPUS.search(raw) else ""
        why = f"{raw} counts the CPUs of the machine" if cpus else f"{raw} is the output of a program"
        return _Piece(hole(raw, self.at, why, cpus), quoted=quoted)

    def _variable(self, name: str) -> Word | None:
        """Return a variable or an argument; ``None`` where it surely has no value."""
        shown = f"${{{name}}}"
        if name in {"0", "BASH_SOURCE"}:
            return self.program
        if name == "#" and self.arguments is not None:
            return plain(str(len(self.arguments)), self.at)
        if name in {"@", "*"} and self.arguments is not None:
            joined = " ".join(each.text for each in self.arguments)
            return Word(joined, self.at, shown, next((each.why for each in self.arguments if each.why), ""))
        if name.isdecimal() and self.arguments is not None:
            return self._argument(name)
        if not name[0].isalpha() and name[0] != "_":
            return hole(shown, self.at, f"{shown} is known only while the script runs")
        return self.variables.get(name, self.at)

    def _argument(self, digits: str) -> Word | None:
        number = int(digits) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS
        if number == 0:
            return self.program
        return self.arguments[number - 1] if self.arguments and number <= len(self.arguments) else None

    def _braced(self, raw: str, *, quoted: bool, depth: int) -> list[_Piece]:
        match = _BRACED.fullmatch(raw[2:-1])
        if match is None or depth >= _DEEPEST:
            return [_Piece(self._worked_out(raw), quoted=quoted)]
        value, operator, rest = self._variable(match["name"]), match["operator"] or "", match["rest"]
        if operator[:1] in {"#", "%"} or (not operator and rest):
            return [_Piece(self._shortened(raw, value, operator, rest), quoted=quoted)]
        unset = value is None or (operator.startswith(":") and value.text == "")
        if value is not None and not value.known and operator:
            return [_Piece(replace(value, text=HOLE, shown=raw), quoted=quoted)]
        if operator[-1:] == "+":
            rest = "" if unset else rest
        elif not (unset and operator[-1:] in {"-", "="}):
            return [_Piece(value if value is not None else plain("", self.at), quoted=quoted)]
        return [replace(each, quoted=quoted) for each in self._pieces(rest, quoted=quoted, depth=depth + 1)]

    def _worked_out(self, raw: str) -> Word:
        return hole(raw, self.at, f"{raw} is worked out while the script runs", raw if _CPUS.search(raw) else "")

    def _shortened(self, raw: str, value: Word | None, operator: str, rest: str) -> Word:
        """Take a literal beginning (``#``) or end (``%``) off a value, or a slice (``:0:1``) out of it."""
        if value is None:
            return plain("", self.at)
        slice_ = _SLICE.fullmatch(rest) if not operator else None
        if not value.known or (slice_ is None and (not operator or _GLOB.search(rest) or "$" in rest)):
            return replace(self._worked_out(raw), why=value.why or self._worked_out(raw).why)
        if slice_ is not None:
            first, length = int(slice_["first"]), slice_["length"]
            return replace(value, text=value.text[first : first + int(length) if length else None])
        literal = rest.strip("'\"")
        text = value.text.removeprefix(literal) if operator[0] == "#" else value.text.removesuffix(literal)
        return replace(value, text=text)


def _literal_at(raw: str, index: int, *, quoted: bool) -> tuple[str, int]:
    """Return the text of one character as written, and the index after it."""
    following = raw[index + 1 : index + 2]
    if raw[index] != "\\" or not following or (quoted and following not in '$`"\\\n'):
        return raw[index], index + 1
    return "" if following == "\n" else following, index + 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a word. What is ``quoted`` is neither split nor dropped when empty; literal text counts as quoted."""

    word: Word
    quoted: bool


def split_line(line: str, at: Span) -> tuple[Word, ...]:
    """Split a line into words by the rules of quoting alone, as programs do with options from a variable."""
    if len(line) > _LONGEST:
        return (hole(line[:_SHORTENED], at, "it is too long to be read"),)
    try:
        return tuple(plain(each, at) for each in shlex.split(line))
    except ValueError:
        return (hole(line, at, "its quotes do not match"),)


__all__ = [
    "HOLE",
    "Expansion",
    "Variables",
    "Word",
    "expand_references",
    "hole",
    "plain",
    "split_line",
    "variables_of",
]
