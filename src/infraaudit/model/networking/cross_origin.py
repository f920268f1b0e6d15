"""Which web sites may let a browser send requests here and read the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossOriginRule(Entity):
    """One rule for requests from pages of other sites.

    ``owner`` is the address of what answers them, or its literal name. ``origins`` are the sites as written, ``*`` for
    all, ``origins_complete`` being false where some cannot be told. ``methods`` are in upper case, empty where all are
    meant. ``credentials`` is whether the browser sends cookies along. ``headers`` are in lower case.
    """

    owner: Maybe[str]
    origins: tuple[Value[str], ...] = ()
    origins_complete: bool = True
    methods: tuple[Value[str], ...] = ()
    headers: tuple[Value[str], ...] = ()
    credentials: Value[bool]
