"""Makes trees of Compose files for the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Workload
from infraaudit.readers.compose.reader import read
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Container
    from infraaudit.readers.reading import Reading


def reading_of(folder: Path, files: dict[str, str]) -> Reading:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read(find_files(folder))


def services_of(folder: Path, files: dict[str, str]) -> dict[str, Workload]:
    """Return the services by ``deployment service``."""
    found = (each for each in reading_of(folder, files).entities if isinstance(each, Workload))
    return {f"{each.deployment.id} {each.name}": each for each in found}


def web_of(folder: Path, body: str, **others: str) -> Workload:
    """Return the service ``web`` of a file with this body of lines, indented as needed."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    files = {name.replace("__", "/"): text for name, text in others.items()}
    found = services_of(folder, {"compose.yaml": f"services:\n  web:\n{lines}", **files})
    return found["compose:. web"]


def container_of(folder: Path, body: str, **others: str) -> Container:
    return web_of(folder, body, **others).containers[0]
