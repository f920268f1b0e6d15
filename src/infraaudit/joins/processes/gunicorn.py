"""Reads the settings of gunicorn: its options over its variables over its configuration file."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.joins.processes.addresses import ALL_ADDRESSES, Bind, bind_of, port_of
from infraaudit.joins.processes.gunicorn_settings import settings_of
from infraaudit.joins.processes.readings import limit_of, listening, with_processes
from infraaudit.model import Absent, Known, Unknown, default

if TYPE_CHECKING:
    from infraaudit.joins.processes.launches import Scene
    from infraaudit.joins.processes.server_options import Settings
    from infraaudit.model import Process
    from infraaudit.source.span import Span

_ASYNCHRONOUS_CLASSES = ("uvicorn", "gevent", "eventlet", "tornado", "aiohttp", "asgi", "hypercorn", "quart")
_THREADED_CLASSES = ("sync", "gthread")


def gunicorn_settings(settings: Settings, scene: Scene, sealed: str) -> Settings:
    """Add what the configuration file sets; ``sealed`` says why the image cannot be looked into."""
    stated = settings.find("config")
    path = stated.text.removeprefix("file:") if stated is not None else "gunicorn.conf.py"
    script = scene.scripts.get(posixpath.normpath(posixpath.join(scene.workdir, path)))
    file = settings_of(script) if script is not None else None
    if file is not None:
        return replace(settings, file=file)
    if stated is not None:
        return replace(settings, gap=f"the configuration file {stated.shown} is not read, and may set it")
    return replace(settings, gap=sealed)


def gunicorn(process: Process, settings: Settings) -> Process:
    """Return the process that gunicorn with these settings is."""
    worker_class, threads = settings.text("worker_class"), settings.number("threads")
    read = listening(with_processes(process, settings), _gunicorn_bind(settings))
    read = replace(read, threads=threads, keep_alive=settings.number("keep_alive"), drain=settings.number("drain"))
    if not isinstance(worker_class, Known):
        return _of_unknown_class(read, worker_class.why if isinstance(worker_class, Unknown) else "", worker_class.at)
    # Only a worker that does nothing beside its one request is silent for as long as that takes.
    unlimited = replace(read, request_limit=Absent(worker_class.at))
    if any(name in worker_class.value.lower() for name in _ASYNCHRONOUS_CLASSES):
        return replace(unlimited, asynchronous=True, threads=None)
    if worker_class.value not in _THREADED_CLASSES:
        return _of_unknown_class(read, f"what the worker class {worker_class.value} does is not known", worker_class.at)
    if worker_class.value == "sync" and isinstance(threads, Known) and threads.value <= 1:
        return replace(read, keep_alive=Absent(worker_class.at), request_limit=limit_of(settings))
    if worker_class.value == "sync" and isinstance(threads, Unknown):
        doubt: Unknown[int] = Unknown(threads.why, threads.at)
        return replace(read, keep_alive=doubt, request_limit=doubt)
    return unlimited


def _of_unknown_class(process: Process, why: str, at: Span) -> Process:
    doubt: Unknown[int] = Unknown(why or "its worker class is not known", at)
    return replace(process, threads=doubt, keep_alive=doubt, request_limit=doubt)


def _gunicorn_bind(settings: Settings) -> Bind:
    """Gunicorn listens on every address at ``$PORT`` where that is set and nothing else is said."""
    port = settings.variables.get("PORT", settings.at)
    if settings.find("bind") is not None or port is None:
        return bind_of(settings)
    if not port.known:
        return Bind(Unknown(port.why, port.at), Unknown(port.why, port.at))
    return Bind(default(ALL_ADDRESSES, settings.at, settings.row.words), port_of(port, port.text))
