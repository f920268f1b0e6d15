"""Which port a health check's command asks, as far as that can be told."""

from __future__ import annotations

import pytest

from infraaudit.joins.checks import join_checks
from infraaudit.model import Container, Estate, Known, Probe, ProbeKind, known_value
from tests.builders import HERE, a_command, a_container, a_workload, known, unknown


def asked(*words: str) -> str | None:
    """Return the port of a check with this command."""
    command = a_command(words[0] if len(words) == 1 else words)
    check = Known(Probe(ProbeKind.EXEC, HERE, command=command), HERE)
    estate = join_checks(Estate.of_parts([a_workload(a_container(readiness=check, image_health=check))]))
    (container,) = estate.of(Container)
    own, brought = container.readiness, container.image_health
    assert isinstance(own, Known)
    assert own == brought
    return known_value(own.value.port) if own.value.port is not None else None


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("curl -f http://localhost:8000/healthz || exit 1", "8000"),
        ("wget -q --spider http://127.0.0.1:8080", "8080"),
        ("curl -f 'http://[::1]:5000/'", "5000"),
        ("curl -fsS http://localhost/healthz", "80"),
        ("curl -k https://localhost?deep=1", "443"),
        ("""python -c "import urllib.request as r; r.urlopen('http://localhost:9000')" """, "9000"),
    ],
)
def test_the_port_of_the_loopback_address_is_found(line: str, port: str) -> None:
    assert asked(line) == port


def test_a_list_of_words_is_read_as_well() -> None:
    assert asked("curl", "-f", "http://localhost:8000/") == "8000"


@pytest.mark.parametrize(
    "line",
    [
        "curl -f http://localhost:$PORT/healthz",
        "curl -f http://localhost:${PORT:-8000}/healthz",
        "curl -f http://web:8000/healthz",
        "curl -f http://localhost.example.com/healthz",
        "curl -f http://localhost:8000 || curl -f http://localhost:9000",
        "curl -f http://localhost:8000/ && curl -f http://localhost:$ADMIN_PORT/",
        "pg_isready",
    ],
)
def test_what_cannot_be_told_is_left_alone(line: str) -> None:
    assert asked(line) is None


def test_other_checks_keep_what_they_say() -> None:
    probe = known(Probe(ProbeKind.HTTP, HERE, port=known("http")))
    container = a_container(readiness=probe, liveness=unknown())
    joined = join_checks(Estate.of_parts([a_workload(container)])).of(Container)[0]
    assert (joined.readiness, joined.liveness) == (probe, container.liveness)
