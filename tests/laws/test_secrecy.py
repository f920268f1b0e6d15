"""A planted secret appears in no output: not in a report, not in the model, not on the console, not in an error."""

from __future__ import annotations

import base64
import json
import tempfile
import urllib.parse
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraaudit.audit import Settings, audit
from infraaudit.cli.app import execute
from infraaudit.reports import json_, model_json, sarif, text
from tests.golden.outputs import TODAY
from tests.unit.facts.synthetic import private_key, random_text, web_token
from tests.unit.readers.credentials.corpus import SINKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PART = 6
"""So many characters of a secret in a row may stand nowhere; a vendor's public prefix is not part of it."""

Planted = tuple[str, str, str]
"""A key, the text that stands under it, and the part of the text that is secret."""


def _password(seed: str) -> Planted:
    value = random_text("alnum", 18, seed)
    return "DB_PASSWORD", value, value


def _token(seed: str) -> Planted:
    body = random_text("alnum", 36, seed)
    return "CI_TOKEN", "gh" + "p_" + body, body


def _url(seed: str) -> Planted:
    body = random_text("alnum", 20, seed)
    return "DATABASE_URL", f"postgresql://shop:{body}@db.internal:5432/shop", body


def _key(seed: str) -> Planted:
    text = private_key("RSA ", seed=seed, line_end="\\n", length=128)
    return "tls_key", text, random_text("alnum", 128, seed)


def _session(seed: str) -> Planted:
    text = web_token('{"sub":"shop"}', seed)
    return "SESSION_TOKEN", text, text.rsplit(".", 1)[-1]


def _generated(seed: str) -> Planted:
    value = random_text("hex", 40, seed)
    return "client_secret", value, value


def _dockerfile(key: str, value: str) -> tuple[str, str]:
    head = f'FROM python:3.12\nARG {key}="{value}"\nENV {key}="{value}"\n'
    return "Dockerfile", f'{head}RUN export {key}="{value}" && ./build\n'


def _user_data(key: str, value: str) -> tuple[str, str]:
    body = f"    #!/bin/bash\n    export {key}='{value}'\n    ./start --token {value}\n"
    return "user.tf", f'resource "aws_instance" "web" {{\n  ami = "ami-1"\n  user_data = <<-EOT\n{body}  EOT\n}}\n'


def _command(key: str, value: str) -> tuple[str, str]:
    words = json.dumps(["redis-server", "--requirepass", value, f"--{key.lower()}={value}"])
    return "cmd/compose.yaml", f"services:\n  cache:\n    image: redis:7\n    command: {words}\n"


def _script(key: str, value: str) -> tuple[str, str]:
    return "deploy.sh", f"#!/bin/sh\nexport {key}={value}\ncurl -u shop:{value} https://api.internal\n"


def _state(key: str, value: str) -> tuple[str, str]:
    attributes = {"attributes": {key: value}, "sensitive_attributes": [[{"value": key}]]}
    document = {"version": 4, "serial": 1, "lineage": "a", "outputs": {}, "resources": [{"instances": [attributes]}]}
    return "terraform.tfstate", json.dumps(document)


def _partly_encrypted(key: str, value: str) -> tuple[str, str]:
    mac = "ENC[AES256_GCM,data:abcd,iv:efgh,tag:ijkl,type:str]"
    return "k8s/enc.yaml", f"a: {mac}\n{key}: {json.dumps(value)}\nsops:\n  version: 3.9.1\n  mac: {mac}\n"


def _broken_terraform(key: str, value: str) -> tuple[str, str]:
    return "broken.tf", f'resource "aws_db_instance" "db" {{\n  {key} = "{value}\n  engine = \n}}\n'


def _broken_yaml(key: str, value: str) -> tuple[str, str]:
    head = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n"
    return "k8s/broken.yaml", f'{head}  {key}: "{value}\n - x: [\n'


def _duplicate(key: str, value: str) -> tuple[str, str]:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n"
    return "k8s/twice.yaml", f"{head}  {key}: {value}\n  {key}: {value}\n"


KINDS = (_password, _token, _url, _key, _session, _generated)
PLACES: tuple[Callable[[str, str], tuple[str, str]], ...] = (
    *SINKS,
    _dockerfile,
    _user_data,
    _command,
    _script,
    _state,
    _partly_encrypted,
    _broken_terraform,
    _broken_yaml,
    _duplicate,
)


def _forms(secret: str) -> Iterator[tuple[str, int]]:
    """Yield the writings of a secret in which somebody could read it, each with how long ``PART`` is in it.

    Six digits of the hexadecimal writing are three characters, and stand by chance in any fingerprint.
    """
    yield secret, PART
    yield base64.b64encode(secret.encode()).decode(), PART * 4 // 3
    yield secret.encode().hex(), PART * 2
    yield urllib.parse.quote(secret), PART


def _assert_hidden(secret: str, output: str, name: str) -> None:
    for form, part in _forms(secret):
        for start in range(len(form) - part + 1):
            assert form[start : start + part] not in output, f"{name} shows part of a planted secret"


def _write(root: Path, place: Callable[[str, str], tuple[str, str]], planted: Planted) -> None:
    path, content = place(*planted[:2])
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8")


@settings(max_examples=120, deadline=None)
@given(place=st.sampled_from(PLACES), kind=st.sampled_from(KINDS), seed=st.integers(0, 999))
def test_a_planted_secret_stands_in_no_report_and_not_in_the_model(
    place: Callable[[str, str], tuple[str, str]], kind: Callable[[str], Planted], seed: int
) -> None:
    planted = kind(str(seed))
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), place, planted)
        result = audit(Path(folder), Settings(today=TODAY))
        outputs = {
            "text": text.render(result, width=100, colour=False, explain=True),
            "narrow text": text.render(result, width=50, colour=True, explain=False),
            "JSON": json_.render(result),
            "SARIF": sarif.render(result),
            "the model as JSON": model_json.render(result.estate),
            "problems": "\n".join(problem.message for problem in result.ledger.problems),
            "the estate": repr(result.estate.entities),
        }
    for name, output in outputs.items():
        _assert_hidden(planted[2], output, name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.__name__.strip("_"))
def test_a_planted_secret_stands_nowhere_on_the_console_and_in_no_written_file(
    tmp_path: Path, kind: Callable[[str], Planted], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = kind("console")
    tree, home = tmp_path / "tree", tmp_path / "home"
    for place in PLACES:
        _write(tree, place, planted)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    written = [f"json={tmp_path / 'out.json'}", f"sarif={tmp_path / 'out.sarif'}", "text"]
    for words in (
        ["scan", str(tree), "--explain", *(word for each in written for word in ("--format", each))],
        ["model", str(tree), "--format", "json"],
        ["model", str(tree), "--format", "mermaid"],
        ["model", str(tree), "--format", "dot"],
        ["model", str(tree), "--format", "text"],
    ):
        console = StringIO()
        with redirect_stdout(console), redirect_stderr(console):
            execute(words)
        assert console.getvalue()
        _assert_hidden(planted[2], console.getvalue(), " ".join(words[:1]))
    for file in (*tmp_path.glob("out.*"), *(each for each in home.rglob("*") if each.is_file())):
        _assert_hidden(planted[2], file.read_text(encoding="utf-8", errors="replace"), file.name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.__name__.strip("_"))
def test_an_error_that_quotes_an_entity_shows_no_planted_secret(tmp_path: Path, kind: Callable[[str], Planted]) -> None:
    planted = kind("error")
    for place in PLACES:
        _write(tmp_path, place, planted)
    for entity in audit(tmp_path, Settings(today=TODAY)).estate.entities:
        _assert_hidden(planted[2], repr(entity), f"{entity}")
