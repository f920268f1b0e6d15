"""Modules that many call and few trees hold: portraits of them, for the versions that these were checked with.

A portrait is a configuration that makes of a module's inputs what the module makes of them, as far as that is known.
It stands for the module where that is not in the tree. What it leaves out is not known, and never absent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.readers.terraform.configuration.versions import major_of, satisfies
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_parse import parse_hcl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.source.hcl_tree import HclDocument

_HOME = "registry.terraform.io:"
"""How the paths of portraits begin, which are those of no tree."""

_REGISTRY = re.compile(r"(?:registry\.terraform\.io/)?([\w-]+/[\w-]+/[\w-]+(?://.*)?)")
_GITHUB = re.compile(
    r"(?:git::)?(?:https://|ssh://)?(?:git@)?github\.com[/:](?P<owner>[\w-]+)/terraform-(?P<system>\w+)-(?P<name>[\w-]+)"
    r"(?:\.git)?(?P<inner>//[^?]*)?(?:\?(?P<query>.*))?"
)
_TAG = re.compile(r"(?:.*&)?ref=(v?\d[\d.]*)(?:&.*)?")


@dataclass(frozen=True, slots=True)
class Portrait:
    """Where the portrait of a module is, and of which of its versions.

    ``inner`` are the inner modules that resources of the portrait stand in, which it does not build one by one.
    """

    folder: str
    versions: str
    inner: Mapping[str, str]


def is_published(path: str) -> bool:
    """Tell whether a path is that of a portrait."""
    return path.startswith(_HOME)


def portrait_of(source: str, version: str | None) -> Portrait | None:
    """Return the portrait of a module in the version that is called, ``None`` where there is none.

    Where several major versions are allowed the newest is meant, as Terraform takes it.
    """
    module, version = _module(source, version)
    rows = [row for row in table("published_modules").values() if row["module"] == module]
    major = major_of(version) if version else None
    for row in rows:
        newest = row["majors"][-1]
        if major in row["majors"] or (major is None and row is rows[-1] and satisfies(f"{newest}.999.999", version)):
            words = " to ".join(dict.fromkeys((str(row["majors"][0]), str(newest))))
            return Portrait(f"{_HOME}{row['folder']}", words, row.get("inner", {}))
    return None


def _module(source: str, version: str | None) -> tuple[str, str]:
    """Return the name of a module in the registry, and the constraint on its version."""
    git = _GITHUB.fullmatch(source)
    if git is not None:
        tag = _TAG.fullmatch(git["query"] or "")
        name = git["name"].removesuffix(".git")
        # Without a tag it is whatever stands on a branch today.
        return f"{git['owner']}/{name}/{git['system']}{git['inner'] or ''}", tag[1] if tag is not None else "0"
    registry = _REGISTRY.fullmatch(source)
    return (registry[1] if registry is not None else source), version or ""


@cache
def portrait_files(folder: str) -> tuple[str, ...]:
    """Return the paths of the files of a portrait."""
    place = files("infraaudit.facts").joinpath("published_modules", folder.removeprefix(_HOME))
    return tuple(f"{folder}/{each.name}" for each in sorted(place.iterdir(), key=str) if each.name.endswith(".tf"))


@cache
def portrait_document(path: str) -> HclDocument:
    """Return a parsed file of a portrait."""
    text = files("infraaudit.facts").joinpath("published_modules", path.removeprefix(_HOME)).read_text("utf-8")
    return parse_hcl(SourceFile(path, text))
