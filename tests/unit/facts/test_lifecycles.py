"""Which lines of releases names of images and versions of resources belong to."""

from __future__ import annotations

import pytest

from infraaudit.facts.lifecycles import line_of_resource, lines_of_image


@pytest.mark.parametrize(
    ("repository", "tag", "expected"),
    [
        ("python", "3.8", ["Python 3.8"]),
        ("python", "3.8.19-slim-bullseye", ["Python 3.8", "Debian 11"]),
        ("python", "3.13-alpine3.20", ["Python 3.13", "Alpine Linux 3.20"]),
        ("python", "3.13-alpine", ["Python 3.13"]),
        ("python", "3-slim", []),
        ("python", "slim-bookworm", ["Debian 12"]),
        ("node", "18", ["Node.js 18"]),
        ("node", "iron-alpine", ["Node.js 20"]),
        ("node", "lts-bookworm-slim", ["Debian 12"]),
        ("debian", "bookworm-slim", ["Debian 12"]),
        ("debian", "12.5", ["Debian 12"]),
        ("debian", "stable", []),
        ("ubuntu", "22.04", ["Ubuntu 22.04"]),
        ("ubuntu", "jammy-20240111", ["Ubuntu 22.04"]),
        ("alpine", "3.18.4", ["Alpine Linux 3.18"]),
        ("alpine", "3", []),
        ("centos", "centos7", []),
        ("centos", "7", ["CentOS 7"]),
        ("ubi8/ubi-minimal", "8.9", ["Red Hat Universal Base Image 8"]),
        ("amazonlinux", "2023", ["Amazon Linux 2023"]),
        ("postgres", "13-alpine", ["PostgreSQL 13"]),
        ("mysql", "8.0.35", ["MySQL 8.0"]),
        ("mysql", "8", []),
        ("mongo", "6", []),
        ("redis", "6.2-bookworm", ["Debian 12", "Redis 6.2"]),
        ("acme/python", "3.8", []),
        ("acme/jammy", "jammy", []),
        ("python", "", []),
        ("python", None, []),
    ],
)
def test_lines_of_an_image(repository: str, tag: str | None, expected: list[str]) -> None:
    assert [f"{line.title} {line.cycle}" for line in lines_of_image(repository, tag)] == expected


@pytest.mark.parametrize(
    ("kind", "engine", "version", "expected"),
    [
        ("aws_lambda_function", "", "python3.9", ("Python", "3.9", "2025-10-31", "None")),
        ("aws_lambda_function", "", "nodejs18.x", ("Node.js of AWS Lambda", "18", "2025-09-01", "None")),
        ("aws_lambda_function", "", "java21", None),
        ("aws_eks_cluster", "", "1.32", ("Kubernetes of Amazon EKS", "1.32", "2026-03-23", "2027-03-23")),
        ("aws_db_instance", "postgres", "13.4", ("PostgreSQL of Amazon RDS", "13", "2026-02-28", "2029-02-28")),
        ("aws_db_instance", "mysql", "8.0.35", ("MySQL of Amazon RDS", "8.0", "2026-07-31", "2029-07-31")),
        ("aws_db_instance", "mysql", "8", None),
        ("aws_db_instance", "oracle", "19", None),
        ("aws_elasticache_cluster", "redis", "5.0.6", ("Redis of Amazon ElastiCache", "5", "2026-01-31", "2029-01-31")),
    ],
)
def test_the_line_of_a_resource(kind: str, engine: str, version: str, expected: tuple[str, ...] | None) -> None:
    line = line_of_resource(kind, engine, version)
    found = (line.title, line.cycle, str(line.ends), str(line.extended)) if line is not None else None
    assert found == expected


def test_a_line_that_is_not_listed_has_no_end() -> None:
    (line,) = lines_of_image("python", "3.99")
    assert line.ends is None
