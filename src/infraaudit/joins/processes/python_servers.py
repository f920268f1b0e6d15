"""Reads the settings of servers and task workers from the command that starts them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.joins.processes.addresses import ALL_ADDRESSES, Bind, address_of, bind_of, port_of
from infraaudit.joins.processes.gunicorn_settings import settings_of
from infraaudit.joins.processes.programs import run_by_python
from infraaudit.joins.processes.server_options import Settings, whole_number
from infraaudit.joins.processes.start_steps import steps_of
from infraaudit.joins.processes.words import split_line
from infraaudit.model import Absent, Known, Process, Server, Unknown, default

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infraaudit.facts import Row
    from infraaudit.joins.processes.launches import Launch, Scene
    from infraaudit.joins.processes.words import Word
    from infraaudit.model import Maybe
    from infraaudit.source.span import Span

_ASYNCHRONOUS_CLASSES = ("uvicorn", "gevent", "eventlet", "tornado", "aiohttp", "asgi", "hypercorn", "quart")
_THREADED_CLASSES = ("sync", "gthread")
_CELERY_CONCURRENCY = re.compile(r"CELERY.*CONCURRENCY|WORKER_CONCURRENCY")
_CPU_MAGIC = "%k"


def process_of(launch: Launch, scene: Scene, sealed: str, at: Span) -> Process:
    """Return what a launched command runs.

    ``sealed`` says why the files and variables of the image cannot be seen, and is empty where they can. ``at`` is the
    place of the command.
    """
    shown = tuple(word.shown for word in launch.words)
    if launch.row is None or launch.doubt:
        return _other(launch, shown, at)
    at = run_by_python(launch.words)[0].at
    settings = _settings(launch, launch.row, scene, sealed, at)
    process = Process(
        server=Server(launch.row["server"]),
        at=at,
        words=shown,
        asynchronous=launch.row.get("asynchronous", False),
        pid1_shell=launch.pid1_shell,
        development=launch.development or _development(launch, settings),
        beside=launch.beside,
        steps=steps_of(launch),
    )
    return _READERS.get(process.server, _generic)(process, settings)


def unknown_process(why: str, at: Span, words: tuple[str, ...] = ()) -> Process:
    """Return the process of a command that cannot be told."""
    number: Unknown[int] = Unknown(why, at)
    text: Unknown[str] = Unknown(why, at)
    return Process(
        Server.OTHER,
        at,
        words,
        processes=number,
        threads=number,
        bind_host=text,
        bind_port=number,
        keep_alive=number,
        pid1_shell=text,
    )


def _other(launch: Launch, shown: tuple[str, ...], at: Span) -> Process:
    if launch.doubt:
        process = unknown_process(launch.doubt, at, shown)
        return replace(process, pid1_shell=launch.pid1_shell, development=launch.development, steps=steps_of(launch))
    return Process(
        Server.OTHER,
        run_by_python(launch.words)[0].at,
        shown,
        pid1_shell=launch.pid1_shell,
        development=launch.development,
        steps=steps_of(launch),
    )


def _settings(launch: Launch, row: Row, scene: Scene, sealed: str, at: Span) -> Settings:
    run = run_by_python(launch.words)
    words = run[2:] if run[0].text == "-m" else run[1:]
    settings = Settings(row, words, launch.variables, at)
    if Server(row["server"]) is Server.GUNICORN:
        return _gunicorn_settings(settings, scene, sealed)
    config = settings.find("config") if "config" in row.columns else None
    names_file = Server(row["server"]) is Server.UWSGI and any(_is_config_file(word.text) for word in words)
    if config is not None or names_file:
        shown = config.shown if config is not None else "of its command"
        return _with_gap_everywhere(settings, f"the configuration file {shown} may set it")
    return settings


def _is_config_file(text: str) -> bool:
    return text.endswith((".ini", ".yaml", ".yml", ".json", ".xml")) and not text.startswith("-")


def _with_gap_everywhere(settings: Settings, gap: str) -> Settings:
    """Let every setting that no option states be unknown."""
    columns = {
        name: {**column, "setting": column.get("setting", name)} if isinstance(column, dict) else column
        for name, column in settings.row.columns.items()
    }
    return replace(settings, row=replace(settings.row, columns=columns), gap=gap)


def _gunicorn_settings(settings: Settings, scene: Scene, sealed: str) -> Settings:
    arguments = settings.variables.get("GUNICORN_CMD_ARGS", settings.at)
    if arguments is not None:
        more = split_line(arguments.text, arguments.at) if arguments.known else (arguments,)
        settings = replace(settings, more=more)
    stated = settings.find("config")
    path = stated.text.removeprefix("file:") if stated is not None else "gunicorn.conf.py"
    script = scene.scripts.get(posixpath.normpath(posixpath.join(scene.workdir, path)))
    file = settings_of(script) if script is not None else None
    if file is not None:
        return replace(settings, file=file)
    if stated is not None:
        return replace(settings, gap=f"the configuration file {stated.shown} is not read, and may set it")
    return replace(settings, gap=sealed)


def _development(launch: Launch, settings: Settings) -> str:
    row = settings.row
    words = [word.text for word in launch.words]
    if "development" in row.columns:
        program = posixpath.basename(words[0])
        operands = [word for word in words[1:] if not word.startswith("-")]
        phrases = (phrase for phrase in row.get("phrases", []) if operands[: len(phrase)] == phrase)
        phrase = " ".join(next(phrases, []))
        return str(row["development"]).replace("{program}", program).replace("{phrase}", phrase)
    if "reload" in row.columns and settings.switched_on("reload"):
        option = row["reload"]["options"][0] if row["reload"]["options"] else "reload"
        return f"{row['server']} with {option}"
    return ""


def _generic(process: Process, settings: Settings) -> Process:
    """Read what the columns of the row name, for servers without rules of their own."""
    columns = settings.row.columns
    bind = bind_of(settings) if "host" in columns else None
    keep_alive = settings.number("keep_alive") if "keep_alive" in columns else None
    return replace(
        _with_processes(process, settings),
        threads=settings.number("threads") if "threads" in columns else None,
        bind_host=bind.host if bind is not None else None,
        bind_port=bind.port if bind is not None else None,
        other_ports=bind.others if bind is not None else (),
        keep_alive=keep_alive,
        drain=settings.number("drain") if "drain" in columns else None,
        request_limit=_limit(settings),
        schedules=bool(settings.row.get("schedules", False)),
    )


def _limit(settings: Settings) -> Maybe[int] | None:
    """Return the seconds after which a request or task is ended; naught switches that off."""
    if "limit" not in settings.row.columns:
        return None
    limit = settings.number("limit")
    return Absent(limit.at) if isinstance(limit, Known) and limit.value == 0 else limit


def _with_processes(process: Process, settings: Settings) -> Process:
    if "processes" not in settings.row.columns:
        return process
    word = settings.find("processes")
    processes = settings.number("processes")
    if word is not None and word.cpus:
        return replace(process, processes=processes, host_cpus=f"{word.cpus} is the number of its processes")
    return replace(process, processes=processes)


def _gunicorn(process: Process, settings: Settings) -> Process:
    worker_class, threads = settings.text("worker_class"), settings.number("threads")
    read = _listening(_with_processes(process, settings), _gunicorn_bind(settings))
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
        return replace(read, keep_alive=Absent(worker_class.at), request_limit=_limit(settings))
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


def _listening(process: Process, bind: Bind) -> Process:
    return replace(process, bind_host=bind.host, bind_port=bind.port, other_ports=bind.others)


def _runserver(process: Process, settings: Settings) -> Process:
    """Read ``[address:]port``; a single number is the port."""
    read = _generic(process, settings)
    operands = list(_operands(settings, settings.row["follows"]))
    if not operands:
        return read
    word = operands[0]
    if whole_number(word.text) is not None:
        return replace(read, bind_port=port_of(word, word.text))
    if not word.known and ":" not in word.text:
        value = word.value()
        unknown = value.why if isinstance(value, Unknown) else ""
        return replace(read, bind_host=Unknown(unknown, word.at), bind_port=Unknown(unknown, word.at))
    fallback = Bind(settings.text("host"), settings.number("port"))
    return _listening(read, address_of(word, word.text, fallback))


def _http_server(process: Process, settings: Settings) -> Process:
    read = _generic(process, settings)
    operands = [word for word in _operands(settings, []) if whole_number(word.text) is not None]
    return replace(read, bind_port=port_of(operands[0], operands[0].text)) if operands else read


def _operands(settings: Settings, after: list[str]) -> Iterator[Word]:
    """Yield the arguments behind one of some words that are neither options nor the values of options."""
    texts = [word.text for word in settings.words]
    start = next((index + 1 for index, text in enumerate(texts) if text in after), 0)
    switches = settings.row.get("switches", [])
    before = ""
    for word in settings.words[start:]:
        is_value = before.startswith("-") and "=" not in before and before not in switches
        if not is_value and not word.text.startswith("-"):
            yield word
        before = word.text


def _uvicorn(process: Process, settings: Settings) -> Process:
    """Read uvicorn or the FastAPI command, which run one process while they reload."""
    read = _generic(process, settings)
    return replace(read, processes=_one(settings)) if settings.switched_on("reload") else read


def _granian(process: Process, settings: Settings) -> Process:
    interface = settings.text("interface")
    read = _generic(process, settings)
    if isinstance(interface, Unknown):
        return replace(read, threads=Unknown(interface.why, interface.at))
    threaded = isinstance(interface, Known) and interface.value == "wsgi"
    if isinstance(read.threads, Absent):
        read = replace(read, threads=Unknown("granian chooses the number of its threads itself", settings.at))
    return replace(read, asynchronous=not threaded, threads=read.threads if threaded else None)


def _uwsgi(process: Process, settings: Settings) -> Process:
    read = _generic(process, settings)
    count, event_loop = settings.find("processes"), settings.find("event_loop")
    if count is not None and _CPU_MAGIC in count.text:
        why = f"{count.shown} counts the CPUs of the machine"
        cpus = f"{count.shown} is the number of its processes"
        read = replace(read, processes=Unknown(why, count.at), host_cpus=cpus)
    if event_loop is not None and event_loop.known:
        read = replace(read, asynchronous=True, threads=None)
    elif event_loop is not None:
        read = replace(read, threads=Unknown(event_loop.why, event_loop.at))
    return replace(read, pid1_shell=_dies_on_term(read, settings))


def _dies_on_term(process: Process, settings: Settings) -> Maybe[str] | None:
    """Say that uWSGI reloads where it should stop, unless an option or a file that is not read says otherwise."""
    if isinstance(process.pid1_shell, Known) or settings.switched_on("die_on_term"):
        return process.pid1_shell
    unseen = settings.gap or settings.opening or settings.variables.gap
    if unseen:
        return Unknown(unseen, settings.at)
    return Known("SIGTERM makes uWSGI reload instead of stop, for die-on-term is not set", settings.at)


def _celery(process: Process, settings: Settings) -> Process:
    beat = any(word.text in settings.row["beat"]["options"] for word in settings.words)
    process = replace(
        process,
        schedules=beat,
        drain=settings.number("drain"),
        request_limit=_limit(settings),
        memory_per_process=_bytes(settings.number("memory")),
    )
    pool, concurrency = settings.text("pool"), settings.number("processes")
    if isinstance(pool, Unknown):
        return replace(process, processes=Unknown(pool.why, pool.at), threads=Unknown(pool.why, pool.at))
    kind = pool.value if isinstance(pool, Known) else ""
    if kind in {"gevent", "eventlet"}:
        return replace(process, asynchronous=True, processes=_one(settings))
    if kind == "solo":
        return replace(process, processes=_one(settings), threads=_one(settings))
    if kind == "threads":
        return replace(process, processes=_one(settings), threads=_stated_or_cpus(concurrency, settings))
    process = replace(process, threads=_one(settings))
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


def _one(settings: Settings) -> Known[int]:
    return default(1, settings.at, settings.row.words)


def _autoscale(word: Word) -> Maybe[int]:
    bounds = sorted(filter(None, (whole_number(part) for part in word.text.split(","))))
    if not bounds or not word.known:
        return Unknown(word.why or "its bounds are not numbers", word.at)
    return Unknown(f"--autoscale lets it vary up to {bounds[-1]}", word.at, candidates=tuple(bounds))


def _dramatiq(process: Process, settings: Settings) -> Process:
    read = replace(_with_processes(process, settings), threads=settings.number("threads"))
    if settings.find("processes") is None:
        return _by_cpus(read, settings, "no -p says how many")
    return read


_READERS: Mapping[Server, Callable[[Process, Settings], Process]] = {
    Server.GUNICORN: _gunicorn,
    Server.UVICORN: _uvicorn,
    Server.FASTAPI: _uvicorn,
    Server.RUNSERVER: _runserver,
    Server.HTTP_SERVER: _http_server,
    Server.GRANIAN: _granian,
    Server.UWSGI: _uwsgi,
    Server.CELERY_WORKER: _celery,
    Server.DRAMATIQ: _dramatiq,
}
