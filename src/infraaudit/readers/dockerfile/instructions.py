"""The instructions of a Dockerfile: what dockerfile-parse reads, with flags and exact places."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.readers.dockerfile.lines import Heredoc, LogicalLine, read_lines
from infraaudit.readers.dockerfile.words import placed_words
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from infraaudit.readers.dockerfile.text import PlacedText
    from infraaudit.source.file import SourceFile
    from infraaudit.source.span import Span

_KEYWORDS = frozenset(
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    },
)  # fmt: skip
_WITH_FLAGS = frozenset({"FROM", "RUN", "COPY", "ADD", "HEALTHCHECK"})


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. ``flags`` are the ``--name=value`` words, ``rest`` is what follows them."""

    keyword: str
    line: PlacedText
    flags: tuple[PlacedText, ...]
    rest: PlacedText
    heredocs: tuple[Heredoc, ...]

    @property
    def at(self) -> Span:
        """The place of the whole instruction, without the bodies of heredocs."""
        return self.line.span()

    @property
    def arguments(self) -> str:
        """All that follows the keyword: flags, the rest, and the bodies of heredocs on lines of their own."""
        _, after = self.line.cut(len(self.keyword))
        return "\n".join((after.text, *(heredoc.body.text for heredoc in self.heredocs)))

    def flag(self, name: str) -> PlacedText | None:
        """Return the value of a flag as written, or ``None``."""
        prefix = f"--{name}="
        return next((flag.part(len(prefix)) for flag in self.flags if flag.text.startswith(prefix)), None)


@dataclass(frozen=True, slots=True)
class Instructions:
    """The instructions of one file in order, its escape character, and what was wrong with it."""

    items: tuple[Instruction, ...]
    escape: str
    problems: tuple[Problem, ...]


def read_instructions(file: SourceFile) -> Instructions:
    """Read all instructions of a Dockerfile. An unknown one is reported and left out."""
    scan = read_lines(file)
    keywords = _keywords_by_line(scan.normalised)
    items: list[Instruction] = []
    problems = list(scan.problems)
    for line in scan.lines:
        keyword = keywords.get(line.first)
        if keyword not in _KEYWORDS:
            word = re.match(r"\S*", line.text.text)
            name = word[0] if word else ""
            at = line.text.span(0, len(name))
            problems.append(Problem(ProblemKind.SYNTAX, at, f"{name!r} is not an instruction"))
        else:
            items.append(_instruction(keyword, line, scan.escape))
    return Instructions(tuple(items), scan.escape, tuple(problems))


def trigger_of(instruction: Instruction, escape: str) -> Instruction | None:
    """Return the instruction that an ``ONBUILD`` keeps for the stages built upon it, ``None`` where it is none."""
    match = re.match(r"[A-Za-z]+(?=\s)", instruction.rest.text)
    keyword = match[0].upper() if match is not None else ""
    if keyword not in _KEYWORDS - {"FROM", "ONBUILD", "MAINTAINER"}:
        return None
    line = instruction.rest
    return _instruction(
        keyword, LogicalLine(line, line.span().start_line, line.span().end_line, instruction.heredocs), escape
    )


def _keywords_by_line(text: str) -> dict[int, str]:
    """Return the keyword of each instruction under the number of its first line."""
    from dockerfile_parse import DockerfileParser  # noqa: PLC0415 - slow to import, and few trees need it

    parser = DockerfileParser(fileobj=io.BytesIO(text.encode()), env_replace=False)
    return {
        entry["startline"] + 1: str(entry["instruction"])
        for entry in parser.structure
        if entry["instruction"] != "COMMENT"
    }


def _instruction(keyword: str, line: LogicalLine, escape: str) -> Instruction:
    _, rest = line.text.cut(len(keyword))
    flags: list[PlacedText] = []
    if keyword in _WITH_FLAGS:
        while rest.text.startswith("--"):
            word = placed_words(rest, escape)[0]
            _, rest = rest.cut(len(word.text))
            if word.text == "--":
                break
            flags.append(word)
    return Instruction(keyword, line.text, tuple(flags), rest, line.heredocs)
