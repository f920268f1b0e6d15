"""Reads the shell of a pipeline's step: what it pushes, what it writes and what it restarts. Nothing is run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, Unknown
from infraaudit.readers.pipelines.expressions import expressed, filled
from infraaudit.readers.pipelines.images import push_of
from infraaudit.source.shell_parse import parse_shell
from infraaudit.source.shell_tree import ShellSyntaxError, commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import ImagePush, Maybe
    from infraaudit.source.span import Span

_BUILDERS = frozenset({"docker", "podman", "buildah", "nerdctl"})
_TAGGED = frozenset({"-t", "--tag"})
_ASSIGNMENT = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
_QUOTES = "\"'"


@dataclass(slots=True)
class Doings:
    """What the steps of one pipeline do. The first thing that writes is kept, and the first that may."""

    pushes: list[ImagePush] = field(default_factory=list)
    written: Known[str] | None = None
    perhaps: Unknown[str] | None = None
    restarted: Known[str] | None = None
    scanned: Known[str] | None = None

    def may_write(self, why: str, at: Span) -> None:
        """Note that something may write a tag."""
        self.perhaps = self.perhaps or Unknown(why, at)

    def writes(self, step: str, at: Span) -> None:
        """Note that a step writes a tag."""
        self.written = self.written or Known(step, at)

    def scans(self, step: str, at: Span) -> None:
        """Note that a step looks for known holes in an image."""
        self.scanned = self.scanned or Known(step, at)

    def looked_into(self, head: Span) -> Maybe[str]:
        """Return the step that looks into images; a step that cannot be read may do so."""
        if self.scanned is None and self.perhaps is not None:
            return Unknown(f"a step may look into images: {self.perhaps.why}", self.perhaps.at)
        return self.scanned or Absent(head)

    def taken_together(self, head: Span) -> tuple[Maybe[str], Maybe[str]]:
        """Return what writes and what restarts, absent at the head of the definition where nothing does."""
        return self.written or self.perhaps or Absent(head), self.restarted or Absent(head)


def read_shell(text: str, values: Mapping[str, str], doings: Doings, at: Span) -> None:
    """Read one text of shell with what is known of its variables."""
    known = dict(values)
    try:
        body = parse_shell(expressed(text, known))
    except ShellSyntaxError as error:
        doings.may_write(f"a step is no shell that can be read: {error}", at)
        return
    for command in commands_of(body):
        for assignment in command.assignments:
            _assign(assignment, known)
        words = [filled(_unquoted(word), known) for word in command.words]
        if words and words[0] in {"export", "local", "readonly"}:
            for word in words[1:]:
                _assign(word, known)
        elif words:
            _read_command([word for word in words if word], doings, at)


def _assign(text: str, known: dict[str, str]) -> None:
    match = _ASSIGNMENT.fullmatch(text)
    if match is not None:
        known[match["name"]] = filled(_unquoted(match["value"]), known)


def _unquoted(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] and word[0] in _QUOTES:
        return word[1:-1]
    return word


def _read_command(words: list[str], doings: Doings, at: Span) -> None:
    while words and words[0] in {"sudo", "exec", "time", "env", "nice"}:
        words = words[1:]
    if not words:
        return
    program = words[0].rpartition("/")[2]
    if program in _BUILDERS or "--destination" in " ".join(words):
        doings.pushes.extend(push_of(reference, at) for reference in _pushed(program, words))
    if words[:3] == ["kubectl", "rollout", "restart"]:
        doings.restarted = doings.restarted or Known("kubectl rollout restart", at)
    if program in table("pipeline_steps")["scans commands"]["words"] or words[:2] == ["docker", "scout"]:
        doings.scans(words[0], at)
        return
    for row in table("pipeline_steps")["writes commands"]["rows"]:
        if program == row[0] and all(any(word.startswith(part) for word in words[1:]) for part in row[1:]):
            doings.writes(" ".join(words[: len(row)]), at)
            return
    if program not in table("pipeline_steps")["harmless commands"]["words"]:
        doings.may_write(f"{words[0]} may write a tag", at)


def _pushed(program: str, words: list[str]) -> Iterator[str]:
    """Yield the references that a command pushes."""
    if program in _BUILDERS and "push" in words[1:3] and not any(word.startswith("--push") for word in words):
        if "compose" not in words:
            yield from [word for word in words[words.index("push") + 1 :] if not word.startswith("-")][:1]
    elif any(word in {"--push", "--push=true"} or "push=true" in word for word in words):
        for before, word in pairwise(words):
            if before in _TAGGED:
                yield word
        yield from (word.partition("=")[2] for word in words if word.startswith(("--tag=", "-t=")))
    for before, word in pairwise(words):
        if before == "--destination":
            yield word
    yield from (word.partition("=")[2] for word in words if word.startswith("--destination="))
