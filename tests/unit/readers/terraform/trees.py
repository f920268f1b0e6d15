"""Small trees of configurations for the tests of this folder."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.terraform.configuration.emission import Emission, emit
from infraaudit.readers.terraform.configuration.modules import Module
from infraaudit.readers.terraform.configuration.root import Root
from infraaudit.readers.terraform.configuration.roots import root_module
from infraaudit.readers.terraform.configuration.syntax import Configuration, Sources
from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.source.file import SourceFile, SourceTree, find_files
from infraaudit.source.hcl_parse import parse_hcl

if TYPE_CHECKING:
    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.resource import Resource
    from infraaudit.source.span import Span

_EMPTY = SourceTree(Path("nowhere"), ())


def tree_of(root: Path, files: dict[str, str]) -> SourceTree:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")
    return find_files(root)


def module_of(root: Path, files: dict[str, str], folder: str = "") -> Module:
    return root_module(Sources(tree_of(root, files)), folder)


def emission_of(root: Path, files: dict[str, str], folder: str = "") -> Emission:
    return emit(module_of(root, files, folder), deployment_of("terraform", folder))


def resources_of(root: Path, files: dict[str, str], folder: str = "") -> dict[str, Resource]:
    return {resource.address: resource for resource in emission_of(root, files, folder).resources}


def body_of(root: Path, text: str) -> Node:
    """Return the body of the first resource of a configuration of one file."""
    return emission_of(root, {"main.tf": text}).resources[0].body


def value_of(expression: str, tree: SourceTree | None = None) -> Node:
    """Evaluate an expression that stands in an empty module."""
    document = parse_hcl(SourceFile("main.tf", f"value = {expression}\n"))
    attribute = document.body.attributes.get("value")
    assert attribute is not None, document.problems
    sources = Sources(tree if tree is not None else _EMPTY)
    return evaluate(attribute.value, Module(Root("", sources), Configuration("")).scope)


def at(span: Span) -> tuple[str, int, int]:
    return span.path, span.start_line, span.start_column
