"""The limits and the further settings of servers and workers: options over variables over files over defaults."""

from __future__ import annotations

import pytest

from infraaudit.joins.processes.addresses import ALL_ADDRESSES
from infraaudit.model import Known, Process
from tests.builders import a_script
from tests.unit.joins.processes.started import ABSENT, UNKNOWN, container, image, process, short, started

LIMITS = ("drain", "request_limit", "max_requests", "jitter", "prefetch", "heap")
GUNICORN = {"drain": 30, "limit": 30, "max": 0, "jitter": 0, "preload": "no", "tmp": ABSENT, "class": "sync"}
CELERY = {"drain": ABSENT, "limit": ABSENT, "max": UNKNOWN, "prefetch": UNKNOWN, "queues": UNKNOWN, "pool": "prefork"}
MIB = 1024 * 1024
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a word of a command
BEAT_FILE = "/tmp/beat"  # noqa: S108 - a word of a command


def limits_of(of: Process) -> dict[str, object]:
    """Return what is said of a process beside its size and address, by short names."""
    short_names = {"request_limit": "limit", "max_requests": "max"}
    settings = {"worker_class": "class", "worker_tmp_dir": "tmp", "schedule_file": "file"}
    numbers = {short_names.get(name, name): short(getattr(of, name)) for name in LIMITS}
    texts = {settings.get(name, name): short(value) for name, value in of.settings}
    switches = {"reload": of.reload or None, "schedules": of.schedules or None}
    return {name: value for name, value in {**numbers, **texts, **switches}.items() if value is not None}


@pytest.mark.parametrize(
    ("line", "environment", "expected"),
    [
        ("gunicorn shop.wsgi", {}, {**GUNICORN, "application": "shop.wsgi"}),
        ("gunicorn a:b", {}, {**GUNICORN, "application": "a:b"}),
        ("gunicorn a:create_app()", {}, {**GUNICORN, "application": "a:create_app()"}),
        (
            "gunicorn -t 90 --graceful-timeout 60 a:b",
            {},
            {**GUNICORN, "application": "a:b", "drain": 60, "limit": 90},
        ),
        ("gunicorn --timeout=0 a:b", {}, {**GUNICORN, "application": "a:b", "limit": ABSENT}),
        (
            "gunicorn --max-requests 1000 --max-requests-jitter 100 a:b",
            {},
            {**GUNICORN, "application": "a:b", "max": 1000, "jitter": 100},
        ),
        ("gunicorn --preload a:b", {}, {**GUNICORN, "application": "a:b", "preload": "yes"}),
        ("gunicorn --worker-tmp-dir /dev/shm a:b", {}, {**GUNICORN, "application": "a:b", "tmp": SHARED_MEMORY}),
        ("gunicorn -k gevent a:b", {}, {**GUNICORN, "application": "a:b", "class": "gevent", "limit": ABSENT}),
        (
            "gunicorn -k uvicorn.workers.UvicornWorker app.main:app",
            {},
            {**GUNICORN, "application": "app.main:app", "class": "uvicorn.workers.UvicornWorker", "limit": ABSENT},
        ),
        ("gunicorn a:b", {"GUNICORN_CMD_ARGS": "--timeout 5"}, {**GUNICORN, "application": "a:b", "limit": 5}),
        (
            "gunicorn --timeout 9 a:b",
            {"GUNICORN_CMD_ARGS": "--timeout 5 --max-requests 3"},
            {**GUNICORN, "application": "a:b", "limit": 9, "max": 3},
        ),
        ("gunicorn --reload a:b", {}, {**GUNICORN, "application": "a:b", "reload": True}),
        (
            "gunicorn -c conf.py a:b",
            {},
            {"drain": UNKNOWN, "limit": UNKNOWN, "max": UNKNOWN, "jitter": UNKNOWN, "preload": UNKNOWN}
            | {"tmp": UNKNOWN, "class": UNKNOWN, "application": "a:b"},
        ),
        ("uvicorn a:b", {}, {"drain": ABSENT, "limit": ABSENT, "max": 0, "application": "a:b", "interface": "auto"}),
        (
            "uvicorn a:b --timeout-graceful-shutdown 20 --limit-max-requests 500",
            {},
            {"drain": 20, "limit": ABSENT, "max": 500, "application": "a:b", "interface": "auto"},
        ),
        (
            "uvicorn a:b",
            {"UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN": "7"},
            {"drain": 7, "limit": ABSENT, "max": 0, "application": "a:b", "interface": "auto"},
        ),
        (
            "uvicorn a:b --reload",
            {},
            {"drain": ABSENT, "limit": ABSENT, "max": 0, "application": "a:b", "interface": "auto", "reload": True},
        ),
        ("fastapi run app/main.py", {}, {"drain": ABSENT, "limit": ABSENT}),
        (
            "hypercorn a:b",
            {},
            {"drain": 3, "limit": ABSENT, "max": 0, "jitter": 0, "class": "asyncio", "application": "a:b"},
        ),
        (
            "hypercorn a:b --graceful-timeout 10 -k uvloop --max-requests 9",
            {},
            {"drain": 10, "limit": ABSENT, "max": 9, "jitter": 0, "class": "uvloop", "application": "a:b"},
        ),
        ("daphne a.asgi:application", {}, {"limit": ABSENT, "application": "a.asgi:application"}),
        ("daphne -t 60 a.asgi:application", {}, {"limit": 60, "application": "a.asgi:application"}),
        (
            "uwsgi --http :80 --module shop.wsgi --harakiri 30 --max-requests 50",
            {},
            {"limit": 30, "max": 50, "jitter": 0, "application": "shop.wsgi"},
        ),
        (
            "uwsgi --ini a.ini --harakiri 9",
            {},
            {"limit": 9, "max": UNKNOWN, "jitter": UNKNOWN, "application": UNKNOWN},
        ),
        (
            "uwsgi --http :80",
            {"UWSGI_HARAKIRI": "20", "UWSGI_MODULE": "a"},
            {"limit": 20, "max": 0, "jitter": 0, "application": "a"},
        ),
        (
            "celery -A shop worker",
            {},
            {**CELERY, "application": "shop", "file": "celerybeat-schedule", "scheduler": UNKNOWN},
        ),
        (
            "celery -A shop worker -Q high,low --time-limit=300 --max-tasks-per-child 10 --prefetch-multiplier=1",
            {},
            {"drain": ABSENT, "limit": 300, "max": 10, "prefetch": 1, "queues": "high,low", "pool": "prefork"}
            | {"application": "shop", "file": "celerybeat-schedule", "scheduler": UNKNOWN},
        ),
        (
            "celery -A shop worker -B -P solo -s /tmp/beat",
            {},
            {**CELERY, "application": "shop", "pool": "solo", "file": BEAT_FILE}
            | {"scheduler": UNKNOWN, "schedules": True},
        ),
        (
            "celery -A shop beat --scheduler django_celery_beat.schedulers:DatabaseScheduler",
            {},
            {"application": "shop", "file": "celerybeat-schedule", "schedules": True}
            | {"scheduler": "django_celery_beat.schedulers:DatabaseScheduler"},
        ),
        (
            "celery -A shop beat -s /data/schedule",
            {},
            {"application": "shop", "file": "/data/schedule", "scheduler": UNKNOWN, "schedules": True},
        ),
        ("rq worker", {}, {"limit": UNKNOWN, "max": 0, "queues": "default"}),
        ("rq worker -u redis://q high low", {}, {"limit": UNKNOWN, "max": 0, "queues": "high,low"}),
        (
            "rq worker --with-scheduler --max-jobs 9 mail",
            {},
            {"limit": UNKNOWN, "max": 9, "queues": "mail", "schedules": True},
        ),
        ("dramatiq shop.tasks", {}, {"drain": 600, "limit": UNKNOWN, "queues": UNKNOWN}),
        (
            "dramatiq shop.tasks -Q mail --worker-shutdown-timeout 30000",
            {},
            {"drain": 30, "limit": UNKNOWN, "queues": "mail"},
        ),
        ("arq shop.Worker", {}, {"limit": UNKNOWN}),
        ("node server.js", {}, {"heap": ABSENT}),
        ("node --max-old-space-size=512 server.js", {}, {"heap": 512 * MIB}),
        ("node server.js", {"NODE_OPTIONS": "--max-old-space-size 256"}, {"heap": 256 * MIB}),
        ("java -Xms1g -Xmx2g -jar app.jar", {}, {"heap": 2048 * MIB}),
        ("java -jar app.jar", {"JAVA_TOOL_OPTIONS": "-Xmx512m"}, {"heap": 512 * MIB}),
        ("java -XX:MaxRAMPercentage=75 -jar app.jar", {}, {"heap": ABSENT}),
        ("nginx -g daemon\\ off;", {}, {}),
        ("php-fpm", {}, {}),
    ],
)
def test_limits_of_a_command(line: str, environment: dict[str, str], expected: dict[str, object]) -> None:
    words = tuple(word.replace("\\ ", " ") for word in line.replace("\\ ", "\\_").split())
    assert limits_of(process(tuple(word.replace("\\_", " ") for word in words), environment)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("puma", ("puma", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
        ("puma -w 3 -t 5:8 -b tcp://0.0.0.0:3000", ("puma", 3, 8, ALL_ADDRESSES, 3000)),
        ("puma -w 2 -t 16", ("puma", 2, 16, UNKNOWN, UNKNOWN)),
        ("bundle exec puma -w 2 -t 16", ("puma", 2, 16, UNKNOWN, UNKNOWN)),
        ("node cluster.js", ("node", None, None, None, None)),
        ("java -jar app.jar", ("java", None, None, None, None)),
    ],
)
def test_servers_of_other_languages(words: str, expected: tuple[object, ...]) -> None:
    found = process(tuple(words.split()))
    read = (found.processes, found.threads, found.bind_host, found.bind_port)
    assert (found.server.value, *map(short, read)) == expected


SETTINGS = """
import multiprocessing
bind = "0.0.0.0:8000"
timeout: int = 45
graceful_timeout = 20
max_requests = 1000
max_requests_jitter = 50
worker_tmp_dir = "/dev/shm"
preload_app = True
if True:
    keepalive = 75
"""


def test_a_configuration_file_is_read_and_never_run() -> None:
    scripts = a_script(SETTINGS, "gunicorn.conf.py", "/app/gunicorn.conf.py")
    built = image(("gunicorn", "-c", "/app/gunicorn.conf.py", "--timeout", "60", "a:b"), scripts=scripts)
    found = started(container(), built)
    assert found is not None
    assert limits_of(found) == {
        "drain": 20,
        "limit": 60,
        "max": 1000,
        "jitter": 50,
        "preload": "yes",
        "tmp": SHARED_MEMORY,
        "class": "sync",
        "application": "a:b",
    }
    assert isinstance(found.drain, Known)
    assert (found.drain.at.path, found.drain.at.start_line) == ("gunicorn.conf.py", 5)
    assert short(found.keep_alive) == ABSENT


STEPS_BEFORE = "#!/bin/sh\nset -e\njava -jar /migrate.jar\nnode /warm.js\nexec gunicorn -w 2 a:b\n"


def test_programs_of_other_languages_may_be_steps_before_the_server() -> None:
    scripts = a_script(STEPS_BEFORE, "start.sh", "/start.sh")
    found = started(container(), image(("/start.sh",), scripts=scripts))
    assert found is not None
    assert (found.server.value, short(found.processes), short(found.pid1_shell)) == ("gunicorn", 2, ABSENT)
