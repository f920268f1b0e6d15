from __future__ import annotations

import base64
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Confidence, SecretClass, SecretMaterial, VariableSite
from infraaudit.readers.credentials.reader import read
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.source.file import find_files
from tests.unit.facts.synthetic import leaks, private_key, random_text, web_token

if TYPE_CHECKING:
    from pathlib import Path

GITHUB = "gh" + "p_" + random_text("alnum", 36)
OTHER = "gh" + "p_" + random_text("alnum", 36, "other")
WEBHOOK = "hooks.slack" + ".com/services/" + random_text("alnum", 44)


def reading(root: Path, files: dict[str, str | bytes], today: date | None = None) -> Reading:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(find_files(root), today=today)


def secrets(root: Path, files: dict[str, str | bytes], today: date | None = None) -> list[SecretMaterial]:
    return [each for each in reading(root, files, today).entities if isinstance(each, SecretMaterial)]


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_token_is_described_and_its_value_is_nowhere(tmp_path: Path) -> None:
    (found,) = secrets(tmp_path, {"deploy/prod/app.yaml": f"env:\n  GITHUB_TOKEN: {GITHUB} # mine\n"})
    assert str(found) == "GitHub token GITHUB_TOKEN"
    assert found.address == "secret github-token deploy/prod/app.yaml 1"
    assert (found.secret_class, found.provider, found.confidence) == (
        SecretClass.PROVIDER_TOKEN,
        "GitHub",
        Confidence.CERTAIN,
    )
    assert (found.key_name, found.hint, found.length) == ("GITHUB_TOKEN", "gh" + "p_", "32-63")
    assert (found.at.start_line, found.at.start_column, found.at.end_column) == (2, 17, 17 + len(GITHUB))
    assert found.places == (found.at,)
    assert found.deployment.id == "files:deploy/prod"
    assert not leaks(GITHUB.removeprefix("gh" + "p_"), repr(found))


def test_one_value_in_two_files_is_one_secret_with_two_places(tmp_path: Path) -> None:
    found = secrets(tmp_path, {"a.tf": f'token = "{GITHUB}"', "b/.env": f"TOKEN={GITHUB}\nSECOND={OTHER}\n"})
    assert [each.address for each in found] == ["secret github-token a.tf 1", "secret github-token b/.env 1"]
    assert [str(place) for place in found[0].places] == ["a.tf:1:10", "b/.env:1:7"]


def test_an_address_does_not_move_with_its_line(tmp_path: Path) -> None:
    text = f"A={GITHUB}\nB={OTHER}\n"
    before = [each.address for each in secrets(tmp_path / "one", {".env": text})]
    after = [each.address for each in secrets(tmp_path / "two", {".env": "# a note\n\nC=1\n" + text})]
    assert before == after == ["secret github-token .env 1", "secret github-token .env 2"]


def test_a_url_is_reported_at_its_password_with_the_host_it_leads_to(tmp_path: Path) -> None:
    (found,) = secrets(tmp_path, {"compose.yaml": "x:\n  DATABASE_URL: postgres://app:kite47moss@db:5432/app\n"})
    assert (found.secret_class, found.host, found.provider) == (SecretClass.CONNECTION_URL, "db", "postgres")
    assert (found.at.start_column, found.at.end_column, found.weak) == (32, 42, False)
    assert found.name == "DATABASE_URL"


def test_one_password_for_two_hosts_is_two_secrets(tmp_path: Path) -> None:
    text = "A=postgres://app:kite47moss@one/x\nB=postgres://app:kite47moss@two/x\nC=postgres://app:kite47moss@one/y\n"
    assert [(each.host, len(each.places)) for each in secrets(tmp_path, {".env": text})] == [("one", 2), ("two", 1)]


def test_a_well_known_password_is_weak_and_dropped_in_an_example(tmp_path: Path) -> None:
    text = "URL=postgres://postgres:postgres@db/app\n"
    assert [each.weak for each in secrets(tmp_path, {".env": text, ".env.example": text, "docs/.env": text})] == [True]


def test_a_secret_of_an_example_file_says_so(tmp_path: Path) -> None:
    for path in (
        "examples/a.tf",
        "app/.env.sample",
        "tests/k8s.yaml",
        "values.example.yaml",
        "chart/ci/x-values.yaml",
        "lint-values.yaml",
    ):
        (found,) = secrets(tmp_path / path.replace("/", "_"), {path: f"token: {GITHUB}\n"})
        assert found.example, path
    (found,) = secrets(tmp_path / "plain", {"latest/a.tf": f"token: {GITHUB}\n"})
    assert not found.example


@pytest.mark.parametrize(
    "path",
    [
        "main.tf",
        "prod.tfvars",
        "x.tofu",
        "a.json",
        "a.yml",
        ".env.production",
        "web.env",
        "Dockerfile.dev",
        "api.Dockerfile",
        "Containerfile",
        "a.toml",
        "a.ini",
        "a.cfg",
        "nginx.conf",
        "app.properties",
        "entry.sh",
        ".npmrc",
        "kubeconfig-prod",
        "credentials",
        "main.tf.example",
    ],
)
def test_files_of_configuration_are_searched(tmp_path: Path, path: str) -> None:
    assert len(secrets(tmp_path, {path: f"token = {GITHUB}\n"})) == 1


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "main.py",
        "package-lock.json",
        "a.lock.hcl",
        "x.min.json",
        "vendor/a/main.tf",
        "web/third_party/a.sh",
    ],
)
def test_files_of_others_are_not_searched(tmp_path: Path, path: str) -> None:
    assert secrets(tmp_path, {path: f"token = {GITHUB}\n"}) == []


@pytest.mark.parametrize(
    "text",
    [
        f"token: {GITHUB}\nother: ENC[AES256_GCM,data:x,type:str]\nsops:\n    mac: ENC[AES256_GCM,data:x,type:str]\n",
        f"TOKEN={GITHUB}\nX=ENC[AES256_GCM,data:x]\nsops_mac=ENC[AES256_GCM,data:x]\n",
        "$ANSIBLE_VAULT;1.1;AES256\n" + GITHUB,
    ],
)
def test_encrypted_files_are_not_searched(tmp_path: Path, text: str) -> None:
    assert secrets(tmp_path, {"secrets.yaml": text}) == []


def test_a_file_too_large_is_not_searched(tmp_path: Path) -> None:
    assert secrets(tmp_path, {"a.json": f"{GITHUB}\n" + " " * 2_000_001}) == []


def test_only_credential_files_are_entered_in_the_ledger(tmp_path: Path) -> None:
    result = reading(
        tmp_path,
        {
            "id_rsa": private_key("OPENSSH "),
            "id_rsa.pub": "ssh-rsa x",
            "store.key": b"\0\1",
            "main.tf": "",
            "tls.pem": "",
        },
    )
    assert result.files == (
        FileRow("id_rsa", "credential file", FileState.PARSED),
        FileRow("store.key", "credential file", FileState.SKIPPED, "not a text file: it holds NUL bytes"),
        FileRow("tls.pem", "credential file", FileState.PARSED),
    )
    assert result.problems == ()


def test_a_private_key_is_covered_from_its_first_line_to_its_last(tmp_path: Path) -> None:
    key = private_key("EC ")
    (found,) = secrets(tmp_path, {"server.key": f"{key}\n"})
    assert (found.secret_class, str(found)) == (SecretClass.PRIVATE_KEY, "private key server.key")
    assert (found.at.start_line, found.at.end_line) == (1, key.count("\n") + 1)


def test_an_encrypted_private_key_is_restricted(tmp_path: Path) -> None:
    (found,) = secrets(tmp_path, {"server.key": private_key("ENCRYPTED ")})
    assert found.confidence is Confidence.RESTRICTED


def test_a_webhook_is_restricted_and_tells_its_host(tmp_path: Path) -> None:
    (found,) = secrets(tmp_path, {"alertmanager.yml": f"api_url: https://{WEBHOOK}\n"})
    assert (found.confidence, found.host, found.key_name) == (Confidence.RESTRICTED, "hooks.slack.com", "api_url")


def test_a_session_token_expires_on_the_day_given(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {".env": "T=" + web_token('{"sub":"app","exp":1700000000}')}
    assert secrets(tmp_path, files)[0].confidence is Confidence.CERTAIN
    assert secrets(tmp_path, files, date(2023, 11, 14))[0].confidence is Confidence.CERTAIN
    assert secrets(tmp_path, files, date(2023, 11, 15))[0].confidence is Confidence.EXPIRED


# -- credential documents ------------------------------------------------------------------------------------------


def test_a_service_account_file_is_a_credential_document(tmp_path: Path) -> None:
    text = json.dumps(
        {"type": "service_account", "private_key": private_key("") + "\n", "client_email": "a@b"}, indent=2
    )
    (found,) = secrets(tmp_path, {"sa.json": text})
    assert (found.secret_class, found.provider) == (SecretClass.CREDENTIAL_DOCUMENT, "Google")


def test_a_kubeconfig_gives_up_its_token_and_its_key(tmp_path: Path) -> None:
    text = (
        "apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n"
        f"    client-key-data: {encoded(private_key())}\n    token: {random_text('alnum', 40)}\n"
    )
    found = secrets(tmp_path, {"kubeconfig.yaml": text})
    assert [(each.secret_class, each.key_name) for each in found] == [
        (SecretClass.CREDENTIAL_DOCUMENT, "client-key-data"),
        (SecretClass.CREDENTIAL_DOCUMENT, "token"),
    ]


@pytest.mark.parametrize(
    ("path", "text", "provider"),
    [
        (".npmrc", "//npm.acme.dev/:_authToken=4f2a9c1e-7b\n", "npm"),
        (".pypirc", "[pypi]\nusername = ci\npassword = kite47moss\n", "PyPI"),
        (".netrc", "machine git.acme.dev\n  login ci\n  password kite47moss\n", "netrc"),
        (".git-credentials", "https://ci:kite47moss@git.acme.dev\n", "Git"),
        (
            "config.json",
            '{"auths": {"r.acme.dev": {"auth": "' + encoded("ci:kite47moss") + '"}}}',
            "container registry",
        ),
        (
            "config.json",
            json.dumps({"auths": {"r.io": {"auth": encoded("ci:kite47moss")}}}, indent=2),
            "container registry",
        ),
    ],
)
def test_a_programs_own_credential_file_is_understood(tmp_path: Path, path: str, text: str, provider: str) -> None:
    (found,) = secrets(tmp_path, {path: text})
    assert (found.secret_class, found.provider) == (SecretClass.CREDENTIAL_DOCUMENT, provider)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".npmrc", "//npm.acme.dev/:_authToken=${NPM_TOKEN}\n"),
        (".npmrc", "# //npm.acme.dev/:_authToken=4f2a9c1e-7b\n"),
        (".npmrc", "//npm.acme.dev/:_authToken=<token>\n"),
        (".npmrc", "engine-strict=true\n"),
        (".pypirc", "[pypi]\nusername = __token__\n"),
        ("config.json", '{"auths": {"r.acme.dev": {"auth": "' + encoded("ci:${PASSWORD}") + '"}}}'),
        ("config.json", '{"auths": {"r.acme.dev": {}}}'),
        ("kubeconfig", "kind: Config\nusers:\n- name: a\n  user:\n    token: ${TOKEN}\n"),
    ],
)
def test_a_credential_file_that_refers_to_its_secret_is_left_alone(tmp_path: Path, path: str, text: str) -> None:
    assert secrets(tmp_path, {path: text}) == []


@pytest.mark.parametrize(
    ("key", "value", "detector"),
    [
        ("github", GITHUB, "github-token"),
        ("url", "postgres://app:kite47moss@db/app", "connection-url"),
        (".dockerconfigjson", '{"auths":{"r.io":{"auth":"' + encoded("ci:kite47moss") + '"}}}', "registry-login"),
        ("tls.key", private_key(), "private-key"),
    ],
)
def test_the_data_of_a_kubernetes_secret_is_decoded(tmp_path: Path, key: str, value: str, detector: str) -> None:
    text = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  {key}: {encoded(value)}\n"
    (found,) = secrets(tmp_path, {"secret.yaml": text})
    assert (found.address, found.key_name) == (f"secret {detector} secret.yaml 1", key)
    assert (found.at.start_line, found.at.start_column) == (6, 5 + len(key))


def test_the_data_of_other_objects_is_not_decoded(tmp_path: Path) -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\ndata:\n  x: {encoded(GITHUB)}\n"
    assert secrets(tmp_path, {"map.yaml": text}) == []


@pytest.mark.parametrize(
    "before", ['variable "région" {\n  default = "é"\n}\n', 'variable "a" {\n  default = {\n}\n}\n']
)
def test_variables_beside_a_secret_one_do_not_move_its_default(tmp_path: Path, before: str) -> None:
    text = f'{before}variable "size" {{\n  default = 3\n}}\nvariable "token" {{\n  default = ""\n}}\n'
    found = reading(tmp_path, {"variables.tf": text}).entities
    (site,) = (each for each in found if isinstance(each, VariableSite))
    assert site.name == "token"
    assert site.entries[0].at.start_line == before.count("\n") + 5
