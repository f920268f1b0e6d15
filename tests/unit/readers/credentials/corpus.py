"""Invented lines with and without secrets, put together when a test runs; every one stands in a file of its own."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from infraaudit.facts.table import table
from tests.unit.facts.synthetic import private_key, random_text, web_token, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Case:
    """One file with one value, and what it shows."""

    title: str
    path: str
    text: str


def _config_map(key: str, value: str) -> tuple[str, str]:
    body = f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  {key}: {json.dumps(value)}\n"
    return "k8s/config.yaml", body


def _secret(key: str, value: str) -> tuple[str, str]:
    encoded = base64.b64encode(value.encode()).decode()
    return "k8s/secret.yaml", f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  {key}: {encoded}\n"


def _string_secret(key: str, value: str) -> tuple[str, str]:
    body = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  {key}: {json.dumps(value)}\n"
    return "k8s/string-secret.yaml", body


def _pod(key: str, value: str) -> tuple[str, str]:
    head = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: web:1\n"
    )
    return "k8s/pod.yaml", f"{head}      env:\n        - name: {key}\n          value: {json.dumps(value)}\n"


def _compose(key: str, value: str) -> tuple[str, str]:
    return (
        "app/compose.yaml",
        f"services:\n  web:\n    image: web:1\n    environment:\n      {key}: {json.dumps(value)}\n",
    )


def _compose_list(key: str, value: str) -> tuple[str, str]:
    item = json.dumps(f"{key}={value}")
    return "list/compose.yaml", f"services:\n  web:\n    image: web:1\n    environment:\n      - {item}\n"


def _env_file(key: str, value: str) -> tuple[str, str]:
    return "app/.env", f"PORT=80\n{key}={value}\n"


def _values(key: str, value: str) -> tuple[str, str]:
    return "deploy/values-live.yaml", f"app:\n  replicas: 2\n  {key}: {json.dumps(value)}\n"


def _tfvars(key: str, value: str) -> tuple[str, str]:
    return "tf/live.tfvars", f'region = "eu-central-1"\n{key} = {json.dumps(value)}\n'


def _variable(key: str, value: str) -> tuple[str, str]:
    return "tf/variables.tf", f'variable "{key}" {{\n  type    = string\n  default = {json.dumps(value)}\n}}\n'


def _resource(key: str, value: str) -> tuple[str, str]:
    return "tf/main.tf", f'resource "vendor_account" "main" {{\n  name = "main"\n  {key} = {json.dumps(value)}\n}}\n'


def _local(key: str, value: str) -> tuple[str, str]:
    return "tf/locals.tf", f"locals {{\n  {key} = {json.dumps(value)}\n}}\n"


def _pipeline(key: str, value: str) -> tuple[str, str]:
    text = f"on: push\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    env:\n      {key}: {json.dumps(value)}\n"
    return ".github/workflows/build.yaml", text


def _generator(key: str, value: str) -> tuple[str, str]:
    item = json.dumps(f"{key}={value}")
    return "k8s/overlay/kustomization.yaml", f"secretGenerator:\n  - name: app\n    literals:\n      - {item}\n"


SINKS: tuple[Callable[[str, str], tuple[str, str]], ...] = (
    _config_map,
    _secret,
    _string_secret,
    _pod,
    _compose,
    _compose_list,
    _env_file,
    _values,
    _tfvars,
    _variable,
    _resource,
    _local,
    _pipeline,
    _generator,
)
NAMED_SINKS = SINKS

# -- positives -----------------------------------------------------------------------------------------------------

_PASSWORD_NAMES = ("DB_PASSWORD", "smtp_password", "rootPassword", "admin_passwd", "KEYSTORE_PASSPHRASE")
_PASSWORDS = ("kite47-moss-lantern", "Kj8#mQ2!pR", "correct horse battery", "blau-Otter-5518", "tr0ub4dor&3x")
_KEY_NAMES = ("API_TOKEN", "client_secret", "signing_key", "encryptionKey", "WEBHOOK_SECRET", "api_key", "access_token")
_SCHEMES = (
    "postgres",
    "postgresql+asyncpg",
    "mysql",
    "mariadb+pymysql",
    "mongodb",
    "mongodb+srv",
    "redis",
    "rediss",
    "amqp",
    "amqps",
    "https",
    "http",
    "ftp",
    "smtp",
    "smtps",
    "ldap",
    "ldaps",
    "clickhouse",
    "snowflake",
    "kafka",
    "nats",
)


def positives() -> Iterator[Case]:
    """Yield the files that hold a secret, of each class of the detector."""
    for title, key, value, sinks in (*_tokens(), *_keys(), *_connections(), *_sessions(), *_named(), *_hashes()):
        for sink in sinks:
            path, text = sink(key, value)
            yield Case(f"{title} in {sink.__name__.strip('_')}", path, text)
    yield from _documents()


_Positive = tuple[str, str, str, tuple["Callable[[str, str], tuple[str, str]]", ...]]


def _tokens() -> Iterator[_Positive]:
    sinks = cycle((_env_file, _config_map, _resource, _compose, _pipeline, _tfvars))
    for row in table("secret_patterns").values():
        value = written(row["match"])
        if row.get("key") or " = " in value or ":" in value.partition("//")[0] or "\n" in value:
            yield f"A {row.name}", value, "", (_raw,)
        else:
            yield f"A {row.name}", "VALUE", value, (next(sinks),)


def _raw(text: str, _: str) -> tuple[str, str]:
    return "conf/app.conf", f"# settings\n{text}\n"


def _keys() -> Iterator[_Positive]:
    for label in ("", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "):
        yield f"B {label or 'plain '}key over lines", private_key(label), "", (_key_file,)
        yield f"B {label or 'plain '}key on one line", "tls_key", private_key(label, line_end="\\n"), (_raw_json,)
    encoded = base64.b64encode(private_key("EC ").encode()).decode()
    yield "B encoded", "TLS_KEY", encoded, (_env_file, _config_map)
    yield "B in a Secret", "tls.key", private_key("RSA ", seed="secret"), (_secret,)


def _key_file(text: str, _: str) -> tuple[str, str]:
    return "certs/server.key", text + "\n"


def _raw_json(key: str, value: str) -> tuple[str, str]:
    return "conf/app.json", '{"' + key + '": "' + value + '"}\n'


def _connections() -> Iterator[_Positive]:
    sinks = cycle((_env_file, _config_map, _resource, _compose, _pod, _values))
    for scheme in _SCHEMES:
        yield f"C {scheme}", "SERVICE_URL", f"{scheme}://app:kite47moss@db.internal:5432/app", (next(sinks),)
    for number, text in enumerate(
        (
            "Server=tcp:sql.internal,1433;User ID=app;Password=kite47moss;Encrypt=true",
            "host=db user=app password=kite47moss dbname=app",
            "jdbc:postgresql://db.internal:5432/app?user=app&password=kite47moss",
            "Driver={ODBC};Server=sql.internal;Uid=app;Pwd=kite47moss;",
        )
    ):
        yield f"C pairs {number}", "CONNECTION", text, (_env_file,)


def _sessions() -> Iterator[_Positive]:
    for number, claims in enumerate(
        ('{"sub":"app"}', '{"sub":"app","exp":4102444800}', '{"iss":"kubernetes/serviceaccount","sub":"ci"}')
    ):
        yield f"E {number}", "SESSION", web_token(claims, str(number)), (_env_file, _config_map)


def _named() -> Iterator[_Positive]:
    for number, sink in enumerate(NAMED_SINKS):
        name, value = _PASSWORD_NAMES[number % len(_PASSWORD_NAMES)], _PASSWORDS[number % len(_PASSWORDS)]
        yield f"F password {number}", name, value, (sink,)
        key = _KEY_NAMES[number % len(_KEY_NAMES)]
        yield f"F key {number}", key, random_text("alnum", 24 + number, str(number)), (sink,)
        yield f"F hex {number}", key, random_text("hex", 40, str(number)), (sink,)


def _hashes() -> Iterator[_Positive]:
    salt, body = random_text("alnum", 22, "salt"), random_text("alnum", 60, "hash")
    for number, text in enumerate(
        (
            "$2y" + "$10$" + salt + body[:31],
            "$2b" + "$12$" + salt + body[:31],
            "$apr1" + "$" + salt[:8] + "$" + body[:22],
            "$6" + "$" + salt[:16] + "$" + body,
            "$argon2id" + "$v=19$m=65536,t=3,p=4$" + salt + "$" + body[:43],
        )
    ):
        yield f"G {number}", "admin_password", text, (_values,)


def _documents() -> Iterator[Case]:
    token = random_text("alnum", 40, "document")
    login = base64.b64encode(f"deploy:{token}".encode()).decode()
    key = private_key("", seed="account", line_end="\\n")
    account = f'{{"type": "service_account", "private_key": "{key}"}}\n'
    yield Case("D service account", "conf/account.json", account)
    config = f"apiVersion: v1\nkind: Config\nusers:\n  - name: ci\n    user:\n      token: {token}\n"
    yield Case("D kubeconfig", "conf/kubeconfig", config)
    yield Case("D registry login", "conf/docker.json", f'{{"auths": {{"registry.internal": {{"auth": "{login}"}}}}}}\n')
    yield Case("D npm", "web/.npmrc", f"//npm.internal/:_authToken={token}\n")
    yield Case("D pypi", "web/.pypirc", f"[internal]\nusername = deploy\npassword = {token}\n")
    yield Case("D netrc", "web/.netrc", f"machine git.internal login deploy password {token}\n")
    yield Case("D git", "web/.git-credentials", f"https://deploy:{token}@git.internal\n")
    pair = "AK" + "IA" + random_text("base32", 16)
    body = f"[default]\naws_access_key_id = {pair}\naws_secret_access_key = {random_text('base64', 40)}\n"
    yield Case("D aws", "home/credentials", body)


# -- negatives -----------------------------------------------------------------------------------------------------

_REFERENCES = (
    "${DB_PASSWORD}",
    "${DB_PASSWORD:?set it}",
    "$(DB_PASSWORD)",
    "{{ .Values.db.password }}",
    "{% env.PASSWORD %}",
    "<%= ENV['PASSWORD'] %>",
    "%(password)s",
    "((db_password))",
    "__DB_PASSWORD__",
    "#{password}",
    "@@PASSWORD@@",
    "{{resolve:secretsmanager:app:SecretString:password}}",
    "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)",
    "https://shop.vault.azure.net/secrets/db-password",
    "projects/shop/secrets/db/versions/latest",
    "sm://shop/db",
    "vault:secret/data/shop#password",
    "op://Shop/database/password",
    "ref+vault://shop/db#password",
    "ssm://shop/db",
    "arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop-AbCdEf",
    "arn:aws:ssm:eu-central-1:111122223333:parameter/shop/db",
    "akeyless:/shop/db",
    "doppler://shop/db",
    "/run/secrets/db-password",
    "./secrets/db.txt",
    "file:///etc/shop/password",
    "env:DB_PASSWORD",
    "{env:DB_PASSWORD}",
    "ENC[AES256_GCM,data:abcd,iv:efgh,tag:ijkl,type:str]",
    "{cipher}0123456789abcdef0123456789abcdef",
)
_PLACEHOLDERS = (
    "<password>",
    "your-password-here",
    "xxxxxxxx",
    "********",
    "REPLACE_ME",
    "insert-password",
    "${}",
    "[password]",
    "TODO",
    "<your token>",
)
_HARMLESS_NAMES = (
    "PASSWORD_FILE",
    "TOKEN_URL",
    "secret_name",
    "secretName",
    "token_ttl",
    "password_policy",
    "secret_arn",
    "secret_id",
    "token_type",
    "password_min_length",
    "access_key_id",
    "secret_version",
    "key_name",
    "partition_key",
    "public_key",
    "gpg_key",
    "ssh_authorized_keys",
    "existingSecret",
    "existingSecretPasswordKey",
    "secretKeyRef",
    "passwordKey",
    "token_count",
    "max_tokens",
    "tokenizer",
    "passthrough",
    "bypass_rule",
    "compass",
    "cache_key",
    "primary_key",
    "token_issuer",
    "token_audience",
    "credentials_provider",
    "secret_store",
    "secret_rotation",
    "secret_rotated_date",
    "PASSWORD_RESET_TIMEOUT",
    "token_expiry",
    "token_algorithm",
    "secret_namespace",
    "token_endpoint",
)
_SCALARS = (
    "true",
    "false",
    "null",
    "30",
    "3.14",
    "2026-03-20",
    "2026-03-20T10:00:00Z",
    "24h",
    "90d",
    "1.2.3",
    "v2.4.1",
    "10.0.0.0/16",
)
_NAMES_OF_SECRETS = (
    "shop-database",
    "shop/production/db",
    "app/db/password",
    "DB_PASSWORD",
    "event.token",
    "payment-api-token",
    "my_secret_name",
    "PROD_K8S_CLUSTER_TOKEN",
    "github-actions-token",
    "shop.payment.token",
)
_PUBLIC = (
    ("ssh public key", "deploy_pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" + random_text("alnum", 43) + " deploy"),
    ("image digest", "image", "registry.internal/web@sha256:" + random_text("hex", 64)),
    ("content hash", "checksum", random_text("hex", 64, "sum")),
    ("commit", "revision", random_text("hex", 40, "commit")),
    ("uuid", "id", "5c0f2f0a-7c4e-4f57-9d2f-52c1c2b0c8a1"),
    ("resource id of AWS", "role", "AR" + "OA" + random_text("base32", 16)),
    ("publishable key", "stripe", "pk" + "_live_" + random_text("alnum", 24)),
    ("Sentry address", "sentry", "https://" + random_text("hex", 32) + "@o1.ingest.sentry.io/2"),
    ("documented key", "aws", "AK" + "IAIOSFODNN7EXAMPLE"),
    ("anonymous role", "anon", web_token('{"role":"anon","iss":"supabase"}')),
    ("IAM action", "action", "secretsmanager:GetSecretValue"),
    ("URL without password", "url", "https://shop.internal/login?next=/password"),
    ("URL with a reference", "url", "postgres://app:${DB_PASSWORD}@db.internal/app"),
    ("URL with a template", "url", "postgres://app:{{ .password }}@db.internal/app"),
    ("integrity", "integrity", "sha512-" + random_text("base64", 86) + "=="),
    ("certificate", "certificate", private_key("", line_end="\\n").replace("PRIVATE KEY", "CERTIFICATE")),
    ("public key", "pem", private_key("", line_end="\\n").replace("PRIVATE", "PUBLIC")),
)
_PLAIN_SINKS = (_config_map, _env_file, _resource, _compose, _pod, _values, _pipeline)


def negatives() -> Iterator[Case]:
    """Yield the files that hold none, of each shape that was ever taken for one."""
    sinks = cycle(SINKS)
    for title, names, values in (
        ("reference", ("DB_PASSWORD", "api_token", "client_secret"), _REFERENCES),
        ("placeholder", ("DB_PASSWORD", "api_token"), _PLACEHOLDERS),
        ("scalar", ("api_token", "client_secret"), _SCALARS),
        ("name of a secret", ("api_token", "client_secret", "signing_key"), _NAMES_OF_SECRETS),
    ):
        for value in values:
            for name in names:
                sink = next(sinks)
                yield Case(f"{title} {value} under {name} in {sink.__name__}", *sink(name, value))
    plain = cycle(_PLAIN_SINKS)
    for name in _HARMLESS_NAMES:
        for seed in ("first", "second"):
            sink = next(plain)
            yield Case(f"{name} in {sink.__name__}", *sink(name, random_text("alnum", 32, name + seed)))
    for title, key, value in _PUBLIC:
        for sink in (_config_map, _env_file, _values):
            yield Case(f"{title} in {sink.__name__}", *sink(key, value))
    yield from _documentation()


def _documentation() -> Iterator[Case]:
    token = random_text("alnum", 32, "doc")
    for path in (
        "README.md",
        "docs/.env.example",
        "deploy/app.env.sample",
        "examples/values.yaml",
        "tests/data/live.tfvars",
    ):
        yield Case(f"documentation {path}", path, f'api_token = "{token}"\n')
    yield Case("commented", "app/.env", f"# API_TOKEN={token}\n")
    yield Case("commented", "tf/main.tf", f'# api_token = "{token}"\n')
    service = f"    services:\n      db:\n        env:\n          P_PASSWORD: {token}\n"
    yield Case("service of a test", ".github/workflows/t.yml", f"jobs:\n  t:\n{service}")
    head = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a}\n"
    yield Case("sealed", "k8s/s.yaml", f"{head}spec:\n  encryptedData:\n    password: {token * 6}\n")
