"""Makes the Applications of an ApplicationSet, as far as lists and the folders and files of the tree decide them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import product
from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value, node_from_yaml
from infraaudit.readers.delivery.plan import ElsewhereError
from infraaudit.readers.kubernetes.texts import literal
from infraaudit.source.file import SourceFile
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.delivery.plan import Place, Plan
    from infraaudit.readers.reading import Delivering

MOST = 500
"""Applications of one set; more are a mistake in its patterns."""

_MARK = re.compile(r"\{\{-?\s*\.?([\w.\-\[\]]+?)\s*-?\}\}")
_LEFT = "{{"

Parameters = dict[str, str]


def expanded(application_set: Delivering, place: Place, plan: Plan) -> Iterator[Delivering]:
    """Yield the Applications that a set makes; what cannot be told of its generators stands in the plan."""
    spec = application_set.body["spec"]
    template = spec["template"]
    made = 0
    for generator in spec["generators"].each():
        try:
            found = tuple(_parameters(generator, place))
        except ElsewhereError as error:
            plan.leave(application_set, error)
            continue
        for values in found:
            made += 1
            if made > MOST:
                plan.leave(application_set, ElsewhereError(f"it makes more than {MOST} Applications", generator.at))
                return
            yield _application(application_set, template, values)


def _application(application_set: Delivering, template: Node, values: Parameters) -> Delivering:
    body = _filled(template, values)
    name = known_value(literal(body["metadata"]["name"])) or application_set.name
    return replace(application_set, kind="Application", name=name, body=body)


def _filled(node: Node, values: Parameters) -> Node:
    """Return a template with its marks replaced; one that is not among the values stays, and so is not known."""
    if node.is_mapping:
        return replace(node, content={key: _filled(child, values) for key, child in node.items()})
    if isinstance(node.content, tuple):
        return replace(node, content=tuple(_filled(each, values) for each in node.content))
    if not isinstance(node.content, str) or _LEFT not in node.content:
        return node
    text = _MARK.sub(lambda match: values.get(match[1], match[0]), node.content)
    return replace(node, content=text, text=text)


def _parameters(generator: Node, place: Place) -> Iterator[Parameters]:
    """Yield the values that a generator gives. Raises ``ElsewhereError`` for one that asks something outside."""
    if not generator["list"].is_absent:
        yield from _of_list(generator["list"])
    elif not generator["git"].is_absent:
        yield from _of_git(generator["git"], place)
    elif not generator["matrix"].is_absent:
        parts = [tuple(_parameters(each, place)) for each in generator["matrix"]["generators"].each()]
        for members in product(*parts):
            yield {key: value for each in members for key, value in each.items()}
    else:
        kind = next((name for name, _ in generator.items()), "?")
        message = f"what its generator '{kind}' finds stands outside of the scanned folder"
        raise ElsewhereError(message, generator.at)


def _of_list(node: Node) -> Iterator[Parameters]:
    if not node["elements"].complete or node["elements"].is_absent:
        message = "the elements of its list cannot be told"
        raise ElsewhereError(message, node.at)
    for each in node["elements"].each():
        yield dict(_flat(each, ""))


def _flat(node: Node, path: str) -> Iterator[tuple[str, str]]:
    for key, child in node.items():
        yield from _flat(child, f"{path}{key}.")
    text = known_value(literal(node)) if node.is_scalar else None
    if text is not None:
        yield path.removesuffix("."), text


def _of_git(node: Node, place: Place) -> Iterator[Parameters]:
    place.folder(node["repoURL"], Node(".", node.at))
    folders = sorted({posixpath.dirname(path) for path in place.tree.paths} - {""})
    every = sorted(
        {"/".join(folder.split("/")[:depth]) for folder in folders for depth in range(1, folder.count("/") + 2)}
    )
    taken, left = _paths(node["directories"], exclude=False), _paths(node["directories"], exclude=True)
    for folder in every:
        if any(_fits(folder, pattern) for pattern in taken) and not any(_fits(folder, pattern) for pattern in left):
            yield _path_values(folder)
    for pattern in _paths(node["files"], exclude=False):
        for path in place.tree.paths:
            if _fits(path, pattern):
                yield {
                    **_file_values(path, place),
                    **_path_values(posixpath.dirname(path)),
                    "path.filename": posixpath.basename(path),
                }


def _paths(node: Node, *, exclude: bool) -> tuple[str, ...]:
    chosen = (each for each in node.each() if (known_value(each["exclude"].boolean()) is True) is exclude)
    return tuple(text for each in chosen if (text := known_value(literal(each["path"]))))


def _fits(path: str, pattern: str) -> bool:
    """Match as Argo CD does: a star stays within one folder, two of them cross folders."""
    if "**" in pattern:
        return fnmatchcase(path, pattern.replace("**/", "*").replace("**", "*"))
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)


def _path_values(folder: str) -> Parameters:
    base = posixpath.basename(folder)
    plain = re.sub(r"[^a-z0-9.-]", "-", base.lower()).strip("-")
    parts = folder.split("/")
    return {
        **dict.fromkeys(("path", "path.path"), folder),
        "path.basename": base,
        "path.basenameNormalized": plain,
        **{f"path[{number}]": part for number, part in enumerate(parts)},
        **{f"path.segments[{number}]": part for number, part in enumerate(parts)},
    }


def _file_values(path: str, place: Place) -> Parameters:
    file = place.tree.open(path)
    if not isinstance(file, SourceFile):
        return {}
    parsed = parse_yaml(file)

    return dict(_flat(node_from_yaml(parsed.documents[0], Dialect.KUBERNETES), "")) if parsed.documents else {}
