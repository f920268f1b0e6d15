"""Compiles Go's regular expressions (RE2 syntax) to steps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from infraaudit.readers.helm.patterns.program import Characters, End, Fork, Look, Program, Save, Step, Test

MOST_STEPS = 4000
"""Steps of one expression: a repetition is written out, so that ``(a{1000}){1000}`` would have a million."""

_DEEPEST = 60
_MOST_TIMES = 1000
_LARGE = "expression too large"
_LAST = "\U0010ffff"

Ranges = tuple[tuple[str, str], ...]

_CLASSES: dict[str, Ranges] = {
    "d": (("0", "9"),),
    "s": (("\t", "\n"), ("\f", "\r"), (" ", " ")),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
}
_NAMED: dict[str, Ranges] = {
    "alnum": (("0", "9"), ("A", "Z"), ("a", "z")),
    "alpha": (("A", "Z"), ("a", "z")),
    "ascii": (("\0", "\x7f"),),
    "blank": (("\t", "\t"), (" ", " ")),
    "cntrl": (("\0", "\x1f"), ("\x7f", "\x7f")),
    "digit": (("0", "9"),),
    "graph": (("!", "~"),),
    "lower": (("a", "z"),),
    "print": ((" ", "~"),),
    "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
    "space": (("\t", "\r"), (" ", " ")),
    "upper": (("A", "Z"),),
    "word": _CLASSES["w"],
    "xdigit": (("0", "9"), ("A", "F"), ("a", "f")),
}
_ESCAPES = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_LOOKS = {"A": "text start", "z": "text end", "b": "boundary", "B": "no boundary"}
_CATEGORIES = re.compile(r"C[cfo]?|L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?")
_GROUP = re.compile(r"\?(?:P?<(?P<name>\w+)>|(?P<on>[imsU]*)(?:-(?P<off>[imsU]+))?(?P<end>[:)]))")
_TIMES = re.compile(r"\{(\d+)(,(\d*))?\}")
_CODE = re.compile(r"x\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|([0-7]{3}|0[0-7]{0,2})")


class PatternError(Exception):
    """The text is no expression that Go would take, or one that is too large here."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Program:
    """Compile an expression. Raises ``PatternError``."""
    parser = _Parser(pattern)
    steps = parser.alternatives(_Flags(), 0)
    if parser.at < len(pattern):
        message = "unexpected )"
        raise PatternError(message)
    return Program((Save(0), *steps, Save(1), End()), parser.groups, parser.names)


@dataclass(frozen=True, slots=True)
class _Flags:
    any_case: bool = False
    lines: bool = False
    dot_all: bool = False
    ungreedy: bool = False

    def changed(self, on: str, off: str) -> _Flags:
        names = {"i": "any_case", "m": "lines", "s": "dot_all", "U": "ungreedy"}
        given = {names[letter]: True for letter in on} | {names[letter]: False for letter in off}
        return replace(self, **given)


def _contrary(ranges: Ranges) -> Ranges:
    """Return the ranges of all other characters."""
    found: list[tuple[str, str]] = []
    start = 0
    for first, last in sorted(ranges):
        if ord(first) > start:
            found.append((chr(start), chr(ord(first) - 1)))
        start = max(start, ord(last) + 1)
    return (*found, (chr(start), _LAST)) if start <= ord(_LAST) else tuple(found)


def _bounded(steps: list[Step]) -> list[Step]:
    if len(steps) > MOST_STEPS:
        raise PatternError(_LARGE)
    return steps


def _either(one: list[Step], other: list[Step]) -> list[Step]:
    return [Fork(1, len(one) + 2), *one, Fork(len(other) + 1, len(other) + 1), *other]


def _optional(body: list[Step], *, greedy: bool) -> list[Step]:
    after = len(body) + 1
    return [Fork(1, after) if greedy else Fork(after, 1), *body]


def _plus(body: list[Step], *, greedy: bool) -> list[Step]:
    back = -len(body)
    return [*body, Fork(back, 1) if greedy else Fork(1, back)]


def _repeated(body: list[Step], least: int, most: int | None, *, greedy: bool) -> list[Step]:
    if len(body) * max(least, most or 0, 1) > MOST_STEPS:
        raise PatternError(_LARGE)
    if most is None:
        more = _plus(body, greedy=greedy)
        return [*body * (least - 1), *more] if least else _optional(more, greedy=greedy)
    rest: list[Step] = []
    for _ in range(most - least):
        rest = _optional([*body, *rest], greedy=greedy)
    return [*body * least, *rest]


@dataclass
class _Parser:
    pattern: str
    at: int = 0
    groups: int = 0
    names: dict[str, int] = field(default_factory=dict)

    def alternatives(self, flags: _Flags, depth: int) -> list[Step]:
        """Read up to the end or a closing parenthesis."""
        if depth > _DEEPEST:
            message = "expression nests too deeply"
            raise PatternError(message)
        found: list[list[Step]] = []
        while True:
            steps, flags = self._sequence(flags, depth)
            found.append(steps)
            if not self._take("|"):
                break
        result = found.pop()
        for each in reversed(found):
            result = _either(each, result)
        return _bounded(result)

    def _sequence(self, flags: _Flags, depth: int) -> tuple[list[Step], _Flags]:
        steps: list[Step] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            group = _GROUP.match(self.pattern, self.at + 1) if self.pattern[self.at] == "(" else None
            if group is not None and group["end"] == ")":
                flags = flags.changed(group["on"] or "", group["off"] or "")
                self.at = group.end()
                continue
            steps.extend(self._times(self._atom(flags, group, depth), flags))
            _bounded(steps)
        return steps, flags

    def _atom(self, flags: _Flags, group: re.Match[str] | None, depth: int) -> list[Step]:
        character = self.pattern[self.at]
        self.at += 1
        match character:
            case "(":
                return self._group(flags, group, depth)
            case "^" | "$":
                return [Look(("line" if flags.lines else "text") + (" start" if character == "^" else " end"))]
            case ".":
                return [Test(Characters(() if flags.dot_all else (("\n", "\n"),), negated=True))]
            case "[":
                return [Test(self._bracket(flags))]
            case "\\":
                return self._escape(flags)
            case "*" | "+" | "?":
                message = f"missing argument to repetition operator: {character}"
                raise PatternError(message)
            case _:
                return [Test(Characters(((character, character),), any_case=flags.any_case))]

    def _group(self, flags: _Flags, group: re.Match[str] | None, depth: int) -> list[Step]:
        number = 0
        if group is None and self.pattern.startswith("?", self.at):
            message = "invalid or unsupported Perl syntax"
            raise PatternError(message)
        if group is None or group["name"]:
            self.groups += 1
            number = self.groups
        if group is not None:
            self.at = group.end()
            if group["name"]:
                self.names[group["name"]] = number
            else:
                flags = flags.changed(group["on"] or "", group["off"] or "")
        body = self.alternatives(flags, depth + 1)
        if not self._take(")"):
            message = "missing closing )"
            raise PatternError(message)
        return [Save(2 * number), *body, Save(2 * number + 1)] if number else body

    def _times(self, body: list[Step], flags: _Flags) -> list[Step]:
        times = _TIMES.match(self.pattern, self.at)
        if times is not None:
            least, most = int(times[1]), None if times[2] and not times[3] else int(times[3] or times[1])
            self.at = times.end()
        elif self.at < len(self.pattern) and self.pattern[self.at] in "*+?":
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.pattern[self.at]]
            self.at += 1
        else:
            return body
        if max(least, most or 0) > _MOST_TIMES or (most is not None and most < least):
            message = "invalid repeat count"
            raise PatternError(message)
        greedy = self._take("?") == flags.ungreedy
        if self.pattern[self.at : self.at + 1] in tuple("*+?") or _TIMES.match(self.pattern, self.at):
            message = "invalid nested repetition operator"
            raise PatternError(message)
        return _repeated(body, least, most, greedy=greedy)

    def _escape(self, flags: _Flags) -> list[Step]:
        letter = self.pattern[self.at : self.at + 1]
        if letter in _LOOKS and letter:
            self.at += 1
            return [Look(_LOOKS[letter])]
        if letter == "Q":
            end = self.pattern.find("\\E", self.at)
            words = self.pattern[self.at + 1 : end if end >= 0 else len(self.pattern)]
            self.at = end + 2 if end >= 0 else len(self.pattern)
            return [Test(Characters(((each, each),), any_case=flags.any_case)) for each in words]
        ranges, categories = self._class(letter)
        return [Test(Characters(ranges, categories, any_case=flags.any_case))]

    def _class(self, letter: str) -> tuple[Ranges, tuple[tuple[str, bool], ...]]:
        """Return what an escape stands for; the position is at the letter behind the backslash."""
        self.at += 1
        if letter.lower() in _CLASSES and letter:
            ranges = _CLASSES[letter.lower()]
            return (_contrary(ranges) if letter.isupper() else ranges), ()
        if letter in {"p", "P"}:
            found = re.compile(r"\{(\^?)(\w+)\}|(\w)").match(self.pattern, self.at)
            name = (found[2] or found[3]) if found is not None else ""
            if found is None or _CATEGORIES.fullmatch(name) is None:
                message = f"the class of characters {name!r} is not known"
                raise PatternError(message)
            self.at = found.end()
            return (), ((name, (letter == "P") != bool(found[1])),)
        self.at -= 1
        character = self._character()
        return ((character, character),), ()

    def _character(self) -> str:
        """Return the one character that an escape stands for."""
        letter = self.pattern[self.at : self.at + 1]
        code = _CODE.match(self.pattern, self.at)
        if code is not None:
            self.at = code.end()
            return chr(min(int(code[1] or code[2], 16) if code[3] is None else int(code[3], 8), ord(_LAST)))
        if letter in _ESCAPES or (letter and letter.isascii() and not letter.isalnum()):
            self.at += 1
            return _ESCAPES.get(letter, letter)
        message = f"invalid escape sequence: \\{letter}" if letter else "trailing backslash at end of expression"
        raise PatternError(message)

    def _bracket(self, flags: _Flags) -> Characters:
        negated = self._take("^")
        ranges: list[tuple[str, str]] = []
        categories: list[tuple[str, bool]] = []
        first = True
        while first or not self.pattern.startswith("]", self.at):
            first = False
            if self.at >= len(self.pattern):
                message = "missing closing ]"
                raise PatternError(message)
            self._member(ranges, categories)
        self.at += 1
        return Characters(tuple(ranges), tuple(categories), negated, flags.any_case)

    def _member(self, ranges: list[tuple[str, str]], categories: list[tuple[str, bool]]) -> None:
        named = re.compile(r"\[:(\^?)(\w+):\]").match(self.pattern, self.at)
        if named is not None:
            if named[2] not in _NAMED:
                message = f"invalid character class range: {named[0]}"
                raise PatternError(message)
            self.at = named.end()
            ranges.extend(_contrary(_NAMED[named[2]]) if named[1] else _NAMED[named[2]])
            return
        letter = self.pattern[self.at + 1 : self.at + 2] if self.pattern[self.at] == "\\" else ""
        if letter and letter in "dDsSwWpP":
            self.at += 1
            more, kinds = self._class(letter)
            ranges.extend(more)
            categories.extend(kinds)
            return
        start = self._plain_member()
        end = start
        if self.pattern.startswith("-", self.at) and self.pattern[self.at + 1 : self.at + 2] not in {"]", ""}:
            self.at += 1
            end = self._plain_member()
        if end < start:
            message = "invalid character class range"
            raise PatternError(message)
        ranges.append((start, end))

    def _plain_member(self) -> str:
        self.at += 1
        return self._character() if self.pattern[self.at - 1] == "\\" else self.pattern[self.at - 1]

    def _take(self, character: str) -> bool:
        if not self.pattern.startswith(character, self.at):
            return False
        self.at += 1
        return True
