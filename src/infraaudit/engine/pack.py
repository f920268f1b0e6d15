"""Loads policies from a folder by path: the built-in pack and a user's folder alike."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

import infraaudit
from infraaudit.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType


class PackError(Exception):
    """A folder of policies cannot be used; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class PackedPolicy:
    """A policy with its address: ``id`` is ``area/name``, ``topic`` the file it stands in."""

    id: str
    area: str
    topic: str
    path: Path
    policy: Policy
    since: str = ""
    formerly: tuple[str, ...] = ()


def built_in_folder() -> Path:
    """Return the folder of the built-in pack: beside the code when installed, beside ``src`` in a checkout."""
    package = Path(infraaudit.__file__).parent
    installed = package / "pack"
    return installed if installed.is_dir() else package.parents[1] / "policies"


def load_pack(folder: Path) -> tuple[PackedPolicy, ...]:
    """Load every policy below ``folder``, in the order of their ids.

    Compiled files are kept beside the built-in ones, as Python does with every module; beside a user's none are.
    Raises :class:`PackError` for a folder that is not there, a file that does not import, and an id that occurs twice.
    """
    if not folder.is_dir():
        message = f"no folder of policies at {folder}"
        raise PackError(message)
    history = _history(folder)
    loader = SourceFileLoader if folder.resolve() == built_in_folder().resolve() else _LoaderThatWritesNothing
    found: dict[str, PackedPolicy] = {}
    for path in sorted(folder.glob("*/*.py")):
        area, topic = path.parent.name, path.stem
        for each in _policies_of(_load(path, area, topic, loader)):
            identity = f"{area}/{each.name}"
            if identity in found:
                message = f"{path}: the policy {identity} is declared twice"
                raise PackError(message)
            since, formerly = history.get(identity, ("", ()))
            found[identity] = PackedPolicy(identity, area, topic, path, each, since, formerly)
    return tuple(found[identity] for identity in sorted(found))


def load_packs(folders: Iterable[Path]) -> tuple[PackedPolicy, ...]:
    """Load several packs, one after the other.

    Raises :class:`PackError` as above, and for an id that two of them declare.
    """
    found: dict[str, PackedPolicy] = {}
    for folder in folders:
        for packed in load_pack(folder):
            if packed.id in found:
                message = f"{packed.path}: the policy {packed.id} is declared in {found[packed.id].path} too"
                raise PackError(message)
            found[packed.id] = packed
    return tuple(found.values())


def _history(folder: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    path = folder / "ledger.toml"
    if not path.is_file():
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
        return {identity: (row.get("since", ""), tuple(row.get("formerly", ()))) for identity, row in rows.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        message = f"{path}: {error}"
        raise PackError(message) from error


class _LoaderThatWritesNothing(SourceFileLoader):
    """Python's own loader, but it leaves no compiled file behind: a user's folder is not ours to write to."""

    def set_data(self, path: str, data: object, *, _mode: int = 0o666) -> None:
        """Keep the compiled module in memory only."""


def _load(path: Path, area: str, topic: str, loader: type[SourceFileLoader]) -> ModuleType:
    name = re.sub(r"\W", "_", f"infraaudit_pack_{area}_{topic}")
    loading = loader(name, str(path))
    specification = importlib.util.spec_from_file_location(name, path, loader=loading)
    if specification is None:
        message = f"{path}: not a Python file"
        raise PackError(message)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module  # dataclasses look their module up by its name
    try:
        loading.exec_module(module)
    except (Exception, SystemExit) as error:
        message = f"{path}: {type(error).__name__}: {error}"
        raise PackError(message) from error
    return module


def _policies_of(module: ModuleType) -> tuple[Policy, ...]:
    return tuple(value for value in vars(module).values() if isinstance(value, Policy))
