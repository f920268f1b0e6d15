"""Makes trees of Dockerfiles for the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Image
from infraaudit.readers.dockerfile.reader import read
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading


def reading_of(folder: Path, files: dict[str, str]) -> Reading:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return read(find_files(folder))


def images_of(folder: Path, text: str, **others: str) -> list[Image]:
    files = {name.replace("__", "/"): content for name, content in others.items()}
    reading = reading_of(folder, {"Dockerfile": text, **files})
    return [each for each in reading.entities if isinstance(each, Image)]


def image_of(folder: Path, text: str, **others: str) -> Image:
    return images_of(folder, text, **others)[-1]
