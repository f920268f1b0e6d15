"""Compares our reading of Compose projects on disk with that of the ``docker-compose`` on PATH.

``python -m tests.corpus.compose_projects FOLDER...`` takes every folder below the given ones that holds a Compose file
of a default name, reads it with both, and prints a line a project and a sum of the fields that are compared. What only
the shell of whoever starts the project sets is an empty text to the client and unknown to us; it is counted by itself.
It ends with 1 where a field differs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from infraaudit.model import Workload
from infraaudit.readers.compose.reader import read
from infraaudit.source.file import find_files
from tests.unit.readers.compose.projection import UNKNOWN, of_client, of_model

_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_LONGEST = 200


def main(words: list[str]) -> int:
    """Compare every project below the given folders."""
    client = shutil.which("docker-compose")
    if client is None:
        print("docker-compose is not on PATH", file=sys.stderr)
        return 2
    total: Counter[str] = Counter()
    for root in map(Path, words):
        ours = _ours(root)
        for folder in sorted({path.parent for name in _NAMES for path in root.rglob(name)}):
            name = folder.relative_to(root).as_posix()
            counts = _compare(client, folder, name, _of_folder(folder, name, ours))
            total.update(counts)
            print(f"{root.name}/{name}: {_shown(counts)}")
    print(f"together: {_shown(total)}")
    return 1 if total["different"] else 0


def _ours(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for workload in (each for each in read(find_files(root)).entities if isinstance(each, Workload)):
        found.setdefault(workload.deployment.id, {})[workload.name] = of_model(workload)
    return found


def _of_folder(folder: Path, name: str, ours: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return our services of a folder, with the override that the client merges by itself."""
    overrides = (each.name for each in sorted(folder.glob("*compose.override.y*ml")))
    found = (ours.get(f"compose:{name}:{override}") for override in overrides)
    return next((each for each in found if each), ours.get(f"compose:{name}", {}))


def _compare(client: str, folder: Path, name: str, ours: dict[str, Any]) -> Counter[str]:
    command = [client, "--profile", "*", "config", "--format", "json"]
    done = subprocess.run(command, cwd=folder, env={"HOME": "/"}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"  refused: {done.stderr.strip().splitlines()[-1][:_LONGEST] if done.stderr.strip() else ''}")
        return Counter({"refused projects": 1})
    text = done.stdout.replace(str(folder), "/PROJECT").replace(str(folder.parent), "/PROJECT/..")
    services: dict[str, Any] = json.loads(text).get("services") or {}
    counts: Counter[str] = Counter({"projects": 1, "services": len(services)})
    for missing in sorted(set(services) ^ set(ours)):
        counts["different"] += 1
        print(f"  {missing}: only one of both has this service")
    for service in sorted(set(services) & set(ours)):
        theirs = of_client(services[service], "" if name == "." else name)
        for field, expected in theirs.items():
            counts.update(_field(f"{service}.{field}", expected, ours[service][field]))
    return counts


def _field(name: str, expected: Any, found: Any) -> Counter[str]:  # noqa: ANN401 - plain data
    """Compare one field; a mapping key by key, a list as a whole."""
    if isinstance(expected, dict) and isinstance(found, dict) and expected:
        counts: Counter[str] = Counter()
        for key in sorted({*expected, *found}):
            counts.update(_field(f"{name}.{key}", expected.get(key), found.get(key)))
        return counts
    if expected == found:
        return Counter({"equal": 1})
    if UNKNOWN in json.dumps(found):
        return Counter({"unset in the shell": 1})
    print(f"  {name}:\n    client {json.dumps(expected)[:_LONGEST]}\n    ours   {json.dumps(found)[:_LONGEST]}")
    return Counter({"different": 1})


def _shown(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
