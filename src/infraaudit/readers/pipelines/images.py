"""Takes a pushed reference apart: its repository and its tag, each as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import ImagePush, Known, TagForm, Unknown, parse_image_reference
from infraaudit.readers.pipelines.expressions import COMMIT, COMPUTED

if TYPE_CHECKING:
    from infraaudit.source.span import Span

_LATEST = "latest"
_RUNS = "it is told only when the pipeline runs"


def push_of(reference: str, at: Span) -> ImagePush:
    """Return what the push of a reference comes to. What is marked may hold a colon of its own."""
    name, colon, tail = reference.strip().rpartition(":")
    tagged = bool(colon) and "/" not in tail
    repository, tag = (name, tail) if tagged else (reference.strip(), _LATEST)
    return ImagePush(_repository(repository, at), *_tag(tag, at), at)


def repository_of(text: str) -> str:
    """Return a repository as references to it are compared: with its registry, and without a tag."""
    parsed = parse_image_reference(text)
    return f"{parsed.registry}/{parsed.repository}" if parsed.registry else parsed.repository


def _repository(text: str, at: Span) -> Known[str] | Unknown[str]:
    if COMMIT in text or COMPUTED in text:
        return Unknown("where it pushes an image is told only when the pipeline runs", at)
    return Known(repository_of(text), at)


def _tag(text: str, at: Span) -> tuple[Known[str] | Unknown[str], TagForm]:
    if COMPUTED in text:
        return Unknown(_RUNS, at), TagForm.COMPUTED
    if COMMIT in text:
        return Unknown(_RUNS, at), TagForm.COMMIT if text == COMMIT else TagForm.COMPUTED
    return Known(text, at), TagForm.FIXED
