from __future__ import annotations

import base64
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraaudit.facts.secrets import Family, find_secrets, mask_line, mask_text
from infraaudit.facts.table import Row, table
from tests.unit.facts.synthetic import filled, leaks, private_key, random_text, web_token, written

ROWS = list(table("secret_patterns").values())
PLANTED = [
    "AKIA",
    "eyJ",
    "://u:p@",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----END ",
    "LS0tLS1CRUdJTi",
    "Password=",
    "sk-",
    "\n",
    "${",
]


def detectors(text: str) -> list[str]:
    return [match.detector for match in find_secrets(text)]


def by_name(row: Row) -> str:
    return row.name


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_each_format_finds_its_example(row: Row) -> None:
    assert row.name in detectors(written(row["match"]))


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_each_format_passes_over_its_near_miss(row: Row) -> None:
    assert detectors(written(row["mismatch"])) == []


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_a_format_covers_exactly_the_token(row: Row) -> None:
    example = written(row["match"])
    text = f"first: line\nkey: {example}\nlast: line\n"
    found = next(match for match in find_secrets(text) if match.detector == row.name)
    assert text[found.start : found.end] in example
    assert text[found.start :].startswith(found.hint)


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_a_masked_line_shows_nothing_of_a_token(row: Row) -> None:
    for frame in ("{}", 'export {}"', "  - {} # note", "http = {};"):
        line = frame.format(written(row["match"]))
        shown = mask_line(line)
        assert len(shown) == len(line)
        for number, piece in enumerate(row["match"]):
            random_part = filled(piece, str(number))
            assert random_part == piece or len(random_part) < 6 or not leaks(random_part, shown)


@pytest.mark.parametrize("row", [row for row in ROWS if row["regex"].startswith("(?<!\\w)(?P<hint>")], ids=by_name)
def test_a_token_inside_a_longer_word_is_not_one(row: Row) -> None:
    assert row.name not in detectors(f"abc{written(row['match'])}")


@pytest.mark.parametrize(
    "payload",
    ["x" * 36, "0123456789" * 3 + "abcdef", "EXAMPLE" + "a1B2" * 7 + "c", "yourtokenhere" + "A" * 23, "aB" * 18],
)
def test_an_invented_token_is_no_leak(payload: str) -> None:
    assert detectors("GITHUB_TOKEN=gh" + "p_" + payload) == []


def test_an_access_key_id_alone_is_restricted_and_with_its_secret_complete() -> None:
    key = "AK" + "IA" + random_text("base32", 16)
    secret = random_text("base64", 40)
    assert [match.restricted for match in find_secrets(f"access_key = {key}\n")] == [True]
    pair = find_secrets(f"access_key = {key}\nsecret_key = {secret}\n")
    assert [(match.detector, match.restricted) for match in pair] == [
        ("aws-access-key-id", False),
        ("aws-secret-access-key", False),
    ]


def test_a_secret_far_from_an_access_key_id_is_not_told_by_it() -> None:
    text = "id: AK" + "IA" + random_text("base32", 16) + "\n" * 9 + "checksum: " + random_text("base64", 40)
    assert detectors(text) == ["aws-access-key-id"]


def test_a_shared_access_signature_tells_its_end() -> None:
    text = "url: https://a.blob.core.windows.net/c?sv=2022-11-02&se=2024-05-01T00:00:00Z&s" + "ig="
    assert find_secrets(text + random_text("alnum", 43) + "%3D")[0].expires == date(2024, 5, 1)


# -- private keys --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["", "RSA ", "EC ", "DSA ", "OPENSSH "])
def test_finds_a_private_key_over_lines_and_with_escaped_line_ends(label: str) -> None:
    for line_end in ("\n", "\\n", "\n      "):
        text = f"key: {private_key(label, line_end=line_end)}\n"
        (found,) = find_secrets(text)
        assert found.family is Family.PRIVATE_KEY
        assert text[found.start : found.end] == private_key(label, line_end=line_end)
        assert not found.restricted


def test_an_encrypted_private_key_is_restricted() -> None:
    assert find_secrets(private_key("ENCRYPTED "))[0].restricted


def test_a_private_key_is_found_behind_base64() -> None:
    encoded = base64.b64encode(private_key().encode()).decode()
    assert detectors(f"tls.key: {encoded}") == ["private-key"]


@pytest.mark.parametrize(
    "text",
    [
        private_key().replace("PRIVATE KEY", "CERTIFICATE"),
        private_key().replace("PRIVATE", "PUBLIC"),
        private_key(length=40),
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n${var.key}\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n" + "x" * 128 + "\n-----END RSA PRIVATE KEY-----",
        "grep -q 'BEGIN RSA PRIVATE KEY' key.pem",
    ],
)
def test_what_is_no_private_key_is_left_alone(text: str) -> None:
    assert detectors(text) == []


# -- URLs and connection strings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "password", "host"),
    [
        ("DATABASE_URL=postgresql+asyncpg://app:kite47moss@db.internal:5432/app", "kite47moss", "db.internal"),
        ("url: redis://:kite47moss@cache:6379/0", "kite47moss", "cache"),
        ("mongodb+srv://${USER:-app}:kite47moss@cluster0.abc.mongodb.net/x", "kite47moss", "cluster0.abc.mongodb.net"),
        ('source = "git::https://bot:kite47moss@git.acme.dev/infra.git?ref=v1"', "kite47moss", "git.acme.dev"),
        ("--extra-index-url https://ci:kite47moss@pypi.acme.dev/simple", "kite47moss", "pypi.acme.dev"),
        ("amqp://app:kite47moss@${RABBIT_HOST}:5672", "kite47moss", ""),
        ("mysql://root:kite47moss@[fd00::1]:3306/x", "kite47moss", "fd00::1"),
        (
            "cs: Server=tcp:sql.acme.dev,1433;User ID=app;Password=kite47moss;Encrypt=true",
            "kite47moss",
            "sql.acme.dev",
        ),
        ("dsn: host=db user=app password=kite47moss dbname=app", "kite47moss", "db"),
        ("jdbc:postgresql://db.acme.dev:5432/app?user=app&password=kite47moss", "kite47moss", "db.acme.dev"),
    ],
)
def test_finds_the_password_of_a_connection(text: str, password: str, host: str) -> None:
    (found,) = find_secrets(text)
    assert (found.family, text[found.start : found.end], found.host) == (Family.CONNECTION, password, host)
    assert not found.weak


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:${DB_PASSWORD}@db/app",
        "postgres://app:${DB_PASSWORD:-kite47moss}@db/app",
        "postgres://app:$DB_PASSWORD@db/app",
        "postgres://app:$(DB_PASSWORD)@db/app",
        "postgres://app:{{ .Values.password }}@db/app",
        "postgres://{user}:{password}@{host}/app",
        "postgres://%s:%s@%s/app",
        "postgres://app:<password>@db/app",
        "postgres://app:***@db/app",
        "postgres://app:@db/app",
        "postgres://app:PASSWORD@db/app",
        "postgres://app:your-password@db/app",
        "postgres://user:kite47moss@example.com/app",
        "postgres://user:password@host:5432/app",
        "https://oauth2:${TOKEN}@git.acme.dev/x",
        "ssh://git@git.acme.dev:22/x",
        "http://proxy:3128/path@version",
        "http://localhost:8080?mail=a@b.dev",
        "# postgres://app:kite47moss@db/app",
        "key: x # postgres://app:kite47moss@db/app",
        "  // postgres://app:kite47moss@db/app",
        'description = "for example postgres://app:kite47moss@db/app"',
        r'regex("^https?://[^:]+:[^@]+@.+$", var.url)',
        "redis://user:pass@word@[",
        "Server=db;Database=x;Integrated Security=true",
        "Server=db;User=x;Password=${var.password};",
        'host = "db"\npassword = var.db_password',
        "image: registry.acme.dev:5000/app@sha256:abcdef",
    ],
)
def test_a_connection_without_a_literal_password_is_left_alone(text: str) -> None:
    assert [match.detector for match in find_secrets(text) if not match.weak] == []


@pytest.mark.parametrize(
    "text",
    [
        "postgres://postgres:postgres@db/app",
        "amqp://guest:guest@mq",
        "postgres://app:changeme@db/app",
        "mongodb://root:example@mongo",
        "redis://:password123@cache",
        "mysql://wiki:wiki@db/x",
        "Server=sql;User Id=sa;Password=P@ssw0rd;",
    ],
)
def test_a_well_known_password_is_literal_and_weak(text: str) -> None:
    assert [match.weak for match in find_secrets(text)] == [True]


def test_a_token_used_as_a_password_is_told_as_the_token() -> None:
    text = "https://oauth2:gl" + "pat-" + random_text("word", 20) + "@gitlab.acme.dev/x.git"
    assert detectors(text) == ["gitlab-token"]


def test_a_sentry_address_is_public_without_its_second_key() -> None:
    first, second = random_text("hex", 32, "a"), random_text("hex", 32, "b")
    assert detectors(f"SENTRY_DSN=https://{first}@o1.ingest.sentry.io/2") == []
    (found,) = find_secrets(f"SENTRY_DSN=https://{first}:{second}@sentry.acme.dev/2")
    assert (found.detector, found.restricted) == ("sentry-legacy-dsn", True)


# -- session tokens ------------------------------------------------------------------------------------------------


def test_a_web_token_tells_its_end() -> None:
    (found,) = find_secrets("TOKEN=" + web_token('{"sub":"app","exp":1700000000}'))
    assert (found.family, found.expires) == (Family.SESSION, date(2023, 11, 14))


def test_a_cluster_token_never_expires() -> None:
    (found,) = find_secrets(web_token('{"iss":"kubernetes/serviceaccount","exp":1700000000}'))
    assert (found.detector, found.expires) == ("kubernetes-service-account-token", None)


@pytest.mark.parametrize("claims", ['{"role":"anon","iss":"supabase"}', '{"sub":"1234567890","name":"John Doe"}'])
def test_a_public_web_token_is_left_alone(claims: str) -> None:
    assert detectors(web_token(claims)) == []


def test_three_dotted_segments_that_are_no_token_are_left_alone() -> None:
    assert detectors("eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + "." + "c" * 20) == []


# -- any text ------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PLANTED), st.text(max_size=40)), max_size=30).map("".join))
def test_any_text_is_read_and_masked_without_moving_a_column(text: str) -> None:
    for match in find_secrets(text):
        assert 0 <= match.whole <= match.start < match.end <= len(text)
    shown = mask_text(text)
    assert [len(line) for line in shown.split("\n")] == [len(line) for line in text.split("\n")]


def test_reading_takes_time_in_proportion() -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        find_secrets(text)
        return time.process_time() - start

    unit = "".join(PLANTED) * 200
    small, large = seconds(unit), seconds(unit * 8)
    assert large < 8 * 6 * max(small, 0.01)
