"""Finds the scripts that an image starts with, so that what they start can be told. They are read and never run."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from infraaudit.model import CommandForm, Known
from infraaudit.readers.dockerfile.copies import absolute
from infraaudit.readers.start_files import is_shell_script, read_script, start_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Command, CopiedFile, Maybe, Script
    from infraaudit.readers.dockerfile.context import BuildContext

_MOST_WORDS = 32
_SEARCH_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_SETTINGS_FILE = "gunicorn.conf.py"
_SETTINGS_OPTION = re.compile(r"(?:-c|--config)[ =](?:file:)?([\w./-]+\.py)\b")


def find_scripts(
    context: BuildContext,
    copies: tuple[CopiedFile, ...],
    workdir: str | None,
    commands: tuple[Maybe[Command], ...],
) -> tuple[tuple[str, Script], ...]:
    """Return the scripts that an image may start, by their path in the image.

    First those that its own commands name: the first word, or any later word that leads to a shell script, as in
    ``tini -- /start.sh`` and ``sh start.sh``. Then the shell scripts among what is copied, as far as there are few:
    other scripts call them, and the commands of orchestrators do. The settings of gunicorn, a Python file, are
    returned with them. All are read, and never run.
    """
    found: dict[str, Script] = {}
    for command in commands:
        if not isinstance(command, Known):
            continue
        for index, word in enumerate(_command_words(command.value)):
            for path in _places(word, workdir):
                script = _script(context, copies, path, first=index == 0)
                if script is not None:
                    found.setdefault(path, script)
    found = {**start_files(context.tree, _copied(context, copies)), **found}
    for path in _settings_files(workdir, commands, found):
        settings = _script(context, copies, path, first=True)
        if settings is not None:
            found.setdefault(path, settings)
    return tuple(found.items())


def _copied(context: BuildContext, copies: tuple[CopiedFile, ...]) -> Iterator[tuple[str, str]]:
    """Yield the files that are copied from the build context to known places, with these places."""
    for copy in copies:
        if not copy.from_stage and copy.target.startswith("/") and "://" not in copy.source:
            yield from context.files_of(copy)


def _settings_files(workdir: str | None, commands: tuple[Maybe[Command], ...], found: dict[str, Script]) -> list[str]:
    """Return where gunicorn looks for its settings: where a command or script says, and in the working directory."""
    texts = [" ".join(command.value.words) for command in commands if isinstance(command, Known)]
    texts.extend(script.text for script in found.values())
    named = [match for text in texts for match in _SETTINGS_OPTION.findall(text)]
    paths = (absolute(name, workdir) for name in (*named, _SETTINGS_FILE))
    return [path for path in paths if path is not None]


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


def _script(context: BuildContext, copies: tuple[CopiedFile, ...], path: str, *, first: bool) -> Script | None:
    file = context.file_behind(copies, path)
    script = read_script(context.tree, file) if file is not None else None
    return script if script is not None and (first or is_shell_script(script)) else None
