"""The objects that a template prints, as far as every way that it may take agrees on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.readers.helm.agreement import agreed
from infraaudit.readers.helm.cells import Piece, Text
from infraaudit.readers.helm.places import Document
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import YamlMapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.helm.agreement import Told
    from infraaudit.readers.helm.places import Lines
    from infraaudit.readers.helm.release import Output, Release

_DEFINES_KINDS = re.compile(r"^kind: CustomResourceDefinition\s*$", re.MULTILINE)
_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)


def documents_of(
    output: Output, release: Release, lines: Lines, *, everything: bool = False
) -> Iterator[Node | Problem]:
    """Yield the documents that a template printed, or why one of them cannot be told.

    Definitions of kinds are left out unless ``everything`` is asked for: they are long, and there is nothing to judge.
    """
    printing = output.printing
    if printing.lost is not None:
        place, why = printing.lost
        said = f"what a template prints cannot be told, for a block of it depends on this: {why}"
        yield Problem(ProblemKind.NOT_RENDERED, lines.editable(lines.of(place)), said)
    if len(printing.ways) == 1:
        yield from _documents(output.path, printing.ways[0].text, release, lines, everything=everything)
        return
    ways = [
        (list(_documents(output.path, each.text, release, lines, everything=everything)), each.why)
        for each in printing.ways
    ]
    broken = [each for found, _ in ways for each in found if isinstance(each, Problem)]
    if broken:
        yield from dict.fromkeys(broken)
        return
    yield from _agreed([([each for each in found if isinstance(each, Node)], why) for found, why in ways])


def _agreed(ways: list[tuple[list[Node], str]]) -> Iterator[Node | Problem]:
    """Yield the objects that all ways have, and why nobody knows whether there are the others."""
    told: dict[tuple[str, ...], list[Told]] = {}
    for found, why in ways:
        for number, each in enumerate(found):
            told.setdefault(_identity(each, number), []).append((each, why))
    for identity, same in told.items():
        node, _ = same[0]
        if len(same) == len(ways):
            yield agreed(same)
            continue
        having = {id(each) for each, _ in same}
        why = next((why for found, why in ways if why and not having.intersection(map(id, found))), "") or same[0][1]
        said = f"whether there is a {identity[1] or 'document'} {identity[2]} cannot be told: {why}"
        yield Problem(ProblemKind.NOT_RENDERED, node["kind"].at, said)


def _identity(node: Node, number: int) -> tuple[str, ...]:
    metadata = node["metadata"]
    name, space = metadata["name"], metadata["namespace"]
    known = name.content if isinstance(name.content, str) else name.why() or str(number)
    return (str(node["apiVersion"].content), str(node["kind"].content), known, str(space.content or ""))


def _documents(path: str, text: Text, release: Release, lines: Lines, *, everything: bool) -> Iterator[Node | Problem]:
    bounds = [0, *(found.end() for found in _SEPARATOR.finditer(text))]
    ends = [*(found.start() for found in _SEPARATOR.finditer(text)), len(text)]
    for start, end in zip(bounds, ends, strict=True):
        # Helm ends each object with a newline of its own, which a block of text at its end may keep.
        part = Text.of((*text.part(start, end).pieces, Piece("\n")))
        if not part.strip() or (not everything and _DEFINES_KINDS.search(part)):
            continue
        document = Document(path, part, lines, release.engine)
        parsed = parse_yaml(document.file)
        problem = next((each for each in parsed.problems if each.leaves_gap), None)
        if problem is not None:
            at = document.place(problem.at, scalar=True, origins=False)
            yield Problem(ProblemKind.NOT_RENDERED, at, f"what is rendered here is not YAML: {problem.message}")
        for tree in parsed.documents if problem is None else ():
            if isinstance(tree, YamlMapping):
                yield document.node(tree)
