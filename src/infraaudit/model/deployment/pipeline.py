"""What a pipeline does with images: which it pushes under which tags, and whether it writes a tag into the files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


class TagForm(StrEnum):
    """How the tag of a pushed image comes about."""

    FIXED = "is written"
    COMMIT = "is the commit"
    COMPUTED = "is made up when the pipeline runs"


@dataclass(frozen=True, slots=True)
class ImagePush:
    """One image that is pushed. ``tag`` is known where it is written, and unknown for the other forms."""

    repository: Value[str]
    tag: Value[str]
    form: TagForm
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline(Entity):
    """One definition of a pipeline.

    ``writes`` says which step puts a tag into the files or hands it to what is deployed, absent where none does; it is
    unknown where a step may do so that cannot be read. ``restarts`` is the step that restarts workloads in order to let
    them pull the same tag again. ``scans`` is the step that looks for known holes in images, absent where none does,
    and ``None`` where that is not read.
    """

    pushes: tuple[ImagePush, ...] = ()
    writes: Maybe[str]
    restarts: Maybe[str]
    scans: Maybe[str] | None = None
