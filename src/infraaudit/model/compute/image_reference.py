"""Takes an image reference apart: ``registry/repository:tag@digest``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DOCKER_HUB = frozenset({"", "docker.io", "index.docker.io", "registry-1.docker.io"})
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*:[0-9a-fA-F]{32,}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True, slots=True)
class ImageReference:
    """The parts of an image reference; a part that is not written is ``""`` or ``None``.

    ``registry`` is the host, empty where the reference leaves it to the platform. ``repository`` is the path without
    the registry, in lower case. ``tag`` is ``None`` where none is written, which means ``latest`` unless ``digest``
    pins the image.
    """

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def on_docker_hub(self) -> bool:
        """Whether the image is pulled from Docker Hub, which is where a reference without a registry leads."""
        return self.registry in _DOCKER_HUB

    @property
    def family(self) -> str:
        """The last segment of the repository: what the image is called, wherever it is kept."""
        return self.repository.rsplit("/", 1)[-1].lower()


def parse_image_reference(text: str) -> ImageReference:
    """Take a reference apart. Text that is no reference gives its best reading, for it is a stranger's text.

    The first segment is a registry when it holds a dot or a colon or is ``localhost`` (Docker's own rule).
    """
    name, _, digest = text.strip().partition("@")
    tag: str | None = None
    head, colon, tail = name.rpartition(":")
    if colon and "/" not in tail and _TAG.fullmatch(tail):
        name, tag = head, tail
    first, slash, rest = name.partition("/")
    registry = first if slash and ("." in first or ":" in first or first == "localhost") else ""
    repository = rest if registry else name
    return ImageReference(registry.lower(), repository.lower(), tag, digest if _DIGEST.fullmatch(digest) else None)
