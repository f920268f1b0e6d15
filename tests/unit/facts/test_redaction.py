from __future__ import annotations

import pytest

from infraaudit.facts.secrets import MASK, mask_line, mask_text
from tests.unit.facts.synthetic import leaks, private_key, random_text

GITHUB = "gh" + "p_" + random_text("alnum", 36)


@pytest.mark.parametrize(
    "line",
    [
        "DB_PASSWORD=kite47moss",
        "export DB_PASSWORD=kite47moss",
        "export DB_PASSWORD='kite47moss'",
        "DB_PASSWORD: kite47moss",
        "DB_PASSWORD: 'kite47moss' # a note",
        'password = "kite47moss"',
        'password    = "kite47moss"',
        '"password": "kite47moss",',
        '{"user":"a","password":"kite47moss","port":1}',
        "- DB_PASSWORD=kite47moss",
        '- "DB_PASSWORD=kite47moss"',
        "ENV DB_PASSWORD kite47moss",
        "ENV A=1 DB_PASSWORD=kite47moss C=2",
        "ARG API_TOKEN=kite47moss",
        "{name: DB_PASSWORD, value: kite47moss}",
        '{"name": "DB_PASSWORD", "value": "kite47moss"}',
        'passwords = ["kite47moss", "kite47moss"]',
        "DB_PASSWORD=${DB_PASSWORD:-kite47moss}",
        "DB_PASSWORD=${PREFIX}kite47moss",
        "redis-server --requirepass kite47moss",
        '["redis-server", "--requirepass", "kite47moss"]',
        "app --password kite47moss --verbose",
        "app --password=kite47moss",
        "mysqladmin ping -pkite47moss",
        "docker login -u a -p kite47moss reg",
        "curl -u admin:kite47moss http://x",
        "curl -H 'Authorization: Bearer kite47moss' http://x",
        "machine acme.dev login a password kite47moss",
        "<password>kite47moss</password>",
        "url: postgres://app:kite47moss@db/app",
        "# url: https://app:kite47moss@git.acme.dev/app",
        "cs: Server=db;User Id=a;Password=kite47moss;",
        "PASSWORD=two words kite47moss",
        'password = "kite47moss',
        "db:\tpassword: kite47moss",
    ],
)
def test_a_secret_in_a_line_is_hidden_and_no_column_moves(line: str) -> None:
    shown = mask_line(line)
    assert len(shown) == len(line)
    assert not leaks("kite47moss", shown, 3)
    assert MASK * 10 in shown


@pytest.mark.parametrize(
    "line",
    [
        "password = var.db_password",
        "password = random_password.db.result",
        'password = "${var.db_password}"',
        "DB_PASSWORD: ${DB_PASSWORD}",
        "DB_PASSWORD: ${DB_PASSWORD:-}",
        "DB_PASSWORD: ${DB_PASSWORD:?set it}",
        "password: {{ .Values.password | quote }}",
        "POSTGRES_PASSWORD_FILE=/run/secrets/db",
        "SECRET_FILE: kite47moss",
        "token: true",
        "max_tokens: 4096",
        "http_tokens = required",
        "id-token: write",
        "password: changeme",
        "password: <your-password>",
        "password: |",
        "password: /run/secrets/x",
        "- name: DB_PASSWORD",
        "replicas: 3",
        "image: nginx:1.27",
        "url: https://acme.dev/path",
        "command: mysql -P 3306",
        "",
    ],
)
def test_a_line_without_a_secret_stays_as_it_is(line: str) -> None:
    assert mask_line(line) == line


def test_the_public_prefix_of_a_token_stays() -> None:
    shown = mask_line(f"x: {GITHUB}")
    assert shown == "x: gh" + "p_" + MASK * 36


def test_the_body_of_a_key_is_hidden_line_by_line() -> None:
    for line in private_key(line_end="\n    ").split("\n")[1:-1]:
        assert set(mask_line(line)) <= {MASK, " "}


def test_a_line_too_long_to_read_is_hidden_whole() -> None:
    assert set(mask_line("a" * 200_000)) == {MASK}


@pytest.mark.parametrize(
    "text",
    [
        "- name: DB_PASSWORD\n  value: kite47moss\n",
        'variable "db_password" {\n  default = "kite47moss"\n}\n',
        "password: |\n  kite47moss\nuser: a\n",
        "password = <<EOT\nkite47moss\nEOT\n",
        "apiVersion: v1\nkind: Secret\ndata:\n  anything: kite47moss\n",
        "kind: Secret\nstringData:\n  settings: |\n    deep: kite47moss\n",
        f"key: |\n{private_key(length=100)}\nother: 1",
    ],
)
def test_what_neighbouring_lines_tell_is_hidden_in_a_text(text: str) -> None:
    shown = mask_text(text)
    assert not leaks("kite47moss", shown, 3)
    assert not leaks(random_text("alnum", 100), shown)
    assert [len(line) for line in shown.split("\n")] == [len(line) for line in text.split("\n")]


def test_a_text_is_shown_again_where_the_secret_ends() -> None:
    text = "password: |\n  kite47moss\nuser: alice\n---\nkind: ConfigMap\ndata:\n  greeting: hello there\n"
    shown = mask_text(text)
    assert "user: alice" in shown
    assert "greeting: hello there" in shown
