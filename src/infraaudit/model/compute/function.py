"""Code that runs once for each event, as often at once as events come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.compute.machine_guard import Guarded
from infraaudit.model.data.messaging import Delivering
from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Guarded, Faceted, Delivering):
    """A function of a cloud: a workload of which each event starts a copy, or takes one that is free.

    Its one container holds the environment and the sizes; ``time_limit`` is how long one event may take.
    ``most_at_once`` is how many events may be worked on at the same time as its owner bounds it: absent where it
    shares what the whole account has, which is ``shared_at_once`` then. ``dead_letter`` is the address or literal name
    of what takes the events that it cannot handle, ``retries`` how often an event that nobody waits for is tried again.
    ``event_age`` is how many seconds old such an event may grow, ``successes`` the address or literal name of what
    hears of those that were handled. ``layers`` are the packages of others that are put beside its code, by address or
    ARN, ``layers_complete`` being false where some cannot be told. ``log_format`` is how the platform writes what it
    says: ``Text`` or ``JSON``. Each is ``None`` where that is not read. ``identifiers`` are its literal names.
    ``code`` is where its code comes from, a file or an object as written, absent where that is its image.
    """

    most_at_once: Maybe[int]
    shared_at_once: Maybe[int]
    dead_letter: Maybe[str]
    retries: Maybe[int]
    event_age: Value[int] | None = None
    successes: Maybe[str] | None = None
    layers: tuple[Value[str], ...] = ()
    layers_complete: bool = True
    log_format: Value[str] | None = None
    identifiers: tuple[str, ...] = ()
    code: Maybe[str] | None = None
    facets: tuple[Facet, ...] = ()

    @property
    def gives_up_to(self) -> Maybe[str] | None:
        """What takes an event that nobody waits for and that it cannot handle."""
        return self.dead_letter
