"""Values for variables that are given beside the tree: variable files that are named, and single values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable


class InputError(Exception):
    """An input that cannot be used. ``word`` is what was not found among ``known``, where that is the matter."""

    def __init__(self, message: str, word: str = "", known: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.word = word
        self.known = tuple(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformInputs:
    """What Terraform would be given on its command line; what stands later wins, and values win over files.

    ``files`` hold their paths below the scanned root, or as they were named where they stand outside of it.
    """

    files: tuple[SourceFile, ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    @property
    def given(self) -> bool:
        """Whether there are any."""
        return bool(self.files or self.values)


def inputs_of(files: Iterable[Path], words: Iterable[str], root: Path) -> TerraformInputs:
    """Return the inputs of a command line: the files that it names, and its ``NAME=VALUE`` words.

    Raises :class:`InputError` for a file that cannot be read and for a word without ``=``.
    """
    return TerraformInputs(
        files=tuple(_read(path, root if root.is_dir() else root.parent) for path in files),
        values=tuple(_pair(word) for word in words),
    )


def _pair(word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign or not name.strip():
        message = f"{word!r} sets no variable: write NAME=VALUE"
        raise InputError(message)
    return name.strip(), value


def _read(path: Path, root: Path) -> SourceFile:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        message = f"cannot read the variable file {path}: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"
        raise InputError(message) from error
    real, top = Path(os.path.realpath(path)), Path(os.path.realpath(root))
    shown = real.relative_to(top).as_posix() if real.is_relative_to(top) else path.as_posix()
    return SourceFile(shown, text)
