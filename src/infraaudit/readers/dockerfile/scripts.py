"""Finds the scripts that an image starts with, so that what they start can be told. They are read and never run."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from infraaudit.model import CommandForm, Known, Script
from infraaudit.readers.dockerfile.copies import absolute, file_behind
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Command, CopiedFile, Maybe
    from infraaudit.source.file import SourceTree

LARGEST_SCRIPT = 64 * 1024
"""Characters of a script beyond which it is left out: what starts an image is short."""

_MOST_WORDS = 32
_SEARCH_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_SHELL_SCRIPTS = (".sh", ".bash", ".ash")
_SETTINGS_FILE = "gunicorn.conf.py"
_SETTINGS_OPTION = re.compile(r"(?:-c|--config)[ =](?:file:)?([\w./-]+\.py)\b")


def find_scripts(
    tree: SourceTree,
    context: str,
    copies: tuple[CopiedFile, ...],
    workdir: str | None,
    commands: tuple[Maybe[Command], ...],
) -> tuple[tuple[str, Script], ...]:
    """Return the scripts named by commands, by their path in the image.

    A script is the first word of a command, or any later word that leads to a shell script, as in ``tini -- /start.sh``
    and ``sh start.sh``. The settings of gunicorn, a Python file, are returned with them: read, and never run. The build
    context is the Dockerfile's folder, or a folder above it.
    """
    folders = _folders(context)
    found: dict[str, Script] = {}
    for command in commands:
        if not isinstance(command, Known):
            continue
        for index, word in enumerate(_command_words(command.value)):
            for path in _places(word, workdir):
                script = _script(tree, folders, copies, path, first=index == 0)
                if script is not None:
                    found.setdefault(path, script)
    for path in _settings_files(workdir, commands, found):
        settings = _script(tree, folders, copies, path, first=True)
        if settings is not None:
            found.setdefault(path, settings)
    return tuple(found.items())


def _settings_files(workdir: str | None, commands: tuple[Maybe[Command], ...], found: dict[str, Script]) -> list[str]:
    """Return where gunicorn looks for its settings: where a command or script says, and in the working directory."""
    texts = [" ".join(command.value.words) for command in commands if isinstance(command, Known)]
    texts.extend(script.text for script in found.values())
    named = [match for text in texts for match in _SETTINGS_OPTION.findall(text)]
    paths = (absolute(name, workdir) for name in (*named, _SETTINGS_FILE))
    return [path for path in paths if path is not None]


def _folders(context: str) -> tuple[str, ...]:
    folders = [context]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    return tuple(folders)


def _command_words(command: Command) -> list[str]:
    words: list[str] = []
    for word in command.words:
        words.extend(_split(word) if command.form is CommandForm.SHELL or " " in word else [word])
    return [word for word in words if word != "exec"][:_MOST_WORDS]


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _places(word: str, workdir: str | None) -> Iterator[str]:
    """Yield the paths at which a word of a command is looked for."""
    if word.startswith("-") or word.endswith("/"):
        return
    path = absolute(word, workdir)
    if path is not None:
        yield path
    if "/" not in word:
        yield from (f"{folder}/{word}" for folder in _SEARCH_PATH)


def _script(
    tree: SourceTree, folders: tuple[str, ...], copies: tuple[CopiedFile, ...], path: str, *, first: bool
) -> Script | None:
    file = file_behind(tree, folders, copies, path)
    source = tree.open(file) if file is not None else None
    if source is None or isinstance(source, Problem) or len(source.text) > LARGEST_SCRIPT:
        return None
    if not first and not source.path.endswith(_SHELL_SCRIPTS) and not _is_shell_script(source.text):
        return None
    return Script(source.path, source.text)


def _is_shell_script(text: str) -> bool:
    head = text.partition("\n")[0]
    return head.startswith("#!") and "sh" in posixpath.basename(head.split()[-1])
