"""What of an object its platform does not take, though the file can be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Unknown
    from infraaudit.source.span import Span


class FaultKind(StrEnum):
    """What is wrong with a field: it is not known, holds another type of value, or is missing."""

    UNKNOWN_FIELD = "unknown field"
    WRONG_TYPE = "wrong type"
    MISSING_FIELD = "missing field"
    WRONG_VALUE = "wrong value"


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field of an object that its schema refuses.

    ``path`` is the way to it in dots, ``expects`` what belongs there in words, ``meant`` a known field of nearly the
    same name. Neither holds a value of the file.
    """

    kind: FaultKind
    path: str
    at: Span
    expects: str = ""
    meant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedObject(Entity):
    """An object that was held against the schema of its kind in a release of the platform; whole without faults.

    ``doubt`` is why some of it could not be judged: another program fills in a text that does not fit as it stands.
    """

    release: str
    faults: tuple[FieldFault, ...] = ()
    doubt: Unknown[str] | None = None
