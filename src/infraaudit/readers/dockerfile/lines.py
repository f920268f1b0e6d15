"""The logical lines of a Dockerfile after BuildKit's algorithm: directives, continuations, comments and heredocs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.dockerfile.text import PlacedText, joined
from infraaudit.readers.dockerfile.words import is_string_array, raw_words
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from infraaudit.source.file import SourceFile

_DIRECTIVE = re.compile(r"^\s*#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_COMMENT = re.compile(r"^\s*#")
_HEREDOC = re.compile(r"^\d*<<(-?)([^<]+)$")
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})
_BACKSLASH = "\\"


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A document that follows an instruction: the name of its end marker, and its body."""

    name: str
    body: PlacedText


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """One instruction as BuildKit joins it. ``first`` and ``last`` are line numbers, heredocs left out."""

    text: PlacedText
    first: int
    last: int
    heredocs: tuple[Heredoc, ...] = ()


@dataclass(frozen=True, slots=True)
class DockerfileLines:
    """The logical lines of a file.

    ``normalised`` is the same file, line for line, in a form that dockerfile-parse reads as BuildKit reads the
    original. ``escape`` is the escape character in force.
    """

    lines: tuple[LogicalLine, ...]
    normalised: str
    escape: str
    problems: tuple[Problem, ...]


def read_lines(file: SourceFile) -> DockerfileLines:
    """Read the logical lines of a file; what is wrong with it becomes a problem."""
    return _Scanner(file).read()


@dataclass
class _Scanner:
    """Reads one file once, from top to bottom."""

    file: SourceFile
    escape: str = _BACKSLASH
    _found: list[LogicalLine] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _plain: list[str] = field(default_factory=list)

    def read(self) -> DockerfileLines:
        index = self._directives()
        lines = self.file.lines
        while index < len(lines):
            if not lines[index].strip() or _COMMENT.match(lines[index]):
                self._plain.append("")
                index += 1
            else:
                index = self._instruction(index)
        text = "\n".join(self._plain) + "\n"
        return DockerfileLines(tuple(self._found), text, self.escape, tuple(self._problems))

    def _directives(self) -> int:
        """Read ``# name=value`` lines at the very top; the first line of another kind ends them."""
        for index, line in enumerate(self.file.lines):
            match = _DIRECTIVE.match(line)
            if match is None or match[1].lower() not in _DIRECTIVES:
                return index
            if match[1].lower() == "escape" and match[2] in {_BACKSLASH, "`"}:
                self.escape = match[2]
            self._plain.append("")
        return len(self.file.lines)

    def _continued(self, line: str) -> str | None:
        """Return the line without its continuation character, ``None`` where it ends the instruction."""
        bare = line.rstrip(" \t")
        doubled = bare.endswith(self.escape * 2)
        return bare[:-1] if bare.endswith(self.escape) and not doubled else None

    def _instruction(self, start: int) -> int:
        lines = self.file.lines
        parts: list[tuple[int, int, str]] = []
        index = start
        while index < len(lines):
            line = lines[index]
            if index > start and (_COMMENT.match(line) or not line.strip()):
                self._plain.append("#")
                index += 1
                continue
            inside = self._continued(line)
            content = line if inside is None else inside
            indent = len(content) - len(content.lstrip()) if index == start else 0
            parts.append((index + 1, indent + 1, content[indent:]))
            self._plain.append(_without_continuation(content) + (" \\" if inside is not None else ""))
            index += 1
            if inside is None:
                break
        text = joined(self.file.path, parts).strip()
        self._close(start, index, text)
        heredocs, after = self._heredocs(text, index)
        if text.text:
            self._found.append(LogicalLine(text, start + 1, index, heredocs))
        self._plain.extend("" for _ in range(after - index))
        return after

    def _close(self, start: int, end: int, text: PlacedText) -> None:
        """Make the lines of one instruction plain: its whole keyword on the first, no continuation on the last."""
        keyword = re.match(r"\S*", text.text)
        word = keyword[0] if keyword else ""
        if not word:
            self._plain[start:end] = [""] * (end - start)
            return
        if not re.match(rf"\s*{re.escape(word)}(\s|$)", self._plain[start]):
            self._plain[start] = f"{word} \\" if end - start > 1 else f"{word} "
        last = end - 1
        while self._plain[last] == "#":
            last -= 1
        self._plain[last] = self._plain[last].removesuffix(" \\") + " "

    def _heredocs(self, text: PlacedText, index: int) -> tuple[tuple[Heredoc, ...], int]:
        words = raw_words(text.text)
        if words and words[0].upper() == "ONBUILD":
            words = words[1:]
        if not words or words[0].upper() not in _WITH_HEREDOC or "<<" not in text.text:
            return (), index
        if is_string_array(text.text[text.text.find("[") :] if words[1:2] and words[1].startswith("[") else ""):
            return (), index
        found: list[Heredoc] = []
        for word in words:
            match = _HEREDOC.match(word)
            if match is not None:
                name = match[2].replace('"', "").replace("'", "")
                heredoc, index = self._body(name, bool(match[1]), text, index)
                found.append(heredoc)
        return tuple(found), index

    def _body(self, name: str, chomp: bool, head: PlacedText, index: int) -> tuple[Heredoc, int]:  # noqa: FBT001 - private
        lines = self.file.lines
        body: list[tuple[int, int, str]] = []
        while index < len(lines):
            line = lines[index]
            index += 1
            if (line.lstrip("\t") if chomp else line) == name:
                return Heredoc(name, joined(self.file.path, body, "\n")), index
            body.append((index, 1, line))
        self._problems.append(Problem(ProblemKind.SYNTAX, head.span(), f"the heredoc {name} is never closed"))
        return Heredoc(name, joined(self.file.path, body, "\n")), index


def _without_continuation(line: str) -> str:
    """Return a line that dockerfile-parse does not take for a continued one."""
    return line + "." if line.rstrip().endswith(_BACKSLASH) else line
