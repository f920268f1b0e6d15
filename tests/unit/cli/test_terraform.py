"""What the options and the configuration file give to Terraform's roots."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infraaudit.cli.app import execute
from tests.unit.cli.test_scan import audits, result_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.terraform.configuration.inputs import TerraformInputs

SETS = """
[terraform]
modules_standalone = true
[terraform.sets.production]
var_files = ["env/prod.tfvars"]
vars = { copies = 3, on = true, name = "a=b" }
workspace = "live"
roots = ["infra"]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    for path in ("a.tfvars", "b.tfvars", "env/prod.tfvars", "infra/plan.json"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _inputs(monkeypatch: pytest.MonkeyPatch, *words: str, command: str = "scan") -> TerraformInputs:
    stand_in = audits(monkeypatch, result_of())
    assert execute([command, *words]) == 0
    return stand_in.settings[0].terraform


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", ["scan", "model"])
def test_files_and_values_keep_the_order_of_the_command_line(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--var-file", "a.tfvars", "--var=x=1", "-o", "report", "--var-file=b.tfvars", "--var", "y=2"]
    settings = _inputs(monkeypatch, *words, command=command).settings
    assert [each if isinstance(each, tuple) else each.path for each in settings] == [
        "a.tfvars",
        ("x", "1"),
        "b.tfvars",
        ("y", "2"),
    ]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", ["scan", "model"])
def test_a_workspace_a_plan_and_modules_by_themselves(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["infra", "--workspace", "live", "--plan", "infra/plan.json", "--modules-standalone"]
    inputs = _inputs(monkeypatch, *words, command=command)
    assert (inputs.workspace, [plan.path for plan in inputs.plans], inputs.standalone) == ("live", ["plan.json"], True)


def test_sets_of_the_configuration_are_seen_from_its_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "infraaudit.toml").write_text(SETS, encoding="utf-8")
    inputs = _inputs(monkeypatch, "infra")
    (found,) = inputs.sets
    assert (found.name, found.workspace, found.roots, found.base) == ("production", "live", ("infra",), "infra")
    assert [each if isinstance(each, tuple) else each.path for each in found.settings] == [
        str(here / "env/prod.tfvars"),
        ("copies", "3"),
        ("on", "true"),
        ("name", "a=b"),
    ]
    assert found.names("")
    assert not found.names("inner")
    assert inputs.standalone


SERVICE = """
variable "copies" {}
resource "kubernetes_deployment_v1" "web" {
  metadata { name = "web" }
  spec {
    replicas = var.copies
    selector { match_labels = { app = "web" } }
    template {
      metadata { labels = { app = "web" } }
      spec {
        container {
          name  = "web"
          image = "registry.shop.example/web:4.2"
          port { container_port = 8000 }
        }
      }
    }
  }
}
resource "kubernetes_service_v1" "web" {
  metadata { name = "web" }
  spec {
    selector = { app = "web" }
    port { port = 8000 }
  }
}
"""


def test_a_model_and_a_simulation_start_from_the_values_that_are_given(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "main.tf").write_text(SERVICE, encoding="utf-8")
    (here / "a.tfvars").write_text("copies = 17\n", encoding="utf-8")

    assert execute(["model", "--var-file", "a.tfvars"]) == 0
    assert '"value": 17' in capsys.readouterr().out

    words = ["--set", "web.replicas=1", "--format", "json"]
    assert execute(["simulate", "--var", "copies=2", *words]) == 0
    appearing = {each["message"] for each in json.loads(capsys.readouterr().out)["appearing"]}
    assert "Deployment web runs 1 copy" in appearing
    assert execute(["simulate", "--var", "copies=1", *words]) == 0
    assert json.loads(capsys.readouterr().out)["appearing"] == []


@pytest.mark.parametrize("words", [["model"], ["simulate", "--set", "web.replicas=1"]])
def test_a_configuration_counts_for_a_model_and_a_simulation_too(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    (here / "main.tf").write_text(SERVICE, encoding="utf-8")
    (here / "infraaudit.toml").write_text("[terraform.sets.x]\nvars = { copis = 1 }\n", encoding="utf-8")
    assert execute(words) == 2
    assert "did you mean 'copies'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[terraform.sets.x]\nvar_file = []", "unknown key 'terraform.sets.x.var_file'; did you mean 'var_files'?"),
        ("[terraform]\nset = 1", "unknown key 'terraform.set'; did you mean 'sets'?"),
        ("[terraform.sets.x]\nvar_files = ['../x.tfvars']", "'../x.tfvars' lies outside of its folder"),
        ("[terraform.sets.x]\nvar_files = ['/etc/passwd']", "'/etc/passwd' lies outside of its folder"),
        ("[terraform.sets.x]\nvar_files = ['gone.tfvars']", "cannot read the variable file"),
    ],
)
def test_a_set_that_cannot_be_used_is_wrong_usage(
    here: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    (here / "infraaudit.toml").write_text(text, encoding="utf-8")
    assert execute(["scan"]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_plan_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["scan", "--plan", "gone.json"]) == 2
    assert "cannot read the plan gone.json" in capsys.readouterr().err


def test_a_plan_that_terraform_saved_is_no_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "saved").write_bytes(b"PK\x03\x04\xff\xfe")
    assert execute(["scan", "--plan", "saved"]) == 2
    assert "terraform show -json prints one that is" in capsys.readouterr().err
