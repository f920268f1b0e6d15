"""Which server a command starts, and with which settings."""

from __future__ import annotations

import pytest

from infraaudit.joins.processes.containers import join_processes
from infraaudit.model import KUBERNETES, Container, Estate, Known, Server, Unknown
from infraaudit.model import Script as ModelScript
from tests.builders import HERE, a_command, a_container, a_script, a_workload, known, unknown
from tests.unit.joins.processes.started import (
    ABSENT,
    COMMAND_AT,
    ENTRYPOINT_AT,
    UNKNOWN,
    Seen,
    container,
    image,
    process,
    seen,
    short,
    started,
)

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what the commands of the tests listen on
GUNICORN, UVICORN, CELERY = "gunicorn", "uvicorn", "celery worker"

COMMANDS: list[tuple[str, dict[str, str], Seen]] = [
    # gunicorn
    ("gunicorn app:app", {}, Seen(GUNICORN, 1, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn -w 4 app:app", {}, Seen(GUNICORN, 4, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn -w4 app:app", {}, Seen(GUNICORN, 4, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn --workers=3 --threads 2 app:app", {}, Seen(GUNICORN, 3, 2, "127.0.0.1", 8000, 2)),
    ("gunicorn -k gthread app:app", {}, Seen(GUNICORN, 1, 1, "127.0.0.1", 8000, 2)),
    ("gunicorn -k gevent --keep-alive 75 app:app", {}, Seen(GUNICORN, 1, None, "127.0.0.1", 8000, 75)),
    ("gunicorn -k uvicorn.workers.UvicornWorker -b :80 a:b", {}, Seen(GUNICORN, 1, None, EVERYWHERE, 80, 2)),
    ("gunicorn -k acme.Worker app:app", {}, Seen(GUNICORN, 1, UNKNOWN, "127.0.0.1", 8000, UNKNOWN)),
    ("gunicorn app:app", {"WEB_CONCURRENCY": "5"}, Seen(GUNICORN, 5, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn -w 2 app:app", {"WEB_CONCURRENCY": "5"}, Seen(GUNICORN, 2, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn app:app", {"WEB_CONCURRENCY": "many"}, Seen(GUNICORN, UNKNOWN, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn app:app", {"PORT": "8080"}, Seen(GUNICORN, 1, 1, EVERYWHERE, 8080, ABSENT)),
    ("gunicorn -b 127.0.0.1:9 app:app", {"PORT": "8080"}, Seen(GUNICORN, 1, 1, "127.0.0.1", 9, ABSENT)),
    ("gunicorn app:app", {"GUNICORN_CMD_ARGS": "-w 6 --bind=0.0.0.0:81"}, Seen(GUNICORN, 6, 1, EVERYWHERE, 81, ABSENT)),
    ("gunicorn -w 2 app:app", {"GUNICORN_CMD_ARGS": "-w 6"}, Seen(GUNICORN, 2, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn -b unix:/run/app.sock app:app", {}, Seen(GUNICORN, 1, 1, ABSENT, ABSENT, ABSENT)),
    ("gunicorn -b [::]:8000 app:app", {}, Seen(GUNICORN, 1, 1, EVERYWHERE, 8000, ABSENT)),
    ("gunicorn -b 127.0.0.1:1 -b 0.0.0.0:2 app:app", {}, Seen(GUNICORN, 1, 1, EVERYWHERE, 2, ABSENT)),
    ("gunicorn -b 0.0.0.0 app:app", {}, Seen(GUNICORN, 1, 1, EVERYWHERE, 8000, ABSENT)),
    ("gunicorn -c gunicorn.py -w 2 app:app", {}, Seen(GUNICORN, 2, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    ("python -m gunicorn app:app -w 2", {}, Seen(GUNICORN, 2, 1, "127.0.0.1", 8000, ABSENT)),
    ("/opt/venv/bin/gunicorn app:app", {}, Seen(GUNICORN, 1, 1, "127.0.0.1", 8000, ABSENT)),
    # uvicorn and its kin
    ("uvicorn app:app", {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    ("uvicorn app:app --host 0.0.0.0 --port 80 --workers 2", {}, Seen(UVICORN, 2, None, EVERYWHERE, 80, 5)),
    ("uvicorn app:app --timeout-keep-alive=75", {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 75)),
    ("uvicorn app:app", {"WEB_CONCURRENCY": "3"}, Seen(UVICORN, 3, None, "127.0.0.1", 8000, 5)),
    (
        "uvicorn app:app",
        {"UVICORN_HOST": EVERYWHERE, "UVICORN_PORT": "90", "UVICORN_WORKERS": "2"},
        Seen(UVICORN, 2, None, EVERYWHERE, 90, 5),
    ),
    ("uvicorn app:app --uds /run/a.sock", {}, Seen(UVICORN, 1, None, ABSENT, ABSENT, 5)),
    ("uvicorn app:app --reload", {"WEB_CONCURRENCY": "3"}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    ("python3.12 -u -m uvicorn app:app", {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    ("fastapi run app/main.py", {}, Seen("fastapi", 1, None, EVERYWHERE, 8000, 5)),
    ("fastapi run --workers 4 --port 80", {}, Seen("fastapi", 4, None, EVERYWHERE, 80, 5)),
    ("fastapi run", {"PORT": "80"}, Seen("fastapi", 1, None, EVERYWHERE, UNKNOWN, 5)),
    ("fastapi dev", {}, Seen("fastapi", 1, None, "127.0.0.1", 8000, 5)),
    ("hypercorn app:app -w 2 -b 0.0.0.0:80", {}, Seen("hypercorn", 2, None, EVERYWHERE, 80, 5)),
    ("hypercorn app:app -c h.toml", {}, Seen("hypercorn", UNKNOWN, None, UNKNOWN, UNKNOWN, UNKNOWN)),
    ("daphne -b 0.0.0.0 -p 9000 app:app", {}, Seen("daphne", 1, None, EVERYWHERE, 9000)),
    ("daphne app:app", {}, Seen("daphne", 1, None, "127.0.0.1", 8000)),
    ("granian --interface asgi app:app", {}, Seen("granian", 1, None, "127.0.0.1", 8000)),
    ("granian --interface wsgi --blocking-threads 4 app:app", {}, Seen("granian", 1, 4, "127.0.0.1", 8000)),
    ("waitress-serve app:app", {}, Seen("waitress", 1, 4, EVERYWHERE, 8080, 120)),
    ("waitress-serve --listen=127.0.0.1:80 --threads=8 app:app", {}, Seen("waitress", 1, 8, "127.0.0.1", 80, 120)),
    # uWSGI
    ("uwsgi --http :8000 -p 4 --threads 2 --module app", {}, Seen("uWSGI", 4, 2, EVERYWHERE, 8000)),
    ("uwsgi --http-socket 127.0.0.1:80 -w app", {}, Seen("uWSGI", 1, 1, "127.0.0.1", 80)),
    ("uwsgi --ini uwsgi.ini", {}, Seen("uWSGI", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    ("uwsgi app.ini --processes 2", {}, Seen("uWSGI", 2, UNKNOWN, UNKNOWN, UNKNOWN)),
    ("uwsgi --http :80 --gevent 100", {}, Seen("uWSGI", 1, None, EVERYWHERE, 80)),
    # development servers
    ("python manage.py runserver", {}, Seen("manage.py runserver", 1, None, "127.0.0.1", 8000)),
    ("python manage.py runserver 0.0.0.0:80", {}, Seen("manage.py runserver", 1, None, EVERYWHERE, 80)),
    ("./manage.py runserver --noreload 9000", {}, Seen("manage.py runserver", 1, None, "127.0.0.1", 9000)),
    ("django-admin runserver 0:8000", {}, Seen("manage.py runserver", 1, None, EVERYWHERE, 8000)),
    ("flask --app shop run --host=0.0.0.0", {}, Seen("flask run", 1, None, EVERYWHERE, 5000)),
    ("python -m flask run", {"FLASK_RUN_PORT": "80"}, Seen("flask run", 1, None, "127.0.0.1", 80)),
    ("python -m http.server 9000", {}, Seen("python -m http.server", 1, None, EVERYWHERE, 9000)),
    # task workers
    ("celery -A shop worker -c 2", {}, Seen(CELERY, 2, 1)),
    ("celery -A shop worker --concurrency=3 -l info", {}, Seen(CELERY, 3, 1)),
    ("celery -A shop worker", {}, Seen(CELERY, UNKNOWN, 1)),
    ("celery -A shop worker -P solo", {}, Seen(CELERY, 1, 1)),
    ("celery -A shop worker -P threads -c 8", {}, Seen(CELERY, 1, 8)),
    ("celery -A shop worker --pool=gevent -c 100", {}, Seen(CELERY, 1, None)),
    ("celery -A worker beat", {}, Seen("celery beat", 1)),
    ("celery -A worker flower", {}, Seen("other")),
    ("rq worker high low", {}, Seen("rq worker", 1, 1)),
    ("rq worker-pool -n 3", {}, Seen("rq worker", 3, 1)),
    ("dramatiq shop.tasks -p 2 -t 4", {}, Seen("dramatiq", 2, 4)),
    ("dramatiq shop.tasks", {}, Seen("dramatiq", UNKNOWN, 8)),
    ("arq shop.Worker", {}, Seen("arq", 1)),
    # wrappers
    ("env DEBUG=0 WEB_CONCURRENCY=3 gunicorn app:app", {}, Seen(GUNICORN, 3, 1, "127.0.0.1", 8000, ABSENT)),
    ("tini -g -- gunicorn -w 2 app:app", {}, Seen(GUNICORN, 2, 1, "127.0.0.1", 8000, ABSENT)),
    ("dumb-init uvicorn app:app", {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    ("gosu app:app celery -A shop worker -c 1", {}, Seen(CELERY, 1, 1)),
    ("su-exec app rq worker", {}, Seen("rq worker", 1, 1)),
    ("uv run --no-dev --group web gunicorn -w 2 a:b", {}, Seen(GUNICORN, 2, 1, "127.0.0.1", 8000, ABSENT)),
    ("uv run -m uvicorn app:app", {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    ("poetry run uvicorn app:app", {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    ("pipenv run python manage.py runserver", {}, Seen("manage.py runserver", 1, None, "127.0.0.1", 8000)),
    (
        "opentelemetry-instrument --traces_exporter otlp uvicorn app:app",
        {},
        Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5),
    ),
    ("ddtrace-run gunicorn -w 2 app:app", {}, Seen(GUNICORN, 2, 1, "127.0.0.1", 8000, ABSENT)),
    ("wait-for-it.sh db:5432 -t 30 -- gunicorn app:app", {}, Seen(GUNICORN, 1, 1, "127.0.0.1", 8000, ABSENT)),
    ("python -m debugpy --listen 0.0.0.0:5678 -m uvicorn app:app", {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    # other programs
    ("python app.py", {}, Seen("other")),
    ("node server.js", {}, Seen("node")),
    ("npm start", {}, Seen("other")),
    ("vite build", {}, Seen("other")),
    ("python manage.py migrate", {}, Seen("other")),
]


@pytest.mark.parametrize(("line", "environment", "expected"), COMMANDS)
def test_a_list_of_words(line: str, environment: dict[str, str], expected: Seen) -> None:
    assert seen(process(tuple(line.split()), environment)) == expected


@pytest.mark.parametrize(("line", "environment", "expected"), COMMANDS)
def test_the_same_words_in_a_line_for_the_shell(line: str, environment: dict[str, str], expected: Seen) -> None:
    if "[" not in line:
        assert seen(process(line, environment)) == expected


LINES: list[tuple[str, dict[str, str], Seen]] = [
    ("exec gunicorn -w ${WORKERS:-3} app:app", {}, Seen(GUNICORN, 3, 1, "127.0.0.1", 8000, ABSENT)),
    ("exec gunicorn -w ${WORKERS:-3} app:app", {"WORKERS": "7"}, Seen(GUNICORN, 7, 1, "127.0.0.1", 8000, ABSENT)),
    ('gunicorn --bind "0.0.0.0:$PORT" a:b', {"PORT": "8080"}, Seen(GUNICORN, 1, 1, EVERYWHERE, 8080, ABSENT)),
    ("gunicorn $OPTIONS app:app", {"OPTIONS": "-w 2 --threads 4"}, Seen(GUNICORN, 2, 4, "127.0.0.1", 8000, 2)),
    ("gunicorn $OPTIONS app:app", {}, Seen(GUNICORN, 1, 1, "127.0.0.1", 8000, ABSENT)),
    ("WEB_CONCURRENCY=4 gunicorn app:app", {}, Seen(GUNICORN, 4, 1, "127.0.0.1", 8000, ABSENT)),
    ("export WEB_CONCURRENCY=4; gunicorn app:app", {}, Seen(GUNICORN, 4, 1, "127.0.0.1", 8000, ABSENT)),
    ("WEB_CONCURRENCY=4; gunicorn app:app", {}, Seen(GUNICORN, 1, 1, "127.0.0.1", 8000, ABSENT)),
    ("N=4; gunicorn -w $N app:app", {}, Seen(GUNICORN, 4, 1, "127.0.0.1", 8000, ABSENT)),
    (": ${N:=4}; gunicorn -w $N app:app", {}, Seen(GUNICORN, 4, 1, "127.0.0.1", 8000, ABSENT)),
    ("python manage.py migrate && gunicorn -w 2 a:b", {}, Seen(GUNICORN, 2, 1, "127.0.0.1", 8000, ABSENT)),
    ("cd /app || exit 1; uvicorn app:app", {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    ("bash -c 'celery -A shop worker -c 2'", {}, Seen(CELERY, 2, 1)),
    ('[ "$MODE" = dev ] && exec flask run; exec uvicorn a:b', {}, Seen(UVICORN, 1, None, "127.0.0.1", 8000, 5)),
    (
        '[ "$MODE" = dev ] && exec flask run; exec uvicorn a:b',
        {"MODE": "dev"},
        Seen("flask run", 1, None, "127.0.0.1", 5000),
    ),
    ("gunicorn -w $(nproc) app:app", {}, Seen(GUNICORN, UNKNOWN, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn -w $(cat /workers) app:app", {}, Seen(GUNICORN, UNKNOWN, 1, "127.0.0.1", 8000, ABSENT)),
    ("gunicorn $(cat /options) app:app", {}, Seen(GUNICORN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    (". /etc/settings; gunicorn app:app", {}, Seen(GUNICORN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    (". /venv/bin/activate && gunicorn app:app", {}, Seen(GUNICORN, 1, 1, "127.0.0.1", 8000, ABSENT)),
    ("uvicorn app:app --host 0.0.0.0 --port $(pick)", {}, Seen(UVICORN, 1, None, EVERYWHERE, UNKNOWN, 5)),
    ("gunicorn -b 0.0.0.0:$(pick) app:app", {}, Seen(GUNICORN, 1, 1, EVERYWHERE, UNKNOWN, ABSENT)),
]


@pytest.mark.parametrize(("line", "environment", "expected"), LINES)
def test_a_line_for_the_shell(line: str, environment: dict[str, str], expected: Seen) -> None:
    assert seen(process(line, environment)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("python manage.py runserver 0.0.0.0:8000", "manage.py runserver"),
        ("flask run", "flask run"),
        ("fastapi dev", "fastapi dev"),
        ("uvicorn app:app --reload", "uvicorn with --reload"),
        ("gunicorn --reload app:app", "gunicorn with --reload"),
        ("python -m http.server", "python -m http.server"),
        ("celery -A shop worker --autoreload -c 1", "celery worker with --autoreload"),
        ("npm run dev", "npm run dev"),
        ("yarn dev", "yarn dev"),
        ("npx nodemon server.js", "nodemon restarts it when a file changes"),
        ("vite --host", "vite without build or preview is its development server"),
        ("next dev", "next dev"),
        ("airflow standalone", "airflow standalone"),
        ("mlflow ui", "mlflow ui"),
        (
            "watchmedo auto-restart -d . -p *.py -- celery -A shop worker -c 1",
            "watchmedo restarts it when a file changes",
        ),
        ("gunicorn app:app", ""),
        ("fastapi run", ""),
        ("npm run start", ""),
        ("vite preview", ""),
        ("python app.py", ""),
    ],
)
def test_why_it_is_a_development_server(line: str, expected: str) -> None:
    assert process(tuple(line.split())).development == expected


def test_a_variable_switches_reloading_on() -> None:
    assert process(("uvicorn", "app:app"), {"UVICORN_RELOAD": "true"}).development == "uvicorn with --reload"
    assert process(("uvicorn", "app:app"), {"UVICORN_RELOAD": "false"}).development == ""


@pytest.mark.parametrize(
    ("line", "environment", "expected"),
    [
        ("celery -A shop worker", {}, "neither -c nor --autoscale says how many"),
        ("celery -A shop worker -P prefork", {}, "neither -c nor --autoscale says how many"),
        ("dramatiq shop", {}, "no -p says how many"),
        ("gunicorn -w $(nproc) a:b", {}, "$(nproc) is the number of its processes"),
        ("gunicorn -w $((2 * $(nproc) + 1)) a:b", {}, "$((2 * $(nproc) + 1)) is the number of its processes"),
        ("gunicorn -w ${WORKERS:-$(nproc)} a:b", {}, "$(nproc) is the number of its processes"),
        ("uwsgi --http :80 -p %k", {}, "%k is the number of its processes"),
        ("gunicorn -w ${WORKERS:-$(nproc)} a:b", {"WORKERS": "2"}, ""),
        ("celery -A shop worker -c 2", {}, ""),
        ("celery -A shop worker --autoscale=10,3", {}, ""),
        ("celery -A shop worker -P gevent", {}, ""),
        ("celery -A shop worker", {"CELERY_WORKER_CONCURRENCY": "2"}, ""),
        ("gunicorn a:b", {}, ""),
    ],
)
def test_the_number_of_processes_follows_the_machine(line: str, environment: dict[str, str], expected: str) -> None:
    found = process(line, environment)
    assert found.host_cpus == expected
    if expected:
        assert isinstance(found.processes, Unknown)


def test_autoscaling_leaves_the_bounds_as_candidates() -> None:
    processes = process(("celery", "-A", "shop", "worker", "--autoscale=10,3")).processes
    assert isinstance(processes, Unknown)
    assert processes.candidates == (3, 10)


@pytest.mark.parametrize(
    ("line", "expected"),
    [("celery -A shop worker -c 1 -B", True), ("celery -A shop beat", True), ("celery -A shop worker -c 1", False)],
)
def test_what_fires_a_schedule(line: str, *, expected: bool) -> None:
    assert process(tuple(line.split())).schedules is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("uvicorn a:b", True),
        ("gunicorn -k uvicorn_worker.UvicornWorker a:b", True),
        ("gunicorn -k gthread a:b", False),
        ("gunicorn a:b", False),
        ("granian --interface wsgi a:b", False),
        ("waitress-serve a:b", False),
    ],
)
def test_which_servers_are_asynchronous(line: str, *, expected: bool) -> None:
    assert process(tuple(line.split())).asynchronous is expected


class TestWhereValuesStand:
    def test_a_flag_stands_where_the_command_does(self) -> None:
        found = process(("gunicorn", "-w", "4", "a:b"))
        assert found.processes == Known(4, COMMAND_AT)
        assert found.at == COMMAND_AT

    def test_a_default_names_its_source(self) -> None:
        host = process(("gunicorn", "a:b")).bind_host
        assert isinstance(host, Known)
        assert not host.stated
        assert "gunicorn documentation" in host.fact

    def test_a_variable_stands_where_it_was_set(self) -> None:
        processes = process("gunicorn -w $WORKERS a:b", {"WORKERS": "4"}).processes
        assert isinstance(processes, Known)
        assert processes.at.path == HERE.path
        assert [step.at for step in processes.at.trail] == [COMMAND_AT]

    def test_arguments_of_the_entrypoint_stand_at_the_command(self) -> None:
        over = image(("-w", "4", "a:b"), ("gunicorn",))
        found = started(container(), over)
        assert found is not None
        assert found.at == ENTRYPOINT_AT
        assert found.processes == Known(4, COMMAND_AT)

    def test_what_the_interpreter_runs_decides_the_place(self) -> None:
        found = started(container(), image(("manage.py", "runserver"), ("python3",)))
        assert found is not None
        assert (found.server, found.at) == (Server.RUNSERVER, COMMAND_AT)

    def test_a_server_in_a_script_stands_there(self) -> None:
        scripts = a_script("#!/bin/sh\nset -e\n\n  exec gunicorn -w 4 a:b\n", "docker/run.sh", "/run.sh")
        found = started(container(), image(("/run.sh",), scripts=scripts))
        assert found is not None
        assert (found.at.path, found.at.start_line, found.at.start_column) == ("docker/run.sh", 4, 3)
        assert found.at.end_column == len("  exec gunicorn -w 4 a:b") + 1

    def test_values_of_variables_are_not_shown(self) -> None:
        found = process("celery -A shop --broker $BROKER worker -c 1", {"BROKER": "redis://:hunter2@cache"})
        assert found.words == ("celery", "-A", "shop", "--broker", "${BROKER}", "worker", "-c", "1")


class TestWhoseCommandWins:
    def test_the_image_alone(self) -> None:
        found = started(container(), image(("gunicorn", "a:b")))
        assert found is not None
        assert found.server is Server.GUNICORN

    def test_a_command_replaces_that_of_the_image(self) -> None:
        found = started(container(("celery", "-A", "a", "beat")), image(("gunicorn", "a:b")))
        assert found is not None
        assert (found.server, found.at) == (Server.CELERY_BEAT, HERE)

    def test_a_command_becomes_the_arguments_of_the_entrypoint(self) -> None:
        found = started(container(("-w", "3", "a:b")), image(("-w", "1", "a:b"), ("gunicorn",)))
        assert found is not None
        assert found.processes == Known(3, HERE)

    def test_an_entrypoint_clears_the_command_of_the_image(self) -> None:
        found = started(container(entrypoint=("uvicorn", "a:b")), image(("--workers", "9"), ("gunicorn",)))
        assert found is not None
        assert (found.server, found.words) == (Server.UVICORN, ("uvicorn", "a:b"))

    def test_an_empty_entrypoint_keeps_the_command_of_the_image(self) -> None:
        found = started(container(entrypoint=()), image(("uvicorn", "a:b"), ("/entrypoint.sh",)))
        assert found is not None
        assert (found.server, short(found.pid1_shell)) == (Server.UVICORN, ABSENT)

    def test_a_shell_line_as_entrypoint_does_not_see_the_command(self) -> None:
        found = started(container(), image(("-w", "9"), "gunicorn -w 2 a:b"))
        assert found is not None
        assert short(found.processes) == 2

    def test_variables_of_the_container_go_over_those_of_the_image(self) -> None:
        over = image(("gunicorn", "a:b"), environment={"WEB_CONCURRENCY": "8", "PORT": "80"})
        found = started(container(environment={"WEB_CONCURRENCY": "2"}), over)
        assert found is not None
        assert (short(found.processes), short(found.bind_port)) == (2, 80)

    def test_an_unknown_command_leaves_everything_unknown(self) -> None:
        of = a_container(image=known("acme/shop"), command=unknown("var.command has no default"))
        found = started(of)
        assert found is not None
        assert seen(found) == Seen("other", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
        assert found.pid1_shell == unknown("var.command has no default")


class TestKubernetes:
    def test_references_to_variables_are_put_in(self) -> None:
        found = started(container(("gunicorn", "-w", "$(N)", "a:b"), environment={"N": "3"}), image(), KUBERNETES)
        assert found is not None
        assert short(found.processes) == 3
        assert found.words == ("gunicorn", "-w", "$(N)", "a:b")

    def test_an_unset_reference_stays_as_it_is(self) -> None:
        found = started(container(("gunicorn", "-w", "$(N)", "a:b")), image(), KUBERNETES)
        assert found is not None
        assert short(found.processes) == UNKNOWN


class TestWhatIsNotKnown:
    def test_without_command_and_image_there_is_no_process(self) -> None:
        assert started(a_container(image=known("acme/shop"))) is None

    def test_arguments_of_an_unseen_program_are_no_process(self) -> None:
        assert started(a_container(image=known("mysql:8"), command=container(("--skip-name-resolve",)).command)) is None

    def test_variables_from_elsewhere_may_set_what_no_flag_states(self) -> None:
        found = started(container(complete=False), image(("gunicorn", "-w", "2", "a:b")))
        assert found is not None
        assert seen(found) == Seen(GUNICORN, 2, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)

    def test_an_image_that_is_not_seen_may_set_them_too(self) -> None:
        of = a_container(image=known("acme/shop"), command=container(("uvicorn", "a:b", "--port", "80")).command)
        found = started(of)
        assert found is not None
        assert seen(found) == Seen(UVICORN, UNKNOWN, None, UNKNOWN, 80, UNKNOWN)
        assert isinstance(found.bind_host, Unknown)
        assert found.bind_host.why == "what is in the image acme/shop is not known"

    def test_an_unknown_variable_is_not_a_default(self) -> None:
        of = container(environment={"WEB_CONCURRENCY": unknown("var.n has no default")})
        found = started(of, image(("gunicorn", "a:b")))
        assert found is not None
        assert isinstance(found.processes, Unknown)
        assert found.processes.why == "var.n has no default"

    @pytest.mark.parametrize("line", ["gunicorn 'a:b", "gunicorn $(a", "if true; then", "| x", 'echo "${A', "a &&& b"])
    def test_a_line_that_is_no_shell(self, line: str) -> None:
        found = process(line)
        assert found.server is Server.OTHER
        assert isinstance(found.processes, Unknown)
        assert isinstance(found.pid1_shell, Unknown)

    def test_an_init_container_has_a_process_too(self) -> None:
        first = a_container("first", workload="service web", command=a_command(("rq", "worker")))
        workload = a_workload(a_container(), init_containers=(first,))
        found = join_processes(Estate.of_parts([workload])).of(Container)
        assert [each.process is not None for each in found] == [False, True]


class TestImagesThatStartByThemselves:
    def test_a_prepared_image_takes_the_cpus_of_the_machine(self) -> None:
        found = started(container(), image(base="tiangolo/uvicorn-gunicorn-fastapi:python3.11"))
        assert found is not None
        assert (found.server, found.asynchronous) == (Server.GUNICORN, True)
        assert "WEB_CONCURRENCY" in found.host_cpus
        assert (short(found.bind_host), short(found.bind_port)) == (EVERYWHERE, 80)

    @pytest.mark.parametrize("variable", ["WEB_CONCURRENCY", "MAX_WORKERS"])
    def test_a_variable_bounds_it(self, variable: str) -> None:
        base = "tiangolo/uvicorn-gunicorn:python3.11"
        found = started(container(environment={variable: "2"}), image(base=base))
        assert found is not None
        assert found.host_cpus == ""

    def test_it_needs_no_dockerfile(self) -> None:
        found = started(a_container(image=known("tiangolo/uvicorn-gunicorn:python3.11")))
        assert found is not None
        assert found.server is Server.GUNICORN


class TestGunicornConfiguration:
    def _found(self, text: str, command: str = "gunicorn -c conf.py a:b") -> Seen:
        scripts = (("/app/conf.py", ModelScript("web/conf.py", text)),)
        found = started(container(), image(tuple(command.split()), scripts=scripts))
        assert found is not None
        self.process = found
        return seen(found)

    def test_literals_are_read(self) -> None:
        text = 'workers = 3\nthreads: int = 2\nbind = "0.0.0.0:80"\nkeepalive = 75\n'
        assert self._found(text) == Seen(GUNICORN, 3, 2, EVERYWHERE, 80, 75)

    def test_an_option_wins(self) -> None:
        assert self._found("workers = 3\n", "gunicorn -c conf.py -w 5 a:b").processes == 5

    def test_a_value_stands_in_the_file(self) -> None:
        self._found('bind = "0.0.0.0:80"\nworkers = 3\n')
        processes = self.process.processes
        assert isinstance(processes, Known)
        assert (processes.at.path, processes.at.start_line, processes.at.start_column) == ("web/conf.py", 2, 11)

    def test_counting_the_cpus_is_told(self) -> None:
        text = "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n"
        assert self._found(text).processes == UNKNOWN
        assert self.process.host_cpus == "multiprocessing.cpu_count() * 2 + 1 is the number of its processes"

    @pytest.mark.parametrize("value", ["min(cpu_count(), 4)", 'int(os.environ.get("N", cpu_count()))'])
    def test_a_bound_or_a_variable_is_not_counting(self, value: str) -> None:
        assert self._found(f"workers = {value}\n").processes == UNKNOWN
        assert self.process.host_cpus == ""

    def test_what_stands_under_a_condition_is_not_known(self) -> None:
        assert self._found("workers = 2\nif big:\n    workers = 9\n").processes == UNKNOWN

    def test_a_file_with_the_usual_name_needs_no_option(self) -> None:
        scripts = (("/app/gunicorn.conf.py", ModelScript("gunicorn.conf.py", "workers = 6\n")),)
        found = started(container(), image(("gunicorn", "a:b"), scripts=scripts))
        assert found is not None
        assert short(found.processes) == 6

    def test_a_file_that_is_no_python_sets_anything(self) -> None:
        assert self._found("workers = = 3\n") == Seen(GUNICORN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)

    def test_a_file_that_python_warns_of_is_read_quietly(self) -> None:
        assert self._found("workers = 3\nextra = 1if 1else 2\n").processes == 3
