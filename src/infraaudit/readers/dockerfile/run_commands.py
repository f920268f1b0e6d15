"""What the commands of ``RUN`` bring into an image: packages of the system, and downloads that are run."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import BuildCommands, PipedDownload, SystemPackage
from infraaudit.readers.dockerfile.words import string_array
from infraaudit.source.shell_parse import parse_shell
from infraaudit.source.shell_tree import Case, Choice, Function, Group, Loop, ShellSyntaxError, Simple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.facts import Row
    from infraaudit.readers.dockerfile.instructions import Instruction
    from infraaudit.source.shell_tree import Body, Statement
    from infraaudit.source.span import Span

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_INTERPRETERS = _SHELLS | {"python", "python3", "perl", "ruby", "node"}
_LOADERS = frozenset({"curl", "wget"})
_BEFORE = frozenset({"sudo", "env", "exec", "command", "time", "nice", "eatmydata"})
_HEREDOC_ALONE = re.compile(r"<<-?\s*[\"']?\w+[\"']?\s*(?P<interpreter>.*)", re.DOTALL)
_SYSTEM_FOLDERS = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"})
_ASSIGNMENT = re.compile(r"\w+=.*")
_VERSION = re.compile(r"[=<>~@/].*")
_DEEPEST = 40


def joined_commands(runs: Iterable[BuildCommands]) -> BuildCommands:
    """Return what several ``RUN`` lines bring together."""
    every = list(runs)
    return BuildCommands(
        packages=tuple(package for run in every for package in run.packages),
        downloads=tuple(download for run in every for download in run.downloads),
        unseen=next((run.unseen for run in every if run.unseen), ""),
    )


def commands_of_run(instruction: Instruction, shell: tuple[str, ...]) -> BuildCommands:
    """Return what one ``RUN`` brings."""
    at = instruction.at
    words = string_array(instruction.rest.text)
    if words is not None:
        return _of_list(words, at)
    if posixpath.basename(shell[0]) not in _SHELLS:
        return BuildCommands(unseen=f"{shell[0]} runs a command of the build")
    texts: list[str] = []
    for text in _texts(instruction):
        if text is None:
            return BuildCommands(unseen="a script in the Dockerfile is run by another program than a shell")
        texts.append(text)
    found = [_of_text(text, at) for text in texts]
    return joined_commands(found)


def _texts(instruction: Instruction) -> Iterator[str | None]:
    """Yield what the shell reads; ``None`` for a heredoc that something else reads."""
    alone = _HEREDOC_ALONE.fullmatch(instruction.rest.text)
    if alone is None:
        bodies = (f"{heredoc.body.text}\n{heredoc.name}" for heredoc in instruction.heredocs)
        yield "\n".join([instruction.rest.text, *bodies])
        return
    interpreter = alone["interpreter"].split()
    shell = not interpreter or posixpath.basename(interpreter[0]) in _SHELLS
    for heredoc in instruction.heredocs:
        text = heredoc.body.text
        head = text.partition("\n")[0]
        by_head = not head.startswith("#!") or any(word.endswith("sh") for word in re.split(r"[/\s]+", head[2:]))
        yield text if shell and by_head else None


def _of_list(words: tuple[str, ...], at: Span) -> BuildCommands:
    if words and posixpath.basename(words[0]) in _SHELLS and "-c" in words[:-1]:
        return _of_text(words[words.index("-c") + 1], at)
    return joined_commands([_of_words(words, at)])


def _of_text(text: str, at: Span) -> BuildCommands:
    try:
        body = parse_shell(text)
    except ShellSyntaxError as error:
        return BuildCommands(unseen=f"a command of the build cannot be read: {error}")
    return joined_commands(_of_body(body, at, 0))


def _of_body(body: Body, at: Span, depth: int) -> Iterator[BuildCommands]:
    if depth > _DEEPEST:
        return
    for item in body:
        download = _piped(item.stages, at)
        if download is not None:
            yield BuildCommands(downloads=(download,), unseen="a download is run")
        for stage in item.stages:
            yield from _of_statement(stage, at, depth)


def _of_statement(statement: Statement, at: Span, depth: int) -> Iterator[BuildCommands]:
    match statement:
        case Simple():
            yield from _of_simple(statement, at, depth)
        case Choice():
            for condition, body in statement.arms:
                yield from _of_body(condition or (), at, depth + 1)
                yield from _of_body(body, at, depth + 1)
        case Case():
            for _, body in statement.arms:
                yield from _of_body(body, at, depth + 1)
        case Loop() | Group() | Function():
            yield from _of_body(statement.body, at, depth + 1)
        case _:
            return


def _of_simple(simple: Simple, at: Span, depth: int) -> Iterator[BuildCommands]:
    words = _plain(simple.words)
    yield _of_words(words, at)
    for body in simple.inner:
        yield from _of_body(body, at, depth + 1)
        loader = _loader(body)
        if loader and words and posixpath.basename(words[0]) in _INTERPRETERS:
            download = PipedDownload(loader, posixpath.basename(words[0]), at)
            yield BuildCommands(downloads=(download,), unseen="a download is run")


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without their quotes, and without what only stands before a program."""
    texts = [word.strip("\"'") for word in words]
    while texts and (texts[0] in _BEFORE or _ASSIGNMENT.fullmatch(texts[0])):
        texts.pop(0)
        while texts and texts[0].startswith("-"):
            texts.pop(0)
    return tuple(texts)


def _of_words(words: tuple[str, ...], at: Span) -> BuildCommands:
    if not words:
        return BuildCommands()
    program = posixpath.basename(words[0])
    row = table("package_managers").get(program)
    if row is not None:
        return _installed(words[1:], row, at)
    if program in _SHELLS and "-c" in words[:-1]:
        return _of_text(words[words.index("-c") + 1], at)
    why = _unseen(words, program)
    return BuildCommands(unseen=why)


def _unseen(words: tuple[str, ...], program: str) -> str:
    """Say why a command may install what is not seen: it is a script, or installs files of packages."""
    folder = posixpath.dirname(words[0])
    named = [word for word in words[1:] if not word.startswith("-")]
    if program in _SHELLS | {"source", "."}:
        return f"the build runs the script {named[0]}" if named else ""
    if re.fullmatch(r"python[\d.]*|pip[\d.]*|manage\.py", program):
        return ""
    if "$" in words[0] or (folder and folder not in _SYSTEM_FOLDERS) or program.endswith(".sh"):
        return f"the build runs {words[0]}"
    if program in {"make", "xargs", "ansible-playbook", "nix-env", "brew"}:
        return f"the build runs {program}"
    if (program == "dpkg" and "-i" in words) or (program == "rpm" and any("i" in word for word in words[1:2])):
        return f"the build installs files of packages with {program}"
    return ""


def _installed(words: tuple[str, ...], row: Row, at: Span) -> BuildCommands:
    asks, valued, manager = row["asks"], row.get("valued", []), row.name
    pairs = list(zip(("", *words), words, strict=False))
    operands = [word for before, word in pairs if not word.startswith("-") and before not in valued]
    if not operands or operands[0] not in asks:
        return BuildCommands()
    names = operands[1:]
    unseen = next((name for name in names if "$" in name or "`" in name or name.startswith(("/", "./"))), "")
    packages = tuple(
        SystemPackage(_VERSION.sub("", name), manager, at) for name in names if name != unseen and name[:1] != "."
    )
    return BuildCommands(packages=packages, unseen=f"{manager} installs {unseen}" if unseen else "")


def _loader(body: Body) -> str:
    """Return the program that a substitution only loads with, ``""`` where it does more than load."""
    if len(body) != 1 or len(body[0].stages) != 1:
        return ""
    stage = body[0].stages[0]
    words = _plain(stage.words) if isinstance(stage, Simple) else ()
    program = posixpath.basename(words[0]) if words else ""
    return program if program in _LOADERS else ""


def _piped(stages: tuple[Statement, ...], at: Span) -> PipedDownload | None:
    """Return the download that a pipeline hands to an interpreter."""
    loader = ""
    for stage in stages:
        words = _plain(stage.words) if isinstance(stage, Simple) else ()
        program = posixpath.basename(words[0]) if words else ""
        if program in _LOADERS:
            loader = program
        elif loader and program in _INTERPRETERS and not any(word in {"-c", "-m", "-e"} for word in words[1:]):
            return PipedDownload(loader, program, at)
    return None
