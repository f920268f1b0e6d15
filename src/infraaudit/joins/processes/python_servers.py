"""Reads the settings of servers and task workers from the command that starts them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.joins.processes.addresses import Bind, address_of, port_of
from infraaudit.joins.processes.debuggers import debugger_of
from infraaudit.joins.processes.gunicorn import gunicorn, gunicorn_settings
from infraaudit.joins.processes.other_servers import java, node, puma
from infraaudit.joins.processes.programs import known_server, run_by_python
from infraaudit.joins.processes.readings import generic, listening, one, with_settings
from infraaudit.joins.processes.server_options import Settings, whole_number
from infraaudit.joins.processes.start_steps import steps_of
from infraaudit.joins.processes.task_workers import celery_worker, dramatiq, rq
from infraaudit.joins.processes.words import split_line
from infraaudit.model import Absent, Known, Process, Server, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infraaudit.facts import Row
    from infraaudit.joins.processes.launches import Launch, Scene
    from infraaudit.joins.processes.words import Variables, Word
    from infraaudit.model import Maybe
    from infraaudit.source.span import Span

_CPU_MAGIC = "%k"
_APPLICATION = re.compile(
    r"(?!(?:tcp|unix|fd|ssl|https?):)[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(.*\))?|[\w.]+\.(?:wsgi|asgi)"
)


def process_of(launch: Launch, scene: Scene, sealed: str, at: Span) -> Process:
    """Return what a launched command runs.

    ``sealed`` says why the files and variables of the image cannot be seen, and is empty where they can. ``at`` is the
    place of the command.
    """
    process = _process(launch, scene, sealed, at)
    return replace(process, debugger=debugger_of(launch))


def _process(launch: Launch, scene: Scene, sealed: str, at: Span) -> Process:
    shown = tuple(word.shown for word in launch.words)
    row = launch.row or (known_server(launch.words, weak=True) if not launch.doubt else None)
    if row is None or launch.doubt:
        return _other(launch, shown, at)
    at = run_by_python(launch.words)[0].at
    settings = _settings(launch, row, scene, sealed, at)
    process = Process(
        server=Server(row["server"]),
        at=at,
        words=shown,
        asynchronous=row.get("asynchronous", False),
        pid1_shell=launch.pid1_shell,
        development=launch.development or _development(launch, settings),
        beside=launch.beside,
        steps=steps_of(launch),
    )
    read = _READERS.get(process.server, generic)(_with_application(process, settings), settings)
    return with_settings(read, settings)


def _with_application(process: Process, settings: Settings) -> Process:
    """Note the application that a server of Python serves, as it is written: ``module:name``."""
    if not settings.row.get("serves_application"):
        return process
    found = next((word for word in settings.words if word.known and _APPLICATION.fullmatch(word.text)), None)
    if found is None:
        return process
    return replace(process, settings=(("application", found.value()), *process.settings))


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
    settings = Settings(row, words, launch.variables, at, more=_more(row, launch.variables, at))
    if Server(row["server"]) is Server.GUNICORN:
        return gunicorn_settings(settings, scene, sealed)
    config = settings.find("config") if "config" in row.columns else None
    names_file = Server(row["server"]) is Server.UWSGI and any(_is_config_file(word.text) for word in words)
    if config is not None or names_file:
        shown = config.shown if config is not None else "of its command"
        return _with_gap_everywhere(settings, f"the configuration file {shown} may set it")
    return settings


def _more(row: Row, variables: Variables, at: Span) -> tuple[Word, ...]:
    """Return the options that a variable holds, for programs that read one."""
    found = next((word for name in row.get("option_variables", []) if (word := variables.get(name, at))), None)
    if found is None:
        return ()
    return split_line(found.text, found.at) if found.known else (found,)


def _is_config_file(text: str) -> bool:
    return text.endswith((".ini", ".yaml", ".yml", ".json", ".xml")) and not text.startswith("-")


def _with_gap_everywhere(settings: Settings, gap: str) -> Settings:
    """Let every setting that no option states be unknown."""
    columns = {
        name: {**column, "setting": column.get("setting", name)} if isinstance(column, dict) else column
        for name, column in settings.row.columns.items()
    }
    return replace(settings, row=replace(settings.row, columns=columns), gap=gap)


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


def _runserver(process: Process, settings: Settings) -> Process:
    """Read ``[address:]port``; a single number is the port."""
    read = generic(process, settings)
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
    return listening(read, address_of(word, word.text, fallback))


def _http_server(process: Process, settings: Settings) -> Process:
    read = generic(process, settings)
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
    read = generic(process, settings)
    return replace(read, processes=one(settings)) if settings.switched_on("reload") else read


def _granian(process: Process, settings: Settings) -> Process:
    interface = settings.text("interface")
    read = generic(process, settings)
    if isinstance(interface, Unknown):
        return replace(read, threads=Unknown(interface.why, interface.at))
    threaded = isinstance(interface, Known) and interface.value == "wsgi"
    if isinstance(read.threads, Absent):
        read = replace(read, threads=Unknown("granian chooses the number of its threads itself", settings.at))
    return replace(read, asynchronous=not threaded, threads=read.threads if threaded else None)


def _uwsgi(process: Process, settings: Settings) -> Process:
    read = generic(process, settings)
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


_READERS: Mapping[Server, Callable[[Process, Settings], Process]] = {
    Server.GUNICORN: gunicorn,
    Server.UVICORN: _uvicorn,
    Server.FASTAPI: _uvicorn,
    Server.RUNSERVER: _runserver,
    Server.HTTP_SERVER: _http_server,
    Server.GRANIAN: _granian,
    Server.UWSGI: _uwsgi,
    Server.CELERY_WORKER: celery_worker,
    Server.DRAMATIQ: dramatiq,
    Server.RQ: rq,
    Server.NODE: node,
    Server.JAVA: java,
    Server.PUMA: puma,
}
