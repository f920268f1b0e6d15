"""Compares our building of overlays on disk with that of the ``kubectl`` on PATH.

``python -m tests.corpus.kustomize_overlays FOLDER...`` builds every kustomization below the folders with both, and
prints a line for each that is not equal, and a sum. It ends with 1 where an object differs and nothing said so.
"""

from __future__ import annotations

import posixpath
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from infraaudit.model.node import Node, node_from_yaml
from infraaudit.readers.kubernetes.kustomizations import find_kustomizations
from infraaudit.readers.kustomize.build import Builder
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.layer import Layer
from infraaudit.source.file import SourceFile, find_files
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect
from tests.corpus.helm_charts import Key, different, free, key_of


def main(words: list[str]) -> int:
    """Compare every kustomization below the given folders."""
    client = shutil.which("kubectl")
    if client is None:
        print("kubectl is not on PATH", file=sys.stderr)
        return 2
    total: Counter[str] = Counter()
    for word in words:
        tree = find_files(Path(word), respect_gitignore=False)
        found = find_kustomizations(tree)
        layers = {each.path: Layer(tree, each.path, each.body) for each in found if each.body is not None}
        builder = Builder(tree, layers)
        for path, layer in layers.items():
            if layer.is_component:
                continue
            what, notes = outcome(client, builder, Path(word), path)
            total[what] += 1
            if what != "equal":
                print(f"{word}/{path}: {what}")
                for note in notes[:4]:
                    print(f"    {note}")
    print(f"sum: {dict(total)}")
    return 1 if total["wrong"] else 0


def outcome(client: str, builder: Builder, root: Path, path: str) -> tuple[str, list[str]]:
    """Return what a comparison of one kustomization came to, with what differs."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [
                client,
                "kustomize",
                "--load-restrictor=LoadRestrictionsNone",
                *_with_helm(),
                str(root / posixpath.dirname(path)),
            ],
            env={"HOME": home, "PATH": ""},
            check=False,
            capture_output=True,
            text=True,
        )
    said = done.stderr.strip()[-200:]
    try:
        built = builder.build(path)
    except BuildError as error:
        return ("both fail" if done.returncode else "only ours fails"), [error.problem.message, said]
    if built.gaps:
        return ("both fail" if done.returncode else "gap"), [built.gaps[0].message]
    if done.returncode:
        return "only kustomize fails", [said]
    ours = objects([each.body for each in built.resources])
    file = SourceFile("", done.stdout)
    theirs = objects([node_from_yaml(each, Dialect.KUBERNETES) for each in parse_yaml(file).documents])
    wrong = [f"{key} {'only theirs' if key in theirs else 'only ours'}" for key in ours.keys() ^ theirs.keys()]
    unknown: list[str] = []
    for key in ours.keys() & theirs.keys():
        for place, why in different(ours[key], theirs[key], ""):
            (wrong if why is None else unknown).append(f"{key[0]} {key[2]} {place} {why or ''}")
    return ("wrong" if wrong else "unknown" if unknown else "equal"), wrong or unknown


def _with_helm() -> list[str]:
    """Let charts be inflated by the ``helm`` on PATH, where there is one."""
    helm = shutil.which("helm")
    return ["--enable-helm", f"--helm-command={helm}"] if helm else []


def objects(bodies: list[Node]) -> dict[Key, Node]:
    """Return objects by their names, without what is nothing: a cluster takes null for a field that is not written."""
    found: dict[Key, Node] = {}
    for body in bodies:
        found[free(key_of(body), found)] = _without_nulls(body)
    return found


def _without_nulls(node: Node) -> Node:
    if node.is_mapping:
        return replace(node, content={key: _without_nulls(each) for key, each in node.items() if not each.is_absent})
    if node.is_list:
        return replace(node, content=tuple(_without_nulls(each) for each in node.each()))
    return node


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
