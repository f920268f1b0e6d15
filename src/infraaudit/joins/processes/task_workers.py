"""Reads the settings of task workers and schedulers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.joins.processes.readings import generic, limit_of, one
from infraaudit.joins.processes.server_options import whole_number
from infraaudit.model import Absent, Known, Unknown, default

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.joins.processes.server_options import Settings
    from infraaudit.joins.processes.words import Word
    from infraaudit.model import Maybe, Process

_CELERY_CONCURRENCY = re.compile(r"CELERY.*CONCURRENCY|WORKER_CONCURRENCY")


def celery_worker(process: Process, settings: Settings) -> Process:
    """Read a Celery worker: what its pool does decides what its numbers mean."""
    beat = any(word.text in settings.row["beat"]["options"] for word in settings.words)
    process = replace(
        process,
        schedules=beat,
        drain=settings.number("drain"),
        request_limit=limit_of(settings),
        memory_per_process=_bytes(settings.number("memory")),
    )
    pool, concurrency = settings.text("pool"), settings.number("processes")
    if isinstance(pool, Unknown):
        return replace(process, processes=Unknown(pool.why, pool.at), threads=Unknown(pool.why, pool.at))
    kind = pool.value if isinstance(pool, Known) else ""
    if kind in {"gevent", "eventlet"}:
        return replace(process, asynchronous=True, processes=one(settings))
    if kind == "solo":
        return replace(process, processes=one(settings), threads=one(settings))
    if kind == "threads":
        return replace(process, processes=one(settings), threads=_stated_or_cpus(concurrency, settings))
    process = replace(process, threads=one(settings))
    scale = settings.options(settings.row["autoscale"]["options"])
    if scale:
        return replace(process, processes=_autoscale(scale[-1]))
    return _prefork(process, settings, concurrency)


def _bytes(kibibytes: Maybe[int]) -> Maybe[int]:
    return kibibytes.map(_times_1024)


def _times_1024(kibibytes: int) -> int:
    return kibibytes * 1024


def _prefork(process: Process, settings: Settings, concurrency: Maybe[int]) -> Process:
    word = settings.find("processes")
    if word is not None:
        follows = f"{word.cpus} is the number of its processes" if word.cpus else ""
        return replace(process, processes=concurrency, host_cpus=follows)
    variable = next((name for name in settings.variables.values if _CELERY_CONCURRENCY.search(name)), "")
    if variable:
        return replace(process, processes=Unknown(f"the application may take it from {variable}", settings.at))
    return _by_cpus(process, settings, "neither -c nor --autoscale says how many")


def _by_cpus(process: Process, settings: Settings, why: str) -> Process:
    unknown: Unknown[int] = Unknown(f"{why}, and the CPUs of the machine then decide", settings.at)
    return replace(process, processes=unknown, host_cpus=why)


def _stated_or_cpus(value: Maybe[int], settings: Settings) -> Maybe[int]:
    return Unknown("the CPUs of the machine decide", settings.at) if isinstance(value, Absent) else value


def _autoscale(word: Word) -> Maybe[int]:
    bounds = sorted(filter(None, (whole_number(part) for part in word.text.split(","))))
    if not bounds or not word.known:
        return Unknown(word.why or "its bounds are not numbers", word.at)
    return Unknown(f"--autoscale lets it vary up to {bounds[-1]}", word.at, candidates=tuple(bounds))


def dramatiq(process: Process, settings: Settings) -> Process:
    """Read dramatiq, whose processes follow the CPUs unless it is told."""
    read = generic(process, settings)
    if settings.find("processes") is None:
        return _by_cpus(read, settings, "no -p says how many")
    return read


def rq(process: Process, settings: Settings) -> Process:
    """Read a worker of RQ, which takes from the queues that its arguments name, in their order."""
    read = generic(process, settings)
    names = list(queue_names(settings))
    if any(not word.known for word in names):
        unknown = next(word for word in names if not word.known)
        queues: Maybe[str] = Unknown(unknown.why, unknown.at)
    elif names:
        queues = Known(",".join(word.text for word in names), names[0].at)
    else:
        queues = default("default", settings.at, settings.row.words)
    scheduling = settings.has(settings.row["beat"]["options"])
    return replace(read, schedules=scheduling, settings=(*read.settings, ("queues", queues)))


def queue_names(settings: Settings) -> Iterator[Word]:
    """Yield the arguments of a worker that are neither options nor their values."""
    switches = settings.row.get("switches", [])
    asked, before = False, ""
    for word in settings.words:
        is_value = before.startswith("-") and "=" not in before and before not in switches
        if not word.text.startswith("-") and not is_value:
            if asked:
                yield word
            asked = True
        before = word.text
