from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraaudit.facts.secrets import (
    has_credential,
    is_password_hash,
    is_password_name,
    is_placeholder,
    is_reference,
    is_secret_literal,
    is_secret_name,
    is_weak,
    key_name,
)
from tests.unit.facts.synthetic import private_key, random_text

TOKEN = random_text("alnum", 32)
HEX = random_text("hex", 40)
SALTED = "$2y" + "$10$" + random_text("alnum", 53)
GITHUB = "gh" + "p_" + random_text("alnum", 36)

# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "dbPassword",
        "DBPassword",
        "password1",
        "spring.datasource.password",
        "POSTGRES_ROOT_PASS",
        "MYSQL_PASSWD",
        "PGPASSWORD",
        "pwd",
        "client-secret",
        "clientSecret",
        "SECRET_KEY",
        "secretKey",
        "AWS_SECRET_ACCESS_KEY",
        "access_key",
        "apikey",
        "apiKey",
        "API-KEY",
        "_authToken",
        "GITHUB_TOKEN",
        "private_key",
        "ENCRYPTION_KEY",
        "signing.key",
        "masterKey",
        "connectionString",
        "credentials",
        "passphrase",
        "dsn",
        "salt",
    ],
)
def test_a_name_that_asks_for_a_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "PWD",
        "passthrough",
        "passthroughSecret",
        "bypass_token",
        "compass",
        "minipass",
        "tokenizer",
        "tokenizer_parallelism",
        "max_tokens",
        "http_tokens",
        "id-token",
        "persist-credentials",
        "allow_credentials",
        "automountServiceAccountToken",
        "imagePullSecrets",
        "existingSecret",
        "auth.existingSecret",
        "existingSecretPasswordKey",
        "adminPasswordKey",
        "auth.secretKeys.userPasswordKey",
        "tokenKey",
        "secretName",
        "SECRET_NAME",
        "secretKeyRef",
        "AWS_ACCESS_KEY_ID",
        "POSTGRES_PASSWORD_FILE",
        "password_length",
        "token_ttl",
        "secret_rotated_date",
        "password_policy",
        "secret_arn",
        "token_url",
        "TOKEN_AUTH_ENABLED",
        "secret_store",
        "password_hash_algorithm",
        "gpg_key",
        "public_key",
        "ssh_authorized_keys",
        "partition_key",
        "cache_key",
        "key_name",
        "SENTRY_DSN",
        "username",
        "host",
        "keyboard",
        "a" * 300 + "_password",
    ],
)
def test_a_name_that_only_speaks_about_secrets(name: str) -> None:
    assert not is_secret_name(name)


def test_passwords_are_told_from_tokens() -> None:
    assert is_password_name("DB_PASSWORD")
    assert is_password_name("root_pass")
    assert not is_password_name("API_TOKEN")


# -- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "",
        '""',
        "***",
        "...",
        "changeme",
        "CHANGE-ME",
        "change_this_now",
        "changeme123",
        "replace-with-your-token",
        "your-api-key",
        "YOUR_PASSWORD",
        "example-secret",
        "xxxxxxxx",
        "XXXX",
        "<token>",
        "<your token here>",
        "[PASSWORD]",
        "todo",
        "dummy",
        "fake",
        "redacted",
        "placeholder",
        "insert-token-here",
        "sample",
        "null",
        "test",
        "test-token",
        "set-secure-password",
        "AKIAIOSFODNN7" + "EXAMPLE",
        "aaaaaaaa",
        "12345678",
        "qwerty",
        "abcdefgh",
    ],
)
def test_a_placeholder(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value", ["kite47moss", "testarossa9", TOKEN, HEX, "Summer2024!", "my-secret-pw", "sampleton4X!"]
)
def test_what_is_no_placeholder(value: str) -> None:
    assert not is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    [
        "${VAR}",
        "${VAR:?must be set}",
        "${VAR:-kite47moss}",
        "$VAR",
        "$$VAR",
        "Bearer $TOKEN",
        "$(VAR)",
        "{{ .Values.password }}",
        "{% raw %}",
        "<%= secret %>",
        "%(password)s",
        "((db_password))",
        "__TOKEN__",
        "#{secret}#",
        "@@secret@@",
        "!Ref Secret",
        "!vault |",
        "${{ secrets.X }}",
        "$[[ inputs.x ]]",
        "{env:VAR}",
        "var.password",
        "local.secrets.db",
        'data.aws_secretsmanager_secret_version.x["a"].secret_string',
        "module.db.password",
        "random_password.main.result",
        "each.value",
        "optional(string)",
        "string",
        'lookup(var.x, "password")',
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
        "{{resolve:secretsmanager:x}}",
        "@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/y)",
        "https://acme.vault.azure.net/secrets/db",
        "projects/acme/secrets/db/versions/latest",
        "sm://acme/db",
        "vault:secret/data/app#password",
        "op://vault/item/field",
        "ref+vault://secret/x",
        "ssm://x",
        "akeyless:x",
        "doppler://x",
        "ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]",
        "$ANSIBLE_VAULT;1.1;AES256",
        "{cipher}abcdef",
        "/run/secrets/db_password",
        "./secrets/db.txt",
        "../password.txt",
        "~/.ssh/id_rsa",
        "file:///etc/x",
        "secrets/db.pem",
    ],
)
def test_a_reference(value: str) -> None:
    assert is_reference(value)


@pytest.mark.parametrize("value", ["kite47moss", TOKEN, HEX, SALTED, "pa$word", "a$", "50%", "P@$$w0rd", "x(y", ""])
def test_what_is_no_reference(value: str) -> None:
    assert not is_reference(value)


@pytest.mark.parametrize(
    "value", ["postgres", "Root", "admin123", "P@ssw0rd!", "passw0rd", "changeme", "", "123456", "secret", "minioadmin"]
)
def test_a_weak_password(value: str) -> None:
    assert is_weak(value)


@pytest.mark.parametrize("value", ["kite47moss", TOKEN, "rootbeer-float-77", "Vq8!tz"])
def test_a_password_that_is_not_weak(value: str) -> None:
    assert not is_weak(value)


def test_salted_hashes_are_told() -> None:
    assert is_password_hash(SALTED)
    assert is_password_hash("$apr1" + "$" + "a" * 8 + "$" + "b" * 22)
    assert not is_password_hash("$VAR")


def test_a_credential_needs_no_telling_name() -> None:
    assert has_credential(f"--header={GITHUB}")
    assert not has_credential("--header=none")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DB_PASSWORD", "kite47moss", True),
        ("DB_PASSWORD", "x7", True),
        ("DB_PASSWORD", "postgres", True),
        ("DB_PASSWORD", "password", True),
        ("DB_PASSWORD", "correct horse staple", True),
        ("DB_PASSWORD", "p@ss:word/1", True),
        ("DB_PASSWORD", "'kite47moss'", True),
        ("DB_PASSWORD", SALTED, True),
        ("DB_PASSWORD", "", False),
        ("DB_PASSWORD", "changeme", False),
        ("DB_PASSWORD", "<password>", False),
        ("DB_PASSWORD", "${DB_PASSWORD}", False),
        ("DB_PASSWORD", "${DB_PASSWORD:-kite47moss}", False),
        ("DB_PASSWORD", "{{ .Values.db.password }}", False),
        ("DB_PASSWORD", "$(DB_PASSWORD)", False),
        ("DB_PASSWORD", "DB_PASSWORD", False),
        ("db_password", "DB_PASSWORD", False),
        ("db_password", "prod-db-password", False),
        ("db_password", "app/db/password", False),
        ("db_password", "event.password", False),
        ("db_password", "/run/secrets/db", False),
        ("db_password", "true", False),
        ("db_password", "null", False),
        ("db_password", "42", False),
        ("db_password", "2026-03-20", False),
        ("db_password", "30s", False),
        ("db_password", "1.2.3", False),
        ("db_password", "10.0.0.0/8", False),
        ("db_password", "random_password.db.result", False),
        ("db_password", "var.db_password", False),
        ("db_password", "The password of the database", False),
        ("db_password", "https://acme.dev/reset", False),
        ("db_password", "ENC[AES256_GCM,data:x]", False),
        ("POSTGRES_PASSWORD_FILE", "kite47moss", False),
        ("passthrough", "kite47moss", False),
        ("username", "kite47moss", False),
        ("API_TOKEN", TOKEN, True),
        ("API_TOKEN", HEX, True),
        ("API_TOKEN", GITHUB, True),
        ("API_TOKEN", random_text("hex", 20), True),
        ("API_TOKEN", random_text("alnum", 16, "z"), True),
        ("API_TOKEN", "short1A", False),
        ("API_TOKEN", random_text("alnum", 12), False),
        ("API_TOKEN", random_text("hex", 16), False),
        ("API_TOKEN", "aaaaaaaaaaaaaaaaaaaaaaaa", False),
        ("API_TOKEN", "my-service-api-token", False),
        ("API_TOKEN", "MY_SERVICE_API_TOKEN", False),
        ("API_TOKEN", "MyServiceAccessTokenProvider", False),
        ("API_TOKEN", "registry.acme.dev/team/app:stable", False),
        ("API_TOKEN", "The token that the client sends", False),
        ("API_TOKEN", "${{ secrets.API_TOKEN }}", False),
        ("API_TOKEN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:api", False),
        ("id-token", "write", False),
        ("http_tokens", "required", False),
        ("max_tokens", "4096", False),
        ("client_secret", TOKEN, True),
        ("client_secret", "client-secret", False),
        ("secret_rotated_date", TOKEN, False),
        ("existingSecretPasswordKey", TOKEN, False),
        ("secretName", TOKEN, False),
        ("AWS_SECRET_ACCESS_KEY", random_text("base64", 40), True),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY", False),
        ("AWS_ACCESS_KEY_ID", random_text("base32", 20), False),
        ("ENCRYPTION_KEY", random_text("base64", 43) + "=", True),
        ("ENCRYPTION_KEY", "alias/app-key", False),
        ("private_key", private_key(), True),
        ("private_key", "tls.key", False),
        ("dsn", "postgres://app:kite47moss@db/app", True),
        ("dsn", "postgres://app@db/app", False),
        ("connection_string", "Server=db;Database=app;User Id=app;Password=kite47moss;", True),
        ("connection_string", "Server=db;Database=app;Integrated Security=true;Pooling=true", False),
        ("salt", TOKEN, True),
        ("salt", "pepper", False),
    ],
)
def test_a_literal_under_a_name(name: str, value: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_secret_literal(name, value) is expected


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_name_and_value_get_an_answer(name: str, value: str) -> None:
    assert is_secret_literal(name, value) in {True, False}
    assert not is_secret_literal(name, "")


# -- names around a place ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TOKEN=@", "TOKEN"),
        ('  "token": "@"', "token"),
        ("a.b: @", "a.b"),
        ('password = "@"', "password"),
        ("ENV TOKEN @", "TOKEN"),
        ("ENV A=1 TOKEN=@", "TOKEN"),
        ("- name: DB_TOKEN\n  value: @", "DB_TOKEN"),
        ("- value: @\n  name: DB_TOKEN", "DB_TOKEN"),
        ('{"name": "DB_TOKEN", "value": "@"}', "DB_TOKEN"),
        ('variable "db_token" {\n  type = string\n  default = "@"\n}', "db_token"),
        ("data:\n  id_rsa: |\n    one\n    @", "id_rsa"),
        ("user_data = <<EOF\nexport\n@\nEOF", "user_data"),
        ("@", ""),
    ],
)
def test_the_name_under_which_something_stands(text: str, name: str) -> None:
    assert key_name(text, text.index("@")) == name
