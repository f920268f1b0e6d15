"""The major versions of providers: from the lock file, else from the constraints where these leave one."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.configuration.syntax import literal_text
from infraaudit.readers.terraform.configuration.versions import major_of
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_parse import parse_hcl
from infraaudit.source.hcl_tree import Literal, ObjectExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.syntax import Configuration, Sources
    from infraaudit.source.hcl_tree import Expression

LOCK_FILE = ".terraform.lock.hcl"


def locked_majors(sources: Sources, folder: str) -> dict[str, int]:
    """Return the major version of each provider, by its source (``hashicorp/aws``), as the lock file has it."""
    path = posixpath.join(folder, LOCK_FILE)
    file = sources.tree.open(path) if path in sources.tree.known else None
    if not isinstance(file, SourceFile):
        return {}
    majors: dict[str, int] = {}
    for block in parse_hcl(file).body.blocks:
        version = literal_text(block.body, "version")
        if block.type == "provider" and block.labels and version is not None:
            major = version.partition(".")[0]
            if major.isdecimal():
                majors["/".join(block.labels[0].text.split("/")[-2:])] = int(major)
    return majors


def provider_majors(configuration: Configuration, locked: dict[str, int]) -> dict[str, int]:
    """Return the major version of each provider by its local name (``aws``), where one can be told."""
    majors = {source.rpartition("/")[2]: major for source, major in locked.items() if source.startswith("hashicorp/")}
    for name, source, constraint in _required(configuration):
        full = "/".join((source or f"hashicorp/{name}").split("/")[-2:])
        major = locked.get(full, major_of(constraint) if constraint else None)
        if major is not None:
            majors[name] = major
    return majors


def _required(configuration: Configuration) -> Iterator[tuple[str, str | None, str | None]]:
    for terraform in configuration.terraform:
        for block in terraform.body.blocks:
            if block.type == "required_providers":
                for name, attribute in block.body.attributes.items():
                    yield name, _member(attribute.value, "source"), _member(attribute.value, "version")


def _member(expression: Expression, name: str) -> str | None:
    """Return a text of ``{source = ..., version = ...}``; the old form is the version alone."""
    if isinstance(expression, Literal) and name == "version":
        return expression.value if isinstance(expression.value, str) else None
    if isinstance(expression, ObjectExpression):
        for key, value in expression.items:
            if isinstance(key, Literal) and key.value == name and isinstance(value, Literal):
                return value.value if isinstance(value.value, str) else None
    return None


def provider_of(type_: str, written: str | None) -> str:
    """Return the local name of a resource's provider: the one that is written, else the first word of the type."""
    return written.partition(".")[0] if written else type_.partition("_")[0]
