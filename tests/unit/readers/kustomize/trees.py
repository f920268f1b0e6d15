"""Small overlays for the tests of this folder."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, TypeVar

from infraaudit.model import Entity
from infraaudit.readers.kustomize.reader import read
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

E = TypeVar("E", bound=Entity)

WEB = """\
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
          - name: app
            image: shop/web:1.0
            env:
            - name: MODE
              value: plain
"""


def read_paths(root: Path, files: dict[str, str]) -> Reading:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")
    return read(find_files(root))


def upon_base(root: Path, overlay: str, **more: str) -> Reading:
    """Read an overlay upon one Deployment; a keyword is another file of the overlay, without ``.yaml``."""
    return read_paths(
        root,
        {
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "base/web.yaml": WEB,
            "prod/kustomization.yaml": overlay,
            **{f"prod/{name}.yaml": text for name, text in more.items()},
        },
    )


def all_of(reading: Reading, kind: type[E]) -> list[E]:
    return [each for each in reading.entities if isinstance(each, kind)]


def only(reading: Reading, kind: type[E]) -> E:
    (entity,) = all_of(reading, kind)
    return entity
