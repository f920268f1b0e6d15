"""What else listens in a container beside the first port of its server."""

from __future__ import annotations

import pytest

from tests.builders import a_script
from tests.unit.joins.processes.started import container, image, process, short, started


def test_further_addresses_are_further_ports() -> None:
    found = process(("gunicorn", "shop.wsgi", "-b", "127.0.0.1:9000", "-b", "0.0.0.0:8000", "--bind=unix:/run/a.sock"))
    assert short(found.bind_port) == 8000
    assert [short(port) for port in found.other_ports] == [9000, "absent"]


def test_one_address_has_no_further_ports() -> None:
    assert process(("uvicorn", "shop:app", "--port", "8000")).other_ports == ()


@pytest.mark.parametrize(
    ("line", "beside"),
    [
        ("nginx && exec gunicorn shop.wsgi", "nginx"),
        ("service nginx start; gunicorn shop.wsgi", "nginx"),
        ("systemctl start haproxy && gunicorn shop.wsgi", "haproxy"),
        ("/etc/init.d/apache2 start && gunicorn shop.wsgi", "apache2"),
        ("python metrics.py & exec gunicorn shop.wsgi", "python"),
        ("python manage.py migrate && exec gunicorn shop.wsgi", ""),
        ("mkdir -p /run/app; ./wait-for db:5432; gunicorn shop.wsgi", ""),
    ],
)
def test_a_program_in_the_background_is_named(line: str, beside: str) -> None:
    assert process(line).beside == beside


def test_the_background_of_an_inner_script_counts() -> None:
    scripts = (
        *a_script("#!/bin/sh\nexec /start.sh\n", "entrypoint.sh", "/entrypoint.sh"),
        *a_script("#!/bin/sh\nnginx\nexec gunicorn shop.wsgi\n", "start.sh", "/start.sh"),
    )
    found = started(container(), image(("/entrypoint.sh",), scripts=scripts))
    assert found is not None
    assert found.beside == "nginx"
