"""Which programs a command needs, and which ones images hold."""

from __future__ import annotations

import pytest

from infraaudit.joins.programs import join_programs, programs_of
from infraaudit.model import Command, CommandForm, Container, Estate
from tests.builders import a_container, a_workload, known


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("curl", "-f", "http://localhost"), (("curl",),)),
        (("/usr/bin/curl", "-f"), (("curl",),)),
        (("/app/check", "-f"), None),
        ("curl -f http://localhost || exit 1", (("sh", "curl"),)),
        ("curl -f a || wget -q b", (("sh", "curl"), ("sh", "wget"))),
        ("curl -s a | grep ok", (("sh", "curl", "grep"),)),
        ("test $(curl -s -o /dev/null a) = 200", (("sh", "curl"),)),
        ("timeout 5 curl a", (("sh", "curl"),)),
        ("X=1 curl a", (("sh", "curl"),)),
        ("if true; then curl a; fi", None),
        ("$CHECK", None),
        ("exit 0", None),
        (("sh", "-c", "pg_isready -U a"), (("sh", "pg_isready"),)),
        ((), None),
    ],
)
def test_what_a_command_needs(words: str | tuple[str, ...], expected: object) -> None:
    form = CommandForm.SHELL if isinstance(words, str) else CommandForm.LIST
    assert programs_of(Command(form, (words,) if isinstance(words, str) else words)) == expected


@pytest.mark.parametrize(
    ("image", "present", "absent"),
    [
        ("python:3.13-slim", "python3", "curl"),
        ("python:3.13", "curl", "nc"),
        ("python:3.13-alpine3.22", "wget", "curl"),
        ("node:22-bookworm-slim", "node", "wget"),
        ("mongo:7", "mongosh", "mongo"),
        ("mongo", "mongosh", "mongo"),
        ("mongo:4.4", "mongo", "mongosh"),
        ("mariadb:11.4", "mariadb-admin", "mysqladmin"),
        ("mariadb:10.6", "mysqladmin", "curl"),
        ("redis:7-alpine", "wget", "curl"),
        ("gcr.io/distroless/python3-debian12", "python3", "sh"),
    ],
)
def test_programs_of_an_image(image: str, present: str, absent: str) -> None:
    workload = a_workload(a_container(image=known(image)))
    programs = join_programs(Estate.of_parts([workload])).of(Container)[0].programs
    assert programs is not None
    assert present in programs.present
    assert absent in programs.absent


@pytest.mark.parametrize("image", ["acme/python:3.13-slim", "ghcr.io/acme/api", "mongo:5", "python@sha256:" + "0" * 64])
def test_of_other_images_nothing_is_said(image: str) -> None:
    workload = a_workload(a_container(image=known(image)))
    assert join_programs(Estate.of_parts([workload])).of(Container)[0].programs is None
