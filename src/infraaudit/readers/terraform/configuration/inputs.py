"""What is given beside the tree: variable files and values, a workspace, plans, and named sets of all these."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from posixpath import join, normpath
from typing import TYPE_CHECKING

from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable

Setting = SourceFile | tuple[str, str]
"""A variable file, or the name of a variable with the text of its value."""

LARGEST_PLAN = 256 * 1024 * 1024
"""Bytes above which a plan that is named is not read."""


class InputError(Exception):
    """An input that cannot be used. ``word`` is what was not found among ``known``, where that is the matter."""

    def __init__(self, message: str, word: str = "", known: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.word = word
        self.known = tuple(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSet:
    """Inputs under a name: one deployment of each root that they are for.

    ``roots`` are patterns of the folders of these roots, seen from a folder that ``base`` leads from to the scanned
    one; where there are none, a set is for every root that declares one of its variables.
    """

    name: str
    settings: tuple[Setting, ...] = ()
    workspace: str = ""
    roots: tuple[str, ...] = ()
    base: str = "."

    def names(self, folder: str) -> bool:
        """Tell whether the patterns name a folder of the tree."""
        path = normpath(join(self.base, folder))
        return any(fnmatchcase(path, normpath(pattern)) for pattern in self.roots)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformInputs:
    """What Terraform would be given on its command line, in that order: what stands later wins.

    Files hold their paths below the scanned root, or as they were named where they stand outside of it.
    ``standalone`` asks for modules to be judged by themselves too, not through their callers alone.
    """

    settings: tuple[Setting, ...] = ()
    workspace: str = ""
    plans: tuple[SourceFile, ...] = ()
    sets: tuple[InputSet, ...] = ()
    standalone: bool = False

    @property
    def given(self) -> bool:
        """Whether there are any that need a root."""
        return bool(self.settings or self.plans)


def settings_of(arguments: Iterable[Path | str], root: Path) -> tuple[Setting, ...]:
    """Return the settings of a command line in their order: paths are variable files, words are ``NAME=VALUE``.

    Raises :class:`InputError` for a file that cannot be read and for a word without ``=``.
    """
    top = root if root.is_dir() else root.parent
    return tuple(_pair(each) if isinstance(each, str) else _read(each, top, "variable file") for each in arguments)


def plans_of(paths: Iterable[Path], root: Path) -> tuple[SourceFile, ...]:
    """Return the plans that are named. Raises :class:`InputError` for a file that cannot be read."""
    top = root if root.is_dir() else root.parent
    return tuple(_read(path, top, "plan") for path in paths)


def _pair(word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign or not name.strip():
        message = f"{word!r} sets no variable: write NAME=VALUE"
        raise InputError(message)
    return name.strip(), value


def _read(path: Path, root: Path, what: str) -> SourceFile:
    try:
        if path.stat().st_size > LARGEST_PLAN:
            message = f"cannot read the {what} {path}: it is larger than {LARGEST_PLAN:,} bytes"
            raise InputError(message)
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        hint = "it is not UTF-8" + ("; terraform show -json prints one that is" if what == "plan" else "")
        message = f"cannot read the {what} {path}: {getattr(error, 'strerror', None) or hint}"
        raise InputError(message) from error
    real, top = Path(os.path.realpath(path)), Path(os.path.realpath(root))
    shown = real.relative_to(top).as_posix() if real.is_relative_to(top) else path.as_posix()
    return SourceFile(shown, text)
