from __future__ import annotations

import pytest

from infraaudit.joins.backups.lines import Dump, Text, read
from infraaudit.source.span import Span

AT = Span("job.yaml", 1, 1, 1, 2)


def dumps(text: str, *, errors_end: bool = False, pipefail: bool = False) -> tuple[Dump, ...]:
    reading = read(iter([Text(text, lambda _, __: AT, errors_end, pipefail)]))
    return reading.dumps


@pytest.mark.parametrize(
    "text",
    [
        "pg_dump shop | gzip > /copies/a.gz",
        "pg_dump shop || true",
        "pg_dump shop || echo failed",
        "pg_dump shop > a.sql\necho done",
        "pg_dump shop > a.sql; exit 0",
        "{ pg_dump shop | gzip; } > a.gz",
        "for each in a b; do pg_dump $each | gzip > $each.gz; done",
        "set -e\npg_dump shop | gzip > a.gz",
        "exec pg_dumpall | aws s3 cp - s3://copies/a",
    ],
)
def test_a_failure_that_is_lost(text: str) -> None:
    assert [bool(each.hidden) for each in dumps(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "pg_dump shop > a.sql",
        "pg_dump -f a.sql shop && aws s3 cp a.sql s3://copies/",
        "set -euo pipefail\npg_dump shop | gzip > a.gz\necho done",
        "set -o pipefail; pg_dump shop | gzip > a.gz",
        "set -e\npg_dump -f a.sql shop\necho done",
        "pg_dump shop > a.sql || exit 1",
        "if pg_dump -f a.sql shop; then echo done; else exit 1; fi",
        "pg_dump -f a.sql shop\nif [ $? -ne 0 ]; then exit 1; fi",
        "trap 'alert' ERR\npg_dump -f a.sql shop\necho done",
        "cat a.sql | pg_dump shop",
    ],
)
def test_a_failure_that_is_seen(text: str) -> None:
    assert not any(each.hidden for each in dumps(text))


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("pg_dump shop > /copies/a.sql", "/copies/a.sql"),
        ("pg_dump shop | gzip > /copies/a.gz", "/copies/a.gz"),
        ('pg_dump shop >> "/copies/a b.sql"', "/copies/a b.sql"),
        ("pg_dump --file=/copies/a.sql shop", "/copies/a.sql"),
        ("mongodump --out /copies", "/copies"),
        ("redis-cli --rdb /copies/a.rdb", "/copies/a.rdb"),
        ("pg_dump shop 2> /tmp/errors", ""),
        ("pg_dump shop | aws s3 cp - s3://copies/a", ""),
    ],
)
def test_where_a_dump_is_written(text: str, output: str) -> None:
    assert [each.output for each in dumps(text)] == [output]


@pytest.mark.parametrize("text", ["redis-cli get a", "psql -c 'select 1'", "echo pg_dump", "aws s3 sync a b", ""])
def test_what_copies_no_store(text: str) -> None:
    assert dumps(text) == ()


def test_shell_that_cannot_be_read_leaves_open_what_becomes_of_a_failure() -> None:
    (found,) = dumps("if pg_dump shop; then echo done")
    assert "cannot be read" in found.doubt


@pytest.mark.parametrize(("text", "loops"), [("while true; do pg_dump a; sleep 60; done", True), ("pg_dump a", False)])
def test_a_loop_that_waits_is_a_clock(text: str, *, loops: bool) -> None:
    assert read(iter([Text(text, lambda _, __: AT)])).loops is loops
