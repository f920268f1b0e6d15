"""Whether a shell stays the first process, and what scripts start in the end."""

from __future__ import annotations

import time

import pytest

from infraaudit.model import Absent, Known, Server, Unknown
from tests.builders import a_command, a_container, a_script, known
from tests.unit.joins.processes.started import ABSENT, COMMAND_AT, UNKNOWN, container, image, process, short, started

DEBIAN, ALPINE, RED_HAT, PRIVATE = "python:3.12-slim", "python:3.12-alpine", "redhat/ubi9:9.4", "acme/base:1"
DASH = "dash runs the line without exec and stays the first process"
PIPELINE = "it runs in a pipeline of the shell"
BACKGROUND = "it runs in the background of the shell"
FOLLOWED = "the shell waits for it to run what comes after it"
LOOP = "the shell runs it in a loop"


@pytest.mark.parametrize(
    ("line", "debian", "alpine", "red_hat", "private"),
    [
        ("gunicorn a:b", DASH, ABSENT, ABSENT, UNKNOWN),
        ("exec gunicorn a:b", ABSENT, ABSENT, ABSENT, UNKNOWN),
        ("X=1 gunicorn a:b", DASH, ABSENT, ABSENT, UNKNOWN),
        (
            "gunicorn a:b > /dev/null",
            DASH,
            ABSENT,
            "bash runs the line without exec and stays the first process",
            UNKNOWN,
        ),
        ("exec gunicorn a:b 2>&1", ABSENT, ABSENT, ABSENT, UNKNOWN),
        ("migrate && gunicorn a:b", DASH, ABSENT, UNKNOWN, UNKNOWN),
        ("migrate; gunicorn a:b", DASH, ABSENT, UNKNOWN, UNKNOWN),
        ("migrate && exec gunicorn a:b", ABSENT, ABSENT, ABSENT, UNKNOWN),
        ("migrate || true; exec gunicorn a:b", ABSENT, ABSENT, ABSENT, UNKNOWN),
        ("{ gunicorn a:b; }", DASH, ABSENT, "bash runs the line without exec and stays the first process", UNKNOWN),
        ("( exec gunicorn a:b )", DASH, ABSENT, "bash runs the line without exec and stays the first process", UNKNOWN),
        ("gunicorn a:b | tee log", PIPELINE, PIPELINE, PIPELINE, PIPELINE),
        ("exec gunicorn a:b | tee log", PIPELINE, PIPELINE, PIPELINE, PIPELINE),
        ("gunicorn a:b & wait", BACKGROUND, BACKGROUND, BACKGROUND, BACKGROUND),
        ("gunicorn a:b & tail -f /dev/null", BACKGROUND, BACKGROUND, BACKGROUND, BACKGROUND),
        ("gunicorn a:b; echo done", FOLLOWED, FOLLOWED, FOLLOWED, FOLLOWED),
        ("gunicorn a:b || exit 1", FOLLOWED, FOLLOWED, FOLLOWED, FOLLOWED),
        ("while true; do gunicorn a:b; sleep 1; done", LOOP, LOOP, LOOP, LOOP),
        ("trap 'kill 0' TERM; gunicorn a:b & wait", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("true; echo done", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("migrate; echo done", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_a_line_by_the_shell_of_the_image(line: str, debian: str, alpine: str, red_hat: str, private: str) -> None:
    answers = [short(process(line, base=base).pid1_shell) for base in (DEBIAN, ALPINE, RED_HAT, PRIVATE)]
    assert answers == [debian, alpine, red_hat, private]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("gunicorn", "a:b"), ABSENT),
        (("sh", "-c", "gunicorn a:b"), DASH),
        (("/bin/sh", "-ec", "gunicorn a:b"), DASH),
        (("bash", "-c", "gunicorn a:b"), ABSENT),
        (("bash", "-euo", "pipefail", "-c", "exec gunicorn a:b"), ABSENT),
        (("tini", "--", "sh", "-c", "gunicorn a:b"), DASH),
        (("tini", "--", "gunicorn", "a:b"), ABSENT),
        (("sh", "-c", 'exec "$0" "$@"', "gunicorn", "a:b"), ABSENT),
        (("sh", "-c", "sh -c 'gunicorn a:b'"), DASH),
        (("sh", "-c", "exec sh -c 'gunicorn a:b'"), DASH),
        (("npm", "start"), ABSENT),
        (("sh",), UNKNOWN),
        (("sh", "/start.sh"), UNKNOWN),
        (("/start.sh",), UNKNOWN),
        (("uwsgi", "--http", ":80"), "SIGTERM makes uWSGI reload instead of stop, for die-on-term is not set"),
        (("uwsgi", "--http", ":80", "--die-on-term"), ABSENT),
        (("uwsgi", "--ini", "uwsgi.ini"), UNKNOWN),
    ],
)
def test_a_list_of_words(words: tuple[str, ...], expected: str) -> None:
    assert short(process(words).pid1_shell) == expected


def test_the_shell_instruction_decides() -> None:
    over = image()
    line = a_command("gunicorn a:b", COMMAND_AT, ("/bin/bash", "-o", "pipefail", "-c"))
    found = started(a_container(image=known("acme/shop"), build_context=known(""), command=line), over)
    assert found is not None
    assert isinstance(found.pid1_shell, Absent)


def test_an_init_process_does_not_clear_it() -> None:
    of = a_container(
        image=known("acme/shop"), build_context=known(""), init_process=True, command=a_command("gunicorn a:b")
    )
    found = started(of, image())
    assert found is not None
    assert short(found.pid1_shell) == DASH


class TestEntrypointsThatAreNotSeen:
    def test_an_unknown_one_may_be_a_script(self) -> None:
        pid1 = process(("gunicorn", "a:b"), base=PRIVATE).pid1_shell
        assert isinstance(pid1, Unknown)
        assert pid1.why == "the entrypoint of acme/base:1 is not known, and may run before the command"

    def test_a_known_one_hands_over(self) -> None:
        assert short(process(("node", "server.js"), base="node:22-slim").pid1_shell) == ABSENT

    def test_a_pipeline_is_one_under_any_entrypoint(self) -> None:
        assert short(process(("sh", "-c", "a | b"), base=PRIVATE).pid1_shell) == PIPELINE

    def test_python_is_the_entrypoint_of_distroless(self) -> None:
        found = process(("-m", "uvicorn", "a:b"), base="gcr.io/distroless/python3-debian12")
        assert (found.server, short(found.pid1_shell)) == (Server.UVICORN, ABSENT)

    def test_another_program_takes_the_command_as_its_arguments(self) -> None:
        found = process(("gunicorn",), base="prom/prometheus:v3.0.0")
        assert (found.server, found.words) == (Server.OTHER, ())


SCRIPTS: list[tuple[str, str, tuple[str, ...], str, str]] = [
    # (why it is here, script, command, server, shell)
    ("hands over", 'set -e\nmigrate\nexec "$@"', ("gunicorn", "a:b"), "gunicorn", ABSENT),
    ("without exec", 'set -e\nmigrate\n"$@"', ("gunicorn", "a:b"), "gunicorn", "run.sh starts it without exec"),
    ("starts it itself", "exec gunicorn a:b", (), "gunicorn", ABSENT),
    ("starts it itself without exec", "migrate\ngunicorn a:b", (), "gunicorn", "run.sh starts it without exec"),
    ("continued line", "exec gunicorn \\\n  -w 2 \\\n  a:b", (), "gunicorn", ABSENT),
    ("heredoc", 'cat <<EOF > /etc/x\nexec uvicorn "a:b\nEOF\nexec gunicorn a:b', (), "gunicorn", ABSENT),
    (
        "case on the argument",
        'case "$1" in\nweb) exec gunicorn a:b ;;\nwork*) exec rq worker ;;\nesac',
        ("worker",),
        "rq worker",
        ABSENT,
    ),
    (
        "case falls through",
        'case "$1" in\nweb) exec gunicorn a:b ;;\n*) exec "$@" ;;\nesac',
        ("arq", "a.W"),
        "arq",
        ABSENT,
    ),
    ("decided condition", 'if [ "$1" = web ]; then exec gunicorn a:b; fi\nexec "$@"', ("web",), "gunicorn", ABSENT),
    (
        "flags go to the server",
        'if [ "${1#-}" != "$1" ]; then set -- gunicorn "$@"; fi\nexec "$@"',
        ("-w", "2", "a:b"),
        "gunicorn",
        ABSENT,
    ),
    (
        "first character",
        'if [ "${1:0:1}" = "-" ]; then set -- gunicorn "$@"; fi\nexec "$@"',
        ("-w", "2"),
        "gunicorn",
        ABSENT,
    ),
    (
        "odd numbers of arguments",
        "echo ${00} ${0009} $" + "{" + "9" * 5000 + "}" + '\nexec "$1" "${02}"',
        ("gunicorn", "a:b"),
        "gunicorn",
        ABSENT,
    ),
    ("shift", 'shift\nexec "$@"', ("web", "uvicorn", "a:b"), "uvicorn", ABSENT),
    ("function", "serve() {\n  exec gunicorn a:b\n}\nserve", (), "gunicorn", ABSENT),
    (
        "function without exec",
        "serve() { gunicorn a:b; }\nserve",
        (),
        "gunicorn",
        "the shell runs it in a function without exec, in run.sh",
    ),
    ("waits for the database", "until pg_isready; do sleep 1; done\nexec gunicorn a:b", (), "gunicorn", ABSENT),
    (
        "change of user",
        'if [ "$(id -u)" = 0 ]; then exec gosu app "$0" "$@"; fi\nexec "$@"',
        ("gunicorn", "a:b"),
        "gunicorn",
        ABSENT,
    ),
    (
        "two in the background",
        "gunicorn a:b &\nrq worker &\nwait -n",
        (),
        "rq worker",
        "it runs in the background of the shell, in run.sh",
    ),
    ("one before the other", "rq worker &\ngunicorn a:b", (), "gunicorn", "run.sh starts it without exec"),
    ("one of two", "if [ -f /debug ]; then exec flask run; fi\nexec gunicorn a:b", (), "other", ABSENT),
    (
        "same program either way",
        "if [ -f /x ]; then exec gosu app gunicorn a:b; fi\nexec gunicorn a:b",
        (),
        "gunicorn",
        ABSENT,
    ),
    ("only under a condition", "if [ -f /x ]; then gunicorn a:b; fi", (), "other", UNKNOWN),
    ("unknown arguments", 'while read -r x; do set -- "$@" "$x"; done\nexec "$@"', ("gunicorn",), "other", UNKNOWN),
    ("exits before", "exit 0\nexec gunicorn a:b", (), "other", UNKNOWN),
    ("no shell", "if then fi fi", (), "other", UNKNOWN),
]


@pytest.mark.parametrize(
    ("text", "command", "server", "shell"), [row[1:] for row in SCRIPTS], ids=[row[0] for row in SCRIPTS]
)
def test_a_script_of_the_tree(text: str, command: tuple[str, ...], server: str, shell: str) -> None:
    scripts = a_script(f"#!/bin/sh\n{text}\n", "docker/run.sh", "/run.sh")
    found = started(container(), image(command or None, ("/run.sh",), scripts=scripts))
    assert found is not None
    assert (found.server.value, short(found.pid1_shell)) == (server, shell)


def test_the_reason_stands_at_the_line_of_the_script() -> None:
    scripts = a_script("#!/bin/sh\r\nset -e\r\n  gunicorn a:b\r\n", "docker/run.sh", "/run.sh")
    found = started(container(), image(("/run.sh",), scripts=scripts))
    assert found is not None
    assert isinstance(found.pid1_shell, Known)
    at = found.pid1_shell.at
    assert (at.path, at.start_line, at.start_column, at.end_column) == ("docker/run.sh", 3, 3, 15)


def test_variables_that_a_script_sets_reach_the_server() -> None:
    scripts = a_script('#!/bin/bash\nexport WEB_CONCURRENCY="${WORKERS:-6}"\nexec "$@"\n', "run.sh", "/run.sh")
    found = started(container(), image(("gunicorn", "a:b"), ("/run.sh",), scripts=scripts))
    assert found is not None
    assert short(found.processes) == 6


def test_a_variable_that_is_set_under_a_condition_is_not_known() -> None:
    text = "#!/bin/sh\nif [ -f /big ]; then export WEB_CONCURRENCY=9; fi\nexec gunicorn a:b\n"
    found = started(container(), image(("/run.sh",), scripts=a_script(text, "run.sh", "/run.sh")))
    assert found is not None
    assert short(found.processes) == UNKNOWN


def test_what_the_platform_sets_is_not_taken_for_unset() -> None:
    text = '#!/bin/sh\nif [ -n "$KUBERNETES_SERVICE_HOST" ]; then exec rq worker; fi\nexec gunicorn a:b\n'
    found = started(container(), image(("/run.sh",), scripts=a_script(text, "run.sh", "/run.sh")))
    assert found is not None
    assert found.server is Server.OTHER


def test_a_relative_script_is_found_below_the_working_directory() -> None:
    scripts = a_script("#!/bin/sh\nexec gunicorn a:b\n", "run.sh", "/app/run.sh")
    found = started(container(), image(("./run.sh",), scripts=scripts))
    assert found is not None
    assert found.server is Server.GUNICORN


def test_a_program_behind_a_script_that_is_not_seen_keeps_its_flags_only() -> None:
    found = started(container(), image(("gunicorn", "-w", "2", "a:b"), ("/entrypoint.sh",)))
    assert found is not None
    assert (found.server, short(found.processes), short(found.bind_host)) == (Server.GUNICORN, 2, UNKNOWN)
    assert isinstance(found.pid1_shell, Unknown)
    assert found.pid1_shell.why == "the script /entrypoint.sh was not read"


BRACKETS = 'if [[ "$MODE" == web ]]; then exec gunicorn a:b; fi\nexec celery -A a worker -c 2\n'
SOURCED = "source /settings.sh\nexec gunicorn a:b -w ${WORKERS:-3}\n"
BOTH_OUTPUTS = "gunicorn a:b &> /log\nexec celery -A a worker -c 2\n"


@pytest.mark.parametrize(
    ("head", "base", "text", "expected"),
    [
        ("#!/bin/sh", DEBIAN, BRACKETS, ("celery worker", 2)),
        ("#!/bin/bash", DEBIAN, BRACKETS, ("gunicorn", 1)),
        ("#!/bin/sh", ALPINE, BRACKETS, ("gunicorn", 1)),
        ("#!/usr/bin/env sh", DEBIAN, BRACKETS, ("celery worker", 2)),
        ("#!/bin/sh", DEBIAN, SOURCED, ("gunicorn", 3)),
        ("#!/bin/bash", DEBIAN, SOURCED, ("gunicorn", UNKNOWN)),
        ("#!/bin/sh", DEBIAN, BOTH_OUTPUTS, ("celery worker", 2)),
    ],
)
def test_dash_reads_what_is_written_for_bash_in_its_own_way(
    head: str, base: str, text: str, expected: tuple[object, object]
) -> None:
    scripts = a_script(f"{head}\n{text}", "start.sh", "/start.sh")
    found = started(container(environment={"MODE": "web"}), image(("/start.sh",), base=base, scripts=scripts))
    assert found is not None
    assert (found.server.value, short(found.processes)) == expected


def test_a_script_that_calls_itself_ends() -> None:
    scripts = a_script("#!/bin/sh\nexec sh /run.sh x\n", "run.sh", "/run.sh")
    found = started(container(), image(("sh", "/run.sh"), scripts=scripts))
    assert found is not None
    assert found.server is Server.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "$(" * 30_000,
        "if true; then " * 4_000,
        "f() " * 15_000,
        "case x in a) " * 4_000,
        "<<E " * 15_000,
        "a | " * 15_000,
        "`" * 60_001,
        "X=ab;" + "X=$X$X;" * 4_000 + "exec $X",
        "set -- a b;" + 'set -- "$@" "$@";' * 2_000 + 'exec "$@"',
        "f() { f; f; }; f",
        "exec " + "$A" * 30_000,
        "${" + "A:-${" * 10_000 + "}" * 10_001,
    ],
    ids=range(13),
)
def test_hostile_text_is_given_up_in_time(text: str) -> None:
    began = time.process_time()
    scripts = a_script("#!/bin/sh\n" + text, "run.sh", "/run.sh")
    started(container(environment={"A": "x" * 10_000}), image(("/run.sh",), scripts=scripts))
    assert time.process_time() - began < 5
