"""What the readers of servers share: the settings that the columns of a row name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.joins.processes.addresses import bind_of
from infraaudit.model import Absent, Known, Unknown, default

if TYPE_CHECKING:
    from infraaudit.joins.processes.addresses import Bind
    from infraaudit.joins.processes.server_options import Settings
    from infraaudit.model import Maybe, Process

_TEXTS = ("application", "interface", "worker_class", "worker_tmp_dir", "queues", "scheduler", "pool", "schedule_file")
_SWITCHES = ("preload",)


def generic(process: Process, settings: Settings) -> Process:
    """Read what the columns of the row name, for servers without rules of their own."""
    columns = settings.row.columns
    bind = bind_of(settings) if "host" in columns else None
    keep_alive = settings.number("keep_alive") if "keep_alive" in columns else None
    return replace(
        with_processes(process, settings),
        threads=settings.number("threads") if "threads" in columns else None,
        bind_host=bind.host if bind is not None else None,
        bind_port=bind.port if bind is not None else None,
        other_ports=bind.others if bind is not None else (),
        keep_alive=keep_alive,
        drain=settings.number("drain") if "drain" in columns else None,
        request_limit=limit_of(settings),
        schedules=bool(settings.row.get("schedules", False)),
    )


def limit_of(settings: Settings) -> Maybe[int] | None:
    """Return the seconds after which a request or task is ended; naught switches that off."""
    if "limit" not in settings.row.columns:
        return None
    limit = settings.number("limit")
    return Absent(limit.at) if isinstance(limit, Known) and limit.value == 0 else limit


def with_processes(process: Process, settings: Settings) -> Process:
    """Read the number of processes, and whether it follows the CPUs of the machine."""
    if "processes" not in settings.row.columns:
        return process
    word = settings.find("processes")
    processes = settings.number("processes")
    if word is not None and word.cpus:
        return replace(process, processes=processes, host_cpus=f"{word.cpus} is the number of its processes")
    return replace(process, processes=processes)


def listening(process: Process, bind: Bind) -> Process:
    """Note where a process listens."""
    return replace(process, bind_host=bind.host, bind_port=bind.port, other_ports=bind.others)


def one(settings: Settings) -> Known[int]:
    """Return one, as a server does that never starts more."""
    return default(1, settings.at, settings.row.words)


def with_settings(process: Process, settings: Settings) -> Process:
    """Read the limits and the named settings that the row has columns for."""
    columns = settings.row.columns

    def number(name: str) -> Maybe[int] | None:
        return settings.number(name) if name in columns else None

    texts = tuple((name, settings.text(name)) for name in _TEXTS if name in columns)
    switches = tuple((name, _switch(settings, name)) for name in _SWITCHES if name in columns)
    return replace(
        process,
        max_requests=number("max_requests"),
        jitter=number("jitter"),
        prefetch=number("prefetch"),
        reload=settings.switched_on("reload"),
        settings=(*texts, *switches, *process.settings),
    )


def _switch(settings: Settings, name: str) -> Maybe[str]:
    if settings.switched_on(name):
        return default("yes", settings.at, settings.row.words)
    unseen = settings.gap or settings.opening
    return Unknown(unseen, settings.at) if unseen else default("no", settings.at, settings.row.words)
