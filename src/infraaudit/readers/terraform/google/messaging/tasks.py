"""Lifts the queues of Cloud Tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Queue, default
from infraaudit.readers.terraform.google.defaults import TABLE, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_TYPE = "google_cloud_tasks_queue"
_FOR_EVER = -1


def lift_task_queues(resources: Resources) -> Iterator[Queue]:
    """Lift ``google_cloud_tasks_queue``. It gives up after a number of attempts and hands nothing on."""
    kept = fact(TABLE, f"{_TYPE}.retention")
    deadline = fact(TABLE, f"{_TYPE}.deadline")
    for resource in resources.of_type(_TYPE):
        attempts = integer_or_default(argument(resource, "retry_config.max_attempts"), f"{_TYPE}.max_attempts")
        yield Queue(
            **resource.head,
            fifo=Known(value=False, at=resource.at),
            dead_letter=Absent(resource.at),
            max_receive=attempts,
            never_gives_up=attempts.map(_is_for_ever),
            visibility_timeout=default(int(deadline.value), resource.at, deadline.words),
            retention=default(int(kept.value), resource.at, kept.words),
            identifiers=literals(argument(resource, "name").string()),
        )


def _is_for_ever(attempts: int) -> bool:
    return attempts == _FOR_EVER
