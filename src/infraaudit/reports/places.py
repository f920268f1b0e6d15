"""Places as the machine-readable reports write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.span import Span

Json = dict[str, "JsonValue"]
JsonValue = str | int | float | bool | list["JsonValue"] | Json | None


def location(at: Span) -> Json:
    """Return a place: lines and columns count from 1, columns in characters, the end column exclusive."""
    return {
        "path": at.path,
        "start_line": at.start_line,
        "start_column": at.start_column,
        "end_line": at.end_line,
        "end_column": at.end_column,
    }


def related(at: Span, label: str) -> Json:
    """Return a further place with the words on what stands there."""
    return {"path": at.path, "start_line": at.start_line, "end_line": at.end_line, "label": label}
