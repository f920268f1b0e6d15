"""Compares the portraits of published modules with the modules themselves, on the examples that these come with.

``python -m tests.corpus.published_modules CLONE...`` takes clones of modules of the registry, reads each of their
examples twice, with the module as ``terraform init`` would leave it and with its portrait, and compares what is lifted
field by field, places aside, and without the state, which tells how many resources there are. What the portrait leaves
open is counted by itself. It ends with 1 where a field differs or where the portrait makes something that the module
does not.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infraaudit.facts import table
from infraaudit.model import Entity, Opaque, StateBackend
from infraaudit.readers.terraform.reader import read
from infraaudit.reports.model_json import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
from infraaudit.source.file import find_files

_PLACES = frozenset({"at", "trail", "deployment", "why", "mentions", "related"})
_LONGEST = 160
_HERE = re.compile(r'^(\s*source\s*=\s*)"\.\./\.\.(?:/+(?P<inner>modules/[\w-]+))?/?"', re.MULTILINE)


def main(words: list[str]) -> int:
    """Compare every example of every clone."""
    total: Counter[str] = Counter()
    for clone in map(Path, words):
        name = re.sub(r".*terraform-(\w+)-([\w-]+)$", r"\2/\1", clone.name)
        owner = clone.name.partition("+")[0]
        version = _newest(clone)
        for example in sorted(path for path in (clone / "examples").iterdir() if (path / "main.tf").is_file()):
            counts = _compare(clone, example, f"{owner}/{name}", version)
            total.update(counts)
            print(f"{name} {example.name}: {_shown(counts)}")
    print(f"together: {_shown(total)}")
    return 1 if total["different"] or total["only in the portrait"] else 0


def _newest(clone: Path) -> str:
    """Return the newest version: as the list of changes has it, else the highest tag."""
    listed = re.findall(r"^## \[([\d.]+)\]", (clone / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if listed:
        return str(listed[0])
    tags = re.findall(r"refs/tags/v?([\d.]+)$", (clone / ".git" / "packed-refs").read_text("utf-8"), re.MULTILINE)
    return str(max(tags, key=lambda tag: [int(part) for part in tag.split(".")]))


def _compare(clone: Path, example: Path, module: str, version: str) -> Counter[str]:
    known = {row["module"] for row in table("published_modules").values()}
    with tempfile.TemporaryDirectory() as target:
        root = Path(target)
        calls: dict[str, str] = {}
        for path in example.iterdir():
            if path.is_file():
                text = path.read_text("utf-8", errors="replace")
                (root / path.name).write_text(_called(text, module, version, calls) if path.suffix == ".tf" else text)
        portrayed = _entities(root)
        home = root / ".terraform" / "modules"
        shutil.copytree(clone, home / "it", ignore=shutil.ignore_patterns(".git", "examples", "wrappers"))
        rows = [
            {"Key": key, "Source": f"registry.terraform.io/{module}{inner}", "Version": version, "Dir": _folder(inner)}
            for key, inner in calls.items()
            if f"{module}{inner}" in known
        ]
        (home / "modules.json").write_text(json.dumps({"Modules": rows}))
        return _difference(_entities(root), portrayed)


def _folder(inner: str) -> str:
    return f".terraform/modules/it{inner.replace('//', '/')}"


def _called(text: str, module: str, version: str, calls: dict[str, str]) -> str:
    """Return a file that calls the module by its name in the registry, and note which calls do so."""
    text = re.sub(rf'"{module}(?:/(/modules/[\w-]+))?"\n\s*version\s*=.*', r'"../..\1"', text)
    for block in re.finditer(r'^module "([^"]+)" \{.*?^\}', text, re.MULTILINE | re.DOTALL):
        written = _HERE.search(block[0])
        if written is not None:
            calls[block[1]] = f"//{written['inner']}" if written["inner"] else ""

    def registry(match: re.Match[str]) -> str:
        inner = f"//{match['inner']}" if match["inner"] else ""
        return f'{match[1]}"{module}{inner}"\n  version = "{version}"'

    return _HERE.sub(registry, text)


def _entities(root: Path) -> dict[str, Any]:
    found = (each for each in read(find_files(root)).entities if not isinstance(each, Opaque | StateBackend))
    return {f"{type(each).__name__} {each.address}": _projected(each) for each in found}


def _projected(entity: Entity) -> Any:  # noqa: ANN401 - plain data
    names = [each.name for each in fields(entity) if each.name not in _PLACES]
    return {name: _without_places(plain(getattr(entity, name))) for name in names}


def _without_places(value: Any) -> Any:  # noqa: ANN401 - plain data
    if isinstance(value, dict):
        return {name: _without_places(child) for name, child in value.items() if not _is_place(name, child)}
    return [_without_places(child) for child in value] if isinstance(value, list) else value


def _is_place(name: str, value: Any) -> bool:  # noqa: ANN401 - plain data
    return name in _PLACES or (name == "location" and isinstance(value, dict) and "path" in value)


def _difference(real: dict[str, Any], portrayed: dict[str, Any]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name in sorted({*real, *portrayed}):
        if name not in portrayed:
            counts["not portrayed"] += 1
            print(f"  not portrayed: {name}")
        elif name not in real:
            counts["only in the portrait"] += 1
            print(f"  only in the portrait: {name}")
        else:
            counts.update(_fields(name, real[name], portrayed[name]))
    return counts


def _fields(name: str, real: Any, portrayed: Any) -> Counter[str]:  # noqa: ANN401 - plain data
    if real == portrayed:
        return Counter({"equal": 1})
    sides = ((portrayed, real, "left open"), (real, portrayed, "told only by the portrait"))
    for side, other, words in sides:
        if _is_open(name, side, other):
            print(f"  {words}: {name}: {json.dumps(other)[:_LONGEST]}")
            return Counter({words: 1})
    parts = list(_parts(real, portrayed))
    if not parts:
        print(f"  {name}:\n    module   {json.dumps(real)[:_LONGEST]}\n    portrait {json.dumps(portrayed)[:_LONGEST]}")
        return Counter({"different": 1})
    counts: Counter[str] = Counter()
    for key, mine, other in parts:
        counts.update(_fields(f"{name}.{key}", mine, other))
    return counts


def _is_open(name: str, side: Any, other: Any) -> bool:  # noqa: ANN401 - plain data
    """Tell whether one side leaves open what the other one tells; statements that are not all known are open."""
    if isinstance(side, bool) and isinstance(other, bool):
        return name.endswith("complete") and not side
    if not isinstance(side, dict):
        return False
    if side.get("statements_complete") is False:
        told = {key: other[key] for key in ("statements", "statements_complete")}
        return bool({**side, **told} == other)
    return side.get("state") == "unknown"


def _parts(real: Any, portrayed: Any) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 - plain data
    if isinstance(real, dict) and isinstance(portrayed, dict) and "state" not in real:
        yield from ((key, real.get(key), portrayed.get(key)) for key in sorted({*real, *portrayed}))
    if isinstance(real, list) and isinstance(portrayed, list) and len(real) == len(portrayed):
        yield from ((str(number), *pair) for number, pair in enumerate(zip(real, portrayed, strict=True)))


def _shown(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
