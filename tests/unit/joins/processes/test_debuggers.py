"""Where debuggers listen that a command starts."""

from __future__ import annotations

import pytest

from infraaudit.joins.processes.addresses import ALL_ADDRESSES
from tests.unit.joins.processes.started import process, short

EVERYWHERE = ALL_ADDRESSES


@pytest.mark.parametrize(
    ("line", "environment", "expected"),
    [
        ("python -m debugpy --listen 0.0.0.0:5678 -m uvicorn a:b", {}, f"{EVERYWHERE}:5678"),
        ("python -m debugpy --listen 5678 manage.py runserver", {}, "127.0.0.1:5678"),
        ("debugpy --listen *:5679 -m gunicorn a:b", {}, f"{EVERYWHERE}:5679"),
        ("node --inspect server.js", {}, "127.0.0.1:9229"),
        ("node --inspect=0.0.0.0 server.js", {}, f"{EVERYWHERE}:9229"),
        ("node --inspect-brk=0.0.0.0:9300 server.js", {}, f"{EVERYWHERE}:9300"),
        ("node --inspect=9300 server.js", {}, "127.0.0.1:9300"),
        ("node server.js", {"NODE_OPTIONS": "--inspect=0.0.0.0:9229"}, f"{EVERYWHERE}:9229"),
        ("node server.js --inspector", {}, None),
        ("java -agentlib:jdwp=transport=dt_socket,server=y,address=*:5005 -jar a.jar", {}, f"{EVERYWHERE}:5005"),
        ("java -agentlib:jdwp=transport=dt_socket,server=y,address=5005 -jar a.jar", {}, "127.0.0.1:5005"),
        ("java -jar a.jar", {"JAVA_TOOL_OPTIONS": "-agentlib:jdwp=server=y,address=*:8000"}, f"{EVERYWHERE}:8000"),
        ("java -jar a.jar", {}, None),
        ("gunicorn a:b", {}, None),
    ],
)
def test_the_address_of_a_debugger(line: str, environment: dict[str, str], expected: str | None) -> None:
    assert short(process(tuple(line.split()), environment).debugger) == expected
