"""How long a server lets requests go on, when it ends them, and what runs before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import StepKind
from tests.builders import a_script
from tests.unit.joins.processes.started import ABSENT, UNKNOWN, container, image, short, started

if TYPE_CHECKING:
    from infraaudit.model import Process, Script


@pytest.mark.parametrize(
    ("command", "drain", "limit"),
    [
        ("gunicorn app:app", 30, 30),
        ("gunicorn app:app --timeout 120 --graceful-timeout 90", 90, 120),
        ("gunicorn app:app -t 0", 30, ABSENT),
        ("gunicorn app:app --threads 4 --timeout 120", 30, ABSENT),
        ("gunicorn app:app -k uvicorn.workers.UvicornWorker --timeout 60", 30, ABSENT),
        ("gunicorn app:app -k acme.Worker", 30, UNKNOWN),
        ("gunicorn app:app --graceful-timeout $(cat /grace)", UNKNOWN, 30),
        ("gunicorn -c conf.py app:app", UNKNOWN, UNKNOWN),
        ("uvicorn app:app", ABSENT, ABSENT),
        ("uvicorn app:app --timeout-graceful-shutdown 20", 20, ABSENT),
        ("hypercorn app:app", 3, ABSENT),
        ("hypercorn app:app --graceful-timeout 15", 15, ABSENT),
        ("uwsgi --http :80 --harakiri 60", None, 60),
        ("celery -A app worker --time-limit 600", ABSENT, 600),
        ("celery -A app worker", ABSENT, ABSENT),
        ("daphne app:app", None, ABSENT),
    ],
)
def test_ends_of_a_server(command: str, drain: object, limit: object) -> None:
    found = _started(f"exec {command}")
    assert (short(found.drain), short(found.request_limit)) == (drain, limit)


def test_memory_of_a_celery_process_is_kibibytes() -> None:
    found = _started("exec celery -A app worker -c 2 --max-memory-per-child=200000")
    assert short(found.memory_per_process) == 200_000 * 1024


@pytest.mark.parametrize(
    ("script", "steps"),
    [
        ("alembic upgrade head\nexec uvicorn app:app", [("migration", "alembic upgrade head", False, True)]),
        (
            "alembic -c a.ini upgrade head && gunicorn a:b",
            [("migration", "alembic -c a.ini upgrade head", False, True)],
        ),
        ("python manage.py migrate --noinput\nexec gunicorn a:b", [("migration", "manage.py migrate", False, True)]),
        (
            "./manage.py collectstatic\nexec gunicorn a:b",
            [("building of files", "manage.py collectstatic", False, True)],
        ),
        ("uv run alembic upgrade head; exec uvicorn a:b", [("migration", "alembic upgrade head", False, True)]),
        ("npx prisma migrate deploy\nexec node server.js", [("migration", "prisma migrate deploy", True, True)]),
        ("wait-for-it db:5432\nexec gunicorn a:b", [("wait", "wait-for-it db:5432", False, True)]),
        (
            'if [ "$(cat /x)" ]; then alembic upgrade head; fi\nexec gunicorn a:b',
            [("migration", "alembic upgrade", False, False)],
        ),
        ("python manage.py migrate", [("migration", "manage.py migrate", False, True)]),
        ("flask --app shop db upgrade\nexec gunicorn a:b", [("migration", "flask --app shop db upgrade", False, True)]),
        ("alembic history\npython manage.py showmigrations\nexec gunicorn a:b", []),
        ("gunicorn a:b &\nalembic upgrade head\nwait", [("migration", "alembic upgrade head", False, True)]),
    ],
)
def test_steps_before_a_server(script: str, steps: list[tuple[str, str, bool, bool]]) -> None:
    found = _started(script)
    assert [(each.kind, each.locks, each.certain) for each in found.steps] == [
        (StepKind(kind), locks, certain) for kind, _, locks, certain in steps
    ]
    for step, (_, words, _, _) in zip(found.steps, steps, strict=True):
        assert words in str(step)
        assert step.at.path == "entrypoint.sh"


def test_steps_of_a_script_within_a_script() -> None:
    inner = a_script("alembic upgrade head\n", "migrate.sh", "/migrate.sh")
    outer = a_script("/migrate.sh\nexec uvicorn app:app\n")
    found = _run((*outer, *inner))
    assert [str(each) for each in found.steps] == ["alembic upgrade head"]


def _started(script: str) -> Process:
    return _run(a_script(f"#!/bin/sh\n{script}\n"))


def _run(scripts: tuple[tuple[str, Script], ...]) -> Process:
    found = started(container(), image(entrypoint=("/entrypoint.sh",), scripts=scripts))
    assert found is not None
    return found
